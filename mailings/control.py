"""What an editor may do to a mailing under way. Each function checks the right, then the state."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from subscribers.addresses import normalise

from .compose import ComposeError, Content, freeze, from_address
from .frozen import Recipient
from .letters import Letter
from .models import Batch, Delivery, Mailing, a_day_from_now
from .plan import announce
from .replies import Outcome
from .transports import Unreachable, hand_over, open_transport


class ControlError(Exception):
    """What was refused or failed, in words for the person who asked."""


class NotAllowed(ControlError):
    """The right is missing."""


def pause(mailing: Mailing, *, by: Any) -> None:
    """Stop before the next message. What is on the wire goes through."""
    _move(mailing, by, [Mailing.State.SENDING], Mailing.State.PAUSED)


def resume(mailing: Mailing, *, by: Any) -> None:
    """Go on where it stopped; what waited for a later attempt is tried now."""
    with transaction.atomic():
        _move(mailing, by, [Mailing.State.PAUSED], Mailing.State.SENDING)
        _begin_anew(mailing)
        mailing.deliveries.deferred().update(next_attempt_at=Now())
        mailing.batches.filter(state=Batch.State.SHELVED).update(state=Batch.State.QUEUED, attempts=0)
        mailing.batches.update(not_before=None, announced_at=None)
        transaction.on_commit(announce)


def cancel(mailing: Mailing, *, by: Any) -> None:
    """Stop for good: who has not got it will not."""
    with transaction.atomic():
        _move(mailing, by, [Mailing.State.SENDING, Mailing.State.PAUSED], Mailing.State.CANCELLED)
        transaction.on_commit(announce)


def retry(mailing: Mailing, *, by: Any) -> int:
    """Send again to the uncertain and the given up, and to them alone. Gives their number."""
    with transaction.atomic():
        _need_right(by)
        again = mailing.deliveries.uncertain() | mailing.deliveries.missing()
        count = again.update(state=Delivery.State.DEFERRED, next_attempt_at=Now(), settled_at=None)
        if not count:
            raise ControlError(_("There is nobody to send to again."))
        _move(
            mailing,
            by,
            [Mailing.State.FINISHED, Mailing.State.SENDING, Mailing.State.PAUSED],
            Mailing.State.SENDING,
        )
        _begin_anew(mailing)
        transaction.on_commit(announce)
    return count


def send_test(content: Content, *, to: str) -> None:
    """Send one mail, marked as a test, to one address. Raises ControlError in the server's words."""
    address = normalise(to)
    transport = open_transport()
    try:
        mail = freeze(content, subject_prefix=_("[test] "))
        message_id = f"test.{timezone.now():%Y%m%d%H%M%S%f}@{settings.SITE_DOMAIN}"
        recipient = Recipient(address, "", "test-" + "0" * 27, message_id)
        (answer,) = hand_over(transport, [Letter(from_address()[1], recipient, mail)])
    except ComposeError as error:
        raise ControlError(str(error)) from error
    except Unreachable as error:
        raise ControlError(_("The mail server says: %(reply)s") % {"reply": error}) from error
    finally:
        transport.close()
    if answer.outcome is not Outcome.ACCEPTED:
        raise ControlError(_("The mail server says: %(reply)s") % {"reply": answer.reply})


def _need_right(user: Any) -> None:
    if not (user.is_active and user.has_perm("mailings.control_mailing")):
        raise NotAllowed(_("You do not have the right to control mailings."))


def _begin_anew(mailing: Mailing) -> None:
    """The day after which news is given up begins again, since a person decided so."""
    Mailing.objects.filter(pk=mailing.pk).update(
        give_up_at=a_day_from_now(), finished_at=None, resumes=F("resumes") + 1
    )


def _move(mailing: Mailing, by: Any, from_states: list[str], to: str) -> None:
    _need_right(by)
    moved = Mailing.objects.filter(pk=mailing.pk, state__in=from_states).update(
        state=to, reason="", faults_in_a_row=0, recent_faults=[]
    )
    mailing.refresh_from_db()
    if not moved:
        raise ControlError(
            _("This cannot be done now: the mailing is “%(state)s”.") % {"state": mailing.get_state_display()}
        )
