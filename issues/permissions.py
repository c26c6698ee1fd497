"""What a person may do to one issue or one section. Roles are in `authors.roles`."""

from typing import Any

from django.db.models import Q

from authors.roles import is_editor

from .models import Issue, Section
from .models.issue import IssueQuerySet
from .models.section import SectionQuerySet

EDITABLE_BY_AUTHORS = (Section.State.DRAFT, Section.State.CHANGES_REQUESTED)


def may_see_section(user: Any, section: Section) -> bool:
    """An author sees the sections she signs, an editor all."""
    if not user.has_perm("issues.view_section"):
        return False
    return is_editor(user) or section.is_signed_by(user)


def may_edit_section(user: Any, section: Section) -> bool:
    """An author edits her own, until she submits them; an editor all; nobody what is published."""
    if not user.has_perm("issues.change_section") or (section.issue and section.issue.is_out):
        return False
    if is_editor(user):
        return True
    return section.state in EDITABLE_BY_AUTHORS and section.is_signed_by(user)


def may_comment(user: Any, thing: Section | Issue) -> bool:
    """Those who may see a section speak in its thread; in an issue's, the editors."""
    return may_see_section(user, thing) if isinstance(thing, Section) else is_editor(user)


def may_resolve(user: Any, thing: Section | Issue) -> bool:
    """Those who sign a section resolve and reopen what was asked in its thread; editors everywhere."""
    if is_editor(user):
        return True
    return isinstance(thing, Section) and user.has_perm("issues.change_section") and thing.is_signed_by(user)


def issues_to_write_for(user: Any, section: Section | None = None) -> IssueQuerySet:
    """The issues a section may be put into: for an author, those whose approval would not fall by it."""
    issues = Issue.objects.in_the_making()
    if is_editor(user):
        return issues
    open_issues = Q(state__in=[Issue.State.DRAFT, Issue.State.IN_REVIEW])
    return issues.filter(open_issues | Q(pk=section.issue_id if section else None))


def may_delete_section(user: Any, section: Section) -> bool:
    return (
        user.has_perm("issues.delete_section")
        and is_editor(user)
        and not (section.issue and section.issue.is_out)
    )


def may_edit_issue(user: Any, issue: Issue) -> bool:
    """An editor edits an issue until it is scheduled or published."""
    return (
        user.has_perm("issues.change_issue")
        and is_editor(user)
        and issue.state not in (Issue.State.SCHEDULED, *Issue.OUT)
    )


def may_delete_issue(user: Any, issue: Issue) -> bool:
    return (
        user.has_perm("issues.delete_issue")
        and is_editor(user)
        and issue.state not in (Issue.State.SCHEDULED, *Issue.OUT)
    )


def visible_sections(user: Any) -> SectionQuerySet:
    """All that `may_see_section` allows, as a query."""
    if not user.has_perm("issues.view_section"):
        return Section.objects.none()
    sections = Section.objects.all()
    return sections if is_editor(user) else sections.signed_by(user)
