"""The loop that sends a batch: one conditional UPDATE before each message, one hand-over, one answer.

The UPDATE is cursor, heartbeat, fence, pause and consent at once. No row updated: another worker has
the batch, somebody paused the mailing, or the reader left; then nothing is handed over.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from subscribers.models import Subscriber

from . import claim
from .compose import Frozen, Recipient
from .models import Batch, Delivery, Mailing
from .replies import GIVE_UP_AFTER, Answer, Outcome, backoff
from .transports import Transport, Unreachable, open_transport

logger = logging.getLogger(__name__)

# A task is short: brokers queue again, or kill, what stays unacknowledged for long.
SECONDS = 60
# Accepted messages are written together, after so many or so long.
WRITE_EVERY = 100
WRITE_AFTER_SECONDS = 1
# So many refusals of ourselves in a row, and the mailing pauses by itself.
FAULTS_BEFORE_PAUSE = 20
# How long to leave a server alone that cannot be reached.
UNREACHABLE_WAIT = timedelta(seconds=30)

_NOW_PLUS_LEASE = {
    "postgresql": "statement_timestamp() + interval '15 minutes'",
    "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', '+15 minutes')",
}


def send_batch(
    batch_id: int,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    transport: Transport | None = None,
) -> bool:
    """Send what a batch still holds, for a minute at most. False if the batch was not to be had.

    May be called twice, late, or on another machine: the claim decides.
    """
    with claim.ownership() as owner:
        batch = claim.claim(batch_id, owner)
        if batch is None:
            return False
        way_out = transport or open_transport()
        try:
            _Sending(batch, owner, way_out, should_stop).run()
        finally:
            way_out.close()
    return True


@dataclass
class _Sending:
    batch: Batch
    owner: str
    transport: Transport
    should_stop: Callable[[], bool]
    accepted: list[tuple[str, int]] = field(default_factory=list)
    written_at: float = field(default_factory=time.monotonic)

    def run(self) -> None:
        mailing = self.batch.mailing
        frozen = Frozen(bytes(mailing.message))
        end = time.monotonic() + SECONDS
        for delivery in self._waiting():
            if time.monotonic() > end or self.should_stop():
                self._give_back()
                return
            try:
                self.transport.ready()
            except Unreachable as error:
                self._give_back(wait=UNREACHABLE_WAIT)
                self._tell(str(error), pause=error.refused)
                return
            if not self._may_hand_over(delivery):
                if not self._skip_or_stop(delivery):
                    self._give_back()
                    return
                continue
            recipient = _recipient(delivery)
            message = frozen.for_recipient(recipient)
            answer = self.transport.send(mailing.sender, recipient.email, message)
            if not self._write(delivery, answer):
                self._give_back()
                return
        self._write_accepted()
        claim.finish(self.batch, self.owner)

    def _waiting(self) -> list[Delivery]:
        return list(self.batch.deliveries.planned().select_related("subscriber").order_by("position"))

    def _may_hand_over(self, delivery: Delivery) -> bool:
        """Move the cursor to this delivery, if we still may. (The row count decides.)"""
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                UPDATE {Batch._meta.db_table}
                SET cursor = %s, lease_until = {_NOW_PLUS_LEASE[connection.vendor]}
                WHERE id = %s AND owner = %s
                AND EXISTS (SELECT 1 FROM {Mailing._meta.db_table} WHERE id = mailing_id AND state = %s)
                AND EXISTS (SELECT 1 FROM {Subscriber._meta.db_table} WHERE id = %s AND state = %s)
                """,  # noqa: S608
                [
                    delivery.position,
                    self.batch.pk,
                    self.owner,
                    Mailing.State.SENDING,
                    delivery.subscriber_id,
                    Subscriber.State.ACTIVE,
                ],
            )
            return cursor.rowcount == 1

    def _skip_or_stop(self, delivery: Delivery) -> bool:
        """Find out why the hand-over was refused. True if it was the reader, who left: go on."""
        ours = Batch.objects.filter(
            pk=self.batch.pk, owner=self.owner, mailing__state=Mailing.State.SENDING
        ).exists()
        if ours:
            Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.PLANNED).update(
                state=Delivery.State.SKIPPED, settled_at=Now()
            )
        return ours

    def _write(self, delivery: Delivery, answer: Answer) -> bool:
        """Write what became of a delivery. False if the sending must stop."""
        if answer.outcome is Outcome.ACCEPTED:
            self.accepted.append((answer.reply[:500], delivery.pk))
            waited = time.monotonic() - self.written_at
            if len(self.accepted) >= WRITE_EVERY or waited > WRITE_AFTER_SECONDS:
                self._write_accepted()
            return True
        logger.info("delivery %s: %s", delivery.pk, answer.outcome.value)
        if answer.outcome is Outcome.UNCERTAIN:
            claim.doubt(delivery, answer.reply)
            return True
        if answer.outcome is Outcome.BAD_ADDRESS:
            _settle(delivery, Delivery.State.REFUSED, answer.reply)
            return True
        _defer(delivery, self.batch.mailing, answer)
        if answer.outcome is Outcome.OUR_FAULT:
            return self._count_fault(answer.reply)
        return True

    def _write_accepted(self) -> None:
        if self.accepted:
            with connection.cursor() as cursor:
                cursor.executemany(
                    f"""
                    UPDATE {Delivery._meta.db_table}
                    SET state = '{Delivery.State.SENT.value}', reply = %s,
                        attempts = attempts + 1, settled_at = CURRENT_TIMESTAMP
                    WHERE id = %s AND state = '{Delivery.State.PLANNED.value}'
                    """,  # noqa: S608
                    self.accepted,
                )
            Mailing.objects.filter(pk=self.batch.mailing_id, faults_in_a_row__gt=0).update(faults_in_a_row=0)
        self.accepted = []
        self.written_at = time.monotonic()

    def _give_back(self, wait: timedelta | None = None) -> None:
        self._write_accepted()
        claim.release(self.batch, self.owner, wait=wait)

    def _count_fault(self, reply: str) -> bool:
        self._write_accepted()
        mailing = Mailing.objects.filter(pk=self.batch.mailing_id)
        mailing.update(faults_in_a_row=F("faults_in_a_row") + 1)
        too_many = mailing.filter(faults_in_a_row__gte=FAULTS_BEFORE_PAUSE).exists()
        if too_many:
            self._tell(reply, pause=True)
        return not too_many

    def _tell(self, reply: str, *, pause: bool) -> None:
        """Tell the editor, in the server's words; pause where going on would only be refused again."""
        changes: dict[str, object] = {"reason": _("The mail server says: %(reply)s") % {"reply": reply}}
        if pause:
            changes |= {"state": Mailing.State.PAUSED, "faults_in_a_row": 0}
        Mailing.objects.filter(pk=self.batch.mailing_id, state=Mailing.State.SENDING).update(**changes)


