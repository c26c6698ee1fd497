"""What to believe, where too much came back at once. The right is checked in `quarantine`."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ..control import NotAllowed
from . import quarantine

DECISIONS: dict[str, Callable[..., int]] = {"release": quarantine.release, "discard": quarantine.discard}


@require_POST
@admin.site.admin_view
def decide(request: HttpRequest, decision: str) -> HttpResponse:
    """Believe what is held, or do not. For who may control mailings."""
    if decision not in DECISIONS:
        raise Http404
    try:
        decided = DECISIONS[decision](by=request.user)
    except NotAllowed as error:
        raise PermissionDenied from error
    text = ngettext("%(n)s event was decided on.", "%(n)s events were decided on.", decided)
    messages.success(request, text % {"n": decided})
    return redirect("admin:mailings_bounce_changelist")
