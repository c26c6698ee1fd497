"""Making a section of clips, with all the rights and the history of one that was begun on the desk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from authors.models import Author
from issues import permissions, workflow
from issues.belongings import set_byline, set_sources
from issues.history.snapshot import complete
from issues.models import Issue, Rubric, Section
from issues.rendering.markdown import MAX_MARKDOWN
from issues.workflow import NotAllowed, NotNow

from ..board.holding import hold, need_no_section, note
from ..models import Clip, Subject, SubjectEvent
from .material import body_of, pages_of

# As many sources as the form of a section reads.
MOST_PAGES = 200
LONGEST_TITLE = 200


def may_draft(person: Any) -> bool:
    """Whether somebody may make sections of clips."""
    return person.is_active and person.has_perm("watch.add_clip") and person.has_perm("issues.add_section")


@transaction.atomic
def draft(
    person: Any,
    *,
    clips: Iterable[Clip],
    subject: Subject | None = None,
    issue: Issue | None = None,
    rubric: Rubric | None = None,
    title: str = "",
    tags: Iterable[str] = (),
) -> Section:
    """Begin a section that `person` signs: a heading for each link with what was kept of it, and its sources.

    From a subject it takes issue, rubric, title and links where none are given, and becomes its section; only
    whoever has taken the subject may, with links or without. The title is else that of the first link. Raises
    NotAllowed, NotNow.
    """
    if not may_draft(person):
        raise NotAllowed(_("You do not have the right to begin a section."))
    author = _author_of(person)
    if subject is not None:
        issue, rubric = issue or subject.issue, rubric or subject.rubric
    # The issue before the subject: as when an issue goes, and its subjects are held after it.
    if issue:
        issue = _hold_issue(issue, person)
    if subject is not None:
        subject = _hold(subject, author)
    pages = pages_of(clips, subject.links.order_by("pk") if subject else ())
    if len(pages) > MOST_PAGES or not (pages or subject):
        most = {"most": MOST_PAGES}
        raise NotNow(_("Choose the links to write about: one at least, %(most)d at the most.") % most)
    title = " ".join(title.split()) or (subject.title if subject else pages[0].title)
    body = body_of(pages)
    if len(body) > MAX_MARKDOWN:
        raise NotNow(_("These links hold too many words for one section: choose fewer."))
    section = Section(issue=issue, rubric=rubric, title=title[:LONGEST_TITLE], body=body)
    section.position = issue.sections.count() + 1 if issue else 0
    section._history_user = person  # type: ignore[attr-defined]
    section._change_reason = "Drafted from links"  # type: ignore[attr-defined]
    section.save()
    set_byline(section, [author])
    set_sources(section, (page.as_source() for page in pages))
    section.tags.add(*tags)
    complete(section)
    if issue:
        workflow.issue_changed(issue, by=person)
    if subject:
        subject.section = section
        subject.save(update_fields=["section"])
        note(subject, SubjectEvent.Kind.DRAFTED, by=person, author=author)
    return section


def _author_of(person: Any) -> Author:
    author: Author | None = getattr(person, "author", None)
    if author is None:
        raise NotNow(
            _(
                "Nobody would sign this section: your account has no author’s entry yet. An editor can make "
                "one under “Authors”. What you chose stays as it is."
            )
        )
    return author


def _hold(subject: Subject, author: Author) -> Subject:
    """Hold a subject that this author has taken and of which nothing was made."""
    held = hold(subject)
    need_no_section(held)
    if held.state != Subject.State.TAKEN or held.owner_id != author.pk:
        raise NotAllowed(_("Take this subject first: whoever has taken it writes it."))
    return held


def _hold_issue(issue: Issue, person: Any) -> Issue:
    """Hold an issue that this person may write for."""
    held = workflow.hold_issues(issue.pk).get(issue.pk)
    if held is None or not permissions.issues_to_write_for(person).filter(pk=held.pk).exists():
        raise NotNow(_("This issue takes no section of yours now: choose another one, or none."))
    return held
