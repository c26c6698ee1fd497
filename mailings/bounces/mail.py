"""A mail that came to the address for bounces or for leaving: whose it is, and what it changes."""

import enum
import hashlib
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses

from subscribers import consent
from subscribers.models import Subscriber

from . import verp
from .record import record
from .understand import Meaning, understand

# A report quotes a mail of ours, of at most some hundred KB.
MAX_BYTES = 10 * 1024 * 1024
# What a report says stands before the mail that it quotes; the parsers take seconds for each megabyte.
_LOOKED_AT = 512 * 1024
# Twice what a line may hold (RFC 5322, 2.1.1). The parsers' patterns take the square of a line's length.
_TOO_LONG = re.compile(rb"([^\r\n]{2000})[^\r\n]+")
# Where servers write for whom they took a mail, before and after aliases.
_ADDRESSED = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")


class Effect(enum.Enum):
    """What became of a mail; counted by its readers."""

    RECORDED = "recorded"
    LEFT = "left"
    # Told before.
    KNOWN = "known"
    # A delay, an automatic answer, a person's words.
    NOTHING = "nothing"
    # For no delivery of ours, or with a wrong MAC: it changes nothing.
    UNKNOWN = "unknown"


def take(raw: bytes, *, recipient: str = "") -> Effect:
    """Act on a mail. `recipient` is the address it came to, where the server says so; may be called twice.

    What is wrong in it seldom raises (parts in parts without end do); an error of the database does.
    """
    message = message_from_bytes(_TOO_LONG.sub(rb"\1", raw[:_LOOKED_AT]))
    addresses = [recipient, *_addresses(message, _ADDRESSED)]
    for address in addresses:
        token = verp.token_of(address)
        if token:
            consent.leave(_as_given(token), how="mailto")
            return Effect.LEFT
    verdict = understand(message)
    if verdict.meaning is Meaning.COMPLAINT:
        # Comes to an address agreed on with the provider; the mail complained of is inside.
        addresses += _quoted(message)
    delivery = next(filter(None, map(verp.delivery_of, addresses)), None)
    if delivery is None:
        return Effect.UNKNOWN
    if verdict.meaning is Meaning.NOTHING:
        return Effect.NOTHING
    message_id = str(message.get("Message-ID", "")).strip()
    event = f"{delivery} {message_id or hashlib.sha256(raw).hexdigest()}"
    return Effect.RECORDED if record(delivery, verdict, source="mail", event=event) else Effect.KNOWN


def _as_given(token: str) -> str:
    """The token of a reader as it was, where a server on the way wrote it in lower case."""
    readers = Subscriber.objects
    if token != token.lower() or readers.with_token(token).exists():
        return token
    found = readers.filter(token__iexact=token).values_list("token", flat=True)[:2]
    return found[0] if len(found) == 1 else token


def _addresses(message: Message, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        values = [str(value) for value in message.get_all(name, [])]
        yield from (address for _name, address in getaddresses(values))


def _quoted(message: Message) -> Iterator[str]:
    """The Return-Path of the mail that a complaint is about (RFC 5965, 3.2)."""
    for part in message.walk():
        if part is not message:
            yield from _addresses(part, ("Original-Mail-From", "Return-Path"))
