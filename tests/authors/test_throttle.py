"""Wrong passwords: who guesses waits, and nobody else does."""

from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from authors.tasks import forget_old_logins
from tests.authors.conftest import LOGIN, Browser
from tests.factories import UserFactory
from veille.login.devices import COOKIE

pytestmark = pytest.mark.django_db

LIMIT = 5


def guess(visitor, user, times=LIMIT):
    return [visitor.log_in(user, f"guess {n}").status_code for n in range(times)]


def test_the_fifth_wrong_password_is_the_last_for_a_while(visitor, editor):
    assert guess(visitor, editor) == [200] * 4 + [429]
    locked = visitor.log_in(editor)
    assert locked.status_code == 429
    assert locked["Retry-After"] == "900"
    assert not visitor.opens_the_desk()


def test_who_waits_gets_in_however_often_they_tried_meanwhile(visitor, editor):
    with time_machine.travel(timezone.now()) as clock:
        guess(visitor, editor)
        clock.shift(timedelta(minutes=14))
        assert guess(visitor, editor, 3) == [429] * 3
        clock.shift(timedelta(minutes=2))
        assert visitor.log_in(editor).status_code == 302
        assert visitor.opens_the_desk()


def test_from_elsewhere_nobody_is_locked_out(editor):
    for n in range(1, 7):
        guess(Browser(at=f"198.51.100.{n}"), editor)
    at_home = Browser(at="192.0.2.1")
    at_home.log_in(editor)
    assert at_home.opens_the_desk()


def guess_from_everywhere(user, networks=10):
    """Leave what guesses from so many networks leave."""
    for n in range(networks):
        AccessAttempt.objects.create(
            username=user.username,
            ip_address=f"198.51.100.{n}",
            failures_since_start=LIMIT,
            attempt_time=timezone.now(),
        )


def test_many_networks_that_guess_at_one_account_wait_together(editor, author):
    guess_from_everywhere(editor, networks=9)
    answers = [Browser(at=f"203.0.113.{n}").log_in(editor, "guess").status_code for n in range(5)]
    assert answers == [200] * 4 + [429]
    stranger = Browser(at="192.0.2.77")
    assert stranger.log_in(editor).status_code == 429
    assert stranger.log_in(author).status_code == 302


def test_who_was_in_before_gets_in_while_others_guess(visitor, editor):
    visitor.log_in(editor)
    visitor.post(reverse("admin:logout"))
    guess_from_everywhere(editor)
    # On the way, in a network where nobody knows them.
    visitor.defaults["REMOTE_ADDR"] = "203.0.113.1"
    assert visitor.log_in(editor).status_code == 302
    assert visitor.opens_the_desk()


def test_a_browser_that_was_in_has_the_mistakes_of_its_own_network_alone(visitor, editor):
    visitor.log_in(editor)
    visitor.post(reverse("admin:logout"))
    guess_from_everywhere(editor)
    assert guess(visitor, editor) == [200] * 4 + [429]


def test_the_browser_of_one_account_is_a_stranger_to_another(visitor, editor, author):
    visitor.log_in(author)
    visitor.post(reverse("admin:logout"))
    guess_from_everywhere(editor)
    assert visitor.log_in(editor).status_code == 429


def test_a_made_up_cookie_is_a_strangers(visitor, editor):
    guess_from_everywhere(editor)
    visitor.cookies[COOKIE] = ":1w0aYq:" + "A" * 43
    assert visitor.log_in(editor).status_code == 429


def test_an_account_that_nobody_guesses_at_any_more_opens_again(visitor, editor):
    with time_machine.travel(timezone.now()) as clock:
        guess_from_everywhere(editor)
        clock.shift(timedelta(minutes=5))
        assert visitor.log_in(editor).status_code == 429
        clock.shift(timedelta(minutes=11))
        assert visitor.log_in(editor).status_code == 302


def test_a_colleague_behind_the_same_address_still_gets_in(visitor, editor, author):
    guess(visitor, editor)
    visitor.log_in(author)
    assert visitor.opens_the_desk()


def test_an_address_that_tries_many_names_is_locked_out_for_all(visitor, editor):
    answers = [visitor.log_in(f"name {n}", "guess").status_code for n in range(20)]
    assert answers == [200] * 19 + [429]
    assert visitor.log_in(editor).status_code == 429


