"""The pages of quick capture."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from issues.models import Issue
from issues.workflow import WorkflowError

from ..board import rights, subjects
from ..keeping import NotALink, may_keep
from ..models import CaptureToken, Clip, Subject
from . import carrying, tokens
from .bookmarklet import bookmarklet
from .forms import CaptureForm, TokenForm
from .incoming import Incoming
from .known import Known
from .taking import take_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@csrf_protect
def capture(request: HttpRequest) -> HttpResponse:
    """Show the form with `?url=&title=&text=` in it, and keep what is sent. For those who may keep links.

    Who is logged out comes back to it after the login, with all that was in it.
    """
    sent = request.method == "POST"
    if sent:
        incoming = Incoming.typed(request.POST.dict())
    else:
        incoming = carrying.carried(request) or Incoming.asked(request.GET.dict())
    if not admin.site.has_permission(request):
        return carrying.to_login(incoming, typed=sent)
    return admin.site.admin_view(_capture)(request, incoming)


def _capture(request: HttpRequest, incoming: Incoming) -> HttpResponse:
    _need_keeper(request)
    form = CaptureForm(request.POST if request.method == "POST" else None, initial=incoming.as_dict())
    if request.method == "POST" and form.is_valid():
        asked = dict(form.cleaned_data)
        try:
            clip, created = take_in(request.user, asked.pop("url"), **asked)
        except NotALink as error:
            form.add_error("url", str(error))
        else:
            if "sujet" in request.POST:
                _make_a_subject(request, clip)
            in_a_window = asked["via"] == Clip.Via.BOOKMARKLET
            said = urlencode({"nouveau": int(created), "fenetre": int(in_a_window)})
            response = redirect(f"{reverse('watch:capture-kept', args=[clip.pk])}?{said}")
            carrying.put_down(request, response)
            return response
    return _page(
        request,
        "form",
        _("Keep a link"),
        form=form,
        known=Known(incoming.url, request.user),
        makes_subjects=rights.may_add(request.user),
        is_popup=incoming.via == Clip.Via.BOOKMARKLET,
    )


def _make_a_subject(request: HttpRequest, clip: Clip) -> None:
    """Put what was just kept on the board of the coming issue, or among the ideas; say what came of it."""
    coming = Issue.objects.in_the_making().first()
    title = str(clip.link)[: Subject._meta.get_field("title").max_length]
    try:
        subjects.create(coming, title, by=request.user, rubric=clip.rubric, links=[clip.link])
    except WorkflowError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("It is a subject on the board."))


@require_safe
@admin.site.admin_view
def kept(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a link is kept, and close the bookmarklet's window. For the person who kept it."""
    _need_keeper(request)
    clip = get_object_or_404(Clip.objects.select_related("link", "rubric"), person=request.user, pk=pk)
    in_a_window = request.GET.get("fenetre") == "1"
    return _page(
        request,
        "kept",
        _("Kept"),
        clip=clip,
        is_new=request.GET.get("nouveau") != "0",
        closes=in_a_window,
        is_popup=in_a_window,
    )


@never_cache
@admin.site.admin_view
def tools(request: HttpRequest) -> HttpResponse:
    """Give the bookmarklet, explain the share sheet, list one's tokens and make one. For those who may keep
    links, each her own."""
    _need_keeper(request)
    form = TokenForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            made, text = tokens.make(request.user, form.cleaned_data["name"])
        except WorkflowError as error:
            form.add_error("name", str(error))
        else:
            context = {"made": made, "text": text}
            form = TokenForm()
    return _page(
        request,
        "tools",
        _("Capture tools"),
        form=form,
        bookmarklet=bookmarklet(),
        tokens=CaptureToken.objects.filter(person=cast(Any, request.user)),
        api_url=request.build_absolute_uri(reverse("watch:api-links")),
        **context,
    )


@require_POST
@admin.site.admin_view
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a token back. For the person whose it is."""
    _need_keeper(request)
    if tokens.revoke(request.user, pk):
        messages.success(request, _("The token is revoked: it opens nothing any more."))
    return redirect("watch:capture-tools")


def _need_keeper(request: HttpRequest) -> None:
    if not may_keep(request.user):
        raise PermissionDenied


def _page(request: HttpRequest, name: str, title: str, **context: Any) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": title, **context}
    return render(request, f"admin/watch/capture/{name}.html", context)
