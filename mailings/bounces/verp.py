"""The addresses that mail comes back to: each says for whom it was (VERP), and proves that it is ours.

`bounces+<delivery>-<mac>@domain` is the Return-Path of one message; `unsubscribe+leave-<token>@domain` is
where its reader may write to leave. Only who got the message knows either.
"""

import hashlib
import hmac
import re
from base64 import b32encode
from functools import lru_cache

from django.conf import settings

# 80 bits, in letters that survive a server that changes case.
_MAC_BYTES = 10
_PATH = re.compile(r"(\d{1,18})-([a-z2-7]{16})", re.IGNORECASE | re.ASCII)
_LEAVE = re.compile(r"leave-([\w-]{16,64})", re.ASCII)


def return_path(delivery: int) -> str:
    """Give the envelope sender of a delivery's message; empty without VEILLE_BOUNCE_ADDRESS."""
    if not settings.VEILLE_BOUNCE_ADDRESS:
        return ""
    return _extended(settings.VEILLE_BOUNCE_ADDRESS, f"{delivery}-{_mac(_keys()[0], delivery)}")


def leave_address(token: str) -> str:
    """Give the address where a reader's mail takes them off the list; empty without one to write to."""
    address = unsubscribe_address()
    return _extended(address, f"leave-{token}") if address else ""


def unsubscribe_address() -> str:
    return settings.VEILLE_UNSUBSCRIBE_ADDRESS or settings.VEILLE_BOUNCE_ADDRESS


def delivery_of(address: str) -> int | None:
    """Give the delivery that a Return-Path of ours names; None for any other address, and a forged one."""
    found = _PATH.fullmatch(_extension(address, settings.VEILLE_BOUNCE_ADDRESS))
    if found is None:
        return None
    delivery, mac = int(found[1]), found[2].lower()
    known = any(hmac.compare_digest(_mac(key, delivery), mac) for key in _keys())
    return delivery if known else None


def token_of(address: str) -> str | None:
    """Give the token in an address for leaving; None for any other address."""
    found = _LEAVE.fullmatch(_extension(address, unsubscribe_address()))
    return found[1] if found else None


def _extended(address: str, extension: str) -> str:
    local, _at, domain = address.rpartition("@")
    return f"{local}+{extension}@{domain}"


def _extension(address: str, base: str) -> str:
    local, _at, domain = base.lower().rpartition("@")
    found, _at, at_domain = address.strip().strip("<>").rpartition("@")
    if not local or at_domain.lower() != domain or not found.lower().startswith(f"{local}+"):
        return ""
    return found[len(local) + 1 :]


def _keys() -> list[str]:
    """The key that signs, then those that were used before."""
    if settings.VEILLE_BOUNCE_KEY:
        return [settings.VEILLE_BOUNCE_KEY]
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


@lru_cache(maxsize=16)
def _derived(key: str) -> bytes:
    return hashlib.sha256(b"veille.bounces.verp\0" + key.encode()).digest()


def _mac(key: str, delivery: int) -> str:
    digest = hmac.digest(_derived(key), b"%d" % delivery, "sha256")
    return b32encode(digest[:_MAC_BYTES]).decode().lower()
