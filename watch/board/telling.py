"""Mails on what happened to subjects: one to each person for all that waits, and each thing once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import ngettext

from issues.thread import post

from ..models import Subject, SubjectEvent, SubjectNotice

# What could not be said for so long is old news: the board shows it.
TOO_LATE = timedelta(days=3)


def send_waiting() -> int:
    """Send what people are to be told; give how many mails went out.

    Raises OSError when no mail server can be reached; all stays as it was then.
    """
    people = post.readers().filter(pk__in=_waiting().values("recipient")).order_by("pk")
    return sum(_send(user) for user in people)


def _waiting() -> QuerySet[SubjectNotice]:
    return SubjectNotice.objects.filter(mailed_at=None, created_at__gt=timezone.now() - TOO_LATE)


def _send(user: Any) -> bool:
    """Send a person her notices.

    They are marked before the mail is handed over: a worker that dies then leaves one unsent, and none sent
    twice. Where the server said no for now, they wait again.
    """
    marked: list[int] = []
    settled: list[bool] = []

    def compose() -> EmailMultiAlternatives | None:
        notices = _waiting().filter(recipient=user).order_by("pk")
        marked.extend(notices.values_list("pk", flat=True))
        told = SubjectNotice.objects.filter(pk__in=marked)
        told.update(mailed_at=timezone.now())
        events = [
            notice.event
            for notice in told.select_related(
                "event__subject__issue", "event__author", "event__actor"
            ).order_by("pk")
            if _holds(notice.event)
        ]
        if not events:
            settled.append(True)
            return None
        with translation.override(settings.LANGUAGE_CODE):
            subject = ngettext(
                "%(newsletter)s: a subject has news",
                "%(newsletter)s: %(count)d subjects have news",
                len(events),
            ) % {"newsletter": settings.NEWSLETTER["name"], "count": len(events)}
            return post.letter(user, subject, "subjects", events=events, reader=user)

    handed_over = post.write_to(user, compose, lambda: settled.append(True))
    if marked and not handed_over and not settled:
        SubjectNotice.objects.filter(pk__in=marked).update(mailed_at=None)
    return handed_over


def _holds(event: SubjectEvent) -> bool:
    """Whether it is still so: a proposal that was taken back or answered is none."""
    if event.kind != SubjectEvent.Kind.PROPOSED:
        return True
    subject = event.subject
    return subject.state == Subject.State.PROPOSED and subject.owner_id == event.author_id
