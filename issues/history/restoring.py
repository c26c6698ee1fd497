"""The way back to an older version, which is one more version: the newer one stays in the history."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from authors.models import Author

from .. import following, permissions, workflow
from ..belongings import SourceLine, set_byline, set_sources
from ..models import Issue, Rubric, Section
from .snapshot import complete
from .versions import Version

ISSUE_FIELDS = ("title", "subject", "preheader", "introduction", "closing")


@transaction.atomic
def restore(thing: Section | Issue, version: Version, *, by: Any) -> None:
    """Make the thing say again what it said in a version of its own. Approvals fall as by any change.

    Authors and sections that are no more are left out. Raises NotAllowed, NotNow.
    """
    workflow.lock(thing)
    if isinstance(thing, Section):
        _may(permissions.may_edit_section(by, thing), thing)
        _restore_section(thing, version.record)
    else:
        _may(permissions.may_edit_issue(by, thing), thing)
        _restore_issue(thing, version.record)
    complete(thing)
    when = date_format(timezone.localtime(version.at), "SHORT_DATETIME_FORMAT")
    workflow.note(thing, _("Took the version of %(when)s up again.") % {"when": when}, by=by)
    if isinstance(thing, Section):
        workflow.section_changed(thing, by=by)
    else:
        workflow.issue_changed(thing, by=by)


def _may(allowed: bool, thing: Section | Issue) -> None:
    if not allowed:
        raise workflow.NotAllowed(_("You cannot change this now."))


def _restore_section(section: Section, record: Any) -> None:
    section.title, section.body = record.title, record.body
    belongings = record.belongings
    if belongings:
        if "follows_key" in belongings:
            section.follows = _still_earlier(belongings["follows_key"], section)
        section.rubric = Rubric.objects.filter(pk=belongings["rubric_key"]).first()
        signatories = Author.objects.in_bulk([pk for pk, _name in belongings["byline"]])
        byline = [signatories[pk] for pk, _name in belongings["byline"] if pk in signatories]
        set_byline(section, byline)
        section.tags.set(belongings["tags"])
        set_sources(section, (SourceLine(*row) for row in belongings["sources"]))
    section.version += 1
    section.save()


def _still_earlier(key: int | None, section: Section) -> Section | None:
    follows = Section.objects.filter(pk=key).first() if key else None
    try:
        following.validate(follows, of=section, issue=section.issue)
    except ValidationError:
        return None
    return follows


def _restore_issue(issue: Issue, record: Any) -> None:
    for field in ISSUE_FIELDS:
        setattr(issue, field, getattr(record, field))
    then = [pk for pk, _title in record.belongings.get("sections", [])]
    here = list(issue.sections.order_by("position", "pk"))
    # Those that came since stay, after the others.
    here.sort(key=lambda section: then.index(section.pk) if section.pk in then else len(then))
    for position, section in enumerate(here, 1):
        section.position = position
    # Not one by one: a place is no version of the text.
    Section.objects.bulk_update(here, ["position"])
    issue.version += 1
    issue.save()
