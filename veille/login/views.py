"""The pages of the second step."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

import django_otp
import segno
from django.contrib import admin, messages
from django.contrib.auth.views import LoginView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from authors import recovery_codes
from authors import second_step as rules
from authors.models import User

from ..admin_site import ADMIN_CSP, DeskSite
from .forms import CodeForm, SetUpForm

FEW_CODES = 3


def _in_the_hall(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open a page to whoever gave a right password, and to nobody else."""

    @csp_override(ADMIN_CSP)
    @never_cache
    @csrf_protect
    @sensitive_post_parameters()
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _site().is_in_the_hall(request):
            return redirect_to_login(_wanted(request), reverse("admin:login"))
        return view(request, *args, **kwargs)

    return inner


@_in_the_hall
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask for a code of the phone, or a recovery code. For staff who gave their password and have a phone."""
    if _site().has_permission(request) or not rules.phone_of(request.user):
        return _site().second_step(request)
    recovery = "secours" in request.GET
    form = CodeForm(request.POST or None, user=request.user, recovery=recovery)
    form.fields["code"].widget.attrs["autofocus"] = True
    if request.method == "POST" and (device := form.verify()):
        _let_in(request, device)
        if device.model_label() == "otp_static.staticdevice":
            _say_how_many_codes_are_left(request)
        return redirect(_wanted(request))
    context = {"form": form, "recovery": recovery, "next": _wanted(request)}
    return _page(request, "second_step", _("Second step"), **context)


@_in_the_hall
def set_up(request: HttpRequest) -> HttpResponse:
    """Take a phone, or another one. For staff who gave their password, each for herself alone.

    Who has a phone takes the second step with it first.
    """
    if rules.phone_of(request.user) and not _site().has_permission(request):
        return _site().second_step(request)
    form = SetUpForm(request.POST or None, user=request.user, request=request)
    if request.method == "POST" and (done := form.set_up()):
        phone, codes = done
        _let_in(request, phone)
        return _codes_page(request, codes, _wanted(request))
    address = rules.new_phone(request.user, form.key).config_url
    context = {
        "form": form,
        "address": address,
        "picture": segno.make_qr(address, error="l").svg_data_uri(scale=4, light="#fff"),
        "secret": _in_fours(address),
        "must": rules.is_required_of(request.user),
        "next": _wanted(request),
    }
    return _page(request, "set_up", _("Set up the second step"), **context)


@sensitive_post_parameters()
def two_steps(request: HttpRequest) -> HttpResponse:
    """Look at one's own second step; make new recovery codes or turn it off, by a code. For staff."""
    user = request.user
    phone = rules.phone_of(user)
    form = CodeForm(request.POST or None, user=user)
    must = rules.is_required_of(user)
    if request.method == "POST" and phone:
        ends = request.POST.get("action") == "off"
        if ends and must:
            raise PermissionDenied
        if form.verify():
            if not ends:
                return _codes_page(request, rules.make_codes(user), reverse("admin:two-steps"))
            rules.turn_off(user)
            messages.success(request, _("You log in by your password alone again."))
            return redirect("admin:two-steps")
    context = {"form": form, "phone": phone, "must": must, "left": recovery_codes.left(user)}
    return _page(request, "two_steps", _("Two steps"), **context)


def take_away(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the second step of somebody who lost their phone away. For who may change accounts."""
    user = get_object_or_404(User, pk=pk)
    if not rules.may_take_away(request.user, user):
        raise PermissionDenied
    if request.method == "POST":
        if rules.take_away(user, by=cast(User, request.user)):
            messages.success(request, _("Done. %(name)s was told by mail.") % {"name": user})
        else:
            messages.warning(
                request, _("Done. No mail could be sent: tell %(name)s yourself.") % {"name": user}
            )
        return redirect("admin:authors_user_change", user.pk)
    context = {"person": user, "phone": rules.phone_of(user)}
    return _page(request, "take_away", _("Take the second step away"), **context)


def _site() -> DeskSite:
    return cast(DeskSite, admin.site)


def _wanted(request: HttpRequest) -> str:
    """Where somebody wants to go, as far as it is a place of this house."""
    return LoginView().get_redirect_url(request) or reverse("admin:index")


def _let_in(request: HttpRequest, device: Any) -> None:
    """Note in the session which device opened the desk; under a new key, which nobody saw before."""
    request.session.cycle_key()
    django_otp.login(request, device)


def _say_how_many_codes_are_left(request: HttpRequest) -> None:
    left = recovery_codes.left(request.user)
    if left <= FEW_CODES:
        text = ngettext(
            "%(count)s recovery code is left: make new ones under “Two steps”.",
            "%(count)s recovery codes are left: make new ones under “Two steps”.",
            left,
        )
        messages.warning(request, text % {"count": left})


def _codes_page(request: HttpRequest, codes: list[str], onward: str) -> HttpResponse:
    """Show the codes, this once: no other page ever does."""
    return _page(request, "recovery_codes", _("Your recovery codes"), codes=codes, next=onward)


def _in_fours(address: str) -> str:
    secret = address.partition("secret=")[2].partition("&")[0]
    return " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))


def _page(request: HttpRequest, name: str, title: str, **context: Any) -> HttpResponse:
    """Answer with a page: 429 where its form was sent too often."""
    form = context.get("form")
    context = {**admin.site.each_context(request), "title": title, **context}
    status = 429 if form and form.is_too_often else 200
    return render(request, f"admin/login/{name}.html", context, status=status)
