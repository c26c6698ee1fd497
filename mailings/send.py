"""The loop that sends a batch: ask the fence, offer the text, conclude if the fence lets us, note the answer.

Whatever happens, each letter is before the cursor (settled, or accepted and about to be written), at it (in
doubt until written), or after it (untouched).
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.db import InterfaceError, OperationalError, connection

from subscribers.models import Subscriber

from . import breaker, claim, destinations, witness
from .fence import fence_of
from .letters import Letter, open_batch
from .models import Batch, Mailing
from .pace import Pace
from .replies import Answer, Outcome
from .settle import Ledger, postpone, skip
from .transports import Transport, Unreachable, kept_transport

logger = logging.getLogger(__name__)

# A task is short: brokers queue again, or kill, what stays unacknowledged for long.
SECONDS = 60
FAULTS = {Outcome.OUR_FAULT, Outcome.NOT_SENT, Outcome.UNCERTAIN}
# A worker that has to wait longer for its turn gives the batch back until then.
LONGEST_WAIT_SECONDS = 30
# How long to leave a server alone that cannot be reached, or breaks off so many messages in a row.
UNREACHABLE_WAIT = timedelta(seconds=30)
BROKEN_OFF_IN_A_ROW = 3
# How often to look whether a database that went away is back.
DATABASE_WAIT_SECONDS = 1.0
# How often to write down, outside the database, how far a batch came.
WITNESS_SECONDS = 1

Unit = Sequence[Letter]


def send_batch(
    batch_id: int,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    transport: Transport | None = None,
) -> bool:
    """Send what a batch still holds, for a minute at most. False if the batch was not to be had.

    May be called twice, late, or on another machine: the claim decides. Without a transport the one
    that this worker keeps open is used.
    """
    transport = transport or kept_transport()
    mailing = Mailing.objects.without_bytes().filter(batches=batch_id).first()
    if mailing is None or witness.pause_if_restored(mailing):
        return False
    with claim.ownership() as owner:
        batch = claim.claim(batch_id, owner)
        if batch is None:
            return False
        _Sending(batch, owner, transport, should_stop).run()
    return True


class _Sending:
    def __init__(
        self, batch: Batch, owner: str, transport: Transport, should_stop: Callable[[], bool]
    ) -> None:
        self.batch = batch
        self.owner = owner
        self.transport = transport
        self.should_stop = should_stop
        self.ledger = Ledger(batch)
        self.fence = fence_of(batch, owner)
        self.pace = Pace(batch)
        self.end = time.monotonic() + SECONDS
        self.waiting: deque[Letter] = deque()
        self.broken_off = 0
        self.handed_over = 0
        self.witnessed_at = time.monotonic()

    def run(self) -> None:
        try:
            self._send_all()
        except (OperationalError, InterfaceError):
            logger.warning("batch %s: the database is away; nothing more is sent", self.batch.pk)
            self.transport.withdraw()
            self._insist_on_giving_back()
        except Exception:
            # Not waited out until the lease ends; after so many times the batch is put aside.
            self.transport.withdraw()
            self.ledger.flush()
            claim.abandon(self.batch, self.owner)
            raise
        if self.handed_over:
            witness.remember(self.batch, self.handed_over)

    def _send_all(self) -> None:
        self._open()
        while self.waiting:
            if not self._may_go_on() or not self._send_one_unit():
                # What left ahead of its turn is taken back.
                self.transport.withdraw()
                return
        self.ledger.flush()
        claim.finish(self.batch, self.owner)

    def _open(self) -> None:
        post = open_batch(self.batch)
        skip(post.left)
        for letter in post.letters:
            try:
                letter.check()
            except ValueError as error:
                # An address that no header may hold: that reader's alone.
                self.ledger.note([letter], [Answer(Outcome.BAD_ADDRESS, str(error))])
            else:
                self.waiting.append(letter)
        for name, until in destinations.closed().items():
            self._leave_alone(name, until)

    def _may_go_on(self) -> bool:
        """Wait for our turn, and be connected. False if the batch was given back."""
        wait = self.pace.wait_for_turn(
            len(self.waiting),
            patience=min(LONGEST_WAIT_SECONDS, self.end - time.monotonic()),
            stop=self._must_end,
        )
        if wait or self._must_end():
            self._give_back(wait=wait)
            return False
        try:
            self.transport.ready()
        except Unreachable as error:
            self._give_back(wait=UNREACHABLE_WAIT)
            breaker.tell(self.batch.mailing, str(error), pause=error.refused)
            return False
        return True

    def _must_end(self) -> bool:
        return time.monotonic() > self.end or self.should_stop()

    def _send_one_unit(self) -> bool:
        """Hand one unit over and note the answers. False if the sending must stop."""
        unit, reader = self._next_unit()
        if not unit:
            return True
        self.fence.ask(unit[0].position, unit[-1].position, reader)
        try:
            refused = self.transport.offer(unit)
            self.transport.foresee(self._following())
        finally:
            # Whatever else happened: the connection is busy until the answer is read.
            passed = self.fence.passed()
        if not passed:
            self.transport.withdraw()
            return self._skip_or_stop(unit)
        if refused is None:
            self.transport.conclude()
        return self._note(unit, refused or self.transport.answers())

    def _next_unit(self) -> tuple[Unit, int | None]:
        """The letters to hand over now; of one alone, the reader whose consent the fence is to ask."""
        size = self.pace.take(self.transport.fits(self.waiting))
        unit = [self.waiting.popleft() for _number in range(size)]
        if len(unit) == 1:
            return unit, unit[0].subscriber
        return self._without_who_left(unit), None

    def _without_who_left(self, unit: Unit) -> Unit:
        """Skip those of a unit who may not be written to any more. Gives the others."""
        active = set(
            Subscriber.objects.receiving()
            .filter(pk__in=[letter.subscriber for letter in unit])
            .values_list("pk", flat=True)
        )
        skip(letter.delivery for letter in unit if letter.subscriber not in active)
        return [letter for letter in unit if letter.subscriber in active]

    def _following(self) -> Unit:
        """The unit that will be handed over next, if that is certain enough to announce it."""
        if not self.pace.left or self._must_end():
            return ()
        return list(islice(self.waiting, self.transport.fits(self.waiting)))

    def _skip_or_stop(self, unit: Unit) -> bool:
        """Find out why the hand-over was refused. True if it was the reader, who left: go on."""
        ours = Batch.objects.filter(
            pk=self.batch.pk, owner=self.owner, mailing__state=Mailing.State.SENDING
        ).exists()
        if ours:
            # Or the mailing was stopped for a moment only: the others are still waiting for it.
            self.waiting.extendleft(reversed(self._without_who_left(unit)))
        else:
            self._give_back()
        return ours

    def _note(self, unit: Unit, answers: Sequence[Answer]) -> bool:
        if answers[0].outcome is Outcome.APART:
            # Nothing was taken. The fence, asked for each by itself, brings the cursor back.
            self.waiting.extendleft(reversed(unit))
            return True
        self.handed_over = unit[-1].position
        self.ledger.note(unit, answers)
        for letter, answer in zip(unit, answers, strict=True):
            if answer.outcome is not Outcome.ACCEPTED:
                logger.info("delivery %s: %s", letter.delivery, answer.outcome.value)
        if time.monotonic() - self.witnessed_at > WITNESS_SECONDS:
            witness.remember(self.batch, self.handed_over)
            self.witnessed_at = time.monotonic()
        return self._may_go_on_after(unit, answers)

    def _may_go_on_after(self, unit: Unit, answers: Sequence[Answer]) -> bool:
        for letter, answer in zip(unit, answers, strict=True):
            if answer.outcome is Outcome.THROTTLED:
                destination = destinations.destination_of(letter.domain)
                if until := destinations.throttled(destination, answer.reply):
                    self._leave_alone(destination, until)
        faults = [answer for answer in answers if answer.outcome in FAULTS]
        not_sent = bool(faults) and faults[0].outcome is Outcome.NOT_SENT
        self.broken_off = self.broken_off + 1 if not_sent else 0
        if not faults:
            return True
        # A call that never left is one fault: no more was lost than by one connection that broke.
        if breaker.is_fault_too_many(self.batch.mailing, 1 if not_sent else len(faults)):
            breaker.tell(self.batch.mailing, faults[0].reply, pause=True)
            self._give_back()
            return False
        if self.broken_off == BROKEN_OFF_IN_A_ROW:
            self._give_back(wait=UNREACHABLE_WAIT)
            breaker.tell(self.batch.mailing, faults[0].reply, pause=False)
            return False
        return True

    def _leave_alone(self, destination: str, until: datetime) -> None:
        """Put off what goes to a destination, before the cursor passes it."""
        theirs = [x for x in self.waiting if destinations.destination_of(x.domain) == destination]
        if theirs:
            postpone([letter.delivery for letter in theirs], until)
            self.waiting = deque(x for x in self.waiting if x not in theirs)

    def _give_back(self, wait: timedelta | None = None) -> None:
        self.ledger.flush()
        claim.release(self.batch, self.owner, reached=self.handed_over, wait=wait)

    def _insist_on_giving_back(self) -> None:
        """Try until the database is back: an acceptance that is not written would be sent again.

        The worker told to stop in the meantime raises: then only the last message is in doubt.
        """
        while True:
            connection.close()
            try:
                self._give_back()
            except (OperationalError, InterfaceError):
                if self.should_stop():
                    raise
                time.sleep(DATABASE_WAIT_SECONDS)
            else:
                return
