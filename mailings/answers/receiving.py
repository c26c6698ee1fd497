"""Taking in what a reader answers. The link of a mail is the right to: it names a reader and a section."""

from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from subscribers import consent
from subscribers.models import Subscriber

from ..models import Delivery, Reaction, ReaderReply

REPLIES_PER_DAY = 3


class TooManyReplies(Exception):
    """A reader wrote three times about an issue within a day; the text may be shown to them."""


def delivery_of(token: str, section: int) -> Delivery | None:
    """The mail by which the reader of a link got a section; None for a link that is wrong in any way."""
    reader = Subscriber.objects.with_token(token).first()
    if reader is None:
        return None
    return Delivery.objects.filter(subscriber=reader, mailing__issue__sections__pk=section).first()


def react(delivery: Delivery, section: int, value: str) -> None:
    """Keep a reader's opinion; a later one takes its place."""
    Reaction.objects.update_or_create(
        delivery=delivery, section_id=section, defaults={"value": value, "at": timezone.now()}
    )
    if delivery.subscriber_id is not None:
        consent.heard_of(delivery.subscriber_id)


@transaction.atomic
def reply(delivery: Delivery, section: int, text: str) -> None:
    """Keep a reader's words, for the authors of the section. Raises TooManyReplies."""
    # One after the other, or many at once would each count as the first.
    Delivery.objects.select_for_update().only("pk").get(pk=delivery.pk)
    lately = ReaderReply.objects.filter(delivery=delivery, at__gt=timezone.now() - timedelta(days=1))
    if lately.count() >= REPLIES_PER_DAY:
        raise TooManyReplies(_("You wrote several times today. Please come back tomorrow."))
    written = ReaderReply.objects.create(delivery=delivery, section_id=section, text=text)
    if delivery.subscriber_id is not None:
        consent.heard_of(delivery.subscriber_id)
    from ..tasks import send_reader_reply

    transaction.on_commit(partial(send_reader_reply.delay, written.pk), robust=True)


def previous(delivery: Delivery, section: int) -> str:
    """The opinion that a reader gave of a section, empty if none."""
    return (
        Reaction.objects.filter(delivery=delivery, section=section).values_list("value", flat=True).first()
        or ""
    )
