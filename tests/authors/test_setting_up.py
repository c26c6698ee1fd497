"""A phone of one's own: set up, exchanged, turned off, and what each of these asks for first."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from authors import recovery_codes, second_step
from tests.authors.conftest import Browser

pytestmark = pytest.mark.django_db

SET_UP, PAGE = "/admin/login/telephone/", "/admin/deux-etapes/"


@pytest.fixture
def at_the_desk(visitor, editor, phone):
    """The editor, past the second step."""
    visitor.log_in(editor)
    visitor.step(phone.shows())
    return visitor


def test_looking_at_the_page_keeps_nothing(visitor, editor):
    visitor.log_in(editor)
    visitor.get(SET_UP)
    visitor.get(PAGE)
    assert not TOTPDevice.objects.exists()
    assert not StaticDevice.objects.exists()


def test_the_page_shows_the_secret_as_a_picture_and_as_letters(visitor, editor):
    visitor.log_in(editor)
    response = visitor.get(SET_UP)
    page = response.content.decode()
    assert 'src="data:image/svg+xml' in page
    assert "otpauth://totp/Veille%3A" in page
    assert "img-src 'self' data:" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]


def test_it_counts_once_a_code_confirmed_it(visitor, editor):
    visitor.log_in(editor)
    secret, phone = visitor.set_up_form()
    wrong = visitor.post(SET_UP, {"secret": secret, "code": "000000", "password": "secret"})
    assert wrong.status_code == 200
    assert not TOTPDevice.objects.exists()
    # The secret is the same, so that nobody has to scan another.
    assert secret_of(wrong) == phone.key
    visitor.post(SET_UP, {"secret": secret, "code": phone.shows(), "password": "secret"})
    assert second_step.phone_of(editor).key == phone.key
    assert [entry.change_message for entry in LogEntry.objects.all()] == ["A configuré la seconde étape."]


def secret_of(response):
    return response.context["form"].key


def test_a_code_that_confirmed_it_does_not_log_in(visitor, editor):
    visitor.log_in(editor)
    secret, phone = visitor.set_up_form()
    code = phone.shows()
    visitor.post(SET_UP, {"secret": secret, "code": code, "password": "secret"})
    elsewhere = Browser()
    elsewhere.log_in(editor)
    elsewhere.step(code)
    assert not elsewhere.opens_the_desk()


def test_an_open_session_alone_sets_nothing_up(visitor, editor):
    visitor.log_in(editor)
    secret, phone = visitor.set_up_form()
    refused = visitor.post(SET_UP, {"secret": secret, "code": phone.shows(), "password": "a guess"})
    assert refused.status_code == 200
    assert not TOTPDevice.objects.exists()


def test_guessing_the_password_there_is_slowed_down_too(visitor, editor):
    visitor.log_in(editor)
    secret, phone = visitor.set_up_form()
    data = {"secret": secret, "code": phone.shows()}
    answers = [visitor.post(SET_UP, data | {"password": f"guess {n}"}).status_code for n in range(5)]
    assert answers == [200] * 4 + [429]


def test_a_secret_that_the_house_did_not_give_this_person_is_not_taken(visitor, editor, author):
    visitor.log_in(author)
    of_another, phone = visitor.set_up_form()
    visitor.post(reverse("admin:logout"))
    visitor.log_in(editor)
    for secret in (of_another, "31" * 20, "", "a:b:c"):
        response = visitor.post(SET_UP, {"secret": secret, "code": phone.shows(), "password": "secret"})
        assert response.status_code == 200
        assert secret_of(response) != phone.key
    assert not TOTPDevice.objects.exists()


def test_a_page_left_open_for_hours_gives_a_new_secret(visitor, editor):
    visitor.log_in(editor)
    secret, phone = visitor.set_up_form()
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        late = visitor.post(SET_UP, {"secret": secret, "code": phone.shows(), "password": "secret"})
    assert secret_of(late) != phone.key
    sent_back = late.content.decode()
    assert secret not in sent_back
    assert not TOTPDevice.objects.exists()


def test_another_phone_asks_for_a_code_of_the_one_in_use(at_the_desk, editor, phone):
    secret, new = at_the_desk.set_up_form()
    data = {"secret": secret, "code": new.shows(), "password": "secret"}
    at_the_desk.post(SET_UP, data)
    at_the_desk.post(SET_UP, data | {"current": "000000"})
    assert second_step.phone_of(editor).key == phone.key
    with time_machine.travel(timezone.now() + timedelta(seconds=2)):
        at_the_desk.post(SET_UP, data | {"current": phone.codes[0]})
    assert second_step.phone_of(editor).key == new.key
    assert TOTPDevice.objects.filter(user=editor).count() == 1
    assert at_the_desk.opens_the_desk()


def test_with_the_old_phone_goes_what_it_opened_and_its_recovery_codes(at_the_desk, editor, phone):
    elsewhere = Browser()
    elsewhere.log_in(editor)
    with time_machine.travel(timezone.now() + timedelta(seconds=60)):
        elsewhere.step(phone.shows())
    assert elsewhere.opens_the_desk()
    secret, new = at_the_desk.set_up_form()
    at_the_desk.post(SET_UP, {"secret": secret, "code": new.shows(), "current": phone.codes[0]})
    assert not elsewhere.opens_the_desk()
    elsewhere.step(phone.codes[1])
    assert not elsewhere.opens_the_desk()


def test_who_has_a_phone_takes_the_second_step_before_exchanging_it(visitor, editor, phone):
    visitor.log_in(editor)
    assert visitor.get(SET_UP).url.startswith("/admin/login/etape-2/")
    assert visitor.post(SET_UP, {"code": "000000"}).url.startswith("/admin/login/etape-2/")


def test_new_recovery_codes_make_those_before_worthless(at_the_desk, editor, phone):
    made = at_the_desk.post(PAGE, {"action": "codes", "code": phone.codes[0]}).context["codes"]
    assert len(set(made)) == 10
    assert not set(made) & set(phone.codes)
    assert recovery_codes.left(editor) == 10
    with pytest.raises(second_step.WrongCode):
        second_step.verify(editor, phone.codes[1])


def test_recovery_codes_are_shown_this_once(at_the_desk, phone):
    made = at_the_desk.post(PAGE, {"action": "codes", "code": phone.codes[0]})
    assert made.context["codes"][0] in made.content.decode()
    for address in (PAGE, SET_UP, "/admin/"):
        page = at_the_desk.get(address).content.decode()
        assert not any(code in page or code.replace("-", "") in page for code in made.context["codes"])


@pytest.mark.parametrize("action", ["codes", "off"])
def test_a_session_alone_changes_nothing(at_the_desk, editor, phone, action):
    before = set(StaticToken.objects.values_list("token", flat=True))
    assert at_the_desk.post(PAGE, {"action": action, "code": "000000"}).status_code == 200
    assert at_the_desk.post(PAGE, {"action": action}).status_code == 200
    assert second_step.phone_of(editor)
    assert set(StaticToken.objects.values_list("token", flat=True)) == before


def test_it_is_turned_off_where_the_house_does_not_ask_for_it(at_the_desk, editor, phone):
    at_the_desk.post(PAGE, {"action": "off", "code": phone.codes[0]})
    assert second_step.phone_of(editor) is None
    assert recovery_codes.left(editor) == 0
    assert at_the_desk.opens_the_desk()


def test_who_must_have_it_cannot_turn_it_off(settings, at_the_desk, editor, phone):
    settings.VEILLE_SECOND_STEP = "editors"
    assert at_the_desk.post(PAGE, {"action": "off", "code": phone.codes[0]}).status_code == 403
    assert second_step.phone_of(editor)
    assert 'value="off"' not in at_the_desk.get(PAGE).content.decode()


def test_without_a_phone_the_page_makes_nothing(visitor, editor):
    visitor.log_in(editor)
    assert visitor.post(PAGE, {"action": "codes", "code": "000000"}).status_code == 200
    assert not StaticDevice.objects.exists()
