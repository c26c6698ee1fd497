"""What an open form asks the house for while somebody types. Each endpoint says who may call it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from .. import permissions
from ..models import Draft, Issue, Section
from . import keeping, presence
from .form_data import TooLong, form_data, opened_version


def _refusal(text: str, status: int) -> JsonResponse:
    return JsonResponse({"error": text}, status=status)


def _thing_for(request: HttpRequest, kind: str, pk: int | None) -> Section | Issue | None:
    """What the form is of: None for a new one. 404 for those who may not see it."""
    if kind not in Draft.Kind.values:
        raise Http404
    if pk is None:
        may = request.user.has_perm(f"issues.add_{kind}")
        if not may:
            raise PermissionDenied
        return None
    if kind == Draft.Kind.SECTION:
        return get_object_or_404(permissions.visible_sections(request.user).select_related("issue"), pk=pk)
    if not request.user.has_perm("issues.view_issue"):
        raise PermissionDenied
    return get_object_or_404(Issue, pk=pk)


def _may_edit(user: Any, thing: Section | Issue | None) -> bool:
    if isinstance(thing, Section):
        return permissions.may_edit_section(user, thing)
    return thing is None or permissions.may_edit_issue(user, thing)


@require_POST
@admin.site.admin_view
def keep(request: HttpRequest, kind: str, pk: int | None = None) -> JsonResponse:
    """Keep what is typed in a form. For those who may save that form now: its right and its state.

    Answers with what `heartbeat` tells, and the time.
    """
    thing = _thing_for(request, kind, pk)
    if not _may_edit(request.user, thing):
        return _refusal(_("This text is locked now: what you typed cannot be saved at the moment."), 403)
    key = keeping.key_in(request.POST)
    if key is None:
        return _refusal(_("This page does not say which form it is; reload it."), 400)
    if str(key) in keeping.saved_keys(request):
        return _refusal(_("This form was saved already; open it again to go on."), 409)
    try:
        draft = keeping.keep(request.user, kind, thing, key, form_data(request.POST))
    except TooLong as error:
        return _refusal(str(error), 413)
    hour = formats.time_format(timezone.localtime(draft.saved_at), "H:i")
    return JsonResponse({"kept": _("Draft kept at %(time)s") % {"time": hour}, **_news(request, thing)})


@require_POST
@admin.site.admin_view
def heartbeat(request: HttpRequest, kind: str, pk: int) -> JsonResponse:
    """Say that somebody has the form open; tell who else has, and of a newer version.

    For those who may save that form now.
    """
    thing = _thing_for(request, kind, pk)
    if not _may_edit(request.user, thing):
        return _refusal(_("This text is locked now: what you typed cannot be saved at the moment."), 403)
    return JsonResponse(_news(request, thing))


def _news(request: HttpRequest, thing: Section | Issue | None) -> dict[str, Any]:
    if thing is None:
        return {"others": "", "newer": ""}
    presence.note(request.user, thing)
    opened = opened_version(request.POST.dict())
    newer = opened is not None and opened < thing.version
    return {
        "others": others_said(request, thing),
        "newer": _(
            "Somebody saved another version since you opened this page. "
            "Go on: nothing is lost, you will see both side by side when you save."
        )
        if newer
        else "",
    }


def others_said(request: HttpRequest, thing: Section | Issue) -> str:
    """Who else is in it, in a sentence; empty when nobody is."""
    names = [presence.name(user) for user in presence.others(request.user, thing)]
    if not names:
        return ""
    said = ", ".join(names)
    if isinstance(thing, Section):
        return ngettext(
            "%(names)s is in this section too.", "%(names)s are in this section too.", len(names)
        ) % {"names": said}
    return ngettext("%(names)s is in this issue too.", "%(names)s are in this issue too.", len(names)) % {
        "names": said
    }


@require_POST
@admin.site.admin_view
def discard(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Throw a draft away. For who typed it; anybody else changes nothing."""
    keeping.discard(request.user, key)
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({})
    messages.success(request, _("The draft is thrown away."))
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = ""
    return HttpResponseRedirect(target or reverse("admin:index"))
