"""Who gets a mailing: planned in the transaction that publishes the issue."""

import hashlib
import logging
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Max, OuterRef, QuerySet, Subquery, Value, Window
from django.db.models.functions import Coalesce, RowNumber, StrIndex, Substr
from django.utils import timezone

from issues.models import Issue, Rendition
from subscribers.models import Subscriber

from .compose import freeze, freeze_text, from_address
from .destinations import rules
from .models import Batch, Delivery, Mailing
from .transports.providers import provider_of

logger = logging.getLogger(__name__)


def plan_on_publication(
    sender: type[Issue], issue: Issue, rendition: Rendition, mailed: bool, **kwargs: Any
) -> None:
    """Freeze the mail and write a row for each recipient, with the publication or not at all.

    An issue that is put into the archive has no mailing, which is how one tells it from those sent here.
    """
    if not mailed:
        return
    plan(issue, rendition)
    transaction.on_commit(announce)


def announce() -> None:
    """Wake a worker. A broker that is away loses nothing: the scheduler looks every 15 seconds."""
    from .tasks import dispatch

    options = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **settings.VEILLE_PUBLISH_OPTIONS}
    try:
        with current_app.connection_for_write(transport_options=options) as broker:
            dispatch.apply_async(connection=broker)  # type: ignore[call-arg] # missing in celery-types
    # Whatever the broker's client raises: the rows are the record, the queue is a hint.
    except Exception:
        logger.warning("the broker is away; the scheduler will find the mailing", exc_info=True)


@transaction.atomic
def plan(issue: Issue, rendition: Rendition) -> Mailing:
    """Write the mailing, its batches and its deliveries. Raises ComposeError.

    The audience is who is active now, and in no pause. Rows go from table to table inside the database,
    so that a million of them need no memory here.
    """
    mail, text_only = freeze(rendition), freeze_text(rendition)
    mailing = Mailing.objects.create(
        issue=issue,
        subject=rendition.subject,
        sender=from_address()[1],
        message=bytes(mail.quoted),
        message_8bit=bytes(mail.eight_bit),
        text_only=bytes(text_only.quoted),
        text_only_8bit=bytes(text_only.eight_bit),
        digest=hashlib.sha256(bytes(mail.quoted) + bytes(text_only.quoted)).hexdigest(),
        per_minute=settings.VEILLE_PER_MINUTE,
    )
    highest = Subscriber.objects.receiving().aggregate(highest=Max("pk"))["highest"] or 0
    audience = (
        Subscriber.objects.receiving()
        .filter(pk__lte=highest)
        .annotate(domain=Substr("address", StrIndex("address", Value("@")) + 1))
    )
    ruled: set[str] = set()
    for rule in rules().values():
        mailing.planned += _plan_lane(mailing, rule.name, audience.filter(domain__in=rule.domains))
        ruled |= rule.domains
    mailing.planned += _plan_lane(mailing, "", audience.exclude(domain__in=ruled) if ruled else audience)
    if not mailing.planned:
        mailing.state, mailing.finished_at = Mailing.State.FINISHED, timezone.now()
    mailing.save(update_fields=["planned", "state", "finished_at"])
    return mailing


def _plan_lane(mailing: Mailing, lane: str, readers: QuerySet[Subscriber]) -> int:
    """Write the batches and the deliveries of one lane. Gives the number of its readers."""
    size = settings.VEILLE_BATCH_SIZE
    before, count = mailing.batches.count(), readers.count()
    needed = -(-count // size)
    Batch.objects.bulk_create(
        (
            Batch(
                mailing=mailing, lane=lane, number=before + place, size=min(size, count - (place - 1) * size)
            )
            for place in range(1, needed + 1)
        ),
        batch_size=1000,
    )
    written = _write_deliveries(mailing, readers, before, before + needed) if needed else 0
    if written != count:
        _fit_batches(mailing)
    return written


def _write_deliveries(mailing: Mailing, readers: QuerySet[Subscriber], before: int, last: int) -> int:
    """Write a row for each reader into the batches numbered above `before`. Gives their number.

    Whoever became active since they were counted goes into the last batch too: nobody falls off.
    """
    size = settings.VEILLE_BATCH_SIZE
    chosen, parameters = (
        readers.order_by()
        .annotate(place=Window(RowNumber(), order_by=_order()))
        .values("pk", "address", "place")
        .query.sql_with_params()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {Delivery._meta.db_table}
                (mailing_id, batch_id, position, subscriber_id, address, state, attempts, repeats, reply)
            WITH reader (pk, address, place) AS ({chosen})
            SELECT %s, batch.id, reader.place - (batch.number - %s - 1) * %s, reader.pk, reader.address, %s,
                0, 0, ''
            FROM reader
            JOIN {Batch._meta.db_table} AS batch
                ON batch.mailing_id = %s
                AND batch.number = CASE
                    WHEN reader.place > %s THEN %s ELSE (reader.place - 1) / %s + 1 + %s END
            """,  # noqa: S608
            [
                *parameters,
                mailing.pk,
                before,
                size,
                Delivery.State.PLANNED,
                mailing.pk,
                size * (last - before),
                last,
                size,
                before,
            ],
        )
        return cursor.rowcount


def _order() -> list[str]:
    """Those of one form side by side, where a provider takes many of them in a call."""
    provider = provider_of(settings.MAILERS["default"]["BACKEND"])
    return ["format", "pk"] if provider and provider.letters_in_a_call > 1 else ["pk"]


def _fit_batches(mailing: Mailing) -> None:
    """Give each batch its true size; somebody may have left between two statements."""
    counted = Delivery.objects.filter(batch=OuterRef("pk")).order_by().values("batch").annotate(n=Count("pk"))
    mailing.batches.update(size=Coalesce(Subquery(counted.values("n")), 0))
    mailing.batches.filter(size=0).delete()
