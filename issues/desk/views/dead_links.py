"""The links of published issues that lead nowhere any more, and what an editor does about them."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from authors.roles import is_editor

from ...links import published
from ...links.announcing import announce
from ...models import LinkLookup

A_PAGE = 50


@require_safe
@admin.site.admin_view
def dead_links(request: HttpRequest) -> HttpResponse:
    """List the dead links of published issues, with the sections they stand in. For editors."""
    _need_editor(request)
    return _page(request)


@require_POST
@admin.site.admin_view
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what is to be made of a dead link: it is alive, ask again, or where its copy is. For editors."""
    _need_editor(request)
    lookup = get_object_or_404(LinkLookup.objects.published(), pk=pk)
    action = request.POST.get("action", "")
    if action == "alive":
        published.believe_alive(lookup)
        messages.success(request, _("Noted: you are believed for three months, then it is looked up again."))
    elif action == "again":
        published.ask_again(lookup)
        transaction.on_commit(announce)
        messages.success(request, _("It is looked up within minutes, and a copy is looked for."))
    elif action == "copy":
        typed = request.POST.get("archived_url", "")
        try:
            published.note_copy(lookup, typed)
        except ValidationError as error:
            return _page(request, wrong=(lookup.pk, typed, error.messages[0]))
        messages.success(request, _("Readers see this beside the link."))
    else:
        messages.error(request, _("This cannot be done."))
    return redirect("issues:dead-links")


def _need_editor(request: HttpRequest) -> None:
    if not is_editor(request.user):
        raise PermissionDenied


def _page(request: HttpRequest, wrong: tuple[int, str, str] | None = None) -> HttpResponse:
    page = Paginator(LinkLookup.objects.dead(), A_PAGE).get_page(request.GET.get("page"))
    places = published.places_of(page.object_list)
    rows = []
    for lookup in page.object_list:
        typed, error = wrong[1:] if wrong and wrong[0] == lookup.pk else (lookup.archived_url, "")
        rows.append({"lookup": lookup, "places": places[lookup.url], "typed": typed, "error": error})
    context = {**admin.site.each_context(request), "title": _("Dead links"), "page": page, "rows": rows}
    return render(request, "admin/issues/dead_links.html", context)
