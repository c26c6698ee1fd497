"""Putting right on the web what has gone out already, and telling readers. Raises the errors of the workflow.

The mail is in the readers' boxes: neither its frozen rendering nor the mailing is ever touched. What the
page said before is kept with the erratum.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from authors.roles import is_editor

from . import workflow
from .models import Erratum, Issue, Rendition, Section
from .rendering.correction import NotOnThePage, correct_page
from .workflow import NotAllowed, NotNow


def may_correct(user: Any, issue: Issue) -> bool:
    return is_editor(user) and user.has_perm("issues.change_section") and issue.is_published


@transaction.atomic
def correct_on_the_web(
    section: Section, *, by: Any, version: int, title: str, body: str, erratum: str
) -> Erratum:
    """Correct a section of a published issue on its page; `erratum` says what was wrong, in Markdown.

    `version` is that of the section as it was opened. For editors. Raises NotNow where nothing was
    changed, or somebody else changed it since.
    """
    issue = Issue.objects.select_for_update(of=("self",)).filter(sections=section.pk).first()
    held = Section.objects.select_for_update(of=("self",)).filter(pk=section.pk).first()
    if not (is_editor(by) and by.has_perm("issues.change_section")):
        raise NotAllowed(_("Only an editor can do this."))
    if issue is None or held is None or not issue.is_published:
        raise NotNow(_("Only what is published is corrected on the web."))
    rendition = Rendition.objects.select_for_update().filter(issue=issue).first()
    if rendition is None:
        raise NotNow(_("This issue has no page to correct."))
    if not erratum.strip():
        raise NotNow(_("Tell the readers what was wrong: the erratum is empty."))
    if held.version != version:
        raise NotNow(_("Somebody corrected this section since you opened the page: look at it again."))
    if (held.title, held.body) == (title, body):
        raise NotNow(_("The text is as it was: there is nothing to correct."))
    held.title, held.body = title, body
    held.version += 1
    held.save()
    before = rendition.web_html
    try:
        after = correct_page(before, held)
    except NotOnThePage:
        raise NotNow(_("This issue has no page to correct.")) from None
    rendition.web_html = after
    rendition.save(update_fields=["web_html"])
    workflow.note(held, _("Corrected on the web: %(text)s") % {"text": erratum}, by=by)
    return Erratum.objects.create(
        issue=issue, section=held, text=erratum.strip(), before_html=before, after_html=after, by=by
    )
