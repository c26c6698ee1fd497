"""The page of a preview link, and the buttons that make one and take it back."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from .. import workflow
from ..archive import reading
from ..archive.withdrawn import gone
from ..desk.views.access import back_to, issue_for
from ..models import Issue
from ..rendering import render_issue
from . import links


@require_safe
@never_cache
def proof(request: HttpRequest, token: str) -> HttpResponse:
    """Show an issue as it is now, before it is out. For whoever holds a good link to it.

    404 for what is no link of ours, 410 for one that is good no more; once the issue is out, its page.
    """
    try:
        issue = links.issue_of(token)
    except links.Unknown:
        raise Http404 from None
    except links.Expired:
        return _hidden(render(request, "archive/proof_expired.html", status=410))
    if issue.is_published:
        return redirect(issue)
    if issue.is_out:
        return gone(request, issue)
    context = {
        "issue": issue,
        "html": reading.page_html(render_issue(issue).web_html),
        "authors": reading.signatories(issue),
        "minutes": reading.minutes(issue.sections.all()),
        "until": links.expiry(issue.preview_link),
        "is_proof": True,
    }
    return _hidden(render(request, "archive/issue.html", context))


@require_POST
@admin.site.admin_view
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link to an issue in the making. For editors."""
    return _ask(request, pk, links.make, _("The link is good for 7 days. Whoever has it can read the issue."))


@require_POST
@admin.site.admin_view
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the link to an issue be good no more. For editors."""
    return _ask(request, pk, links.take_back, _("The link is good no more."))


def _ask(request: HttpRequest, pk: int, change: Callable[..., Any], done: str) -> HttpResponse:
    issue: Issue = issue_for(request, pk)
    try:
        change(issue, by=request.user)
    except workflow.NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except workflow.NotNow as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return back_to(issue, fragment="#desk-proof-title")


def _hidden(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
