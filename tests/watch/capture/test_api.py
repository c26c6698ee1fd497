"""The API: a token per person, and an answer that a program can read, whatever it sends."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.factories import UserFactory, an_author
from veille.watching.masking import mask
from watch import counting
from watch.capture import tokens
from watch.models import CaptureToken, Clip

pytestmark = pytest.mark.django_db

PAGE = "/veille/api/liens"
URL = "https://exemple.example/page"


@pytest.fixture
def person():
    return an_author()


@pytest.fixture
def token(person):
    return tokens.make(person, "Mon script")[1]


@pytest.fixture
def call(client, token):
    def post(content, *, shown=token, **headers):
        body = content if isinstance(content, bytes) else json.dumps(content)
        authorization = {"Authorization": f"Bearer {shown}"} if shown else {}
        return client.post(PAGE, body, content_type="application/json", headers={**authorization, **headers})

    return post


def test_it_keeps_a_link_and_says_when_it_was_there(call, person):
    asked = {
        "url": URL,
        "title": "Une page",
        "note": "À lire.",
        "quote": "« Oui. »",
        "tags": ["Métier", "metier", "Outils"],
        "kept_at": "2026-11-20T08:00:00+01:00",
    }
    response = call(asked)
    clip = Clip.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "id": clip.pk,
        "created": True,
        "url": URL,
        "title": "Une page",
        "kept_at": "2026-11-20T07:00:00+00:00",
        "page": f"/veille/trouvailles/{clip.pk}/",
    }
    assert (clip.person, clip.via, clip.note, clip.tags) == (person, "api", "À lire.", ["Métier", "Outils"])
    assert clip.kept_at == datetime(2026, 11, 20, 7, tzinfo=UTC)
    again = call({"url": f"{URL}?utm_source=x", "note": "Autre chose."})
    assert (again.status_code, again.json()["id"], again.json()["created"]) == (200, clip.pk, False)
    assert CaptureToken.objects.get().last_used_at


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"", None),
        (b"{", None),
        (b"\xff", None),
        (b"[" * 20_000, None),
        (b"[]", None),
        (b"{" + b" " * 70_000 + b"}", None),
        ({}, "url"),
        ({"url": ""}, "url"),
        ({"url": 12}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": URL, "title": "a" * 301}, "title"),
        ({"url": URL, "note": ["a"]}, "note"),
        ({"url": URL, "note": "a\0b"}, "note"),
        ({"url": URL, "quote": "\ud83d"}, "quote"),
        ({"url": URL, "tags": "outils"}, "tags"),
        ({"url": URL, "tags": ["\u0301"]}, "tags"),
        ({"url": URL, "tags": [None]}, "tags"),
        ({"url": URL, "kept_at": "hier"}, "kept_at"),
        ({"url": URL, "kept_at": "2026-02-30T10:00:00Z"}, "kept_at"),
        ({"url": URL, "kept_at": "0001-01-01T00:00:00+14:00"}, "kept_at"),
        ({"url": URL, "kept_at": 1_700_000_000}, "kept_at"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_cannot_be_kept_is_answered_400_in_words(call, content, field):
    response = call(content)
    assert response.status_code == 400
    assert response.json()["error"]
    assert list(response.json().get("fields", {})) == ([field] if field else [])
    assert not Clip.objects.exists()


def test_a_moment_to_come_is_refused(call):
    moment = timezone.now() + timedelta(hours=1)
    assert call({"url": URL, "kept_at": moment.isoformat()}).status_code == 400


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(st.characters(), max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["url", "title", "note", "tags", "kept_at"]), inner)
        ),
        max_leaves=6,
    )
)
def test_any_json_is_answered_in_json(call, content):
    CaptureToken.objects.update(calls=0)
    response = call(content)
    assert response.status_code in (200, 201, 400)
    assert response.json()


@pytest.mark.parametrize("shown", ["", "veille_faux", "veille_" + "a" * 43, "é", "0" * 64])
def test_a_token_that_is_none_opens_nothing(call, shown):
    response = call({"url": URL}, shown=shown)
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
    assert response.json()["error"]


def test_a_session_is_no_token(client, person, token):
    client.force_login(person)
    assert client.post(PAGE, {"url": URL}).status_code == 401
    assert client.get(PAGE).status_code == 405


def test_a_token_opens_nothing_once_it_is_revoked_or_its_person_has_left(call, person):
    person.is_active = False
    person.save()
    assert call({"url": URL}).status_code == 401
    person.is_active = True
    person.save()
    person.groups.clear()
    assert call({"url": URL}).status_code == 401
    assert not tokens.revoke(an_author(), CaptureToken.objects.get().pk)
    assert tokens.revoke(person, CaptureToken.objects.get().pk)
    assert call({"url": URL}).status_code == 401
    assert not Clip.objects.exists()


def test_a_token_is_good_for_so_many_calls_a_minute(call, person):
    other = tokens.make(person, "Un autre")[1]
    with time_machine.travel(timezone.now(), tick=False) as clock:
        call({"url": URL})
        CaptureToken.objects.filter(name="Mon script").update(calls=counting.MOST_CALLS - 1)
        assert call({"url": URL}).status_code == 200
        refused = call({"url": URL})
        assert (refused.status_code, refused["Retry-After"]) == (429, "60")
        assert refused.json()["error"]
        assert call({"url": URL}, shown=other).status_code == 200
        clock.shift(61)
        assert call({"url": URL}).status_code == 200


def test_the_errors_come_in_the_language_that_is_asked_for(call):
    french, english = (call({}, **{"Accept-Language": language}).json()["error"] for language in ("fr", "en"))
    assert french != english


# --- The page of tokens ------------------------------------------------------------------------


def test_a_token_is_shown_once_and_only_its_digest_is_kept(client, person):
    client.force_login(person)
    text = client.post("/veille/outils/", {"name": "Mon téléphone"}).context["text"]
    assert tokens.find(text) == CaptureToken.objects.get()
    assert text not in str(CaptureToken.objects.values())
    page = client.get("/veille/outils/").content.decode()
    assert text not in page
    assert "Mon téléphone" in page
    client.post(f"/veille/outils/{CaptureToken.objects.get().pk}/revoquer/")
    assert not CaptureToken.objects.exists()


def test_each_person_sees_and_revokes_her_own_alone(client, person, token):
    client.force_login(an_author())
    assert "Mon script" not in client.get("/veille/outils/").content.decode()
    client.post(f"/veille/outils/{CaptureToken.objects.get().pk}/revoquer/")
    assert tokens.find(token)


def test_there_is_an_end_to_tokens(client, person):
    client.force_login(person)
    CaptureToken.objects.bulk_create(
        CaptureToken(person=person, name="x", digest=str(n)) for n in range(tokens.MOST_OF_A_PERSON)
    )
    response = client.post("/veille/outils/", {"name": "Un de plus"})
    assert response.context["form"].errors["name"]
    assert client.post("/veille/outils/", {"name": ""}).context["form"].errors["name"]


def test_nobody_without_the_right_gets_a_token(client):
    client.force_login(UserFactory(is_staff=True))
    assert client.get("/veille/outils/").status_code == 403
    assert client.post("/veille/outils/", {"name": "x"}).status_code == 403


@pytest.mark.parametrize(
    "form", ["{}", "Authorization: Bearer {}", "'HTTP_AUTHORIZATION': 'bearer {}'", "x={}&b"]
)
def test_no_token_stands_in_a_log(token, form):
    assert token not in mask(form.format(token))


def test_the_manifest_shares_with_the_form(client):
    response = client.get("/veille/manifest.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    target = response.json()["share_target"]
    assert (target["action"], target["method"]) == ("/veille/+", "GET")
    assert "Set-Cookie" not in response.headers
    for icon in response.json()["icons"]:
        path = finders.find(icon["src"].removeprefix("/static/"))
        with Image.open(path) as picture:
            assert icon["sizes"] == f"{picture.width}x{picture.height}"
