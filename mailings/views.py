"""Endpoints for the desk. Each says who may call it; rights and states are checked in `control`."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from issues.models import Issue
from issues.rendering import render_issue

from . import control
from .models import Mailing
from .progress import progress_of
from .words import figures, grouped

ACTIONS = {"pause": control.pause, "resume": control.resume, "cancel": control.cancel}


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


@admin.site.admin_view
def send_test_to_team(request: HttpRequest, issue_pk: int) -> HttpResponse:
    """Show who is of the team; on POST, send them all an issue as it is now. For editors."""
    if not request.user.has_perm("issues.edit_issues"):
        raise PermissionDenied
    issue = get_object_or_404(Issue, pk=issue_pk)
    if request.method != "POST":
        context = {
            **admin.site.each_context(request),
            "title": _("Test send to the team"),
            "issue": issue,
            "team": control.team(),
            "limit": control.MAX_TEAM,
        }
        return render(request, "admin/mailings/test_to_team.html", context)
    number = len({user.email for user in control.team()})
    try:
        refused = control.send_test_to_team(render_issue(issue))
    except control.ControlError as error:
        messages.error(request, str(error))
        return redirect("admin:issues_issue_change", issue.pk)
    for address, reason in refused.items():
        messages.error(request, f"{address}: {reason}")
    sent = number - len(refused)
    if sent:
        text = ngettext(
            "The test is on its way to %(n)d address.", "The test is on its way to %(n)d addresses.", sent
        )
        messages.success(request, text % {"n": sent})
    return redirect("admin:issues_issue_change", issue.pk)


@require_POST
@admin.site.admin_view
def control_mailing(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Pause, resume or cancel. For those who may control mailings."""
    if action not in ACTIONS:
        raise PermissionDenied
    return _ask(request, pk, lambda mailing: ACTIONS[action](mailing, by=request.user))


@require_POST
@admin.site.admin_view
def retry(request: HttpRequest, pk: int, delivery: int | None = None) -> HttpResponse:
    """Send again to those in the state posted, or to one of them. For those who may control mailings."""

    def ask(mailing: Mailing) -> None:
        states = [request.POST.get("state", "")]
        count = control.retry(mailing, by=request.user, states=states, delivery=delivery)
        text = (
            ngettext(
                "%(n)s recipient gets it once the mailing is resumed.",
                "%(n)s recipients get it once the mailing is resumed.",
                count,
            )
            if mailing.state == Mailing.State.PAUSED
            else ngettext(
                "It is sent again to %(n)s recipient.", "It is sent again to %(n)s recipients.", count
            )
        )
        messages.success(request, text % {"n": grouped(count)})

    return _ask(request, pk, ask)


@require_POST
@admin.site.admin_view
def limit(request: HttpRequest, pk: int) -> HttpResponse:
    """Set how many messages a minute go out at the most. For those who may control mailings."""

    def ask(mailing: Mailing) -> None:
        control.limit(mailing, request.POST.get("per_minute", ""), by=request.user)
        messages.success(request, _("From now on: %(pace)s.") % {"pace": mailing.journal.latest("pk").what})

    return _ask(request, pk, ask)


@require_safe
@admin.site.admin_view
def progress(request: HttpRequest, pk: int) -> JsonResponse:
    """How far a mailing is, for its page to follow. For those who may see mailings."""
    if not request.user.has_perm("mailings.view_mailing"):
        raise PermissionDenied
    mailing = get_object_or_404(Mailing.objects.without_bytes(), pk=pk)
    return JsonResponse(figures(progress_of(mailing)))


def _ask(request: HttpRequest, pk: int, change: Callable[[Mailing], Any]) -> HttpResponse:
    """Try a change, say what came of it, and show the mailing."""
    mailing = get_object_or_404(Mailing.objects.without_bytes(), pk=pk)
    try:
        change(mailing)
    except control.NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except control.ControlError as error:
        messages.error(request, str(error))
    return redirect("admin:mailings_mailing_change", mailing.pk)
