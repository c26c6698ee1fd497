"""The list of checks on an issue's page, and the endpoints behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from .. import acknowledging, checks, workflow
from ..checks import CheckMessage
from ..links.announcing import announce
from ..models import Acknowledgement, Issue


@dataclass(frozen=True)
class Row:
    message: CheckMessage
    acknowledgement: Acknowledgement | None


@dataclass(frozen=True)
class Group:
    """The messages of one level."""

    name: str
    label: str | Promise
    icon: str
    rows: list[Row]


def list_of_checks(issue: Issue, user: Any) -> dict[str, Any]:
    """Give what the list of checks needs. A published issue has none: it is as it went out."""
    if issue.is_out:
        return {}
    report = checks.report(issue)
    levels = (
        ("error", gettext_lazy("It cannot be approved"), "block", report.errors),
        ("warning", gettext_lazy("To be acknowledged"), "warning", report.warnings),
        ("info", gettext_lazy("Good to know"), "info", report.infos),
    )
    return {
        "groups": [
            Group(
                name,
                label,
                icon,
                [Row(message, report.acknowledgements.get(message.fingerprint)) for message in found],
            )
            for name, label, icon, found in levels
            if found
        ],
        "counts": report.counts,
        "open_warnings": report.open_warnings,
        "may_acknowledge": acknowledging.may_acknowledge(user, issue),
        "looks_links_up": settings.VEILLE_CHECK_LINKS,
    }


@require_POST
@admin.site.admin_view
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Acknowledge the warnings named by the `fingerprint` fields. For editors, until the approval."""

    def act(issue: Issue) -> str:
        count = acknowledging.acknowledge(issue, request.POST.getlist("fingerprint"), by=request.user)
        return ngettext(
            "%(count)d warning is acknowledged in your name.",
            "%(count)d warnings are acknowledged in your name.",
            count,
        ) % {"count": count}

    return _act(request, pk, act)


@require_POST
@admin.site.admin_view
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an acknowledged warning ask again. For editors, until the approval."""

    def act(issue: Issue) -> str:
        acknowledging.take_back(issue, request.POST.get("fingerprint", ""), by=request.user)
        return _("The warning asks again.")

    return _act(request, pk, act)


@require_POST
@admin.site.admin_view
def look_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the links of an issue looked up soon, each every five minutes at the most. For editors."""

    def act(issue: Issue) -> str:
        count = acknowledging.look_links_up_again(issue, by=request.user)
        if not count:
            return _("All links were looked up within the last five minutes.")
        transaction.on_commit(announce)
        return ngettext(
            "%(count)d link is being looked up; look at the list again in a moment.",
            "%(count)d links are being looked up; look at the list again in a moment.",
            count,
        ) % {"count": count}

    return _act(request, pk, act)


def _act(request: HttpRequest, pk: int, act: Callable[[Issue], str]) -> HttpResponse:
    if not request.user.has_perm("issues.view_issue"):
        raise PermissionDenied
    issue = get_object_or_404(Issue, pk=pk)
    try:
        messages.success(request, act(issue))
    except workflow.NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except workflow.NotNow as error:
        messages.error(request, str(error))
    return redirect(f"{reverse('admin:issues_issue_change', args=[issue.pk])}#desk-checks")
