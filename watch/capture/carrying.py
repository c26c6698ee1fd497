"""Carrying what somebody wanted to keep through the login, and its second step, without writing it down.

What is short goes with the address in `next`. Django follows none of more than 2,048 characters
(`django.utils.http.MAX_URL_LENGTH`), and a passage of a page easily takes more: that goes into signed
cookies, compressed, which only the pages of the watch desk see, for an hour.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from .incoming import Incoming

SALT = "veille.capture"
SECONDS = 3600
# Quoted once more in the address of the login it stays below 4,094 characters, whatever is in it.
LONGEST_NEXT = 1500
# A cookie has 4,096 bytes with its name (RFC 6265, 6.1); all of them stand in one header of 8,190 (gunicorn).
COOKIES = ("veille-capture-1", "veille-capture-2")
LONGEST_COOKIE = 3500


def to_login(incoming: Incoming, *, typed: bool) -> HttpResponse:
    """Send to the login, and back to the form as it would have been. `typed`: it was sent by a person."""
    page = reverse("watch:capture")
    wanted = f"{page}?{incoming.as_query()}" if incoming.as_query() else page
    if not typed and len(wanted) <= LONGEST_NEXT:
        return redirect_to_login(wanted, reverse("admin:login"))
    sealed = _sealed(incoming)
    asked = {"suite": _mark(sealed)}
    # Where cookies are refused, or another passage took the place of this one, the address still comes back.
    known = {"url": incoming.url, "title": incoming.title}
    if len(wanted := f"{page}?{urlencode(asked | known)}") > LONGEST_NEXT:
        wanted = f"{page}?{urlencode(asked)}"
    response = redirect_to_login(wanted, reverse("admin:login"))
    for place, name in enumerate(COOKIES):
        if part := sealed[place * LONGEST_COOKIE : (place + 1) * LONGEST_COOKIE]:
            response.set_cookie(
                name,
                part,
                max_age=SECONDS,
                path=_path(),
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        else:
            response.delete_cookie(name, path=_path(), samesite="Lax")
    return response


def carried(request: HttpRequest) -> Incoming | None:
    """Give what was carried here; None where nothing was, or something else since."""
    sealed = "".join(request.COOKIES.get(name, "") for name in COOKIES)
    if not sealed or request.GET.get("suite") != _mark(sealed):
        return None
    try:
        return Incoming.typed(signing.loads(sealed, salt=SALT, max_age=SECONDS))
    except signing.BadSignature:
        return None


def put_down(request: HttpRequest, response: HttpResponse) -> None:
    """Forget what was carried, once it is kept."""
    for name in COOKIES:
        if name in request.COOKIES:
            response.delete_cookie(name, path=_path(), samesite="Lax")


def _sealed(incoming: Incoming) -> str:
    """Sign and compress; what does not fit, some twelve thousand letters, loses the end of its quote."""
    most = LONGEST_COOKIE * len(COOKIES)
    while len(sealed := signing.dumps(incoming.as_dict(), salt=SALT, compress=True)) > most:
        longest = max(
            ("quote", "note", "url", "title", "tags", "rubric"), key=lambda name: len(getattr(incoming, name))
        )
        shorter = getattr(incoming, longest)
        incoming = replace(incoming, **{longest: f"{shorter[: len(shorter) * 3 // 4]} …"})
    return sealed


def _mark(sealed: str) -> str:
    return hashlib.sha256(sealed.encode()).hexdigest()[:16]


def _path() -> str:
    return reverse("watch:capture").rpartition("/")[0] + "/"
