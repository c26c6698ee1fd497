"""What became of each delivery, written down.

Every write says from which states it may move, so that doing it twice, or late, changes nothing more.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from . import acceptances, suppression
from .letters import Letter
from .models import Batch, Delivery, Mailing
from .replies import Answer, Outcome, backoff
from .transports import copies_are_recognisable

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

    batch: Batch
    _accepted: list[tuple[int, str]] = field(default_factory=list)
    _others: list[tuple[Letter, Answer]] = field(default_factory=list)
    _takers: set[str] = field(default_factory=set)
    _written_at: float = field(default_factory=time.monotonic)

    def note(self, unit: Sequence[Letter], answers: Sequence[Answer]) -> None:
        """Keep the answers to a hand-over: acceptances for a while, whatever else is written at once.

        All are kept before any is written: writing may fail, and an acceptance forgotten is a second mail.
        """
        for letter, answer in zip(unit, answers, strict=True):
            if answer.outcome is Outcome.ACCEPTED:
                self._accepted.append((letter.delivery, answer.reply[:500]))
                self._takers.add(letter.domain)
            else:
                self._others.append((letter, answer))
        waited = time.monotonic() - self._written_at
        if self._others or len(self._accepted) >= WRITE_EVERY or waited > WRITE_AFTER_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write what is kept."""
        if self._accepted:
            acceptances.write(self.batch, self._accepted, self._takers)
            self._accepted, self._takers = [], set()
        self._written_at = time.monotonic()
        while self._others:
            with transaction.atomic():
                _settle(self.batch.mailing, *self._others[0])
                acceptances.count_answers(self.batch, 1)
            del self._others[0]


def skip(deliveries: Iterable[int]) -> None:
    """Pass over readers who left since the mailing was planned."""
    _close(deliveries, Delivery.State.SKIPPED)


def postpone(deliveries: Iterable[int], until: datetime) -> None:
    """Leave deliveries for later, untried: their destination wants less of us for now."""
    Delivery.objects.planned().filter(pk__in=deliveries).update(
        state=Delivery.State.DEFERRED, next_attempt_at=until
    )


def settle_unwritten(batch: Batch) -> int:
    """Settle the rows a dead worker did not write: before its last hand-over sent, in it uncertain.

    Gives the number of those sent.
    """
    unwritten = batch.deliveries.planned()
    sent = unwritten.filter(position__lt=batch.handed_from).update(
        state=Delivery.State.SENT, settled_at=Now()
    )
    acceptances.count_sent(batch, sent)
    doubtful = unwritten.filter(position__gte=batch.handed_from, position__lte=batch.cursor)
    for pk, repeats in doubtful.values_list("pk", "repeats"):
        _doubt(pk, repeats)
    return sent


def _settle(mailing: Mailing, letter: Letter, answer: Answer) -> None:
    if answer.outcome is Outcome.UNCERTAIN:
        _doubt(letter.delivery, letter.repeats, answer.reply)
    elif answer.outcome is Outcome.BAD_ADDRESS:
        if _close([letter.delivery], Delivery.State.REFUSED, answer.reply, attempts=1):
            suppression.consider(letter.subscriber)
    else:
        _defer(mailing, letter, answer)


def _close(deliveries: Iterable[int], state: Delivery.State, reply: str = "", *, attempts: int = 0) -> int:
    return (
        Delivery.objects.planned()
        .filter(pk__in=deliveries)
        .update(state=state, reply=reply[:500], attempts=F("attempts") + attempts, settled_at=Now())
    )


def _defer(mailing: Mailing, letter: Letter, answer: Answer) -> None:
    """Try again later, or give up where the news has aged."""
    broken_off = answer.outcome is Outcome.NOT_SENT
    wait = BROKEN_OFF_WAIT if broken_off else backoff(letter.attempts + 1)
    if timezone.now() + wait > mailing.give_up_at:
        _close([letter.delivery], Delivery.State.EXPIRED, answer.reply, attempts=1)
        return
    Delivery.objects.planned().filter(pk=letter.delivery).update(
        state=Delivery.State.DEFERRED,
        reply=answer.reply[:500],
        attempts=F("attempts") + 1,
        next_attempt_at=Now() + wait,
    )


def _doubt(delivery: int, repeats: int, reply: str = "") -> None:
    """Settle a delivery whose acceptance is unknown: sent again once, or held, by VEILLE_UNCERTAIN.

    Always held where a copy could not be told from the first.
    """
    again = settings.VEILLE_UNCERTAIN == "resend" and not repeats and copies_are_recognisable()
    Delivery.objects.planned().filter(pk=delivery).update(
        state=Delivery.State.DEFERRED if again else Delivery.State.UNCERTAIN,
        repeats=F("repeats") + int(again),
        attempts=F("attempts") + 1,
        reply=reply[:500],
        next_attempt_at=Now() if again else None,
        settled_at=None if again else Now(),
    )
