"""The letters of a batch: deliveries about to be handed over."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Exists, OuterRef

from subscribers.models import Subscriber

from .bounces.verp import return_path
from .frozen import Frozen, FrozenMail, Recipient
from .headers import header_value
from .models import Batch, Mailing


@dataclass(slots=True)
class Letter:
    """One message for one recipient; its bytes are joined when they are needed, once."""

    sender: str
    recipient: Recipient
    mail: FrozenMail
    delivery: int = 0
    position: int = 0
    subscriber: int = 0
    attempts: int = 0
    repeats: int = 0
    # Not to be handed over together with others.
    alone: bool = False
    _on_the_wire: dict[bool, bytes] = field(default_factory=dict)

    @property
    def domain(self) -> str:
        """Where it goes, in lower case."""
        return self.recipient.email.rpartition("@")[2].lower()

    def on_the_wire(self, *, eight_bit: bool) -> bytes:
        """Give the whole message as it goes over SMTP, in the form that the server takes."""
        if eight_bit not in self._on_the_wire:
            frozen = self.mail.eight_bit if eight_bit else self.mail.quoted
            self._on_the_wire[eight_bit] = frozen.on_the_wire(self.recipient)
        return self._on_the_wire[eight_bit]

    def message(self) -> bytes:
        """Give the whole message in the form that every path takes."""
        return self.mail.quoted.for_recipient(self.recipient)

    def check(self) -> None:
        """Raise ValueError for an address that no command and no header may hold."""
        header_value(self.recipient.email).encode("ascii")


@dataclass
class Post:
    """What a batch holds: letters to hand over, and who left or paused since it was planned."""

    letters: list[Letter]
    left: list[int]


def envelope_sender(sender: str, delivery: int = 0) -> str:
    """Give the Return-Path of a message: where its bounces prove which delivery they are about.

    No delivery has the number 0: what comes back of a test changes nothing. `sender` is for installations
    without VEILLE_BOUNCE_ADDRESS.
    """
    return return_path(delivery) or sender


def open_batch(batch: Batch) -> Post:
    """Read what a batch still has to send, in order. One query."""
    mailing = batch.mailing
    mail, text_only = frozen_mail_of(mailing), text_only_of(mailing)
    post = Post([], [])
    rows = (
        batch.deliveries.planned()
        .annotate(receives=Exists(Subscriber.objects.receiving().filter(pk=OuterRef("subscriber"))))
        .order_by("position")
        .values_list(
            "pk",
            "position",
            "address",
            "attempts",
            "repeats",
            "subscriber_id",
            "subscriber__email",
            "subscriber__name",
            "subscriber__token",
            "subscriber__format",
            "receives",
        )
    )
    for pk, position, address, attempts, repeats, subscriber, email, name, token, form, receives in rows:
        if not receives:
            post.left.append(pk)
            continue
        recipient = Recipient(
            email=_as_typed(address, email),
            name=name,
            token=token,
            # Fixed for the delivery's life: who gets a second copy can recognise it (RFC 7352).
            message_id=f"{pk}.{mailing.pk}@{settings.SITE_DOMAIN}",
        )
        chosen = text_only if form == Subscriber.Format.TEXT else mail
        sender = envelope_sender(mailing.sender, pk)
        post.letters.append(Letter(sender, recipient, chosen, pk, position, subscriber, attempts, repeats))
    return post


def frozen_mail_of(mailing: Mailing) -> FrozenMail:
    """Give the frozen bytes of a mailing, ready to be filled."""
    return _both_forms(bytes(mailing.message), bytes(mailing.message_8bit))


def text_only_of(mailing: Mailing) -> FrozenMail:
    """Give them for who wants plain text alone; the usual ones for a mailing of before there were such."""
    if not mailing.text_only:
        return frozen_mail_of(mailing)
    return _both_forms(bytes(mailing.text_only), bytes(mailing.text_only_8bit))


def _both_forms(message: bytes, message_8bit: bytes) -> FrozenMail:
    quoted = Frozen(message)
    # Mailings of before there were two forms have one.
    return FrozenMail(quoted, Frozen(message_8bit) if message_8bit else quoted)


def _as_typed(address: str, email: str) -> str:
    """The planned address; as its reader writes it, where that is only a matter of case."""
    local, at, domain = address.rpartition("@")
    typed = email.rpartition("@")[0]
    return (typed if typed.lower() == local else local) + at + domain
