"""The next issue, begun with what comes back in every one. Raises the errors of the workflow."""

import calendar
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from authors.roles import is_editor

from .models import Byline, Issue, PlannedRubric, Section, Source
from .workflow import NotAllowed, NotNow


class NumberTaken(NotNow):
    """The issue is there already: most often the first of two clicks has just made it."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(_("No. %(number)s is there already.") % {"number": issue.number})
        self.issue = issue


@transaction.atomic
def duplicate_as_next(issue: Issue, *, by: Any, number: int, title: str = "") -> Issue:
    """Begin an issue with the opening and closing words, the rubrics and the standing sections of another.

    Its deadline is a month after the other's; subject and preheader are for it alone, so they are empty.
    For editors. Raises NumberTaken where the number is taken.
    """
    if not (is_editor(by) and by.has_perm("issues.add_issue")):
        raise NotAllowed(_("Only an editor can do this."))
    model = Issue.objects.select_for_update().filter(pk=issue.pk).first()
    if model is None:
        raise NotNow(_("This was deleted in the meantime."))
    taken = Issue.objects.filter(number=number).first()
    if taken:
        raise NumberTaken(taken)
    try:
        with transaction.atomic():
            made = Issue.objects.create(
                number=number,
                title=title.strip() or _("Issue of the month"),
                introduction=model.introduction,
                closing=model.closing,
                deadline=a_month_later(model.deadline) if model.deadline else None,
            )
    except IntegrityError:
        raise NumberTaken(Issue.objects.get(number=number)) from None
    sections = list(model.ordered_sections())
    _copy_plan(model, made, sections)
    for position, section in enumerate((one for one in sections if one.is_standing), start=1):
        _copy_section(section, made, position)
    return made


def a_month_later(moment: datetime) -> datetime:
    """Give the same hour by the clock on the same day of the next month, or on its last day."""
    local = timezone.localtime(moment)
    year, month = (local.year + 1, 1) if local.month == 12 else (local.year, local.month + 1)
    day = min(local.day, calendar.monthrange(year, month)[1])
    return timezone.make_aware(local.replace(tzinfo=None, year=year, month=month, day=day))


def _copy_plan(model: Issue, made: Issue, sections: list[Section]) -> None:
    """Plan the rubrics that the model planned, and those that its sections stand under."""
    planned = [plan.rubric for plan in model.planned_rubrics.select_related("rubric")]
    used = [section.rubric for section in sections if section.rubric]
    PlannedRubric.objects.bulk_create(
        PlannedRubric(issue=made, rubric=rubric, position=position)
        for position, rubric in enumerate(dict.fromkeys([*used, *planned]), start=1)
    )


def _copy_section(section: Section, issue: Issue, position: int) -> None:
    made = Section.objects.create(
        issue=issue,
        rubric=section.rubric,
        position=position,
        title=section.title,
        body=section.body,
        is_standing=True,
    )
    Byline.objects.bulk_create(
        Byline(section=made, author=line.author, position=line.position) for line in section.bylines.all()
    )
    for source in section.sources.all():
        Source.objects.create(
            section=made,
            position=source.position,
            title=source.title,
            publisher=source.publisher,
            url=source.url,
        )
    made.tags.add(*section.tags.all())
