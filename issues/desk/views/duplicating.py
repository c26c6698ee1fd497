"""Beginning the next issue."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ... import duplicating, workflow
from ..forms import DuplicateForm
from .access import back_to, issue_for


@require_POST
@admin.site.admin_view
def issue_duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the issue of the `number` posted with what comes back in every one. For editors.

    Where the number is taken nothing is made, and the issue that has it is shown.
    """
    issue = issue_for(request, pk)
    form = DuplicateForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return back_to(issue)
    try:
        made = duplicating.duplicate_as_next(issue, by=request.user, **form.cleaned_data)
    except duplicating.NumberTaken as error:
        messages.warning(request, str(error))
        return back_to(error.issue)
    except workflow.NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except workflow.NotNow as error:
        messages.error(request, str(error))
        return back_to(issue)
    messages.success(request, _("%(issue)s is begun.") % {"issue": made})
    return back_to(made)
