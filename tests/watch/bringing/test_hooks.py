"""Webhooks: what tools post is kept for the person of the key, and nobody else gets in."""

import hashlib
import hmac
import json

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import UserFactory, an_author
from veille.watching.masking import mask
from watch import counting
from watch.bringing.hooks import keys, payloads
from watch.models import Clip, Hook

pytestmark = pytest.mark.django_db

SECRET = "c4fdaf87"
ENTRY = {"url": "https://exemple.example/a", "title": "Une page", "content": "<p>…</p>", "tags": ["ia"]}


@pytest.fixture
def hook():
    person = an_author()
    made = keys.make(person, "miniflux")
    keys.tell_secret(person, SECRET)
    made.refresh_from_db()
    return made


@pytest.fixture
def json_hook():
    return keys.make(an_author(), "json")


def path(hook):
    return keys.address(hook).removeprefix("https://veille.example")


def call(hook, data, event="save_entry", secret=SECRET, signature=None):
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    signed = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Miniflux-Signature": signature or signed, "X-Miniflux-Event-Type": event}
    return Client(enforce_csrf_checks=True).post(
        path(hook), body, content_type="application/json", headers=headers
    )


def post(hook, data):
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    return Client(enforce_csrf_checks=True).post(path(hook), body, content_type="application/json")


def test_what_is_saved_in_miniflux_is_kept_once(hook):
    event = {"event_type": "save_entry", "entry": ENTRY}
    assert call(hook, event).status_code == 201
    assert call(hook, event).status_code == 200
    clip = hook.person.clips.get()
    assert (clip.link.title, clip.note, clip.tags, clip.via) == ("Une page", "", ["ia"], "hook")
    hook.refresh_from_db()
    assert hook.last_used_at


def test_other_events_keep_nothing(hook):
    answer = call(hook, {"event_type": "new_entries", "entries": [ENTRY]}, event="new_entries")
    assert (answer.status_code, Clip.objects.count()) == (204, 0)


def test_only_the_right_signature_is_believed(hook):
    event = {"event_type": "save_entry", "entry": ENTRY}
    assert call(hook, event, secret="autre").status_code == 403
    assert call(hook, event, signature="é").status_code == 403
    Hook.objects.update(secret="")
    assert call(hook, event, secret="").status_code == 403
    assert not Clip.objects.exists()


def test_what_miniflux_never_posts_is_refused(hook):
    for data in (b"", b"[]", b"\xff", b"[" * 100_000, {"entry": 1}, {"entry": {"url": 3}}):
        assert call(hook, data).status_code == 400
    assert call(hook, {"entry": {"url": "ftp://a"}}).status_code == 400


@pytest.mark.parametrize(
    "data",
    [
        {"url": "https://exemple.example/a", "title": "Une page", "note": "Ma note.", "quote": "Des mots."},
        {
            "Link": "https://exemple.example/a",
            "name": "Une page",
            "comment": "Ma note.",
            "selection": "Des mots.",
        },
        {
            "type": "NewAnnotation",
            "entryUrl": "https://exemple.example/a",
            "entryTitle": "Une page",
            "note": "Ma note.",
            "highlight": "<b>Des</b> mots.",
        },
        {
            "bookmark": {
                "href": "https://exemple.example/a",
                "title": "Une page",
                "description": "Ma note.",
                "quote": "Des mots.",
            }
        },
    ],
)
def test_tools_may_name_things_as_they_do(json_hook, data):
    answer = post(json_hook, data)
    assert (answer.status_code, answer.json()) == (201, {"kept": 1, "new": 1})
    clip = json_hook.person.clips.get()
    assert (clip.link.title, clip.note, clip.quote) == ("Une page", "Ma note.", "Des mots.")


def test_a_list_is_kept_but_for_what_is_no_address(json_hook):
    answer = post(
        json_hook, [{"url": "https://exemple.example/a"}, {"url": "rien"}, {"url": "https://\ud800\0/"}]
    )
    assert answer.json() == {"kept": 1, "new": 1, "refused": 2}


def test_it_says_what_it_wants(json_hook):
    for data in (b"url=x", {}, [], 3, [{"url": "https://a.example/"}] * 101):
        answer = post(json_hook, data)
        assert answer.status_code == 400
        assert '"url"' in answer.json()["error"]
    assert post(json_hook, {"url": "rien"}).json()["error"].startswith("Ce n’est pas une adresse")


def test_nobody_gets_in_without_a_key_or_the_right(json_hook):
    data = {"url": "https://exemple.example/a"}
    assert (
        Client().post("/veille/crochets/json/autre/", data, content_type="application/json").status_code
        == 404
    )
    assert Client().get(path(json_hook)).status_code == 405
    json_hook.person.groups.clear()
    assert post(json_hook, data).status_code == 403
    keys.revoke(json_hook.person, "json")
    assert post(json_hook, data).status_code == 404
    assert not Clip.objects.exists()


def test_a_person_without_the_right_gets_no_key():
    with pytest.raises(keys.NotAllowed):
        keys.make(UserFactory(is_staff=True), "json")


def test_too_much_and_too_often_is_refused(json_hook):
    assert post(json_hook, b" " * (1024 * 1024 + 1)).status_code == 413
    Hook.objects.update(calls=counting.MOST_CALLS)
    answer = post(json_hook, {"url": "https://exemple.example/a"})
    assert (answer.status_code, int(answer["Retry-After"]) > 50) == (429, True)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.just("https://exemple.example/a"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["url", "entry", "title", "tags", "note", "é"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(st.binary(max_size=60) | JSON.map(lambda data: json.dumps(data).encode()))
def test_whatever_is_posted_is_read_or_refused(body):
    for read in (payloads.of_any, lambda body: payloads.of_miniflux(body, "save_entry")):
        try:
            read(body)
        except payloads.Unreadable:
            continue


def test_keys_are_masked_where_lines_are_written(json_hook):
    for line in (f"POST {path(json_hook)} 201", f"POST /veille/crochets/miniflux/{json_hook.key}/ 403"):
        assert json_hook.key not in mask(line)
