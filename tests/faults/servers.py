"""Servers of a test's own: a Redis that may die, the site as a process, and the way to them."""

import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import redis
from django.conf import settings
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client
from django.urls import reverse

from issues.models import Issue
from tests.processes import a_process, wait_until
from tests.sink import free_port


def through(url: str, port: int) -> str:
    """The same URL by way of a proxy on this port."""
    parts = urlsplit(url)
    account, at, _host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{account}{at}127.0.0.1:{port}"))


class Redis:
    """A server that can be killed and started again; it keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self._process = subprocess.Popen(
            ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", ""],
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
        )
        wait_until(self._answers, 10, "Redis answers")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def _answers(self) -> bool:
        try:
            with redis.Redis(port=self.port) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False


@contextmanager
def a_redis(folder: Path) -> Iterator[Redis]:
    server = Redis(folder)
    try:
        yield server
    finally:
        server.kill()


@contextmanager
def a_website(**more: str) -> Iterator[str]:
    """Run the site on a free port until the block ends. Gives its address."""
    port = free_port()
    options = ["--bind", f"127.0.0.1:{port}", "--threads", "4", "--log-level", "warning"]
    with a_process("gunicorn", "veille.wsgi", *options, **more) as process:
        wait_until(lambda: listens(port) or process.poll() is not None, 30, "the site listens")
        yield f"http://127.0.0.1:{port}"


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def press_publish(site: str, issue: Issue, editor) -> float:
    """Publish an issue by its page's button. Gives the seconds that the page took."""
    client = Client()
    client.force_login(editor)
    csrf = _get_new_csrf_string()
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    begun = time.monotonic()
    status = post(
        site + reverse("issues:issue-transition", args=[issue.pk, "publish"]),
        body=f"csrfmiddlewaretoken={csrf}",
        Cookie=f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={csrf}",
    )
    assert status == 302
    return time.monotonic() - begun


def press_one_click(site: str, token: str) -> int:
    """Leave as a mailbox provider's button does (RFC 8058). Gives the status of the answer."""
    return post(site + reverse("subscribers:one_click", args=[token]), "List-Unsubscribe=One-Click")


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def post(url: str, body: str, **headers: str) -> int:
    request = urllib.request.Request(url, body.encode(), headers)  # noqa: S310
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code
