"""The form for joining: on its own page, in a frame of another site, and filled in from another site.

Nothing here stands on who the visitor is, so a request that another site makes up gains nothing that it
could not have by itself; what protects other people's mailboxes are the limits of `consent`.
"""

from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from veille.client_ip import client_ip, network_of

from . import consent, wording
from .forms import SignUpForm

# As our own pages, but that any site may show it.
FRAMED_CSP: dict[str, Any] = {**settings.SECURE_CSP, "frame-ancestors": ["*"]}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """The form on a page of its own. For everybody. The answer never tells whether an address is known."""
    form = SignUpForm(_posted(request), network=_network(request))
    if not form.is_bound:
        return _page(request, form)
    accepted, status = _take(request, form)
    return redirect("subscribers:sent") if accepted else _page(request, form, status=status)


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """What comes after the form, the same for every address. For everybody."""
    return render(request, "subscribers/sent.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of readers and why (GDPR article 13). For everybody."""
    mailbox = settings.NEWSLETTER["reply_to"] or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return render(request, "subscribers/privacy.html", {"mailbox": mailbox})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def from_elsewhere(request: HttpRequest) -> HttpResponse:
    """Where a plain form on another site leads: our form, with what was typed there. For everybody.

    Asks for nothing by itself, whatever comes: the visitor presses the button of a page that is ours,
    and reads there what they agree to. (Without a session, a mark of the other site could not be checked.)
    """
    if request.method != "POST":
        return redirect("subscribers:sign_up")
    typed = {name: request.POST.get(name, "") for name in ("email", "name")}
    with translation.override(_language(request.POST.get("language"))):
        return _page(request, SignUpForm(initial=typed, network=_network(request)), arrived=True)


@csrf_exempt
@xframe_options_exempt
@csp_override(FRAMED_CSP)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def framed(request: HttpRequest) -> HttpResponse:
    """The form for a frame in another site, in the language of `?langue=`. For everybody.

    A browser gives our cookies to no frame of another site; what shows that the form is ours is its
    signed time stamp.
    """
    with translation.override(_language(request.GET.get("langue"))):
        site = _origin(request.META.get("HTTP_REFERER", ""))
        form = SignUpForm(_posted(request), network=_network(request), site=site)
        accepted, status = _take(request, form) if form.is_bound else (False, 200)
        context = {**_context(form), "accepted": accepted}
        return render(request, "subscribers/framed.html", context, status=status)


def _take(request: HttpRequest, form: SignUpForm) -> tuple[bool, int]:
    """Ask for what a posted form asks. Gives whether the visitor is to wait for a mail, and the status."""
    if form.fell_into_the_trap:
        return True, 200
    if not form.is_valid():
        return False, 422
    try:
        consent.ask_to_join(
            form.cleaned_data["email"],
            name=form.cleaned_data["name"],
            language=form.cleaned_data["language"],
            page=" ".join(filter(None, [request.build_absolute_uri(), form.site])),
            ip=client_ip(request),
        )
    except consent.TooManyRequests as error:
        form.add_error(None, str(error))
        return False, 429
    return True, 200


def _page(request: HttpRequest, form: SignUpForm, *, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, "subscribers/sign_up.html", {**_context(form), **more}, status=status)


def _context(form: SignUpForm) -> dict[str, Any]:
    return {"form": form, "wording": wording.consent_wording(form.reading_language)}


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _network(request: HttpRequest) -> str:
    return network_of(client_ip(request))


def _origin(address: str) -> str:
    """The site that an address is of; empty for what is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"[:200] if parts.scheme in ("http", "https") else ""


def _language(wanted: str | None) -> str:
    """One of ours: the one asked for, or that of the visitor's browser."""
    if wanted in dict(settings.LANGUAGES):
        return str(wanted)
    return translation.get_language() or settings.LANGUAGE_CODE
