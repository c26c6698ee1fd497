"""The buttons that move a section or an issue from one state to another."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ... import workflow
from ...models import Issue, Section
from .. import transitions
from ..forms import TransitionForm
from .access import back_to, issue_for, section_for

LENGTH_OF_A_DATE = 10


def run_transition(request: HttpRequest, thing: Section | Issue, name: str) -> HttpResponse:
    """Run the transition a button asked for, tell its person what came of it, and lead back to the page.

    Raises NotAllowed where the right is missing, whatever the page showed.
    """
    transition = transitions.find(thing, name)
    form = TransitionForm(request.POST)
    if transition is None:
        messages.error(request, _("There is no such action."))
    elif not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    elif transition.takes_time and not form.cleaned_data["at"]:
        messages.error(request, _("Choose a date and a time."))
    elif transition.takes_date and not form.cleaned_data["on"]:
        messages.error(request, _("Say on which day it came out."))
    else:
        try:
            transition.run(thing, request.user, **form.cleaned_data)
        except workflow.NotNow as error:
            messages.error(request, str(error))
        else:
            messages.success(request, str(transition.done))
            return back_to(thing)
    typed = request.POST.get("on", "") if transition and transition.takes_date else ""
    return back_to(thing, typed_date=typed[:LENGTH_OF_A_DATE])


def run_asked_transition(request: HttpRequest, thing: Section | Issue) -> HttpResponse | None:
    """After a save: run the transition whose button saved. None when it was a plain save.

    A refusal is told on the page, and does not undo the save.
    """
    name = request.POST.get("_transition")
    if not name:
        return None
    try:
        return run_transition(request, thing, name)
    except workflow.NotAllowed as error:
        messages.error(request, str(error))
        return back_to(thing)


@require_POST
@admin.site.admin_view
def section_transition(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Move a section. For staff who may see it; the workflow checks the right and the state."""
    return _transition(request, section_for(request, pk), name)


@require_POST
@admin.site.admin_view
def issue_transition(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Move an issue. For staff; the workflow checks the right and the state."""
    return _transition(request, issue_for(request, pk), name)


def _transition(request: HttpRequest, thing: Section | Issue, name: str) -> HttpResponse:
    try:
        return run_transition(request, thing, name)
    except workflow.NotAllowed as error:
        raise PermissionDenied(str(error)) from error
