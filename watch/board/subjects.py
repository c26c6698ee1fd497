"""What a subject says: made, changed, deleted, and the links it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from issues.models import Issue, Rubric
from issues.workflow import NotAllowed, NotNow

from ..keeping import link_for
from ..models import Link, Subject, SubjectEvent
from . import holding, rights
from .dates import default_due
from .holding import hold

LONGEST_TITLE = 200


@transaction.atomic
def create(
    issue: Issue | None,
    title: str,
    *,
    by: Any,
    rubric: Rubric | None = None,
    links: Iterable[Link | str] = (),
    note: str = "",
    due: datetime | None = None,
) -> Subject:
    """Add a free subject at the end of its rubric; without an issue it is an idea for later.

    Links may be given by their address. Due, unless said, five days before the issue's deadline. Raises
    NotALink beside the errors of the workflow.
    """
    if not rights.may_add(by):
        raise NotAllowed(_("You do not have the right to add subjects."))
    holding.need_in_the_making(issue)
    found = [link if isinstance(link, Link) else link_for(link) for link in links]
    subject = Subject.objects.create(
        issue=issue,
        rubric=rubric,
        title=_title(title),
        note=note.strip(),
        due=due or default_due(issue, at=timezone.now()),
        position=next_position(issue, rubric),
        created_by=by,
    )
    subject.links.set(found)
    holding.note(subject, SubjectEvent.Kind.CREATED, by=by)
    return subject


@transaction.atomic
def edit(subject: Subject, *, by: Any, title: str, note: str, due: datetime | None = None) -> Subject:
    """Change what a subject says; when it is due, editors alone. What stays the same is no event."""
    held = hold(subject)
    rights.need(rights.may_edit(by, held))
    before = (held.title, held.note, held.due)
    held.title, held.note = _title(title), note.strip()
    if rights.directs(by):
        held.due = due
    if before != (held.title, held.note, held.due):
        held.save(update_fields=["title", "note", "due"])
        holding.note(held, SubjectEvent.Kind.CHANGED, by=by)
    return held


@transaction.atomic
def delete(subject: Subject, *, by: Any) -> None:
    """Take a subject off the board for good; a section that came of it stays."""
    held = hold(subject)
    rights.need(rights.may_delete(by, held))
    held.delete()


@transaction.atomic
def add_link(subject: Subject, url: str, *, by: Any) -> Link:
    """Add the link of a page to any subject: whoever adds subjects may. Raises NotALink."""
    held = hold(subject)
    rights.need(rights.may_add(by))
    link = link_for(url)
    if not held.links.filter(pk=link.pk).exists():
        held.links.add(link)
        holding.note(held, SubjectEvent.Kind.CHANGED, by=by)
    return link


@transaction.atomic
def remove_link(subject: Subject, link: Link, *, by: Any) -> None:
    """Take a link off a subject. Whoever kept it keeps it."""
    held = hold(subject)
    rights.need(rights.may_edit(by, held))
    if held.links.filter(pk=link.pk).exists():
        held.links.remove(link)
        holding.note(held, SubjectEvent.Kind.CHANGED, by=by)


def next_position(issue: Issue | None, rubric: Rubric | None) -> int:
    """The place behind the last subject of a rubric in an issue."""
    last = Subject.objects.filter(issue=issue, rubric=rubric).aggregate(last=Max("position"))["last"]
    return (last or 0) + 1


def _title(title: str) -> str:
    title = " ".join(title.split())
    if not title:
        raise NotNow(_("Give the subject a title."))
    if len(title) > LONGEST_TITLE:
        raise NotNow(_("This title is too long: 200 characters at the most."))
    return title
