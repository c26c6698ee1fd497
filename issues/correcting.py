"""Putting right on the web what has gone out already, and telling readers. Raises the errors of the workflow.

The mail is in the readers' boxes: neither its frozen rendering nor the mailing is ever touched. What the
page said before is kept with the erratum.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from authors.models import Author
from authors.roles import is_editor

from . import workflow
from .belongings import SourceLine, set_byline, set_sources, sources_of
from .history.snapshot import complete
from .models import Erratum, Issue, Rendition, Section
from .rendering.correction import NotOnThePage, correct_page, correct_words
from .search.index import index
from .workflow import NotAllowed, NotNow


def may_correct(user: Any, thing: Section | Issue) -> bool:
    """Whether somebody may correct a section, or the words of an issue, on its page now."""
    issue = thing.issue if isinstance(thing, Section) else thing
    return _has_the_right(user, thing) and bool(issue and issue.is_out)


@transaction.atomic
def correct_on_the_web(
    section: Section,
    *,
    by: Any,
    version: int,
    title: str,
    body: str,
    erratum: str,
    byline: Sequence[Author] | None = None,
    sources: Sequence[SourceLine] | None = None,
) -> Erratum:
    """Correct a section of a published issue on its page; `erratum` says what was wrong, in Markdown.

    Of byline and sources, None leaves those that stand there. `version` is that of the section as it was
    opened. For editors. Raises NotNow where nothing was changed, or somebody else changed it since.
    """
    issue = Issue.objects.select_for_update(of=("self",)).filter(sections=section.pk).first()
    held = Section.objects.select_for_update(of=("self",)).filter(pk=section.pk).first()
    _need_right(section, by)
    if held is None or issue is None:
        raise NotNow(_("Only what is published is corrected on the web."))
    rendition = _rendition(issue)
    if held.version != version:
        raise NotNow(_("Somebody corrected this section since you opened the page: look at it again."))
    signed, rests_on = held.byline(), sources_of(held)
    byline = signed if byline is None else list(byline)
    sources = rests_on if sources is None else list(sources)
    if (held.title, held.body, signed, rests_on) == (title, body, byline, sources):
        raise NotNow(_("The text is as it was: there is nothing to correct."))
    if signed and not byline:
        raise NotNow(_("Nobody signs this section yet: add an author."))
    if len(set(byline)) < len(byline):
        raise NotNow(_("An author signs a section once."))
    # The version of before says who signed, even where the byline was written after the section's row.
    complete(held)
    held.title, held.body = title, body
    if byline != signed:
        set_byline(held, byline)
    if sources != rests_on:
        set_sources(held, sources)
    held.version += 1
    held.save()
    if issue.is_published:
        index([held])
    return _publish(held, rendition, lambda page: correct_page(page, held), erratum, by)


@transaction.atomic
def correct_issue_on_the_web(
    issue: Issue, *, by: Any, version: int, title: str, introduction: str, closing: str, erratum: str
) -> Erratum:
    """Correct the title of a published issue, or its opening and closing words, on its page.

    The title stands above the frozen text, so that `before_html` does not hold it: what it was is in the
    history of the issue. The subject is the mail's alone. Else as `correct_on_the_web`.
    """
    held = Issue.objects.select_for_update().filter(pk=issue.pk).first()
    _need_right(issue, by)
    if held is None:
        raise NotNow(_("Only what is published is corrected on the web."))
    rendition = _rendition(held)
    if held.version != version:
        raise NotNow(_("Somebody corrected this issue since you opened the page: look at it again."))
    before, after = (held.title, held.introduction, held.closing), (title, introduction, closing)
    if before == after:
        raise NotNow(_("The text is as it was: there is nothing to correct."))
    held.title, held.introduction, held.closing = after
    held.version += 1
    held.save()
    # What was not changed is not rendered anew.
    changed = {
        name: new
        for name, old, new in zip(("introduction", "closing"), before[1:], after[1:], strict=True)
        if old != new
    }
    return _publish(held, rendition, lambda page: correct_words(page, **changed), erratum, by)


def _has_the_right(user: Any, thing: Section | Issue) -> bool:
    return is_editor(user) and user.has_perm(f"issues.change_{thing._meta.model_name}")


def _need_right(thing: Section | Issue, user: Any) -> None:
    if not _has_the_right(user, thing):
        raise NotAllowed(_("Only an editor can do this."))


def _rendition(issue: Issue) -> Rendition:
    """Hold the frozen page of an issue, which is held already. Raises NotNow."""
    if not issue.is_out:
        raise NotNow(_("Only what is published is corrected on the web."))
    rendition = Rendition.objects.select_for_update().filter(issue=issue).first()
    if rendition is None:
        raise NotNow(_("This issue has no page to correct."))
    return rendition


def _publish(
    thing: Section | Issue, rendition: Rendition, correct: Callable[[str], str], erratum: str, by: Any
) -> Erratum:
    """Put the corrected page in the place of the one before, and tell the readers and the thread."""
    if not erratum.strip():
        raise NotNow(_("Tell the readers what was wrong: the erratum is empty."))
    before = rendition.web_html
    try:
        after = correct(before)
    except NotOnThePage:
        raise NotNow(_("This issue has no page to correct.")) from None
    rendition.web_html = after
    rendition.save(update_fields=["web_html"])
    workflow.note(thing, _("Corrected on the web: %(text)s") % {"text": erratum}, by=by)
    return Erratum.objects.create(
        issue=rendition.issue,
        section=thing if isinstance(thing, Section) else None,
        text=erratum.strip(),
        before_html=before,
        after_html=after,
        by=by,
    )
