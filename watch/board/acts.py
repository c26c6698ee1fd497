"""The buttons of a card. Each answers with the board; to its script, with no words or those of a refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from issues.workflow import NotAllowed, NotNow

from ..keeping import NotALink
from ..models import Link, Subject
from . import moving, subjects, taking, writing
from .forms import AttachForm, LinkForm, MoveForm, ProposeForm
from .views import subject_for, to_board

STEPS = {"up": -1, "down": 1}


@require_POST
@admin.site.admin_view
def subject_take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a subject that is free, or proposed to oneself. For those who may add subjects."""
    return _act(
        request,
        pk,
        lambda subject: taking.take(subject, by=request.user),
        _("“%(title)s” is yours."),
    )


@require_POST
@admin.site.admin_view
def subject_give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Free a subject, or decline it. For whoever has it, and editors."""
    return _act(
        request,
        pk,
        lambda subject: taking.give_back(subject, by=request.user),
        _("“%(title)s” is free again."),
    )


@require_POST
@admin.site.admin_view
def subject_propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose a subject to an author. For editors."""
    form = ProposeForm(request.POST)
    return _act(
        request,
        pk,
        lambda subject: taking.propose(subject, form.cleaned_data["author"], by=request.user),
        _("“%(title)s” is proposed."),
        form,
    )


@require_POST
@admin.site.admin_view
def subject_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a subject elsewhere: `place` and `before`, or one step `up` or `down`. For whoever may edit it."""
    steps = STEPS.get(request.POST.get("direction", ""))
    if steps is not None:
        return _act(request, pk, lambda subject: moving.move_by(subject, steps, by=request.user))
    form = MoveForm(request.POST)

    def move(subject: Subject) -> None:
        issue, rubric = form.cleaned_data["place"] or (None, None)
        moving.move(subject, issue=issue, rubric=rubric, before=form.cleaned_data["before"], by=request.user)

    return _act(request, pk, move, form=form)


@require_POST
@admin.site.admin_view
def subject_attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which section came of a subject. For the author who has it, and editors."""
    if not writing.may_attach(request.user, subject_for(request, pk)):
        raise PermissionDenied
    form = AttachForm(request.POST, person=request.user)
    return _act(
        request,
        pk,
        lambda subject: writing.attach(subject, form.cleaned_data["section"], by=request.user),
        form=form,
    )


@require_POST
@admin.site.admin_view
def subject_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Add the link of a page to a subject. For those who may add subjects."""
    form = LinkForm(request.POST)
    return _act(
        request,
        pk,
        lambda subject: subjects.add_link(subject, form.cleaned_data["url"], by=request.user),
        form=form,
    )


@require_POST
@admin.site.admin_view
def subject_unlink(request: HttpRequest, pk: int, page: int) -> HttpResponse:
    """Take a link off a subject. For whoever may change the subject."""
    found = get_object_or_404(Link, pk=page)
    return _act(request, pk, lambda subject: subjects.remove_link(subject, found, by=request.user))


@require_POST
@admin.site.admin_view
def subject_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a subject off the board. For editors, and who brought it as long as it is free."""
    return _act(
        request,
        pk,
        lambda subject: subjects.delete(subject, by=request.user),
        _("“%(title)s” is off the board."),
    )


def _act(
    request: HttpRequest,
    pk: int,
    change: Callable[[Subject], Any],
    done: str = "",
    form: Form | None = None,
) -> HttpResponse:
    """Do it, unless the form says no; then say what came of it, and go back to the board."""
    subject = subject_for(request, pk)
    refused = ""
    if form is not None and not form.is_valid():
        refused = " ".join(str(error) for errors in form.errors.values() for error in errors)
    else:
        try:
            change(subject)
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except (NotNow, NotALink) as error:
            refused = str(error)
    if request.headers.get("X-Board"):
        return (
            HttpResponse(refused, status=409, content_type="text/plain")
            if refused
            else HttpResponse(status=204)
        )
    if refused:
        messages.error(request, refused)
    elif done:
        messages.success(request, done % {"title": subject.title})
    return to_board(request, Subject.objects.select_related("issue").filter(pk=pk).first())
