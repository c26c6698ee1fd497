"""The loop that sends a batch: one conditional UPDATE before each message, one hand-over, one answer.

The UPDATE is cursor, heartbeat, fence, pause and consent at once. No row updated: another worker has
the batch, somebody paused the mailing, or the reader left; then nothing is handed over.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.models import F
from django.utils.translation import gettext as _

from subscribers.models import Subscriber

from . import claim, witness
from .compose import Frozen, Recipient
from .models import Batch, Delivery, Mailing
from .replies import Answer, Outcome
from .settle import Ledger, skip
from .transports import Transport, Unreachable, kept_transport

logger = logging.getLogger(__name__)

# A task is short: brokers queue again, or kill, what stays unacknowledged for long.
SECONDS = 60
# So many messages in a row that the server refused for our sake, or left without an answer, and the
# mailing pauses by itself.
FAULTS_BEFORE_PAUSE = 20
FAULTS = {Outcome.OUR_FAULT, Outcome.NOT_SENT, Outcome.UNCERTAIN}
# How long to leave a server alone that cannot be reached, or breaks off so many messages in a row.
UNREACHABLE_WAIT = timedelta(seconds=30)
BROKEN_OFF_IN_A_ROW = 3
# How often to look whether a database that went away is back.
DATABASE_WAIT_SECONDS = 1.0
# How often to write down, outside the database, how far a batch came.
WITNESS_SECONDS = 1

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

    May be called twice, late, or on another machine: the claim decides. Without a transport the one
    that this worker keeps open is used.
    """
    with claim.ownership() as owner:
        batch = claim.claim(batch_id, owner)
        if batch is None:
            return False
        if witness.pause_if_restored(batch.mailing):
            claim.release(batch, owner)
            return False
        _Sending(batch, owner, transport or kept_transport(), should_stop).run()
    return True


class _Sending:
    def __init__(
        self, batch: Batch, owner: str, transport: Transport, should_stop: Callable[[], bool]
    ) -> None:
        self.batch = batch
        self.mailing = batch.mailing
        self.owner = owner
        self.transport = transport
        self.should_stop = should_stop
        self.ledger = Ledger(batch.mailing)
        self.broken_off = 0
        self.handed_over = 0
        self.witnessed_at = time.monotonic()

    def run(self) -> None:
        try:
            self._send_all()
        except (OperationalError, InterfaceError):
            logger.warning("batch %s: the database is away; nothing more is sent", self.batch.pk)
            self._insist_on_giving_back()
        except Exception:
            # Not waited out until the lease ends; after so many times the batch is put aside.
            self.ledger.flush()
            claim.abandon(self.batch, self.owner)
            raise
        if self.handed_over:
            witness.remember(self.batch, self.handed_over)

    def _send_all(self) -> None:
        frozen = Frozen(bytes(self.mailing.message))
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
            if not self._deliver(frozen, delivery):
                return
        self.ledger.flush()
        claim.finish(self.batch, self.owner)

    def _waiting(self) -> list[Delivery]:
        return list(self.batch.deliveries.planned().select_related("subscriber").order_by("position"))

    def _deliver(self, frozen: Frozen, delivery: Delivery) -> bool:
        """Hand one message over and note the answer. False if the sending must stop."""
        message = b""
        if delivery.subscriber:
            recipient = _recipient(delivery, delivery.subscriber)
            try:
                message = frozen.for_recipient(recipient)
            except ValueError as error:
                # An address or a name that no header may hold: that reader's alone.
                self.ledger.note(delivery, Answer(Outcome.BAD_ADDRESS, str(error)))
                return True
        if not message or not self._may_hand_over(delivery):
            return self._skip_or_stop(delivery)
        answer = self.transport.send(self.mailing.sender, recipient.email, message)
        self.ledger.note(delivery, answer)
        self.handed_over = delivery.position
        if time.monotonic() - self.witnessed_at > WITNESS_SECONDS:
            witness.remember(self.batch, self.handed_over)
            self.witnessed_at = time.monotonic()
        if answer.outcome is not Outcome.ACCEPTED:
            logger.info("delivery %s: %s", delivery.pk, answer.outcome.value)
        return self._may_go_on_after(answer)

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
            skip(delivery)
        else:
            self._give_back()
        return ours

    def _may_go_on_after(self, answer: Answer) -> bool:
        self.broken_off = self.broken_off + 1 if answer.outcome is Outcome.NOT_SENT else 0
        if answer.outcome in FAULTS and self._is_fault_too_many():
            self._tell(answer.reply, pause=True)
            self._give_back()
            return False
        if self.broken_off == BROKEN_OFF_IN_A_ROW:
            self._give_back(wait=UNREACHABLE_WAIT)
            self._tell(answer.reply, pause=False)
            return False
        return True

    def _is_fault_too_many(self) -> bool:
        self.ledger.flush()
        mailing = Mailing.objects.filter(pk=self.mailing.pk)
        mailing.update(faults_in_a_row=F("faults_in_a_row") + 1)
        return mailing.filter(faults_in_a_row__gte=FAULTS_BEFORE_PAUSE).exists()

    def _tell(self, reply: str, *, pause: bool) -> None:
        """Tell the editor, in the server's words; pause where going on would only be refused again."""
        changes: dict[str, object] = {"reason": _("The mail server says: %(reply)s") % {"reply": reply}}
        if pause:
            changes |= {"state": Mailing.State.PAUSED, "faults_in_a_row": 0}
        Mailing.objects.filter(pk=self.mailing.pk, state=Mailing.State.SENDING).update(**changes)

    def _give_back(self, wait: timedelta | None = None) -> None:
        self.ledger.flush()
        claim.release(self.batch, self.owner, wait=wait)

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


def _recipient(delivery: Delivery, reader: Subscriber) -> Recipient:
    # The planned address; as its reader writes it, where that is only a matter of case.
    local, at, domain = delivery.address.rpartition("@")
    typed = reader.email.rpartition("@")[0]
    if typed.lower() == local:
        local = typed
    return Recipient(
        email=local + at + domain,
        name=reader.name,
        token=reader.token,
        # Fixed for the delivery's life: who gets a second copy can recognise it (RFC 7352).
        message_id=f"{delivery.pk}.{delivery.mailing_id}@{settings.SITE_DOMAIN}",
    )
