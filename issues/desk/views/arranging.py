"""Which issue a section stands in, and where: the board's buttons."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ... import arranging, workflow
from ...models import Issue, Section
from ..forms import PlaceForm
from .access import section_for

STEPS = {"up": -1, "down": 1}


@require_POST
@admin.site.admin_view
def section_place(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a section to the issue posted, or to none. For editors; the approvals it touches fall."""
    section = section_for(request, pk)
    before = section.issue
    form = PlaceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose an issue that is still in the making."))
        return _back_to_board(before, section)
    issue = form.cleaned_data["issue"]
    try:
        arranging.move_to_issue(section, issue, by=request.user)
    except workflow.NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except workflow.NotNow as error:
        messages.error(request, str(error))
    else:
        where = {"section": section, "issue": issue}
        text = _("“%(section)s” is in %(issue)s now.") if issue else _("“%(section)s” waits for an issue.")
        messages.success(request, text % where)
    return _back_to_board(before, section)


@require_POST
@admin.site.admin_view
def section_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a section one place `up` or `down` in its issue. For editors, as long as the issue is open."""
    section = section_for(request, pk)
    steps = STEPS.get(request.POST.get("direction", ""))
    if steps is None:
        messages.error(request, _("There is no such action."))
        return _back_to_board(section.issue, section)
    try:
        arranging.move_by(section, steps, by=request.user)
    except workflow.NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except workflow.NotNow as error:
        messages.error(request, str(error))
    return _back_to_board(section.issue, section)


def _back_to_board(issue: Issue | None, section: Section) -> HttpResponse:
    query = f"?numero={issue.number}" if issue else ""
    return redirect(f"{reverse('admin:index')}{query}#board-{section.pk}")
