"""A site and a task that break, with a Sentry that keeps its reports. Prints them as JSON.

What names people comes from the environment: reports quote the lines of this file.
"""

import io
import json
import logging
import os
from typing import Any

import django
import sentry_sdk
from celery.app import trace
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

NAME, ADDRESS, TOKEN = (os.environ[f"TEST_{name}"] for name in ("NAME", "ADDRESS", "TOKEN"))

sent: list[Any] = []
logger = logging.getLogger("veille.test")


class Kept(Transport):
    """Keeps what would be sent."""

    def capture_envelope(self, envelope: Envelope) -> None:
        sent.extend(event for item in envelope.items if (event := item.get_event()))


@csrf_exempt
def breaks(request: HttpRequest, token: str) -> HttpResponse:
    reader = {"name": NAME, "words": request.POST.get("words")}
    logger.info("asked by %s", ADDRESS)
    raise ZeroDivisionError(f"no room for {ADDRESS} at /preferences/{token}/, {len(reader)}")


urlpatterns = [path("desabonnement/<str:token>/", breaks)]


def main() -> None:
    # SENTRY_DSN turns it on.
    django.setup()
    from veille.celery import app

    sentry_sdk.get_client().transport = Kept()
    with override_settings(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["site.example"], SECURE_SSL_REDIRECT=False):
        _post(f"/desabonnement/{TOKEN}/")

    @app.task(name="veille.test")
    def work(address: str) -> None:
        raise LookupError(f"nobody is {address}")

    # As a worker builds it, by the name that Sentry took.
    trace.build_tracer("veille.test", work, app=app)("0198-task", [ADDRESS], {}, None)
    logger.error("a mail to %s is lost", ADDRESS)
    print(json.dumps(sent, default=str))


def _post(path: str) -> None:
    body = f"words={NAME}".encode()
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "QUERY_STRING": f"search={NAME}",
        "SERVER_NAME": "site.example",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.7",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_COOKIE": f"sessionid={TOKEN}",
        "HTTP_REFERER": f"http://site.example{path}",
        "HTTP_USER_AGENT": f"Agent of {NAME}",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
    }
    answer = get_wsgi_application()(environ, lambda *_: None)
    list(answer)
    answer.close()
