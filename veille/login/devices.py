"""Browsers that somebody logged in from: guesses from elsewhere do not make them wait.

As OWASP describes it ("Slow Down Online Guessing Attacks with Device Cookies"): who is known is judged by
their own mistakes alone. The cookie names nobody, opens nothing, and is for one account: the last one.
"""

from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

COOKIE = "veille_device"
KEPT_FOR = timedelta(days=180)


def remember(response: HttpResponse, username: str) -> None:
    """Let the browser show from now on that this account was opened there. Call it after a right password."""
    response.set_cookie(
        COOKIE,
        _signer(username).sign(""),
        max_age=KEPT_FOR,
        path=reverse("admin:login"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def is_known(request: HttpRequest, username: str) -> bool:
    """Whether somebody opened this account from this browser within KEPT_FOR."""
    try:
        _signer(username).unsign(request.COOKIES.get(COOKIE, ""), max_age=KEPT_FOR)
    except BadSignature:
        return False
    return True


def _signer(username: str) -> TimestampSigner:
    return TimestampSigner(salt=f"veille.login.devices {username}")
