"""The home of the desk: what waits for this person."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest

from authors.roles import is_editor

from ..models import Issue, Section
from ..permissions import visible_sections

RECENT = 8


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add to the admin's index page: her sections for an author, the issues in the making for an editor."""
    user = request.user
    context["is_editor"] = is_editor(user)
    sections = (
        visible_sections(user)
        .select_related("issue", "rubric")
        .prefetch_related("bylines__author", "reviews")
    )
    in_the_making = Issue.objects.in_the_making()
    if context["is_editor"]:
        context["issues"] = in_the_making.annotate(
            total=Count("sections"),
            approved=Count("sections", filter=Q(sections__state=Section.State.APPROVED)),
            waiting=Count("sections", filter=Q(sections__state=Section.State.SUBMITTED)),
        )[:RECENT]
        context["to_review"] = sections.awaiting_review().order_by("submitted_at")
        context["without_issue"] = sections.filter(issue=None).order_by("-updated_at")[:RECENT]
    else:
        context["issues"] = in_the_making[:1]
    mine = sections.signed_by(user).exclude(issue__state=Issue.State.PUBLISHED).order_by("-updated_at")
    context["my_sections"] = mine
    return context


def waiting_badge(request: HttpRequest) -> str:
    """The number of sections that wait for the editor, in the sidebar."""
    count = visible_sections(request.user).awaiting_review().count() if is_editor(request.user) else 0
    return str(count) if count else ""
