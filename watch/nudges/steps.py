"""The steps on the way to an issue's deadline: who writes, then the texts, then handed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Model
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from issues.models import Issue, Rubric, Section
from issues.permissions import EDITABLE_BY_AUTHORS

from ..models import Subject

TAKEN, DRAFTED, HANDED_IN = 10, 5, 2


@dataclass(frozen=True)
class Step:
    """So many `days` before the deadline, `at` this moment, nothing is to be `missing` any more."""

    days: int
    at: datetime
    label: str | Promise
    missing: tuple[Model, ...]

    @property
    def is_done(self) -> bool:
        return not self.missing

    @property
    def is_late(self) -> bool:
        return bool(self.missing) and self.at <= timezone.now()


def of(issue: Issue) -> list[Step]:
    """Give the steps of an issue in order; none where it has no deadline. Three queries.

    Ten days before the deadline each planned rubric has a subject that somebody took, or a section; five days
    before each subject that was taken has a text; two days before all sections are handed in.
    """
    return of_all([issue])[issue.pk]


def of_all(issues: Iterable[Issue]) -> dict[int, list[Step]]:
    """Give the steps of several issues. Three queries, whatever their number."""
    issues = list(issues)
    sections = list(Section.objects.filter(issue__in=issues).order_by("position", "pk"))
    taken = list(
        Subject.objects.filter(issue__in=issues, state=Subject.State.TAKEN).select_related("owner", "section")
    )
    planned = list(
        Rubric.objects.filter(planned_in__issue__in=issues)
        .order_by("planned_in__position")
        .values_list("planned_in__issue", "pk", "name")
    )
    return {issue.pk: _steps(issue, sections, taken, planned) for issue in issues}


def _steps(
    issue: Issue, sections: list[Section], taken: list[Subject], planned: list[tuple[int, int, str]]
) -> list[Step]:
    if issue.deadline is None:
        return []
    own = [section for section in sections if section.issue_id == issue.pk]
    subjects = [subject for subject in taken if subject.issue_id == issue.pk]
    filled = {section.rubric_id for section in own} | {subject.rubric_id for subject in subjects}
    rubrics = [Rubric(pk=pk, name=name) for key, pk, name in planned if key == issue.pk and pk not in filled]
    unwritten = [subject for subject in subjects if subject.section is None]
    empty = [section for section in own if not section.body.strip()]
    not_in = [section for section in own if section.state in EDITABLE_BY_AUTHORS]
    steps: tuple[tuple[int, str | Promise, list[Model]], ...] = (
        (TAKEN, _("each rubric has its subject and somebody who writes it"), [*rubrics]),
        (DRAFTED, _("the texts are there in draft"), [*unwritten, *empty]),
        (HANDED_IN, _("the texts are handed in"), [*unwritten, *not_in]),
    )
    return [
        Step(days, issue.deadline - timedelta(days=days), label, tuple(missing))
        for days, label, missing in steps
    ]
