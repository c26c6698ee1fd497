"""Issues of years ago: from a file into the public archive, without a mail to anybody.

They take the road of every issue (`issues.workflow`), in the name of the person who brings them in, with its
rights, its checks and its four eyes. What differs is that the newsroom is told nothing of the steps between.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from pathlib import PurePath
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from . import checks, workflow
from .acknowledging import acknowledge
from .interchange import ImportRefused, IssueDraft, Report, bring_in, parse
from .models import Issue
from .models.tag import fold
from .thread import telling

# As Jekyll names its posts.
_DAY_FIRST = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])")
_LONGEST_SUBJECT = Issue._meta.get_field("subject").max_length or 0


@dataclass(frozen=True)
class PastIssue:
    """What a file says of an issue that came out; `on` is the day or the moment."""

    draft: IssueDraft
    on: date | datetime

    @property
    def day(self) -> date:
        """The day in the newsroom's time zone."""
        return timezone.localdate(self.on) if isinstance(self.on, datetime) else self.on


@dataclass(frozen=True)
class Archived:
    """An issue that is in the archive now, or was before; what its file left open, what checks warned of."""

    issue: Issue
    is_new: bool
    report: Report
    warnings: tuple[str, ...] = ()

    @property
    def day(self) -> date:
        assert self.issue.published_at  # noqa: S101 - a constraint of the table
        return timezone.localdate(self.issue.published_at)


def read(
    data: bytes, *, name: str = "", on: date | datetime | None = None, authors: Iterable[str] = ()
) -> PastIssue:
    """Read a file. Its date is in its front matter, else in its name, else `on`.

    `authors` sign the sections for which it names nobody.

    Raises ImportRefused for what cannot be read, has no date, or says itself that it is a draft.
    """
    draft = parse(data)
    if draft.is_draft:
        raise ImportRefused(_("the file says that it is a draft."))
    day = draft.published or day_of_name(name) or on
    if day is None:
        raise ImportRefused(_("when did it come out? Neither the file nor its name says it."))
    draft.sign(authors)
    return PastIssue(draft, day)


def day_of_name(name: str) -> date | None:
    """Give the day that a file's name begins with, as in 2024-03-15-the-title.md; None without one."""
    found = _DAY_FIRST.match(PurePath(name).name)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


@transaction.atomic
def put_into_archive(
    past: PastIssue, *, by: Any, number_from: int | None = None, acknowledging: bool = False
) -> Archived:
    """Make an issue of it and bring it through review into the archive, or leave nothing behind.

    A file without a number takes the first free one from `number_from` on. With `acknowledging`, warnings of
    the checks are acknowledged in the name of `by`; else they refuse the issue, as errors do. One that is out
    with the same number (or where it has none, day) and title stays as it is. Raises WorkflowError and
    ImportRefused.
    """
    present = _present(past)
    if present:
        return Archived(present, False, Report())
    number = past.draft.number or (_free_number(number_from) if number_from else None)
    if number is None:
        raise ImportRefused(_("which number is it? The file does not say it."))
    result = bring_in(past.draft, by=by, number=number)
    issue = result.issue
    if not issue.subject:
        # The checks want one, for the mail that this issue never becomes.
        issue.subject = issue.title[:_LONGEST_SUBJECT]
        issue.save()
    for section in issue.ordered_sections():
        try:
            workflow.submit(section, by=by)
            workflow.approve_section(section, by=by)
        except workflow.WorkflowError as error:
            raise ImportRefused(
                _("“%(title)s”: %(reason)s") % {"title": section.title, "reason": error}
            ) from error
    workflow.send_to_review(issue, by=by)
    found = checks.report(issue)
    if acknowledging and found.open_warnings and not found.errors:
        acknowledge(issue, [message.fingerprint for message in found.open_warnings], by=by)
    workflow.approve(issue, by=by)
    workflow.archive(issue, by=by, on=past.on)
    telling.keep_quiet(issue)
    return Archived(issue, True, result.report, tuple(message.message for message in found.warnings))


def _present(past: PastIssue) -> Issue | None:
    """The issue that this file was put into the archive as before."""
    known = Issue.objects.filter(state__in=Issue.OUT)
    if past.draft.number:
        known = known.filter(number=past.draft.number)
    else:
        known = known.filter(published_at__date=past.day)
    # Without one it was called after its number.
    title = fold(past.draft.title)
    return next((issue for issue in known if not title or fold(issue.title) == title), None)


def _free_number(first: int) -> int:
    taken = set(Issue.objects.filter(number__gte=first).values_list("number", flat=True))
    return next(number for number in count(first) if number not in taken)
