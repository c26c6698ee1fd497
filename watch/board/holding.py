"""A subject under a lock, as it is now, and what may be said of who has it."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from authors.models import Author
from issues.models import Issue
from issues.workflow import NotNow

from ..models import Subject, SubjectEvent, SubjectNotice


def hold(subject: Subject) -> Subject:
    """Give the subject as it is now, held until the transaction ends. Raises NotNow as `need_open` does."""
    subjects = Subject.objects.select_for_update(of=("self",)).select_related("issue", "owner", "section")
    return need_open(subjects.filter(pk=subject.pk).first())


def need_open(subject: Subject | None) -> Subject:
    """Raise NotNow where the subject is no more, or its issue is out."""
    if subject is None:
        raise NotNow(_("This subject was deleted in the meantime."))
    need_in_the_making(subject.issue)
    return subject


def need_in_the_making(issue: Issue | None) -> None:
    """Raise NotNow for an issue that readers have."""
    if issue and issue.is_out:
        raise NotNow(_("The issue is published already."))


def need_no_section(subject: Subject) -> None:
    """Raise NotNow once a section says how far the subject is."""
    if subject.section_id:
        raise NotNow(_("“%(title)s” is being written already: it goes on in its section.") % _words(subject))


def refusal(subject: Subject) -> NotNow:
    """Say who has a subject that somebody else wanted."""
    if subject.state == Subject.State.PROPOSED:
        text = _("“%(title)s” is proposed to %(author)s, who has not answered yet.")
    else:
        text = _("“%(title)s” is taken: %(author)s has it.")
    return NotNow(text % _words(subject))


def note(
    subject: Subject,
    kind: SubjectEvent.Kind,
    *,
    by: Any,
    author: Author | None = None,
    tell: Iterable[int | None] = (),
) -> SubjectEvent:
    """Write down what happened to a subject, and which accounts to tell by mail; never its actor."""
    event = SubjectEvent.objects.create(subject=subject, kind=kind, actor=by, author=author)
    told = sorted({key for key in tell if key} - {by.pk if by else 0})
    SubjectNotice.objects.bulk_create(SubjectNotice(event=event, recipient_id=key) for key in told)
    return event


def _words(subject: Subject) -> dict[str, Any]:
    return {"title": subject.title, "author": subject.owner}
