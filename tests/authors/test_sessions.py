"""The session of somebody who logged in: whose it is, how long, and what ends it."""

import pytest
from django.conf import settings as house
from django.urls import reverse

from tests.authors.conftest import Browser

pytestmark = pytest.mark.django_db


def key_of(visitor):
    return visitor.session.session_key


def test_a_key_that_was_there_before_the_login_is_good_for_nothing(visitor, editor):
    planted = visitor.session
    planted["anything"] = 1
    planted.save()
    visitor.cookies[house.SESSION_COOKIE_NAME] = planted.session_key
    visitor.log_in(editor)
    assert key_of(visitor) != planted.session_key


def test_the_key_changes_again_with_the_second_step(visitor, editor, phone):
    visitor.log_in(editor)
    after_the_password = key_of(visitor)
    visitor.step(phone.shows())
    assert visitor.opens_the_desk()
    assert key_of(visitor) != after_the_password
    elsewhere = Browser()
    elsewhere.cookies[house.SESSION_COOKIE_NAME] = after_the_password
    assert not elsewhere.opens_the_desk()


def test_the_cookie_is_no_scripts_and_lasts_a_week(visitor, editor):
    visitor.log_in(editor)
    cookie = visitor.cookies[house.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 7 * 24 * 3600


def test_a_changed_password_logs_out_everywhere_else(visitor, editor):
    visitor.log_in(editor)
    elsewhere = Browser()
    elsewhere.log_in(editor)
    new = "une phrase assez longue"
    visitor.post(
        reverse("admin:password_change"),
        {"old_password": "secret", "new_password1": new, "new_password2": new},
    )
    assert visitor.opens_the_desk()
    assert not elsewhere.opens_the_desk()


def test_a_password_is_changed_by_who_knows_the_one_before_alone(visitor, editor):
    visitor.log_in(editor)
    new = "une phrase assez longue"
    page = visitor.post(
        reverse("admin:password_change"),
        {"old_password": "a guess", "new_password1": new, "new_password2": new},
    )
    assert page.status_code == 200
    editor.refresh_from_db()
    assert editor.check_password("secret")


def test_guessing_the_password_from_an_open_session_is_slowed_down_too(visitor, editor):
    visitor.log_in(editor)
    data = {"new_password1": "une phrase assez longue", "new_password2": "une phrase assez longue"}
    url = reverse("admin:password_change")
    answers = [visitor.post(url, data | {"old_password": f"guess {n}"}).status_code for n in range(6)]
    assert answers == [200] * 4 + [429] * 2
    assert visitor.post(url, data | {"old_password": "secret"}).status_code == 429


def test_who_was_logged_in_under_the_secret_key_before_stays_so(visitor, editor, settings):
    visitor.log_in(editor)
    elsewhere = Browser()
    elsewhere.log_in(editor)
    before = settings.SECRET_KEY
    settings.SECRET_KEY = "another" * 10
    assert not elsewhere.opens_the_desk()
    settings.SECRET_KEY_FALLBACKS = [before]
    assert visitor.opens_the_desk()


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_the_login_sends_nobody_to_another_house(visitor, editor, phone, onward):
    first = visitor.log_in(editor, next=onward)
    assert first.url.startswith("/admin/login/etape-2/")
    assert "evil" not in first.url
    assert visitor.step(phone.shows(), next=onward).url == "/admin/"
