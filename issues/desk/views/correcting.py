"""Putting right on the web what has gone out."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ... import correcting, workflow
from ...models import Section
from ..forms import CorrectionForm
from .access import section_for


@admin.site.admin_view
def section_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a published section on its page, with an erratum for the readers. For editors."""
    section = section_for(request, pk)
    if section.issue is None or not section.issue.is_published:
        raise Http404
    if not correcting.may_correct(request.user, section.issue):
        raise PermissionDenied
    initial = {"title": section.title, "body": section.body, "version": section.version}
    form = CorrectionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            correcting.correct_on_the_web(section, by=request.user, **form.cleaned_data)
        except workflow.NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except workflow.NotNow as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Corrected on the web; the erratum stands on the page."))
            return redirect("admin:issues_section_change", section.pk)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Correct on the web"),
        "section": section,
        "form": form,
        "opts": Section._meta,
        "errata": section.errata.select_related("by"),
    }
    return render(request, "admin/issues/section/correct.html", context)
