"""What readers may do by the links of their mails: confirm, leave, choose.

A GET never changes anything: scanners open every link of a mail before its reader does. The
pages behind a token need no session and no CSRF token: the token is the right, a page of
somebody else does not know it. (And a browser that obeys `no-referrer` sends `Origin: null`,
which the CSRF check refuses.)
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from veille.client_ip import client_ip

from . import confirmation, consent
from . import own_data as own_data_of
from .forms import PreferencesForm
from .models import Subscriber

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponse]


def personal(view: View) -> View:
    """For pages whose address is a secret: kept in no cache, told to no other site, in no index."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return csrf_exempt(guarded)


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a confirmation link: a button, which a person presses. For whoever holds the link."""
    if request.method == "POST":
        page = request.build_absolute_uri(reverse("subscribers:sign_up"))
        outcome = consent.confirm(token, page=page, ip=client_ip(request))
        if outcome is not consent.Outcome.REFUSED:
            return render(request, "subscribers/confirmed.html")
    elif confirmation.read_link(token):
        return render(request, "subscribers/confirm.html")
    return render(request, "subscribers/confirm_refused.html", status=410)


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The page for leaving, pausing, or choosing plain text: GET shows buttons, POST does what was chosen.

    Leaving is what a POST without a choice does. A wrong token is answered like a right one.
    """
    context: dict[str, Any] = {"token": token}
    if request.method != "POST":
        return render(request, "subscribers/unsubscribe.html", context)
    chosen = request.POST.get("do")
    reader = Subscriber.objects.with_token(token).first()
    if reader and reader.state != Subscriber.State.ACTIVE and chosen in ("pause", "text"):
        # Nothing comes that could pause.
        return render(request, "subscribers/left.html", context)
    if chosen == "pause":
        until = consent.pause(token, how="page", ip=client_ip(request))
        return render(request, "subscribers/paused.html", context | {"until": until})
    if chosen == "text":
        consent.choose_text(token)
        return render(request, "subscribers/text_only.html", context)
    consent.leave(token, how="page", ip=client_ip(request))
    return render(request, "subscribers/left.html", context)


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def stay(request: HttpRequest, token: str) -> HttpResponse:
    """The page for who was asked whether they stay: GET shows a button, POST says yes.

    For whoever holds the link; a wrong token is answered like a right one.
    """
    stayed = request.method == "POST"
    if stayed:
        consent.stay(token, how="page", ip=client_ip(request))
    return render(request, "subscribers/stay.html", {"token": token, "stayed": stayed})


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def one_click(request: HttpRequest, token: str) -> HttpResponse:
    """Where mailboxes post when their reader presses "unsubscribe" (RFC 8058). For whoever holds the link.

    The body is not read: the token in the address says everything. Always 200, for a wrong token
    too, without cookie and without redirect; not limited per network, as a provider posts for
    millions from a few addresses. A GET shows the page with the button. While the database is away,
    503 asks to come again.
    """
    if request.method != "POST":
        return unsubscribe(request, token)
    try:
        consent.leave(token, how="one-click", ip=client_ip(request))
    except (OperationalError, InterfaceError):
        logger.warning("the database is away; a reader who leaves is asked to come again", exc_info=True)
        return HttpResponse(status=503, headers={"Retry-After": "60"})
    return HttpResponse(_("Unsubscribed."), content_type="text/plain; charset=utf-8")


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Name, language, form, topics and pause, for whoever holds the link. Shows neither address nor history.

    A wrong link has nothing to show: it gets a page that says so, whatever is wrong with it.
    """
    subscriber = Subscriber.objects.with_token(token).first()
    if subscriber is None:
        return render(request, "subscribers/unknown_link.html", status=404)
    initial = {name: getattr(subscriber, name) for name in PreferencesForm.base_fields}
    if request.method == "POST" and request.POST.get("do") == "resume":
        consent.resume(token, how="preferences", ip=client_ip(request))
        return redirect("subscribers:preferences", token)
    form = PreferencesForm(request.POST if request.method == "POST" else None, initial=initial)
    saved = form.is_bound and form.is_valid()
    if saved:
        consent.choose(token, **form.cleaned_data)
    context = {"form": form, "saved": saved, "reader": subscriber, "paused": subscriber.is_paused}
    return render(
        request,
        "subscribers/preferences.html",
        context,
        status=422 if form.is_bound and not saved else 200,
    )


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_own_data(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for a fresh link to one's own data. For whoever holds a newsletter's link.

    A wrong one is answered like a right one.
    """
    asked = request.method == "POST"
    if asked:
        own_data_of.ask_for_link(token)
    return render(request, "subscribers/own_data_ask.html", {"asked": asked})


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def own_data(request: HttpRequest, link: str) -> HttpResponse:
    """One's own data, to take along or to have forgotten: two buttons. For whoever holds the fresh link."""
    reader = own_data_of.read_link(link)
    if reader is None:
        return render(request, "subscribers/own_data_refused.html", status=410)
    wish = request.POST.get("do") if request.method == "POST" else None
    if wish == "export":
        kept = own_data_of.export(reader)
        response = JsonResponse(kept, json_dumps_params={"ensure_ascii": False, "indent": 2})
        response.headers["Content-Disposition"] = 'attachment; filename="veille.json"'
        return response
    if wish == "erase":
        own_data_of.erase(reader)
        return render(request, "subscribers/own_data_erased.html")
    return render(request, "subscribers/own_data.html", {"reader": reader})
