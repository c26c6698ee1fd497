"""A month of the newsroom: which issue is due, goes out or went out on which day."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..models import Issue

# A date's own limits, with room for the month before and after.
FIRST_YEAR, LAST_YEAR = 1900, 9000


@dataclass(frozen=True)
class Event:
    """Something about an issue at a moment: `kind` is deadline, scheduled or published."""

    issue: Issue
    kind: str
    label: str | Promise
    at: datetime


@dataclass(frozen=True)
class Day:
    date: date
    in_month: bool
    is_today: bool
    events: list[Event]


@dataclass(frozen=True)
class MonthPage:
    """The weeks of a month, Monday first, the days of its neighbours included."""

    first: date
    previous: date
    next: date
    weeks: list[list[Day]]
    undated: list[Issue]

    @property
    def days_with_events(self) -> list[Day]:
        return [day for week in self.weeks for day in week if day.in_month and day.events]


def asked_month(text: str) -> date:
    """Read `2026-11`; whatever is not a month is this one."""
    try:
        month = datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        month = timezone.localdate()
    if not FIRST_YEAR <= month.year <= LAST_YEAR:
        month = timezone.localdate()
    return month.replace(day=1)


def month_page(first: date) -> MonthPage:
    """Read a month, in two queries."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    events = _events(weeks[0][0], weeks[-1][-1])
    today = timezone.localdate()
    undated = Issue.objects.in_the_making().filter(deadline=None, scheduled_for=None)
    return MonthPage(
        first,
        (first - timedelta(days=1)).replace(day=1),
        (first + timedelta(days=31)).replace(day=1),
        [[Day(day, day.month == first.month, day == today, events[day]) for day in week] for week in weeks],
        list(undated),
    )


def _events(first: date, last: date) -> dict[date, list[Event]]:
    begin = timezone.make_aware(datetime.combine(first, time.min))
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
    inside = Q()
    for name in ("deadline", "scheduled_for", "published_at"):
        inside |= Q(**{f"{name}__gte": begin, f"{name}__lt": end})
    found = [
        event
        for issue in Issue.objects.filter(inside).order_by("number")
        for event in _events_of(issue)
        if begin <= event.at < end
    ]
    by_day: dict[date, list[Event]] = defaultdict(list)
    for event in sorted(found, key=lambda event: event.at):
        by_day[timezone.localtime(event.at).date()].append(event)
    return by_day


def _events_of(issue: Issue) -> Iterator[Event]:
    if issue.deadline:
        yield Event(issue, "deadline", _("Texts due"), issue.deadline)
    if issue.published_at:
        yield Event(issue, "published", _("Published"), issue.published_at)
    elif issue.scheduled_for:
        yield Event(issue, "scheduled", _("Goes out"), issue.scheduled_for)
