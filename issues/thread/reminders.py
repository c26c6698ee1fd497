"""Reminders before a deadline: to authors whose texts are missing, and at the last step to the editors."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ..models import Issue, Reminder, Section
from ..permissions import EDITABLE_BY_AUTHORS
from . import post
from .telling import editors


def send_due() -> int:
    """Send what is due before the deadlines to come; give how many mails went out.

    The step (a number of days of VEILLE_REMINDER_DAYS) is the nearest to the deadline that has begun: after a
    pause of the scheduler the earlier ones are left out. Raises OSError when no mail server can be reached.
    """
    sent = 0
    for issue in Issue.objects.in_the_making().filter(deadline__gt=timezone.now()):
        step = _step(issue)
        if step is None or not _missing(issue).exists():
            continue
        for kind in _kinds(step):
            sent += sum(_send(user, issue, kind, step) for user in _recipients(issue, kind, step))
    return sent


def reminded_on(day: date) -> set[int]:
    """Give the keys of those whom a reminder reaches on this day, or did: what else is to say can wait."""
    reached = set(Reminder.objects.filter(sent_at__date=day).values_list("recipient", flat=True))
    for issue in Issue.objects.in_the_making().filter(deadline__gt=timezone.now()):
        for step in settings.VEILLE_REMINDER_DAYS:
            assert issue.deadline  # noqa: S101 - asked for by the query
            if timezone.localdate(issue.deadline - timedelta(days=step)) == day and _missing(issue).exists():
                for kind in _kinds(step):
                    reached |= {user.pk for user in _people(issue, kind, step)}
    return reached


def _kinds(step: int) -> list[Reminder.Kind]:
    is_last = step == min(settings.VEILLE_REMINDER_DAYS)
    return [Reminder.Kind.TEXTS, *([Reminder.Kind.MISSING] if is_last else [])]


def _step(issue: Issue) -> int | None:
    assert issue.deadline  # noqa: S101 - asked for by the query
    left = issue.deadline - timezone.now()
    return min((days for days in settings.VEILLE_REMINDER_DAYS if left <= timedelta(days=days)), default=None)


def _missing(issue: Issue) -> QuerySet[Section]:
    """The sections that are not handed in."""
    return issue.sections.filter(state__in=EDITABLE_BY_AUTHORS)


def _recipients(issue: Issue, kind: str, step: int) -> list[Any]:
    assert issue.deadline  # noqa: S101 - asked for by the query
    told = Reminder.objects.filter(issue=issue, kind=kind, deadline=issue.deadline, days__lte=step)
    keys = set(told.values_list("recipient", flat=True))
    return [user for user in _people(issue, kind, step) if user.pk not in keys]


def _people(issue: Issue, kind: str, step: int) -> list[Any]:
    people = post.readers()
    if kind == Reminder.Kind.MISSING:
        return list(people.filter(pk__in=editors()))
    if step == min(settings.VEILLE_REMINDER_DAYS):
        # They are told of all that is missing, their own texts among it.
        people = people.exclude(pk__in=editors())
    return list(people.filter(author__bylines__section__in=_missing(issue)).distinct().order_by("pk"))


def _send(user: Any, issue: Issue, kind: str, step: int) -> bool:
    key = {"recipient": user, "issue": issue, "kind": kind, "deadline": issue.deadline, "days": step}

    def compose() -> EmailMultiAlternatives | None:
        # Another worker may have written since.
        if Reminder.objects.filter(**key).exists():
            return None
        sections = _missing(issue).order_by("position", "pk").prefetch_related("bylines__author")
        if kind == Reminder.Kind.TEXTS:
            sections = sections.filter(bylines__author__user=user)
        if not sections:
            return None
        with translation.override(settings.LANGUAGE_CODE):
            subject = (
                _("No. %(number)s: your text is awaited")
                if kind == Reminder.Kind.TEXTS
                else _("No. %(number)s: what is still missing")
            ) % {"number": issue.number}
            return post.letter(user, subject, "reminder", issue=issue, sections=sections)

    return post.write_to(user, compose, lambda: Reminder.objects.create(**key))
