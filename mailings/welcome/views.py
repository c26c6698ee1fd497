"""Trying the welcome mail before readers get it."""

from typing import cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from authors.models import User
from subscribers.models import Subscriber

from ..models import WelcomeText
from .compose import compose


@require_POST
@admin.site.admin_view
def send_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a saved welcome mail to the account that asks. For who may change it.

    Its links belong to no reader.
    """
    if not request.user.has_perm("mailings.change_welcometext"):
        raise PermissionDenied
    text = get_object_or_404(WelcomeText, pk=pk)
    user = cast(User, request.user)
    if not user.email:
        messages.error(request, _("Your account has no address to send to."))
    else:
        try:
            compose(text, Subscriber(email=user.email, name=user.get_short_name())).send()
        except OSError:
            messages.error(request, _("The mail server does not answer. Try again in a moment."))
        else:
            messages.success(request, _("The test is on its way to %(address)s.") % {"address": user.email})
    return redirect("admin:mailings_welcometext_change", text.pk)
