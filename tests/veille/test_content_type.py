"""A request is read as UTF-8, whatever codec it names; through the application itself, as servers call it."""

import io
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.urls import reverse

from subscribers.models import Subscriber
from tests.factories import SubscriberFactory
from veille.content_type import kind_and_boundary
from veille.wsgi import application

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_connection")]

# Codecs of Python's that decode no text, refuse all of it, or make lone surrogates of it; and none at all.
DECLARED = [
    *(
        f"text/plain; charset={codec}"
        for codec in ("hex", "rot13", "undefined", "utf-7", "unicode_escape", "idna", "utf-16", "nothing")
    ),
    "text/plain; charset*=undefined''%41",
    "text/plain; x*=undefined''%41",
    "text/plain; x=" + "y" * 20_000,
    "x" * 20_000,
    "multipart/form-data; boundary=x; charset=utf-7",
    "multipart/form-data; charset=hex",
    "multipart/form-data; boundary=\u00e9",
    "application/x-www-form-urlencoded; charset=hex",
]
SHORT = {"ids": lambda value: value[:50]}


@pytest.fixture
def one_connection():
    """The application leaves the test's connection open, as Django's own test client sees to."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def ask(path, body=b"", method="GET", content_type=None):
    """Give the status and the page."""
    told, _mark, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": told,
        "QUERY_STRING": query,
        "HTTP_HOST": "testserver",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    setup_testing_defaults(environ)
    if content_type is not None:
        environ["CONTENT_TYPE"] = content_type
    answer = []
    page = application(environ, lambda status, _headers: answer.append(int(status[:3])))
    html = b"".join(page)
    return answer[0], html.decode()


@pytest.mark.parametrize("declared", DECLARED, **SHORT)
def test_no_codec_is_a_fault(declared):
    for name in ("archive:search", "subscribers:sign_up", "bounces:webhook"):
        for method in ("GET", "POST"):
            # Lone surrogates, for those who read UTF-7 or escapes.
            status, _html = ask(f"{reverse(name)}?q=%2B2AA-%5Cud800", b"email=x", method, declared)
            assert status < 500


@pytest.mark.parametrize("declared", DECLARED, **SHORT)
def test_a_reader_leaves_whatever_the_mailbox_declares(declared):
    reader = SubscriberFactory()
    url = reverse("subscribers:one_click", args=[reader.token])
    assert ask(url, b"List-Unsubscribe=One-Click", "POST", declared)[0] == 200
    assert Subscriber.objects.get(pk=reader.pk).state == "unsubscribed"


@pytest.mark.parametrize(
    ("declared", "body"),
    [
        ("application/x-www-form-urlencoded; charset=utf-7", "email=%2B2AA-é"),
        (
            'multipart/form-data; charset=utf-7; boundary="x y"',
            '--x y\r\nContent-Disposition: form-data; name="email"\r\n\r\n+2AA-é\r\n--x y--\r\n',
        ),
    ],
)
def test_a_form_is_read_as_utf_8(declared, body):
    status, html = ask(reverse("subscribers:from_elsewhere"), body.encode(), "POST", declared)
    assert status == 200
    assert 'value="+2AA-é"' in html


@pytest.mark.parametrize(
    ("declared", "kept"),
    [
        ("text/html", "text/html"),
        ("application/json; charset=utf-8", "application/json"),
        ("multipart/form-data; boundary=----a'b", "multipart/form-data; boundary=----a'b"),
        ('multipart/form-data;Boundary="a b"; x=y', 'multipart/form-data; boundary="a b"'),
        ("multipart/form-data; boundary=" + "x" * 71, "multipart/form-data"),
    ],
)
def test_the_kind_and_the_boundary_are_kept(declared, kept):
    assert kind_and_boundary(declared) == kept