def test_the_neighbours_of_a_network_of_ipv6_count_as_one(editor):
    for n in range(LIMIT):
        last = Browser(at=f"2001:db8:1:2::{n + 1}").log_in(editor, "guess")
    assert last.status_code == 429
    assert Browser(at="2001:db8:1:3::1").log_in(editor).status_code == 302


def test_the_address_is_the_one_our_own_proxy_wrote(settings, editor):
    settings.TRUSTED_PROXIES = 1
    visitor = Client()
    for n in range(LIMIT):
        # What stands first was written by the visitor.
        came = {"X-Forwarded-For": f"203.0.113.{n}, 198.51.100.7"}
        last = visitor.post(LOGIN, {"username": editor.username, "password": "guess"}, headers=came)
    assert last.status_code == 429
    assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) == {"198.51.100.7"}


def test_a_right_password_forgets_the_wrong_ones_before(visitor, editor):
    guess(visitor, editor, LIMIT - 1)
    visitor.log_in(editor)
    visitor.post(reverse("admin:logout"))
    assert guess(visitor, editor, LIMIT - 1) == [200] * 4


def test_logging_in_with_an_account_of_ones_own_does_not_buy_more_guesses(visitor, editor, author):
    guess(visitor, editor, LIMIT - 1)
    visitor.log_in(author)
    visitor.post(reverse("admin:logout"))
    assert guess(visitor, editor, 1) == [429]


def test_an_administrator_lets_somebody_in_again_at_once(visitor, editor):
    guess(visitor, editor)
    call_command("axes_reset_username", editor.username)
    assert visitor.log_in(editor).status_code == 302


def texts(username):
    """What each of the guesses was told, without what differs by chance."""
    visitor = Browser(at=f"2001:db8:{len(username)}::1")
    *pages, last = (visitor.log_in(username, f"guess {n}") for n in range(LIMIT))
    told = [(page.status_code, sorted(page.headers), str(page.context["form"].errors)) for page in pages]
    lines = [line for line in last.content.decode().split("\n") if "csrf" not in line]
    return [*told, (last.status_code, lines)]


def test_neither_words_nor_the_work_done_tell_whether_an_account_exists(monkeypatch, editor):
    done = []
    encode = MD5PasswordHasher.encode

    def counted(hasher, password, salt):
        done.append(len(password))
        return encode(hasher, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    UserFactory(username="a closed account", is_active=False, is_staff=True)
    UserFactory(username="a reader with an account")
    done.clear()
    told, work = [], []
    for username in (editor.username, "nobody of this name", "a closed account", "a reader with an account"):
        told.append(texts(username))
        work.append(list(done))
        done.clear()
    assert all(one == told[0] for one in told)
    # Hashes are what takes time; the last guess is refused for its number, before or after.
    assert all(one == work[0] for one in work)


def test_a_closed_account_is_told_the_same_though_its_password_is_right(visitor):
    UserFactory(username="closed", is_active=False, is_staff=True)
    right = str(visitor.log_in("closed").context["form"].errors)
    assert right == str(visitor.log_in("closed", "wrong").context["form"].errors)


def test_the_page_speaks_the_language_of_who_reads_it(visitor, editor):
    guess(visitor, editor)
    english = visitor.post(
        LOGIN, {"username": editor.username, "password": "x"}, headers={"Accept-Language": "en"}
    ).content.decode()
    assert "Too many attempts" in english
    assert editor.username not in english
    french = visitor.log_in(editor).content.decode()
    assert "Trop de tentatives" in french
    assert "15 minutes" in french


def test_what_was_typed_and_from_where_is_forgotten_after_an_hour(visitor, editor):
    now = timezone.now()
    with time_machine.travel(now - timedelta(hours=2), tick=False):
        visitor.log_in(editor, "guess")
    with time_machine.travel(now - timedelta(minutes=30), tick=False):
        AccessAttempt.objects.create(username="later", ip_address="192.0.2.9", failures_since_start=1)
    attempt = AccessAttempt.objects.get(username=editor.username)
    assert "guess" not in attempt.post_data
    forget_old_logins()
    assert [attempt.username for attempt in AccessAttempt.objects.all()] == ["later"]


def test_sessions_that_ended_are_forgotten(visitor, editor):
    visitor.log_in(editor)
    Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
    forget_old_logins()
    assert not Session.objects.exists()
