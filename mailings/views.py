"""Endpoints for the desk. Each says who may call it; rights and states are checked in `control`."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from issues.models import Issue
from issues.rendering import render_issue

from . import control
from .models import Batch, Delivery, Mailing

ACTIONS = {"pause": control.pause, "resume": control.resume, "cancel": control.cancel, "retry": control.retry}


@require_POST
@admin.site.admin_view
def send_test(request: HttpRequest, issue_pk: int) -> HttpResponse:
    """Send an issue as it is now to one address. For editors."""
    if not request.user.has_perm("issues.edit_issues"):
        raise PermissionDenied
    issue = get_object_or_404(Issue, pk=issue_pk)
    address = request.POST.get("address", "").strip()
    try:
        control.send_test(render_issue(issue), to=address)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except control.ControlError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The test is on its way to %(address)s.") % {"address": address})
    return redirect("admin:issues_issue_change", issue.pk)


@require_POST
@admin.site.admin_view
def control_mailing(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Pause, resume, cancel or retry. For those who may control mailings."""
    mailing = get_object_or_404(Mailing, pk=pk)
    if action not in ACTIONS:
        raise PermissionDenied
    try:
        ACTIONS[action](mailing, by=request.user)
    except control.NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except control.ControlError as error:
        messages.error(request, str(error))
    return redirect("admin:mailings_mailing_change", mailing.pk)


@require_safe
@admin.site.admin_view
def progress(request: HttpRequest, pk: int) -> JsonResponse:
    """How far a mailing is, for its page to follow. For those who may see mailings."""
    if not request.user.has_perm("mailings.view_mailing"):
        raise PermissionDenied
    return JsonResponse(progress_of(get_object_or_404(Mailing.objects.without_bytes(), pk=pk)))


def progress_of(mailing: Mailing) -> dict[str, Any]:
    """What the page of a mailing shows and follows."""
    counts = mailing.counts()
    settled = sum(counts.values()) - counts[Delivery.State.PLANNED] - counts[Delivery.State.DEFERRED]
    return {
        "state": mailing.state,
        "state_label": mailing.get_state_display(),
        "reason": mailing.reason,
        "planned": mailing.planned,
        "settled": settled,
        "percent": 100 * settled // mailing.planned if mailing.planned else 100,
        "counts": counts,
        "shelved": mailing.batches.filter(state=Batch.State.SHELVED).count(),
    }
