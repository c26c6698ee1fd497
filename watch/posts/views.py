"""The page of an issue's posts."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from issues.models import Issue

from .writing import posts_for

READY = (Issue.State.APPROVED, Issue.State.SCHEDULED, Issue.State.PUBLISHED)


@require_safe
@admin.site.admin_view
def posts(request: HttpRequest, pk: int) -> HttpResponse:
    """Show texts that announce an issue, to be copied. For staff who may see issues.

    404 for one that is not approved yet, or was withdrawn. Nothing is kept of what is changed on the page.
    """
    if not request.user.has_perm("issues.view_issue"):
        raise PermissionDenied
    issue = get_object_or_404(Issue, pk=pk, state__in=READY)
    context = {
        **admin.site.each_context(request),
        "title": _("Posts for the day of sending"),
        "issue": issue,
        "posts": posts_for(issue),
    }
    return render(request, "admin/watch/posts.html", context)
