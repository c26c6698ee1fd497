"""The pages behind the links of our mails."""

import pytest
from django.test import Client
from django.urls import reverse

from subscribers.models import Subscriber
from tests.factories import SubscriberFactory

pytestmark = pytest.mark.django_db
BOUNDARY = "multipart/form-data; boundary=b"
MULTIPART = b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
WRONG = ["x", "x" * 32, "x" * 10_000, "%00", "..", "é", "a:b:c", "%E2%80%AE"]
PAGES = ["unsubscribe", "one_click", "preferences", "confirm"]


def url(name, token):
    return reverse(f"subscribers:{name}", args=["TOKEN"]).replace("TOKEN", token)


@pytest.fixture
def strict():
    """A browser without cookies, which no CSRF check lets pass."""
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete", "patch"])
def test_nothing_but_a_post_changes_anything(desk, strict, rows, method):
    reader = desk.join()
    desk.ask("attend@example.org")
    desk.deliver()
    before = rows()
    for token in (reader.token, desk.link(), "x" * 32):
        for name in PAGES:
            getattr(strict, method)(url(name, token))
            getattr(strict, method)(url(name, token), {"List-Unsubscribe": "One-Click"})
    for name in ("sign_up", "sent"):
        getattr(strict, method)(reverse(f"subscribers:{name}"), {"email": "a@example.org"})
    assert rows() == before


@pytest.mark.parametrize("name", PAGES)
def test_its_address_is_told_to_nobody(strict, name):
    response = strict.get(url(name, SubscriberFactory().token))
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click"),
        (BOUNDARY, MULTIPART),
        (BOUNDARY, b"broken"),
        ("application/json", b"{"),
        ("text/plain", b""),
    ],
)
def test_one_click_leaves_without_cookies_and_from_anywhere(strict, content_type, body):
    reader = SubscriberFactory()
    response = strict.post(
        url("one_click", reader.token),
        data=body,
        content_type=content_type,
        headers={"origin": "https://mailbox.example"},
    )
    assert response.status_code == 200
    assert not response.cookies
    assert "Location" not in response.headers
    reader.refresh_from_db()
    assert reader.state == Subscriber.State.UNSUBSCRIBED
    assert reader.consent_events.get().page == "one-click"


def test_one_click_takes_the_reader_from_the_address_alone(strict):
    reader, other = SubscriberFactory(), SubscriberFactory()
    strict.post(url("one_click", reader.token), {"token": other.token, "email": other.email})
    other.refresh_from_db()
    assert other.state == Subscriber.State.ACTIVE


def test_one_click_twice_is_answered_alike_and_noted_once(strict):
    reader = SubscriberFactory()
    answers = {strict.post(url("one_click", reader.token)).content for _ in range(3)}
    assert len(answers) == 1
    assert reader.consent_events.count() == 1


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_token_is_answered_like_a_right_one(strict, wrong, rows):
    reader = SubscriberFactory()
    right = strict.post(url("one_click", reader.token))
    page = strict.post(url("unsubscribe", reader.token))
    before = rows()
    assert strict.post(url("one_click", wrong)).content == right.content
    answer = strict.post(url("unsubscribe", wrong))
    assert (answer.status_code, answer.content) == (page.status_code, page.content)
    assert strict.get(url("unsubscribe", wrong)).status_code == 200
    assert rows() == before


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_link_to_the_preferences_gets_one_page_that_says_so(strict, wrong):
    response = strict.get(url("preferences", wrong))
    assert response.status_code == 404
    assert response.content == strict.post(url("preferences", wrong), {"name": "x"}).content


def test_the_address_of_one_click_is_exact(strict):
    address = url("one_click", SubscriberFactory().token)
    assert not address.endswith("/")
    assert strict.post(f"{address}/").status_code == 404


def test_a_browser_without_cookies_leaves_by_the_page(strict):
    reader = SubscriberFactory()
    assert 'method="post"' in strict.get(url("unsubscribe", reader.token)).content.decode()
    response = strict.post(url("unsubscribe", reader.token), headers={"origin": "null"})
    assert response.status_code == 200
    assert reverse("subscribers:sign_up") in response.content.decode()
    reader.refresh_from_db()
    assert reader.state == Subscriber.State.UNSUBSCRIBED


def test_a_get_on_one_click_shows_the_button_of_the_page(strict):
    token = SubscriberFactory().token
    assert f'action="{url("unsubscribe", token)}"' in strict.get(url("one_click", token)).content.decode()


def test_a_browser_without_cookies_confirms_by_the_button(desk, strict):
    desk.ask()
    desk.deliver()
    address = url("confirm", desk.link())
    assert "<form" in strict.get(address).content.decode()
    assert strict.post(address, headers={"origin": "null"}).status_code == 200
    assert Subscriber.objects.get().state == Subscriber.State.ACTIVE
    assert strict.post(address).status_code == 200


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_wrong_confirmation_link_offers_to_ask_again(strict, wrong, method):
    response = getattr(strict, method)(url("confirm", wrong))
    assert response.status_code == 410
    assert reverse("subscribers:sign_up") in response.content.decode()


def test_a_confirmation_link_does_not_leave_and_a_leaving_one_does_not_confirm(desk, strict):
    reader = desk.ask()
    desk.deliver()
    strict.post(url("one_click", desk.link()))
    strict.post(url("confirm", reader.token))
    reader.refresh_from_db()
    assert reader.state == Subscriber.State.PENDING


def test_a_reader_chooses_name_and_language(strict):
    reader = SubscriberFactory()
    response = strict.post(
        url("preferences", reader.token), {"name": " Zoé\n", "language": "en", "format": "text"}
    )
    assert response.status_code == 200
    reader.refresh_from_db()
    assert (reader.name, reader.language, reader.format) == ("Zoé", "en", "text")


@pytest.mark.parametrize(
    "forged",
    [
        {"language": "xx"},
        {"language": ""},
        {"language": "fr", "name": "x" * 121},
        {"language": "fr", "name": "\x00"},
    ],
)
def test_bad_preferences_are_told_and_change_nothing(strict, forged, rows):
    reader = SubscriberFactory()
    before = rows()
    assert strict.post(url("preferences", reader.token), forged).status_code == 422
    assert rows() == before


def test_preferences_change_neither_state_nor_address(strict):
    reader = SubscriberFactory(state=Subscriber.State.UNSUBSCRIBED)
    strict.post(
        url("preferences", reader.token),
        {"name": "Zoé", "language": "fr", "state": "active", "email": "x@example.org", "token": "x"},
    )
    after = Subscriber.objects.get()
    assert (after.state, after.email, after.token) == (reader.state, reader.email, reader.token)


def test_preferences_show_neither_address_nor_scripts(strict):
    reader = SubscriberFactory(name="<script>alert(1)</script>")
    page = strict.get(url("preferences", reader.token)).content.decode()
    assert reader.email not in page
    assert "<script>" not in page
