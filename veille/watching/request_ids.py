"""The id by which all lines that one request caused are found: also those of the tasks that it published."""

import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.signals import request_finished
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)

_WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)


class RequestIds:
    """Give each request an id, and the answer the same.

    A trusted proxy may have given one; nobody else is believed, or a stranger could mix up two stories.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "") if settings.TRUSTED_PROXIES else ""
        request_id = given if _WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
        REQUEST_ID.set(request_id)
        response = self.get_response(request)
        response[HEADER] = request_id
        return response


def forget(**kwargs: Any) -> None:
    """The request is over. Not earlier: Django's own line about a refusal comes after all middleware."""
    REQUEST_ID.set(None)


request_finished.connect(forget, dispatch_uid="veille.watching.request_ids")
