"""Which issue or section a request may be about, and the way back to its page."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode

from ... import permissions
from ...models import Issue, Section


def section_for(request: HttpRequest, pk: int) -> Section:
    """The section, or 404 for those who may not even see it."""
    return get_object_or_404(permissions.visible_sections(request.user).select_related("issue"), pk=pk)


def issue_for(request: HttpRequest, pk: int) -> Issue:
    """The issue; PermissionDenied for those who may not see issues."""
    if not request.user.has_perm("issues.view_issue"):
        raise PermissionDenied
    return get_object_or_404(Issue, pk=pk)


def back_to(thing: Section | Issue, *, fragment: str = "", typed_date: str = "") -> HttpResponse:
    """To the page of a section or an issue, where a date that was refused stands again."""
    page = reverse(f"admin:issues_{thing._meta.model_name}_change", args=[thing.pk])
    query = "?" + urlencode({"on": typed_date}) if typed_date else ""
    return redirect(page + query + fragment)
