"""Which issue a section stands in, and where. Raises the errors of the workflow."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from authors.roles import is_editor

from . import permissions, workflow
from .models import Issue, Section
from .workflow import NotAllowed, NotNow


@transaction.atomic
def move_to_issue(section: Section, issue: Issue | None, *, by: Any) -> None:
    """Take a section into another issue, at its end, or out of any (None). For editors.

    Neither issue may be published; the approval of both falls where their readers would see it.
    """
    section, left, entered = _hold(section, issue, by)
    if left == entered:
        return
    if not permissions.may_edit_section(by, section):
        raise NotAllowed(_("You do not have the right to change this section."))
    section.issue = entered
    section.position = _end_of(entered) if entered else 0
    section.version += 1
    section.save()
    for changed in (left, entered):
        if changed:
            workflow.issue_changed(changed, by=by)


@transaction.atomic
def move_by(section: Section, steps: int, *, by: Any) -> None:
    """Move a section up (a negative number) or down in its issue. For editors, as long as the issue is open.

    Beyond the first and the last place nothing happens.
    """
    section, issue, _same = _hold(section, section.issue, by)
    if issue is None:
        raise NotNow(_("This section is in no issue."))
    if not permissions.may_edit_issue(by, issue):
        raise NotNow(
            _("This cannot be done now: the state is “%(state)s”.") % {"state": issue.get_state_display()}
        )
    order = list(issue.sections.order_by("position", "pk"))
    here = order.index(section)
    there = min(max(here + steps, 0), len(order) - 1)
    order.insert(there, order.pop(here))
    for position, moved in enumerate(order, start=1):
        moved.position = position
    # Not one by one: a place is no version of the text.
    Section.objects.bulk_update(order, ["position"])
    workflow.issue_changed(issue, by=by)


def _hold(section: Section, issue: Issue | None, by: Any) -> tuple[Section, Issue | None, Issue | None]:
    """Lock both issues, then the section: the order of the workflow."""
    if not is_editor(by):
        raise NotAllowed(_("Only an editor can do this."))
    issues = workflow.hold_issues(section.issue_id, issue.pk if issue else None)
    held = Section.objects.select_for_update(of=("self",)).filter(pk=section.pk).first()
    if held is None or (issue and issue.pk not in issues):
        raise NotNow(_("This was deleted in the meantime."))
    if held.issue_id != section.issue_id:
        raise NotNow(_("Somebody moved this section since you opened the page: look at the board again."))
    if any(one.is_out for one in issues.values()):
        raise NotNow(_("The issue is published already."))
    return held, issues.get(held.issue_id or 0), issues[issue.pk] if issue else None


def _end_of(issue: Issue) -> int:
    last = issue.sections.aggregate(last=Max("position"))["last"]
    return (last or 0) + 1
