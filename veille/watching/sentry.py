"""Reports of errors to a Sentry, if SENTRY_DSN names one: where it broke, and nothing about whom."""

from collections.abc import Mapping
from typing import Any, cast

import sentry_sdk
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.logging import ignore_logger
from sentry_sdk.types import Event, Hint

from veille.version import version

from .masking import mask
from .request_ids import REQUEST_ID

# Of a request, these say where it broke. The rest says who asked, and for what.
_KEPT_OF_A_REQUEST = {"method", "url"}


def start(dsn: str) -> None:
    """Report what Django and Celery do not catch, and what is logged as an error."""
    # Strangers make these at will: a Host header that is not ours.
    ignore_logger("django.security.DisallowedHost")
    sentry_sdk.init(
        dsn=dsn,
        release=f"veille@{version()}",
        send_default_pii=False,
        max_request_body_size="never",
        # The variables of a frame are readers' rows.
        include_local_variables=False,
        # Only what is named: each further one has ideas of its own about what to send.
        auto_enabling_integrations=False,
        integrations=[DjangoIntegration(), CeleryIntegration(propagate_traces=False)],
        auto_session_tracking=False,
        before_send=without_people,
    )


def without_people(event: Event, hint: Hint) -> Event | None:
    """Take out of a report what names people, and add the id of the request."""
    event.pop("user", None)
    if request := event.get("request"):
        event["request"] = {name: value for name, value in request.items() if name in _KEPT_OF_A_REQUEST}
    if request_id := REQUEST_ID.get():
        event.setdefault("tags", {})["request_id"] = request_id
    # Its own name of a version would pass for an address.
    return cast("Event", {**_masked(event), "release": event.get("release")})


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {name: _masked(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(item) for item in value]
    return value
