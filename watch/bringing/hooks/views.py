"""Where tools call. No session and no cookie: the key in the address says whose links come in."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ... import counting
from ...keeping import NotALink, may_keep
from ...models import Clip, Hook
from .. import taking
from ..items import Item
from . import payloads

logger = logging.getLogger(__name__)

MOST_BYTES = 1024 * 1024


class _Refused(Exception):
    def __init__(self, status: int, text: str, **headers: str) -> None:
        super().__init__(text)
        self.status, self.text, self.headers = status, text, headers

    def response(self) -> HttpResponse:
        headers = {name.replace("_", "-"): value for name, value in self.headers.items()}
        return JsonResponse({"error": self.text}, status=self.status, headers=headers)


@csrf_exempt
@require_POST
@never_cache
def miniflux(request: HttpRequest, key: str) -> HttpResponse:
    """Keep the entry that a person saved in Miniflux. For her Miniflux: it knows the key, and signs.

    404 for an unknown key, 403 without the right signature or for a person who may keep nothing now, 400 for
    what cannot be read, 413 past 1 MB, 429 past 60 calls a minute; 204 for events that save nothing.
    """
    try:
        hook = _hook(key, Hook.Kind.MINIFLUX)
        body = _body(request)
        if not payloads.is_signed(body, request.headers.get("X-Miniflux-Signature", ""), hook.secret):
            raise _Refused(403, _("The signature is not made with the secret that was given here."))
        event = request.headers.get("X-Miniflux-Event-Type", "")
        try:
            item = payloads.of_miniflux(body, event)
        except payloads.Unreadable:
            raise _Refused(400, _("This is not what Miniflux posts.")) from None
        return _keep(hook, [item]) if item else HttpResponse(status=204)
    except _Refused as refused:
        return refused.response()


@csrf_exempt
@require_POST
@never_cache
def any_json(request: HttpRequest, key: str) -> HttpResponse:
    """Keep the links of a JSON object, or of a list of them. For whoever knows the key of a person's webhook.

    Answers as `miniflux` does, but for the signature; 201 where something new was kept, else 200.
    """
    try:
        hook = _hook(key, Hook.Kind.JSON)
        try:
            items = payloads.of_any(_body(request))
        except payloads.Unreadable:
            wanted = _(
                'Post a JSON object such as {"url": "https://…", "title": "…", "note": "…", "quote": "…", '
                '"tags": ["…"]}, or a list of at most 100. Only the address is needed.'
            )
            raise _Refused(400, wanted) from None
        return _keep(hook, items)
    except _Refused as refused:
        return refused.response()


def _hook(key: str, kind: Hook.Kind) -> Hook:
    """Give the webhook of a key, its call counted. Raises Http404, _Refused."""
    hook = Hook.objects.filter(key=key, kind=kind).select_related("person").first()
    if hook is None:
        raise Http404
    try:
        counting.count(Hook.objects.filter(pk=hook.pk))
    except counting.TooManyCalls as error:
        raise _Refused(
            429, _("Too many calls: try again in a minute."), Retry_After=str(error.seconds)
        ) from error
    if not may_keep(hook.person):
        raise _Refused(403, _("The person whose webhook this is may not keep links."))
    return hook


def _body(request: HttpRequest) -> bytes:
    """Raises _Refused. What says no length is read up to the limit only."""
    too_large = _Refused(413, _("More than 1 MB: post fewer links at once."))
    length = request.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > MOST_BYTES:
        raise too_large
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise too_large
    return body


def _keep(hook: Hook, items: list[Item]) -> HttpResponse:
    """Keep what can be kept; 400 where that is nothing."""
    new, refused = 0, []
    with transaction.atomic():
        for item in items:
            try:
                new += taking.take(hook.person, item, Clip.Via.HOOK)
            except NotALink as error:
                refused.append(str(error))
        Hook.objects.filter(pk=hook.pk).update(last_used_at=timezone.now())
    if len(refused) == len(items):
        return JsonResponse({"error": refused[0]}, status=400)
    told: dict[str, Any] = {"kept": len(items) - len(refused), "new": new}
    if refused:
        told["refused"] = len(refused)
    logger.info("webhook: %s kept, %s new, %s refused", told["kept"], new, len(refused))
    return JsonResponse(told, status=201 if new else 200)
