"""The transitions that the desk offers as buttons. Whether one may happen is decided by the workflow."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from authors.roles import is_editor

from .. import workflow
from ..models import Issue, Section


@dataclass(frozen=True)
class Transition:
    """A button: its name in the form, its label, the states it shows in, and what it calls."""

    name: str
    label: str | Promise
    done: str | Promise
    states: tuple[str, ...]
    call: Callable[..., Any]
    icon: str
    for_editors: bool = True
    for_signatories: bool = False
    takes_comment: bool = False
    takes_quote: bool = False
    takes_time: bool = False
    takes_date: bool = False
    variant: str = "default"
    confirm: str | Promise = ""

    def run(
        self,
        thing: Section | Issue,
        user: Any,
        *,
        comment: str = "",
        quote: str = "",
        at: Any = None,
        on: Any = None,
    ) -> None:
        """Call the workflow. Raises WorkflowError."""
        arguments: dict[str, Any] = {"by": user}
        if self.takes_comment:
            arguments["comment"] = comment
        if self.takes_quote:
            arguments["quote"] = quote
        if self.takes_time:
            arguments["at"] = at
        if self.takes_date:
            arguments["on"] = on
        self.call(thing, **arguments)


SECTION = (
    Transition(
        name="submit",
        label=_("Submit for review"),
        done=_("Submitted: the editors will read it. The text is locked meanwhile."),
        states=(Section.State.DRAFT, Section.State.CHANGES_REQUESTED),
        call=workflow.submit,
        icon="send",
        for_editors=False,
        variant="primary",
    ),
    Transition(
        name="withdraw",
        label=_("Withdraw"),
        done=_("Withdrawn: you can work on it again."),
        states=(Section.State.SUBMITTED,),
        call=workflow.withdraw,
        icon="undo",
        for_editors=False,
        for_signatories=True,
    ),
    Transition(
        name="approve",
        label=_("Approve the section"),
        done=_("The section is approved."),
        states=(Section.State.SUBMITTED,),
        call=workflow.approve_section,
        icon="check_circle",
        variant="primary",
    ),
    Transition(
        name="request-changes",
        label=_("Request changes"),
        done=_("The authors can work on it again, with your comment."),
        states=(Section.State.SUBMITTED, Section.State.APPROVED),
        call=workflow.request_changes,
        icon="rate_review",
        takes_comment=True,
        takes_quote=True,
    ),
)

ISSUE = (
    Transition(
        name="review",
        label=_("Begin the review"),
        done=_("The issue is in review."),
        states=(Issue.State.DRAFT,),
        call=workflow.send_to_review,
        icon="visibility",
        variant="primary",
    ),
    Transition(
        name="approve",
        label=_("Approve the issue"),
        done=_("The issue is approved: what readers will get is now fixed."),
        states=(Issue.State.IN_REVIEW,),
        call=workflow.approve,
        icon="check_circle",
        variant="primary",
    ),
    Transition(
        name="publish",
        label=_("Publish now"),
        done=_("The issue is published, and on its way to the subscribers."),
        states=(Issue.State.APPROVED, Issue.State.SCHEDULED),
        call=workflow.publish,
        icon="rocket_launch",
        variant="primary",
        confirm=_("Publish and send to all subscribers? A mail that is sent cannot be taken back."),
    ),
    Transition(
        name="schedule",
        label=_("Publish at this time"),
        done=_("The issue will be published at the time you chose."),
        states=(Issue.State.APPROVED,),
        call=workflow.schedule,
        icon="schedule_send",
        takes_time=True,
    ),
    Transition(
        name="unschedule",
        label=_("Do not publish by itself"),
        done=_("The issue stays approved, and waits."),
        states=(Issue.State.SCHEDULED,),
        call=workflow.unschedule,
        icon="event_busy",
    ),
    Transition(
        name="reopen",
        label=_("Back to review"),
        done=_("The issue is in review again."),
        states=(Issue.State.APPROVED, Issue.State.SCHEDULED),
        call=workflow.reopen,
        icon="undo",
        takes_comment=True,
    ),
    Transition(
        name="archive",
        label=_("Put into the archive, without sending"),
        done=_("The issue is in the public archive, under its date. It was sent to nobody."),
        states=(Issue.State.APPROVED,),
        call=workflow.archive,
        icon="inventory_2",
        takes_date=True,
        confirm=_(
            "Put this issue into the public archive, and send it to nobody? Veille cannot send it after that."
        ),
    ),
    Transition(
        name="withdraw",
        label=_("Withdraw from the site"),
        done=_("The issue is off the site, and its mailing stands still if it was under way."),
        states=(Issue.State.PUBLISHED,),
        call=workflow.withdraw_issue,
        icon="visibility_off",
        takes_comment=True,
    ),
    Transition(
        name="bring-back",
        label=_("Put back on the site"),
        done=_("The issue is on the site again."),
        states=(Issue.State.WITHDRAWN,),
        call=workflow.bring_back,
        icon="settings_backup_restore",
    ),
)


def offered(thing: Section | Issue, user: Any) -> list[Transition]:
    """The buttons worth showing to this person now."""
    table = SECTION if isinstance(thing, Section) else ISSUE
    if isinstance(thing, Section) and thing.issue and thing.issue.is_out:
        return []
    return [
        transition
        for transition in table
        if thing.state in transition.states
        and (is_editor(user) or not transition.for_editors)
        and (not transition.for_signatories or (isinstance(thing, Section) and thing.is_signed_by(user)))
    ]


def find(thing: Section | Issue, name: str) -> Transition | None:
    table = SECTION if isinstance(thing, Section) else ISSUE
    return next((transition for transition in table if transition.name == name), None)
