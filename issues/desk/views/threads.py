"""Adding to the thread of a section or an issue."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from ... import workflow
from ...models import Issue, Section
from ..forms import CommentForm
from .access import back_to, issue_for, section_for


@require_POST
@admin.site.admin_view
def section_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Add to the thread of a section. For those who may see it."""
    return _comment(request, section_for(request, pk))


@require_POST
@admin.site.admin_view
def issue_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Add to the thread of an issue. For editors."""
    return _comment(request, issue_for(request, pk))


def _comment(request: HttpRequest, thing: Section | Issue) -> HttpResponse:
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            workflow.comment(thing, by=request.user, text=form.cleaned_data["comment"])
        except workflow.NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except workflow.WorkflowError as error:
            messages.error(request, str(error))
    else:
        messages.error(request, str(form.errors["comment"][0]))
    return back_to(thing)
