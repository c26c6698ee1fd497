"""What an editor may do to a mailing under way. Each function checks the right, then the state."""

from collections.abc import Collection, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, F, Value, When
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from authors.models import User
from authors.roles import PERMISSIONS
from issues.models import Issue
from subscribers.addresses import normalise
from veille.numbers import grouped

from .compose import ComposeError, Content, freeze, from_address
from .frozen import Recipient
from .letters import Letter, envelope_sender
from .models import Batch, Delivery, JournalEntry, Mailing, a_day_from_now
from .plan import announce
from .replies import Outcome
from .transports import Unreachable, hand_over, open_transport

UNDER_WAY = (Mailing.State.SENDING, Mailing.State.PAUSED)
# Those who should have got it and did not, and those of whom nobody knows.
RETRIABLE = frozenset({Delivery.State.EXPIRED, Delivery.State.UNCERTAIN})
# A million a minute: more than anything sends, so a slip of the finger.
HIGHEST_LIMIT = 1_000_000
# A test is for the newsroom; whoever wants to reach more people publishes.
MAX_TEAM = 50


class ControlError(Exception):
    """What was refused or failed, in words for the person who asked."""


class NotAllowed(ControlError):
    """The right is missing."""


@transaction.atomic
def pause(mailing: Mailing, *, by: Any) -> None:
    """Stop before the next message. What is on the wire goes through."""
    _move(mailing, by, [Mailing.State.SENDING], Mailing.State.PAUSED)
    _note(mailing, by, JournalEntry.Action.PAUSE)


@transaction.atomic
def resume(mailing: Mailing, *, by: Any) -> None:
    """Go on where it stopped; what waited for a later attempt is tried now."""
    need_right(by)
    _need_issue_on_site(mailing)
    _move(mailing, by, [Mailing.State.PAUSED], Mailing.State.SENDING)
    _note(mailing, by, JournalEntry.Action.RESUME)
    _begin_anew(mailing)
    mailing.deliveries.deferred().update(next_attempt_at=Now())
    mailing.batches.filter(state=Batch.State.SHELVED).update(state=Batch.State.QUEUED, attempts=0)
    mailing.batches.update(not_before=None, announced_at=None)
    transaction.on_commit(announce)


@transaction.atomic
def cancel(mailing: Mailing, *, by: Any) -> None:
    """Stop for good: who has not got it will not."""
    _move(mailing, by, UNDER_WAY, Mailing.State.CANCELLED)
    _note(mailing, by, JournalEntry.Action.CANCEL)
    transaction.on_commit(announce)


@transaction.atomic
def retry(
    mailing: Mailing, *, by: Any, states: Collection[str] = RETRIABLE, delivery: int | None = None
) -> int:
    """Send again to those given up, to the uncertain, or to both, and to them alone. Gives their number.

    With `delivery`, to that one alone. While the mailing is paused they wait as all others do. Who left
    in the meantime gets nothing: consent is looked at when it is sent.
    """
    need_right(by)
    _need_issue_on_site(mailing)
    if not set(states) <= RETRIABLE:
        raise ControlError(_("Only those given up and the uncertain can be sent to again."))
    again = mailing.deliveries.filter(state__in=states)
    if delivery is not None:
        again = again.filter(pk=delivery)
    count = again.update(
        state=Delivery.State.DEFERRED,
        next_attempt_at=Now(),
        settled_at=None,
        # The first copy may have arrived: should this one be stopped, it is uncertain still.
        repeats=F("repeats") + Case(When(state=Delivery.State.UNCERTAIN, then=1), default=0),
    )
    if not count:
        raise ControlError(_("There is nobody to send to again."))
    reopened = Mailing.objects.filter(pk=mailing.pk, state__in=[Mailing.State.FINISHED, *UNDER_WAY]).update(
        state=Case(When(state=Mailing.State.FINISHED, then=Value(Mailing.State.SENDING)), default=F("state"))
    )
    mailing.refresh_from_db()
    if not reopened:
        raise _not_now(mailing)
    _note(mailing, by, JournalEntry.Action.RETRY, count)
    _begin_anew(mailing)
    transaction.on_commit(announce)
    return count