def _recipient(delivery: Delivery) -> Recipient:
    reader = delivery.subscriber
    if reader is None:
        raise RuntimeError("handed over without a reader")
    local = reader.email.rpartition("@")[0]
    domain = delivery.address.rpartition("@")[2]
    return Recipient(
        email=f"{local}@{domain}",
        name=reader.name,
        token=reader.token,
        # Fixed for the delivery's life: who gets a second copy can recognise it (RFC 7352).
        message_id=f"{delivery.pk}.{delivery.mailing_id}@{settings.SITE_DOMAIN}",
    )


def _settle(delivery: Delivery, state: Delivery.State, reply: str) -> None:
    Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.PLANNED).update(
        state=state, reply=reply[:500], attempts=F("attempts") + 1, settled_at=Now()
    )


def _defer(delivery: Delivery, mailing: Mailing, answer: Answer) -> None:
    """Try again later, or give up where the news has aged."""
    wait = timedelta(seconds=30) if answer.outcome is Outcome.NOT_SENT else backoff(delivery.attempts + 1)
    if timezone.now() + wait > mailing.created_at + GIVE_UP_AFTER:
        _settle(delivery, Delivery.State.EXPIRED, answer.reply)
        return
    Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.PLANNED).update(
        state=Delivery.State.DEFERRED,
        reply=answer.reply[:500],
        attempts=F("attempts") + 1,
        next_attempt_at=Now() + wait,
    )
