"""DKIM (RFC 6376): the key that proves our mails, where its selector is known."""

import base64
import binascii
from collections.abc import Iterator

from django.utils.translation import gettext as _

from ..registry import Examination, Finding, error, info, ok, register, warning
from .domains import from_domain
from .names import Names
from .tags import tags_of

# RFC 8301: shorter keys are not verified. Gmail asks for 2048.
LEAST_BITS, ENOUGH_BITS = 1024, 2048


@register(
    "sender.dkim",
    "sender.dkim-unknown",
    "sender.dkim-missing",
    "sender.dkim-revoked",
    "sender.dkim-broken",
    "sender.dkim-short",
    "sender.dkim-shortish",
    "sender.dkim-testing",
)
def dkim(examination: Examination) -> Iterator[Finding]:
    """The key is published, whole, and long enough."""
    domain, selector = from_domain(), examination.dkim_selector
    if not domain:
        return
    if not selector:
        yield info(
            "sender.dkim-unknown",
            _("Which DKIM key signs our mails is not known here."),
            _("Take s= from the DKIM-Signature of a mail: --dkim-selector, or VEILLE_DKIM_SELECTOR."),
        )
        return
    name = f"{selector}._domainkey.{domain}"
    records = [tags_of(text) for text in Names(examination).texts(name)]
    keys = [tags for tags in records if "p" in tags]
    if not keys:
        yield error(
            "sender.dkim-missing",
            _("There is no DKIM key at %(name)s.") % {"name": name},
            _("Publish the TXT record that the signing server or provider gives, or correct the selector."),
        )
        return
    yield from _judge(name, keys[0])


def _judge(name: str, tags: dict[str, str]) -> Iterator[Finding]:
    if not tags["p"]:
        yield error(
            "sender.dkim-revoked",
            _("The DKIM key at %(name)s is revoked (p= is empty).") % {"name": name},
            _("Sign with a key that is published."),
        )
        return
    kind = tags.get("k", "rsa").lower()
    bits = 256 if kind == "ed25519" else rsa_bits(tags["p"])
    said = _("The DKIM key at %(name)s: %(kind)s, %(bits)d bits.") % {
        "name": name,
        "kind": kind,
        "bits": bits,
    }
    if not bits:
        yield error(
            "sender.dkim-broken",
            _("The DKIM key at %(name)s cannot be read.") % {"name": name},
            _("Publish it again whole: parts of a long TXT record are often lost."),
        )
    elif kind == "rsa" and bits < LEAST_BITS:
        yield error(
            "sender.dkim-short", said, _("Sign with a key of 2048 bits; such a short one proves nothing.")
        )
    elif kind == "rsa" and bits < ENOUGH_BITS:
        yield warning("sender.dkim-shortish", said, _("Sign with a key of 2048 bits."))
    else:
        yield ok("sender.dkim", said)
    if "y" in tags.get("t", "").lower().split(":"):
        yield info(
            "sender.dkim-testing",
            _("The DKIM key at %(name)s is on trial (t=y).") % {"name": name},
            _("Take t=y out: receivers may take mails for unsigned."),
        )


def rsa_bits(published: str) -> int:
    """Give the length in bits of an RSA key, as DKIM publishes it; 0 if it is none.

    Base64 of SubjectPublicKeyInfo (RFC 5280), or of the bare RSAPublicKey (RFC 8017).
    """
    try:
        der = base64.b64decode("".join(published.split()), validate=True)
        content = _inside(der, 0x30)
        if content[:1] == b"\x30":
            # After the algorithm: the key, in a bit string with no unused bits.
            key = _inside(content[len(_whole(content)) :], 0x03)
            content = _inside(key[1:], 0x30)
        return int.from_bytes(_inside(content, 0x02)).bit_length()
    except (binascii.Error, IndexError, ValueError):
        return 0


def _whole(der: bytes) -> bytes:
    """Give the first value of some DER (X.690), with its head. Raises ValueError, IndexError."""
    head, length = 2, der[1]
    if length & 0x80:
        head += length & 0x7F
        length = int.from_bytes(der[2:head])
    if len(der) < head + length:
        raise ValueError("cut off")
    return der[: head + length]


def _inside(der: bytes, tag: int) -> bytes:
    """Give what the first value holds, which must be of this tag."""
    if der[0] != tag:
        raise ValueError("another type")
    whole = _whole(der)
    return whole[2 + (whole[1] & 0x7F if whole[1] & 0x80 else 0) :]
