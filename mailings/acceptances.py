"""Acceptances, written a hundred at a time: the rows, the sums kept of them, and what they put an end to.

They hold, however late: a doubt raised in the meantime is settled by them. And the server takes mail again:
what it complained of before is over. May be written twice: what is sent already is not counted again.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from . import destinations
from .models import Batch, Delivery, Destination, Mailing, Minute

Rows = Sequence[tuple[int, str]]

_ACCEPT = f"""
    UPDATE {Delivery._meta.db_table}
    SET state = 'sent', attempts = attempts + 1, settled_at = CURRENT_TIMESTAMP, next_attempt_at = NULL,
        reply = {{reply}}
    {{answers}} state IN ('planned', 'deferred', 'uncertain')
"""  # noqa: S608
_ACCEPT_MANY = _ACCEPT.format(
    reply="answer.reply",
    answers="""
        FROM unnest(%(keys)s::bigint[], %(replies)s::text[]) AS answer (delivery, reply)
        WHERE id = answer.delivery AND
    """,
)
_COUNT_ANSWERS = f"""
    INSERT INTO {Minute._meta.db_table} AS minute (mailing_id, at, answered)
    VALUES (%(mailing)s, %(minute)s, %(answers)s)
    ON CONFLICT (mailing_id, at) DO UPDATE SET answered = minute.answered + excluded.answered
"""  # noqa: S608
# Each further trip to the database would cost as much as a message.
_ALL_AT_ONCE = f"""
    WITH accepted AS ({_ACCEPT_MANY} AND batch_id = %(batch)s RETURNING 1),
    counted AS ({_COUNT_ANSWERS}),
    content AS (
        UPDATE {Mailing._meta.db_table} SET faults_in_a_row = 0, reason = ''
        WHERE id = %(mailing)s AND state = 'sending' AND (faults_in_a_row > 0 OR reason <> '')
    ),
    rested AS (
        UPDATE {Destination._meta.db_table} SET throttled_in_a_row = 0, closed_until = NULL, reply = ''
        WHERE name = ANY(%(takers)s) AND throttled_in_a_row > 0
    )
    UPDATE {Batch._meta.db_table} SET sent = sent + (SELECT count(*) FROM accepted) WHERE id = %(batch)s
    RETURNING (SELECT count(*) FROM accepted)
"""  # noqa: S608


def write(batch: Batch, rows: Rows, domains: Collection[str]) -> None:
    """Write down that these deliveries were accepted, each with the server's words, at these domains."""
    takers = sorted({destinations.destination_of(domain) for domain in domains})
    if connection.vendor == "postgresql":
        _write_at_once(batch, rows, takers)
    else:
        _write_in_turn(batch, rows, takers)


def count_sent(batch: Batch, more: int) -> None:
    """Add to what a batch has sent."""
    if more:
        Batch.objects.filter(pk=batch.pk).update(sent=F("sent") + more)


def count_answers(batch: Batch, more: int) -> None:
    """Add to the answers of this minute."""
    minute = connection.ops.adapt_datetimefield_value(_this_minute())
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_ANSWERS, {"mailing": batch.mailing_id, "minute": minute, "answers": more})


def _write_at_once(batch: Batch, rows: Rows, takers: list[str]) -> None:
    keys, replies = map(list, zip(*rows, strict=True))
    values: dict[str, Any] = {
        "keys": keys,
        "replies": replies,
        "batch": batch.pk,
        "mailing": batch.mailing_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            _ALL_AT_ONCE, {**values, "minute": _this_minute(), "answers": len(rows), "takers": takers}
        )
        (written,) = cursor.fetchone() or (0,)
        if written < len(rows):
            # Some stand in another batch by now.
            cursor.execute(_ACCEPT_MANY, values)
            count_sent(batch, cursor.rowcount)


@transaction.atomic
def _write_in_turn(batch: Batch, rows: Rows, takers: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            _ACCEPT.format(reply="%s", answers="WHERE id = %s AND"), [(reply, key) for key, reply in rows]
        )
        count_sent(batch, cursor.rowcount)
    count_answers(batch, len(rows))
    Mailing.objects.sending().filter(Q(faults_in_a_row__gt=0) | ~Q(reason=""), pk=batch.mailing_id).update(
        faults_in_a_row=0, reason=""
    )
    destinations.accepted(takers)


def _this_minute() -> datetime:
    return timezone.now().replace(second=0, microsecond=0)
