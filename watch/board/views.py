"""The pages of the board. What may happen to a subject is decided by the functions of `watch.board`."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from issues.workflow import NotAllowed, NotNow

from ..keeping import NotALink
from ..models import Subject
from . import rights, subjects
from .forms import EditSubjectForm, NewSubjectForm
from .page import Board, board


@require_safe
@admin.site.admin_view
def board_home(request: HttpRequest) -> HttpResponse:
    """The short address of the board. For those who may see subjects."""
    _need_sight(request)
    # An address of its own, since the menu takes every address below that of an item for this item's.
    return redirect("watch:board")


@require_safe
@admin.site.admin_view
def show_board(request: HttpRequest) -> HttpResponse:
    """Who writes what in an issue: `?numero=13`, else the next to come. For those who may see subjects."""
    _need_sight(request)
    found = board(request.user, request.GET.get("numero", ""))
    asked = request.GET.get("sous", "")
    places = [place for place, _name in found.places]
    return _page(request, found, NewSubjectForm(initial={"place": asked if asked in places else places[0]}))


@require_safe
@admin.site.admin_view
def board_now(request: HttpRequest) -> HttpResponse:
    """The cards alone, for a page that is open; 304 when nothing changed. For those who may see subjects."""
    _need_sight(request)
    found = board(request.user, request.GET.get("numero", ""))
    etag = quote_etag(found.etag)
    response = get_conditional_response(request, etag)
    if response is None:
        response = render(request, "admin/watch/_board.html", {"board": found, "now": found.now})
        response.headers["ETag"] = etag
    return response


@require_POST
@admin.site.admin_view
def subject_create(request: HttpRequest) -> HttpResponse:
    """Add a subject. For authors and editors; what cannot be taken is shown again as it was typed."""
    _need_sight(request)
    if not rights.may_add(request.user):
        raise PermissionDenied
    form = NewSubjectForm(request.POST)
    if form.is_valid():
        asked = form.cleaned_data
        issue, rubric = asked["place"] or (None, None)
        try:
            subject = subjects.create(
                issue,
                asked["title"],
                by=request.user,
                rubric=rubric,
                links=asked["links"],
                note=asked["note"],
                due=asked["due"] if rights.directs(request.user) else None,
            )
        except NotALink as error:
            form.add_error("links", str(error))
        except NotNow as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("“%(title)s” is on the board.") % {"title": subject.title})
            return to_board(request, subject)
    return _page(request, board(request.user, request.POST.get("numero", "")), form, status=422)


@admin.site.admin_view
def subject_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A subject with all that happened to it; on POST, change what it says. For those who may see subjects.

    To change it: for editors, who took it, and who brought it as long as it is free.
    """
    subject = subject_for(request, pk)
    form = EditSubjectForm(request.POST if request.method == "POST" else None, subject=subject)
    editable = rights.may_edit(request.user, subject) and not (subject.issue and subject.issue.is_out)
    if request.method == "POST":
        if not editable:
            raise PermissionDenied
        if form.is_valid():
            asked = form.cleaned_data
            try:
                subjects.edit(
                    subject, by=request.user, title=asked["title"], note=asked["note"], due=asked["due"]
                )
            except NotAllowed as error:
                raise PermissionDenied(str(error)) from error
            except NotNow as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Your changes are kept."))
                return to_board(request, subject)
    if not rights.directs(request.user):
        del form.fields["due"]
    context = {
        **admin.site.each_context(request),
        "title": subject.title,
        "subject": subject,
        "form": form,
        "editable": editable,
        "deletable": editable and rights.may_delete(request.user, subject),
        "events": subject.events.select_related("actor", "author"),
        "board_url": board_address(subject),
    }
    return render(request, "admin/watch/subject.html", context, status=422 if form.errors else 200)


def subject_for(request: HttpRequest, pk: int) -> Subject:
    """The subject; PermissionDenied for those who may not see any."""
    _need_sight(request)
    return get_object_or_404(
        Subject.objects.select_related("issue", "rubric", "owner", "section", "created_by"), pk=pk
    )


def board_address(subject: Subject | None, number: str = "") -> str:
    """The board that shows a subject: of its issue, or, of an idea, the one that was looked at."""
    if subject and subject.issue:
        number = str(subject.issue.number)
    query = f"?numero={number}" if number.isdecimal() else ""
    return reverse("watch:board") + query + (f"#subject-{subject.pk}" if subject else "")


def to_board(request: HttpRequest, subject: Subject | None) -> HttpResponse:
    return redirect(board_address(subject, request.POST.get("numero", "")))


def _need_sight(request: HttpRequest) -> None:
    if not rights.may_see(request.user):
        raise PermissionDenied


def _page(request: HttpRequest, found: Board, form: NewSubjectForm, **more: Any) -> HttpResponse:
    if not found.viewer.directs:
        del form.fields["due"]
    context = {
        **admin.site.each_context(request),
        "title": _("Who writes what"),
        "board": found,
        "now": found.now,
        "form": form,
    }
    return render(request, "admin/watch/board.html", context, **more)
