"""What became of each delivery, written down.

Every write says from which states it may move, so that doing it twice, or late, changes nothing more.
"""

import time
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from .models import Batch, Delivery, Mailing
from .replies import Answer, Outcome, backoff

# Accepted messages are written together, after so many or so long.
WRITE_EVERY = 100
WRITE_AFTER_SECONDS = 1
# A message that broke off before its end is no sign of a busy server: it is tried again soon.
BROKEN_OFF_WAIT = timedelta(seconds=30)


@dataclass
class Ledger:
    """The server's answers, kept here until the database has them.

    A `flush` that fails keeps what it could not write: call it again.
    """

    mailing: Mailing
    _accepted: list[tuple[str, int]] = field(default_factory=list)
    _others: list[tuple[Delivery, Answer]] = field(default_factory=list)
    _written_at: float = field(default_factory=time.monotonic)

    def note(self, delivery: Delivery, answer: Answer) -> None:
        """Keep an answer: acceptances for a while, whatever else is written at once."""
        if answer.outcome is not Outcome.ACCEPTED:
            self._others.append((delivery, answer))
            self.flush()
            return
        self._accepted.append((answer.reply[:500], delivery.pk))
        waited = time.monotonic() - self._written_at
        if len(self._accepted) >= WRITE_EVERY or waited > WRITE_AFTER_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write what is kept."""
        if self._accepted:
            _accept(self._accepted)
            self._accepted = []
            # The server takes mail again: what it complained of before is over.
            Mailing.objects.filter(
                Q(faults_in_a_row__gt=0) | ~Q(reason=""), pk=self.mailing.pk, state=Mailing.State.SENDING
            ).update(faults_in_a_row=0, reason="")
        self._written_at = time.monotonic()
        while self._others:
            _settle(self.mailing, *self._others[0])
            del self._others[0]


def skip(delivery: Delivery) -> None:
    """Pass over a reader who left since the mailing was planned."""
    _close(delivery, Delivery.State.SKIPPED)


def settle_unwritten(batch: Batch) -> None:
    """Settle the rows a dead worker did not write: before the cursor sent, at the cursor uncertain."""
    unwritten = batch.deliveries.planned()
    unwritten.filter(position__lt=batch.cursor).update(state=Delivery.State.SENT, settled_at=Now())
    for delivery in unwritten.filter(position=batch.cursor):
        _doubt(delivery)


def _accept(rows: list[tuple[str, int]]) -> None:
    """Write acceptances. They hold, however late: a doubt raised in the meantime is settled by them."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            f"""
            UPDATE {Delivery._meta.db_table}
            SET state = '{Delivery.State.SENT.value}', reply = %s, attempts = attempts + 1,
                settled_at = CURRENT_TIMESTAMP, next_attempt_at = NULL
            WHERE id = %s AND state IN (
                '{Delivery.State.PLANNED.value}', '{Delivery.State.DEFERRED.value}',
                '{Delivery.State.UNCERTAIN.value}')
            """,  # noqa: S608
            rows,
        )


def _settle(mailing: Mailing, delivery: Delivery, answer: Answer) -> None:
    if answer.outcome is Outcome.UNCERTAIN:
        _doubt(delivery, answer.reply)
    elif answer.outcome is Outcome.BAD_ADDRESS:
        _close(delivery, Delivery.State.REFUSED, answer.reply, attempts=1)
    else:
        _defer(mailing, delivery, answer)


def _close(delivery: Delivery, state: Delivery.State, reply: str = "", *, attempts: int = 0) -> None:
    Delivery.objects.planned().filter(pk=delivery.pk).update(
        state=state, reply=reply[:500], attempts=F("attempts") + attempts, settled_at=Now()
    )


def _defer(mailing: Mailing, delivery: Delivery, answer: Answer) -> None:
    """Try again later, or give up where the news has aged."""
    broken_off = answer.outcome is Outcome.NOT_SENT
    wait = BROKEN_OFF_WAIT if broken_off else backoff(delivery.attempts + 1)
    if timezone.now() + wait > mailing.give_up_at:
        _close(delivery, Delivery.State.EXPIRED, answer.reply, attempts=1)
        return
    Delivery.objects.planned().filter(pk=delivery.pk).update(
        state=Delivery.State.DEFERRED,
        reply=answer.reply[:500],
        attempts=F("attempts") + 1,
        next_attempt_at=Now() + wait,
    )


def _doubt(delivery: Delivery, reply: str = "") -> None:
    """Settle a delivery whose acceptance is unknown: sent again once, or held, by VEILLE_UNCERTAIN."""
    again = settings.VEILLE_UNCERTAIN == "resend" and not delivery.repeats
    Delivery.objects.planned().filter(pk=delivery.pk).update(
        state=Delivery.State.DEFERRED if again else Delivery.State.UNCERTAIN,
        repeats=F("repeats") + int(again),
        attempts=F("attempts") + 1,
        reply=reply[:500],
        next_attempt_at=Now() if again else None,
        settled_at=None if again else Now(),
    )
