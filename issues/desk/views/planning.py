"""The calendar of issues."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..months import asked_month, month_page


@require_safe
@admin.site.admin_view
def issue_calendar(request: HttpRequest) -> HttpResponse:
    """Show a month of deadlines and publications; `?mois=2026-11`. For staff who may see issues."""
    if not request.user.has_perm("issues.view_issue"):
        raise PermissionDenied
    context = {
        **admin.site.each_context(request),
        "title": _("Calendar"),
        "page": month_page(asked_month(request.GET.get("mois", ""))),
    }
    return render(request, "admin/issues/issue/calendar.html", context)
