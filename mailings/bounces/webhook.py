"""Where the configured provider tells what became of mails."""

import logging
from collections import Counter
from importlib import import_module

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.webhooks.base import AnymailBaseWebhookView
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ..transports.providers import name_of
from .mail import Effect
from .provider import take

logger = logging.getLogger(__name__)

# What reading somebody's JSON raises, what anymail says of it, and Django of a body that is too large.
_UNREADABLE = (
    AnymailError,
    SuspiciousOperation,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    OverflowError,
    OSError,
    RecursionError,
)
_RECEIVERS = ("TrackingWebhookView", "CombinedWebhookView")


def receiver() -> AnymailBaseWebhookView | None:
    """Give anymail's receiver of the provider that EMAIL_URL names; None without one, or without a secret.

    Raises anymail's errors for a receiver that lacks its key.
    """
    provider = name_of(settings.MAILERS["default"]["BACKEND"])
    if provider is None or not settings.VEILLE_WEBHOOK_SECRET:
        return None
    module = import_module(f"anymail.webhooks.{provider}")
    own = {name: view for name, view in vars(module).items() if name.endswith(_RECEIVERS)}
    found = next(view for view in own.values() if view.__module__ == module.__name__)
    view: AnymailBaseWebhookView = found(webhook_secret=settings.VEILLE_WEBHOOK_SECRET)
    return view


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def webhook(request: HttpRequest) -> HttpResponse:
    """Take in what became of mails. For the provider: it shows VEILLE_WEBHOOK_SECRET, and signs if it can.

    404 where nobody may call it; 403 for a wrong secret or signature; 400 for what cannot be read. While the
    database is away, 503 asks to come again: each event counts once. A HEAD, by which some look whether
    the address is there, does nothing.
    """
    view = receiver()
    if view is None:
        raise Http404
    if request.method == "HEAD":
        return HttpResponse()
    try:
        view.run_validators(request)
        events = list(view.parse_events(request))
    except AnymailWebhookValidationFailure:
        logger.warning("a webhook call without the right secret or signature")
        return HttpResponse(status=403)
    except _UNREADABLE as error:
        logger.warning("a webhook call that cannot be read: %s", type(error).__name__)
        return HttpResponse(status=400)
    effects: Counter[Effect] = Counter()
    try:
        for event in events:
            effects[take(event, view.esp_name)] += 1
    except (OperationalError, InterfaceError):
        logger.warning("the database is away; the provider is asked to come again", exc_info=True)
        return HttpResponse(status=503, headers={"Retry-After": "60"})
    logger.info("webhook: %s", ", ".join(f"{effect.value} {n}" for effect, n in effects.items()) or "nothing")
    return HttpResponse()