@transaction.atomic
def limit(mailing: Mailing, per_minute: str | int, *, by: Any) -> None:
    """Send so many messages a minute at the most, over all workers, from now on. 0: no limit."""
    need_right(by)
    text = str(per_minute).strip()
    # Not int() alone: it takes signs, underscores, and numbers of any length.
    if not (text.isdecimal() and len(text) <= 10 and int(text) <= HIGHEST_LIMIT):
        raise ControlError(
            _("A limit is a whole number from 0 (none) to %(highest)s.") % {"highest": grouped(HIGHEST_LIMIT)}
        )
    # The next slot was reckoned by the pace of before.
    changed = Mailing.objects.filter(pk=mailing.pk, state__in=UNDER_WAY).update(
        per_minute=int(text), next_slot=0
    )
    mailing.refresh_from_db()
    if not changed:
        raise _not_now(mailing)
    mailing.batches.filter(state=Batch.State.QUEUED, not_before__gt=Now()).update(
        not_before=None, announced_at=None
    )
    _note(mailing, by, JournalEntry.Action.LIMIT, mailing.per_minute)
    transaction.on_commit(announce)


def send_test(content: Content, *, to: str) -> None:
    """Send one mail, marked as a test, to one address. Raises ControlError in the server's words."""
    address = normalise(to)
    transport = open_transport()
    try:
        mail = freeze(content, subject_prefix=_("[test] "))
        message_id = f"test.{timezone.now():%Y%m%d%H%M%S%f}@{settings.SITE_DOMAIN}"
        recipient = Recipient(address, "", "test-" + "0" * 27, message_id)
        (answer,) = hand_over(transport, [Letter(envelope_sender(from_address()[1]), recipient, mail)])
    except ComposeError as error:
        raise ControlError(str(error)) from error
    except Unreachable as error:
        raise ControlError(_("The mail server says: %(reply)s") % {"reply": error}) from error
    finally:
        transport.close()
    if answer.outcome is not Outcome.ACCEPTED:
        raise ControlError(_("The mail server says: %(reply)s") % {"reply": answer.reply})


def team() -> list[User]:
    """The active accounts that hold a role and have an address: who gets a test for the team."""
    holders = User.objects.filter(is_active=True, is_staff=True, groups__name__in=list(PERMISSIONS))
    return list(holders.exclude(email="").distinct().order_by("email"))


def send_test_to_team(content: Content) -> dict[str, str]:
    """Send one test to everybody of the team; give each address that was refused, with the reason.

    Raises ControlError where there is nobody, or more than MAX_TEAM.
    """
    addresses = list(dict.fromkeys(user.email for user in team()))
    if not addresses:
        raise ControlError(_("Nobody of the team has an address."))
    if len(addresses) > MAX_TEAM:
        raise ControlError(
            _("A test goes to %(limit)d people at the most; the team has %(number)d addresses.")
            % {"limit": MAX_TEAM, "number": len(addresses)}
        )
    refused = {}
    for address in addresses:
        try:
            send_test(content, to=address)
        except ControlError as error:
            refused[address] = str(error)
        except ValidationError as error:
            refused[address] = " ".join(error.messages)
    return refused


def need_right(user: Any) -> None:
    """Raise NotAllowed for who may not control mailings."""
    if not (user.is_active and user.has_perm("mailings.control_mailing")):
        raise NotAllowed(_("You do not have the right to control mailings."))


def _need_issue_on_site(mailing: Mailing) -> None:
    # Held until the transaction ends, so that no withdrawal slips in between.
    if Issue.objects.select_for_update().get(pk=mailing.issue_id).state == Issue.State.WITHDRAWN:
        raise ControlError(_("The issue was withdrawn from the site: put it back there first."))


def _begin_anew(mailing: Mailing) -> None:
    """The day after which news is given up begins again, since a person decided so."""
    Mailing.objects.filter(pk=mailing.pk).update(
        give_up_at=a_day_from_now(), finished_at=None, resumes=F("resumes") + 1
    )


def _move(mailing: Mailing, by: Any, from_states: Sequence[str], to: str) -> None:
    need_right(by)
    moved = Mailing.objects.filter(pk=mailing.pk, state__in=from_states).update(
        state=to, reason="", faults_in_a_row=0, recent_faults=[]
    )
    mailing.refresh_from_db()
    if not moved:
        raise _not_now(mailing)


def _not_now(mailing: Mailing) -> ControlError:
    return ControlError(
        _("This cannot be done now: the mailing is “%(state)s”.") % {"state": mailing.get_state_display()}
    )


def _note(mailing: Mailing, by: Any, action: str, number: int | None = None) -> None:
    # Who stands at the terminal has no account.
    at_terminal = by.pk is None
    JournalEntry.objects.create(
        mailing=mailing,
        action=action,
        origin=JournalEntry.Origin.TERMINAL if at_terminal else JournalEntry.Origin.DESK,
        actor=None if at_terminal else by,
        number=number,
    )
