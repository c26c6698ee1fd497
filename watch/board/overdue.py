"""Silence past the due date: the subject is free again, and whoever it concerns is told."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from issues.models import Issue
from issues.thread.telling import editors

from ..models import Subject, SubjectEvent
from .holding import note


def free_overdue(now: datetime) -> int:
    """Free what is due by then and has no section yet; give how many.

    Each in a transaction of its own, with the note of whom to tell: whoever dies in between leaves the others
    as they were. Its former owner and the editors are told. Harmless when run twice at once.
    """
    due = Subject.objects.overdue(now).exclude(issue__state__in=Issue.OUT).order_by("pk")
    return sum(_free(key, now) for key in due.values_list("pk", flat=True))


@transaction.atomic
def _free(key: int, now: datetime) -> bool:
    # Asked again under the lock: another worker was here, or a section came.
    rows = Subject.objects.overdue(now).select_for_update(of=("self",)).select_related("owner")
    subject = rows.filter(pk=key).first()
    if subject is None:
        return False
    owner = subject.owner
    Subject.objects.filter(pk=key).update(state=Subject.State.FREE, owner=None, owned_at=None, due=None)
    tell = set(editors().values_list("pk", flat=True))
    if owner and owner.user_id:
        tell.add(owner.user_id)
    note(subject, SubjectEvent.Kind.FREED, by=None, author=owner, tell=tell)
    return True
