"""The page of versions, and the button that goes back to one."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .. import permissions, workflow
from ..models import Issue, Section
from . import versions
from .restoring import restore

# One form holds so many rows before the page grows too long to be read.
SHOWN = 20


@require_safe
def page(request: HttpRequest, thing: Any) -> HttpResponse:
    """Show the versions of a section or an issue, and what two of them differ in: `old` and `new`.

    For those who may see the thing, which the admin has found out; to others it is not there.
    """
    kind = thing._meta.model_name if thing else ""
    if not (thing and request.user.has_perm(f"issues.view_{kind}")):
        raise Http404(_("There is no such version."))
    all_versions = versions.versions_of(thing)
    if not all_versions:
        # Written past the library, or its records were cleaned away.
        raise Http404(_("There is no such version."))
    newest = all_versions[0]
    new = versions.find(all_versions, request.GET.get("new"), newest)
    place = all_versions.index(new)
    before = all_versions[place + 1] if place + 1 < len(all_versions) else new
    old = versions.find(all_versions, request.GET.get("old"), before)
    rows = Paginator([*zip(all_versions, [*all_versions[1:], None], strict=True)], SHOWN).get_page(
        request.GET.get("page")
    )
    shown = [version for version, _before in rows]
    return render(
        request,
        "admin/issues/history.html",
        {
            **admin.site.each_context(request),
            "title": _("History of %(thing)s") % {"thing": thing},
            "opts": thing._meta,
            "original": thing,
            "thing": thing,
            "page": rows,
            "rows": [(version, _words(version, before)) for version, before in rows],
            # Chosen on another page: they stay chosen.
            "unseen": [(name, one.pk) for name, one in (("old", old), ("new", new)) if one not in shown],
            "old": old,
            "new": new,
            "newest": newest,
            "changes": versions.changes(old, new),
            "may_restore": _may_edit(request.user, thing) and old.content != newest.content,
            "change_url": f"admin:issues_{kind}_change",
            "restore_url": f"issues:{kind}-restore",
        },
    )


def _words(version: versions.Version, before: versions.Version | None) -> tuple[int, int] | None:
    """How many words a version added and removed; None for the first one."""
    if before is None:
        return None
    counts = [change.words for change in versions.changes(before, version)]
    return sum(added for added, _removed in counts), sum(removed for _added, removed in counts)


def _may_edit(user: Any, thing: Section | Issue) -> bool:
    if isinstance(thing, Section):
        return permissions.may_edit_section(user, thing)
    return permissions.may_edit_issue(user, thing)


@require_POST
@admin.site.admin_view
def restore_section(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    """Go back to a version of a section. For those who may edit it now."""
    return _restore(request, get_object_or_404(permissions.visible_sections(request.user), pk=pk), version)


@require_POST
@admin.site.admin_view
def restore_issue(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    """Go back to a version of an issue. For editors, until it is scheduled."""
    if not request.user.has_perm("issues.view_issue"):
        raise PermissionDenied
    return _restore(request, get_object_or_404(Issue, pk=pk), version)


def _restore(request: HttpRequest, thing: Section | Issue, pk: int) -> HttpResponse:
    version = versions.Version(get_object_or_404(thing.history, history_id=pk))
    try:
        restore(thing, version, by=request.user)
    except workflow.NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except workflow.WorkflowError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("This version is the current one again; the one before it is kept."))
    return redirect(f"admin:issues_{thing._meta.model_name}_history", thing.pk)
