"""What stops an approval, and what an editor should know before it.

The messages are those of Django's system checks: an error blocks, a warning informs; each has an id,
a hint and the object it is about.
"""

import re
from collections.abc import Iterator

from django.core.checks import CheckMessage, Error, Warning
from django.utils.translation import gettext as _

from .models import Issue, Section
from .rendering import email_size, render_issue

# Gmail clips a message at about 102 KB of HTML.
MAX_EMAIL_BYTES = 90 * 1024
# What a phone shows of a subject line.
MAX_SUBJECT_CHARACTERS = 60

PICTURE_WITHOUT_ALT = re.compile(r"!\[\s*\]\(")


def check_issue(issue: Issue) -> list[CheckMessage]:
    """Run every check on an issue and its sections, in reading order."""
    return [*_envelope(issue), *_sections(issue), *_size(issue)]


def errors(issue: Issue) -> list[CheckMessage]:
    """Give only what blocks the approval."""
    return [check for check in check_issue(issue) if check.is_serious()]


def _envelope(issue: Issue) -> Iterator[CheckMessage]:
    if not issue.subject.strip():
        yield Error(_("The subject line is empty."), obj=issue, id="issues.E001")
    elif len(issue.subject) > MAX_SUBJECT_CHARACTERS:
        yield Warning(
            _("The subject line has %(count)d characters.") % {"count": len(issue.subject)},
            hint=_("Phones show about %(count)d.") % {"count": MAX_SUBJECT_CHARACTERS},
            obj=issue,
            id="issues.W001",
        )
    if not issue.preheader.strip():
        yield Warning(
            _("There is no preheader."),
            hint=_("Mailboxes show it after the subject line."),
            obj=issue,
            id="issues.W002",
        )


def _sections(issue: Issue) -> Iterator[CheckMessage]:
    sections = list(issue.ordered_sections())
    if not sections:
        yield Error(_("The issue has no section."), obj=issue, id="issues.E002")
    for section in sections:
        yield from _section(section)


def _section(section: Section) -> Iterator[CheckMessage]:
    title = {"title": section.title}
    if section.state != Section.State.APPROVED:
        yield Error(_("“%(title)s” is not approved.") % title, obj=section, id="issues.E003")
    if not section.byline():
        yield Error(_("Nobody signs “%(title)s”.") % title, obj=section, id="issues.E004")
    if not section.body.strip():
        yield Error(_("“%(title)s” has no text.") % title, obj=section, id="issues.E005")
    if PICTURE_WITHOUT_ALT.search(section.body):
        yield Warning(
            _("A picture of “%(title)s” has no alternative text.") % title,
            hint=_("Say what it shows, between the brackets: ![text](address)."),
            obj=section,
            id="issues.W003",
        )
    if any(not source.url for source in section.sources.all()):
        yield Warning(_("A source of “%(title)s” has no address.") % title, obj=section, id="issues.W004")


def _size(issue: Issue) -> Iterator[CheckMessage]:
    size = email_size(render_issue(issue))
    if size > MAX_EMAIL_BYTES:
        yield Error(
            _("The email weighs %(size)d KB; Gmail would cut it.") % {"size": size // 1024},
            hint=_("Stay under %(size)d KB.") % {"size": MAX_EMAIL_BYTES // 1024},
            obj=issue,
            id="issues.E006",
        )
