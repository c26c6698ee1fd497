"""The pages of the mailbox.

Anybody who reaches the site may call them, for the mailbox is a thing of trials: it is only there
where `settings.VEILLE_MAILBOX_DIR` names a folder, which no public installation does.
"""

import re
from pathlib import Path

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from . import maildir
from .mail import Mail

PER_PAGE = 50
SHOWN_HEADERS = ["From", "To", "Date", "Reply-To", "List-Unsubscribe", "List-Unsubscribe-Post", "Message-ID"]

# The page around a mail: our usual policy, and the frame that shows it.
PAGE_CSP = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}
# The mail itself: its own style, our pictures, no script, no form; links open outside of the frame.
BODY_CSP = {
    "default-src": [CSP.NONE],
    "img-src": [CSP.SELF, settings.SITE_URL],
    "style-src": [CSP.UNSAFE_INLINE],
    "form-action": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}
LINKS_OPEN_OUTSIDE = '<base target="_blank">'


@require_safe
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    """List the mails, the newest first; `q` looks for a recipient. Who may call it: see the module."""
    query = request.GET.get("q", "").strip()[:200]
    page = Paginator(maildir.entries(_folder(), recipient=query), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "mailbox/inbox.html", {"page": page, "query": query})


@require_safe
@never_cache
@csp_override(PAGE_CSP)
def as_html(request: HttpRequest, key: str) -> HttpResponse:
    """Show one mail as a mail program does. Who may call it: see the module."""
    return _page(request, key, "html")


@require_safe
@never_cache
def as_text(request: HttpRequest, key: str) -> HttpResponse:
    """Show the text part of one mail. Who may call it: see the module."""
    return _page(request, key, "text")


@require_safe
@never_cache
def as_source(request: HttpRequest, key: str) -> HttpResponse:
    """Show one mail as it came. Who may call it: see the module."""
    return _page(request, key, "source")


@require_safe
@never_cache
@csp_override(BODY_CSP)
@xframe_options_sameorigin
def body(request: HttpRequest, key: str) -> HttpResponse:
    """Give the HTML part of one mail, for the frame of its page. Who may call it: see the module."""
    html = _mail(key).html
    opened = re.sub(
        r"<head[^>]*>", lambda head: head[0] + LINKS_OPEN_OUTSIDE, html, count=1, flags=re.IGNORECASE
    )
    return HttpResponse(opened if opened != html else LINKS_OPEN_OUTSIDE + html)


def _page(request: HttpRequest, key: str, view: str) -> HttpResponse:
    mail = _mail(key)
    shown = [(name, value) for name in SHOWN_HEADERS if (value := mail.header(name))]
    context = {"mail": mail, "subject": mail.header("Subject"), "headers": shown, "key": key, "view": view}
    return render(request, "mailbox/message.html", context)


def _mail(key: str) -> Mail:
    mail = maildir.read(_folder(), key)
    if mail is None:
        raise Http404
    return mail


def _folder() -> Path:
    if not settings.VEILLE_MAILBOX_DIR:
        raise Http404
    return Path(settings.VEILLE_MAILBOX_DIR)
