"""The home of the desk: what waits for this person."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone

from authors.roles import is_editor

from ..models import Issue, Section
from ..permissions import visible_sections
from .board import board, cards, columns, with_all_that_cards_show

RECENT = 8


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add to the admin's index page: her sections for an author, the board of an issue for an editor.

    `?numero=12` chooses the issue; by default it is the next to come.
    """
    user = request.user
    context |= {"is_editor": is_editor(user), "now": timezone.now()}
    mine = visible_sections(user).signed_by(user).exclude(issue__state__in=Issue.OUT)
    context["my_columns"] = columns(
        cards(with_all_that_cards_show(mine).order_by("issue__number", "-updated_at"))
    )
    context["has_sections"] = any(column.cards for column in context["my_columns"])
    if context["is_editor"]:
        context |= _for_an_editor(request)
    else:
        context["issues"] = Issue.objects.in_the_making()[:1] if user.has_perm("issues.view_issue") else []
    return context


def waiting_badge(request: HttpRequest) -> str:
    """The number of sections that wait for the editor, in the sidebar."""
    count = visible_sections(request.user).awaiting_review().count() if is_editor(request.user) else 0
    return str(count) if count else ""


def _for_an_editor(request: HttpRequest) -> dict[str, Any]:
    issues = list(
        Issue.objects.in_the_making().annotate(
            total=Count("sections"),
            approved=Count("sections", filter=Q(sections__state=Section.State.APPROVED)),
            waiting=Count("sections", filter=Q(sections__state=Section.State.SUBMITTED)),
        )
    )
    asked = request.GET.get("numero", "")
    chosen = next((issue for issue in issues if str(issue.number) == asked), issues[0] if issues else None)
    without_issue = with_all_that_cards_show(Section.objects.filter(issue=None)).order_by("-updated_at")
    elsewhere = Section.objects.awaiting_review().exclude(issue=chosen) if chosen else Section.objects.none()
    return {
        "issues": issues,
        "board": board(chosen) if chosen else None,
        "without_issue": cards(without_issue[:RECENT]),
        "to_review_elsewhere": cards(
            with_all_that_cards_show(elsewhere.exclude(issue=None)).order_by("submitted_at")[:RECENT]
        ),
    }
