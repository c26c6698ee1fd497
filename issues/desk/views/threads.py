"""Endpoints of the thread. What may happen is decided by the workflow and `issues.thread`.

A script that asks for the thread alone (`X-Thread`) gets it back as it is now, with what came of the request,
so that the text in the editor beside it stays as it was typed. Others go back to the page.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from ... import workflow
from ...models import Issue, Section
from ...thread import resolving
from ...thread.timeline import timeline
from .. import transitions
from ..forms import CommentForm
from .access import back_to, issue_for, section_for


def thread_context(thing: Section | Issue, user: Any) -> dict[str, Any]:
    """What the template of the thread needs."""
    kind = thing._meta.model_name
    return {
        "thing": thing,
        "thing_kind": kind,
        "thread": timeline(thing, user),
        "transitions": transitions.offered(thing, user),
        "comment_url": f"issues:{kind}-comment",
        "action_url": f"issues:{kind}-transition",
    }


@require_POST
@admin.site.admin_view
def section_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Add to the thread of a section. For those who may see it."""
    return _comment(request, section_for(request, pk))


@require_POST
@admin.site.admin_view
def issue_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Add to the thread of an issue. For editors."""
    return _comment(request, issue_for(request, pk))


@require_POST
@admin.site.admin_view
def section_resolve(request: HttpRequest, pk: int, review: int) -> HttpResponse:
    """Resolve what was asked in the thread of a section. For those who sign it, and editors."""
    return _settle(request, section_for(request, pk), review, resolving.resolve)


@require_POST
@admin.site.admin_view
def section_reopen(request: HttpRequest, pk: int, review: int) -> HttpResponse:
    """Ask again in the thread of a section. For those who sign it, and editors."""
    return _settle(request, section_for(request, pk), review, resolving.reopen)


@require_POST
@admin.site.admin_view
def issue_resolve(request: HttpRequest, pk: int, review: int) -> HttpResponse:
    """Resolve what was asked in the thread of an issue. For editors."""
    return _settle(request, issue_for(request, pk), review, resolving.resolve)


@require_POST
@admin.site.admin_view
def issue_reopen(request: HttpRequest, pk: int, review: int) -> HttpResponse:
    """Ask again in the thread of an issue. For editors."""
    return _settle(request, issue_for(request, pk), review, resolving.reopen)


def _comment(request: HttpRequest, thing: Section | Issue) -> HttpResponse:
    form = CommentForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, str(errors[0]))
        return _answer(request, thing)
    text, quote = form.cleaned_data["comment"], form.cleaned_data["quote"]
    return _try(request, thing, lambda: workflow.comment(thing, by=request.user, text=text, quote=quote))


def _settle(
    request: HttpRequest, thing: Section | Issue, key: int, settle: Callable[..., None]
) -> HttpResponse:
    review = get_object_or_404(thing.reviews, pk=key)
    return _try(request, thing, lambda: settle(review, by=request.user))


def _try(request: HttpRequest, thing: Section | Issue, change: Callable[[], object]) -> HttpResponse:
    try:
        change()
    except workflow.NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except workflow.WorkflowError as error:
        messages.error(request, str(error))
    return _answer(request, thing)


def _answer(request: HttpRequest, thing: Section | Issue) -> HttpResponse:
    if "X-Thread" in request.headers:
        context = {**thread_context(thing, request.user), "alone": True}
        return render(request, "admin/issues/_thread.html", context)
    return back_to(thing, fragment="#thread")
