"""Where a subject stands: in which issue, under which rubric, before which other."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from issues.models import Issue, Rubric
from issues.workflow import NotNow

from ..models import Subject, SubjectEvent
from . import rights
from .dates import default_due
from .holding import need_in_the_making, need_no_section, need_open, note


@transaction.atomic
def move(
    subject: Subject, *, issue: Issue | None, rubric: Rubric | None, before: int | None = None, by: Any
) -> None:
    """Put a subject under a rubric of an issue, before the subject of this key, or at the end.

    Without an issue it is an idea for later. In another issue it is due anew. With a section, it stands
    where the section does.
    """
    need_in_the_making(issue)
    held, others = _hold(subject, issue, rubric, by)
    place = next((n for n, other in enumerate(others) if other.pk == before), len(others))
    others.insert(place, held)
    elsewhere = (held.issue, held.rubric_id) != (issue, rubric.pk if rubric else None)
    if held.issue != issue:
        held.due = default_due(issue, at=timezone.now())
    held.issue, held.rubric = issue, rubric
    held.save(update_fields=["issue", "rubric", "due"])
    _number(others)
    if elsewhere:
        note(held, SubjectEvent.Kind.MOVED, by=by)


@transaction.atomic
def move_by(subject: Subject, steps: int, *, by: Any) -> None:
    """Move a subject up (a negative number) or down under its rubric; beyond the ends nothing happens."""
    held, others = _hold(subject, subject.issue, subject.rubric, by)
    if (held.issue_id, held.rubric_id) != (subject.issue_id, subject.rubric_id):
        raise NotNow(_("Somebody moved this subject since you opened the page: look at the board again."))
    here = sum((other.position, other.pk) < (held.position, held.pk) for other in others)
    others.insert(min(max(here + steps, 0), len(others)), held)
    _number(others)


def _hold(
    subject: Subject, issue: Issue | None, rubric: Rubric | None, by: Any
) -> tuple[Subject, list[Subject]]:
    """Lock a subject and those it comes among, the lower key first, so that two who move never deadlock."""
    among = Q(issue=issue, rubric=rubric, section=None)
    rows = Subject.objects.select_for_update(of=("self",)).select_related("issue", "rubric", "owner")
    found = {row.pk: row for row in rows.filter(among | Q(pk=subject.pk)).order_by("pk")}
    held = need_open(found.pop(subject.pk, None))
    rights.need(rights.may_edit(by, held))
    need_no_section(held)
    return held, sorted(found.values(), key=lambda row: (row.position, row.pk))


def _number(order: list[Subject]) -> None:
    for position, row in enumerate(order, start=1):
        row.position = position
    Subject.objects.bulk_update(order, ["position"])
