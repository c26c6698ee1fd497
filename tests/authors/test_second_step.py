"""The second step: who is asked, what is taken for a code, and how long guessing takes."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from authors import second_step
from tests.authors.conftest import Phone
from tests.factories import UserFactory, an_author

pytestmark = pytest.mark.django_db

STEP, SET_UP = "/admin/login/etape-2/", "/admin/login/telephone/"


def path(response):
    return response.url.partition("?")[0]


# --- Who is asked ---


@pytest.mark.parametrize(
    ("policy", "asked"),
    [
        ("none", set()),
        ("editors", {"editor", "superuser", "with one more right"}),
        ("all", {"editor", "superuser", "with one more right", "author", "staff"}),
    ],
)
def test_the_policy_says_who_must(settings, editor, author, policy, asked):
    settings.VEILLE_SECOND_STEP = policy
    one_more = an_author()
    one_more.user_permissions.add(Permission.objects.get(codename="export_subscriber"))
    people = {
        "editor": editor,
        "author": author,
        "superuser": UserFactory(is_staff=True, is_superuser=True),
        "with one more right": one_more,
        "staff": UserFactory(is_staff=True),
        "reader": UserFactory(),
    }
    assert {name for name, user in people.items() if second_step.is_required_of(user)} == asked


def test_whoever_must_sets_it_up_before_anything_else(settings, visitor, editor):
    settings.VEILLE_SECOND_STEP = "editors"
    assert path(visitor.log_in(editor)) == SET_UP
    assert not visitor.opens_the_desk()
    assert path(visitor.get("/admin/login/?next=/admin/")) == SET_UP
    secret, phone = visitor.set_up_form()
    done = visitor.post(SET_UP, {"secret": secret, "code": phone.shows(), "password": "secret"})
    assert len(done.context["codes"]) == 10
    assert visitor.opens_the_desk()


def test_an_author_need_not_and_goes_straight_to_the_desk(settings, visitor, author):
    settings.VEILLE_SECOND_STEP = "editors"
    assert visitor.log_in(author).url == "/admin/"
    assert visitor.opens_the_desk()


def test_who_has_set_it_up_is_asked_whatever_the_policy(visitor, editor, phone):
    assert path(visitor.log_in(editor)) == STEP
    assert not visitor.opens_the_desk()


def test_one_gets_where_one_wanted_to_go(visitor, editor, phone):
    wanted = reverse("admin:issues_issue_changelist")
    first = visitor.log_in(editor, next=wanted)
    page = visitor.get(first.url).content.decode()
    assert f'name="next" value="{wanted}"' in page
    assert visitor.step(phone.shows(), next=wanted).url == wanted


def test_a_session_of_before_the_phone_was_set_up_is_asked_too(visitor, editor):
    visitor.log_in(editor)
    assert visitor.opens_the_desk()
    Phone(editor).set_up()
    assert not visitor.opens_the_desk()
    assert path(visitor.get("/admin/login/")) == STEP


def test_nobody_comes_to_the_second_step_without_the_first(visitor, phone):
    assert path(visitor.get(STEP)) == "/admin/login/"
    assert path(visitor.step(phone.shows())) == "/admin/login/"


def test_the_code_of_another_is_not_taken(visitor, editor, author, phone):
    theirs = Phone(author, "32" * 20)
    theirs.set_up()
    visitor.log_in(editor)
    assert visitor.step(theirs.shows()).status_code == 200
    assert not visitor.opens_the_desk()


def test_the_pages_are_kept_by_no_cache(visitor, editor, phone):
    visitor.log_in(editor)
    assert "no-store" in visitor.get(STEP)["Cache-Control"]


# --- Codes ---


def test_a_code_of_the_phone_is_good_once(visitor, editor, phone):
    visitor.log_in(editor)
    code = phone.shows()
    visitor.step(code)
    assert visitor.opens_the_desk()
    visitor.post(reverse("admin:logout"))
    visitor.log_in(editor)
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        assert visitor.step(code).status_code == 200
    assert not visitor.opens_the_desk()


@pytest.mark.parametrize("typed", ["{0}", " {0} ", "{1} {2}"])
def test_spaces_in_a_code_do_not_matter(visitor, editor, phone, typed):
    code = phone.shows()
    visitor.log_in(editor)
    visitor.step(typed.format(code, code[:3], code[3:]))
    assert visitor.opens_the_desk()


def test_a_code_of_long_ago_is_not_taken(visitor, editor, phone):
    visitor.log_in(editor)
    assert visitor.step(phone.shows(-4)).status_code == 200
    assert not visitor.opens_the_desk()


def test_anything_else_is_no_code(visitor, editor, phone):
    visitor.log_in(editor)
    for typed in ("", "12345", "1234567", "-12345", "²²²²²²", "a" * 33, "\x00", "9" * 5000):
        assert visitor.step(typed).status_code == 200, typed
        TOTPDevice.objects.update(throttling_failure_count=0)
        StaticDevice.objects.update(throttling_failure_count=0)
    assert not visitor.opens_the_desk()


def test_a_recovery_code_opens_the_desk_once(visitor, editor, phone):
    visitor.log_in(editor)
    visitor.step(phone.codes[0].upper())
    assert visitor.opens_the_desk()
    visitor.post(reverse("admin:logout"))
    visitor.log_in(editor)
    assert visitor.step(phone.codes[0]).status_code == 200
    assert not visitor.opens_the_desk()


def test_who_has_few_recovery_codes_left_is_told(visitor, editor, phone):
    StaticToken.objects.filter(token__in=[code.replace("-", "") for code in phone.codes[4:]]).delete()
    visitor.log_in(editor)
    page = visitor.get(visitor.step(phone.codes[0]).url).content.decode()
    assert "3 codes de secours" in page


# --- Guessing ---


def test_each_wrong_code_makes_the_next_wait_longer(visitor, editor, phone):
    visitor.log_in(editor)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for wait in (1, 2, 4, 8):
            assert visitor.step("000000").status_code == 200
            clock.shift(timedelta(seconds=wait - 0.5))
            too_soon = visitor.step(phone.shows())
            assert too_soon.status_code == 429
            clock.shift(timedelta(seconds=0.6))
        visitor.step(phone.shows())
        assert visitor.opens_the_desk()


def test_the_wait_does_not_grow_for_ever(visitor, editor, phone):
    TOTPDevice.objects.update(throttling_failure_count=30)
    visitor.log_in(editor)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert visitor.step("000000").status_code == 200
        clock.shift(timedelta(minutes=34))
        assert visitor.step(phone.shows()).status_code == 429
        clock.shift(timedelta(minutes=1))
        visitor.step(phone.shows())
        assert visitor.opens_the_desk()


def test_guessing_codes_of_the_phone_leaves_the_recovery_codes_open(visitor, editor, phone):
    visitor.log_in(editor)
    visitor.step("000000")
    visitor.step("000000")
    visitor.step(phone.codes[0])
    assert visitor.opens_the_desk()


def test_recovery_codes_are_throttled_as_well(visitor, editor, phone):
    visitor.log_in(editor)
    with time_machine.travel(timezone.now(), tick=False):
        assert visitor.step("abcd-2345").status_code == 200
        assert visitor.step(phone.codes[0]).status_code == 429


def test_nothing_of_it_is_mailed(visitor, editor, phone):
    visitor.log_in(editor)
    visitor.step("000000")
    assert mail.outbox == []
