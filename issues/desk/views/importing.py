"""An issue out of a file."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ...interchange import MAX_BYTES, ImportRefused, import_issue
from ...models import Issue
from ..forms import ImportForm


@admin.site.admin_view
def issue_import(request: HttpRequest) -> HttpResponse:
    """Make an issue of a text or Markdown file. For those who may import."""
    if not request.user.has_perm("issues.import_issue"):
        raise PermissionDenied
    form = ImportForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Import an issue"),
        "form": form,
        "opts": Issue._meta,
    }
    if request.method == "POST" and form.is_valid():
        try:
            context["result"] = import_issue(
                form.cleaned_data["file"].read(MAX_BYTES + 1),
                by=request.user,
                number=form.cleaned_data["number"],
            )
        except ImportRefused as error:
            form.add_error("file", str(error))
    return render(request, "admin/issues/issue/import.html", context)
