"""The pages of clips."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from taggit.utils import edit_string_for_tags

from issues.models import Tag

from ..keeping import may_keep
from ..models import Clip
from . import working
from .finding import found
from .forms import ClipForm, FindForm

PER_PAGE = 25


@require_safe
@admin.site.admin_view
def clips(request: HttpRequest) -> HttpResponse:
    """List one's clips, those one set aside (`?liste=ecartees`), or the team's (`?liste=equipe`). For those
    who may keep links."""
    _need_keeper(request)
    listing = request.GET.get("liste", "")
    form = FindForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    chosen = found(
        request.user,
        team=listing == "equipe",
        aside=listing == "ecartees",
        words=asked.get("q", ""),
        rubric=asked.get("rubrique"),
    )
    page = Paginator(chosen, PER_PAGE).get_page(request.GET.get("page"))
    kept_query = {name: request.GET[name] for name in ("liste", "q", "rubrique") if request.GET.get(name)}
    context = {
        **admin.site.each_context(request),
        "title": _("My clips"),
        "listing": listing if listing in ("equipe", "ecartees") else "",
        "form": form,
        "is_looking": bool(asked.get("q") or asked.get("rubrique")),
        "page": page,
        "numbers": page.paginator.get_elided_page_range(page.number),
        "query": urlencode(kept_query),
        "back": request.get_full_path(),
    }
    return render(request, "admin/watch/clips/list.html", context)


@admin.site.admin_view
def clip(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one of one's clips, and change it. For the person who kept it."""
    own = _own(request, pk)
    form = ClipForm(request.POST if request.method == "POST" else None, initial=_initial(own))
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        words = {name: asked[name] for name in ("note", "quote", "rubric", "tags")}
        page = {name: asked[name] for name in ("title", "site", "authors", "published_on")}
        working.write(own, by=request.user, **words)
        working.describe_page(own, by=request.user, **page)
        messages.success(request, _("Saved."))
        return redirect("watch:clips")
    context = {**admin.site.each_context(request), "title": _("A clip"), "clip": own, "form": form}
    return render(request, "admin/watch/clips/clip.html", context)


@require_POST
@admin.site.admin_view
def set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one of one's clips out of the list. For the person who kept it."""
    working.set_aside(_own(request, pk), by=request.user, aside=True)
    messages.success(request, _("Set aside: it is in the list of what you set aside."))
    return _back(request)


@require_POST
@admin.site.admin_view
def bring_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one of one's clips back into the list. For the person who kept it."""
    working.set_aside(_own(request, pk), by=request.user, aside=False)
    messages.success(request, _("It is in your list again."))
    return _back(request)


@require_POST
@admin.site.admin_view
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one of one's clips. For the person who kept it."""
    working.delete(_own(request, pk), by=request.user)
    messages.success(request, _("Deleted."))
    return _back(request)


def _own(request: HttpRequest, pk: int) -> Clip:
    """One's own clip, or 404; PermissionDenied for those who keep none."""
    _need_keeper(request)
    own = Clip.objects.select_related("link", "rubric").filter(person=cast(Any, request.user))
    return get_object_or_404(own, pk=pk)


def _need_keeper(request: HttpRequest) -> None:
    if not may_keep(request.user):
        raise PermissionDenied


def _initial(clip: Clip) -> dict[str, Any]:
    return {
        "note": clip.note,
        "quote": clip.quote,
        "rubric": clip.rubric_id,
        "tags": edit_string_for_tags([Tag(name=name) for name in clip.tags]),
        "title": clip.link.title,
        "site": clip.link.site,
        "authors": clip.link.authors,
        "published_on": clip.link.published_on,
    }


def _back(request: HttpRequest) -> HttpResponse:
    """To the list as it was looked at."""
    wanted = request.POST.get("back", "")
    own_list = reverse("watch:clips")
    is_list = wanted.partition("?")[0] == own_list and url_has_allowed_host_and_scheme(wanted, None)
    return redirect(wanted if is_list else own_list)
