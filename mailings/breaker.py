"""When a mailing stops by itself: the server refuses us, and going on would only be refused again."""

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from .models import JournalEntry, Mailing

# So many messages in a row that the server refused for our sake, or left without an answer...
FAULTS_BEFORE_PAUSE = 20
# ... or 5 % of the last 500.
WINDOW = 500
FAULTS_IN_WINDOW = 25
# A call that fails is one event, however many messages it held: it takes three to come to 20.
FAULTS_IN_A_CALL = 7


@transaction.atomic
def is_fault_too_many(mailing: Mailing, messages: int = 1) -> bool:
    """Count a fault, of so many messages. True if the mailing should pause. Counts over all workers."""
    faults = min(messages, FAULTS_IN_A_CALL)
    counted = Mailing.objects.select_for_update().only("faults_in_a_row", "recent_faults").get(pk=mailing.pk)
    handed_over = mailing.batches.aggregate(n=Sum("cursor"))["n"] or 0
    recent = [number for number in counted.recent_faults if number > handed_over - WINDOW]
    counted.recent_faults = recent + [handed_over] * faults
    counted.faults_in_a_row += faults
    counted.save(update_fields=["recent_faults", "faults_in_a_row"])
    return counted.faults_in_a_row >= FAULTS_BEFORE_PAUSE or len(counted.recent_faults) >= FAULTS_IN_WINDOW


def tell(mailing: Mailing, reply: str, *, pause: bool) -> None:
    """Tell the editor, in the server's words; pause where a person must decide how to go on."""
    reason = _("The mail server says: %(reply)s") % {"reply": reply}
    if pause:
        stop(mailing, reason)
    else:
        Mailing.objects.sending().filter(pk=mailing.pk).update(reason=reason)


@transaction.atomic
def stop(mailing: Mailing, reason: str) -> None:
    """Pause a mailing under way until a person resumes it, and note why."""
    stopped = (
        Mailing.objects.sending()
        .filter(pk=mailing.pk)
        .update(state=Mailing.State.PAUSED, reason=reason, faults_in_a_row=0, recent_faults=[])
    )
    if stopped:
        JournalEntry.objects.create(
            mailing_id=mailing.pk,
            action=JournalEntry.Action.PAUSE,
            origin=JournalEntry.Origin.ENGINE,
            reason=reason,
        )
