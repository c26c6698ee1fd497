"""The page of calendar and turns, and each person's choice of where nudges go."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from issues.links.client import Client
from issues.models import Issue
from issues.thread.telling import editors
from issues.workflow import NotAllowed, NotNow

from ..models import ChatWebhook
from . import chat, rota, steps


class TurnForm(forms.Form):
    editor = forms.ModelChoiceField(get_user_model()._default_manager.all(), required=False)


@require_safe
@admin.site.admin_view
def turns(request: HttpRequest) -> HttpResponse:
    """Show the steps of the issues in the making, and whose turn each is. For staff who may see issues."""
    if not request.user.has_perm("issues.view_issue"):
        raise PermissionDenied
    issues = list(Issue.objects.in_the_making().select_related("turn__editor"))
    proposed, found = rota.proposed(issues), steps.of_all(issues)
    context = {
        **admin.site.each_context(request),
        "title": _("Steps and turns"),
        "rows": [
            {
                "issue": issue,
                "steps": found[issue.pk],
                "turn": getattr(issue, "turn", None),
                "proposed": proposed.get(issue.pk),
            }
            for issue in issues
        ],
        "editors": editors().order_by("last_name", "username") if rota.may_change(request.user) else [],
    }
    return render(request, "admin/watch/turns.html", context)


@require_POST
@admin.site.admin_view
def turn_give(request: HttpRequest, pk: int) -> HttpResponse:
    """Make it an editor's turn to edit an issue, or nobody's. For editors."""
    if not rota.may_change(request.user):
        raise PermissionDenied
    issue = get_object_or_404(Issue, pk=pk)
    form = TurnForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Only an editor can have a turn."))
        return redirect("watch:turns")
    try:
        rota.give(issue, form.cleaned_data["editor"], by=request.user)
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except NotNow as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Noted."))
    return redirect("watch:turns")


@require_http_methods(["GET", "HEAD", "POST"])
@admin.site.admin_view
def my_nudges(request: HttpRequest) -> HttpResponse:
    """Choose that nudges come by a chat instead of by mail. For staff, each for herself alone."""
    webhook = ChatWebhook.objects.filter(person_id=request.user.pk).first()
    context = {
        **admin.site.each_context(request),
        "title": _("My nudges"),
        "webhook": webhook,
        "host": chat.host_of(webhook) if webhook else "",
    }
    if request.method == "POST":
        if request.POST.get("action") == "forget":
            ChatWebhook.objects.filter(person_id=request.user.pk).delete()
            messages.success(request, _("The address is forgotten: nudges come by mail."))
            return redirect("watch:my-nudges")
        typed = request.POST.get("url", "")
        try:
            url = chat.validate(typed)
            # Five seconds at the most, outside any transaction: its person waits for the answer.
            error = chat.post(
                url, _("This is where your nudges come from now on."), client=Client(seconds=5, pause=0)
            )
            if error:
                raise ValidationError(
                    _("The test message was not taken (%(reason)s): look at the address."),
                    params={"reason": error},
                )
        except ValidationError as wrong:
            return render(
                request,
                "admin/watch/my_nudges.html",
                {**context, "typed": typed, "error": wrong.messages[0]},
                status=422,
            )
        ChatWebhook.objects.update_or_create(
            person_id=request.user.pk, defaults={"url": url, "last_error": ""}
        )
        messages.success(request, _("A test message went there: your nudges come this way now."))
        return redirect("watch:my-nudges")
    return render(request, "admin/watch/my_nudges.html", context)
