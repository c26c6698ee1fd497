"""Somebody lost their phone, and an administrator helps."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse

from authors import recovery_codes, second_step
from tests.authors.conftest import Browser, Phone
from tests.factories import UserFactory, an_editor

pytestmark = pytest.mark.django_db


def address(user):
    return reverse("admin:two-steps-take-away", args=[user.pk])


@pytest.fixture
def administrator():
    return UserFactory(is_staff=True, is_superuser=True)


@pytest.fixture
def admin_browser(administrator):
    visitor = Browser()
    visitor.log_in(administrator)
    return visitor


def test_the_account_opens_by_the_password_again_and_nothing_else_of_it_is_changed(
    admin_browser, editor, phone
):
    admin_browser.post(address(editor))
    assert second_step.phone_of(editor) is None
    assert recovery_codes.left(editor) == 0
    at_home = Browser()
    at_home.log_in(editor)
    assert at_home.opens_the_desk()


def test_where_the_house_asks_for_it_they_set_it_up_anew(settings, admin_browser, editor, phone):
    settings.VEILLE_SECOND_STEP = "none"
    admin_browser.post(address(editor))
    settings.VEILLE_SECOND_STEP = "editors"
    assert Browser().log_in(editor).url.startswith("/admin/login/telephone/")


def test_looking_at_the_question_takes_nothing_away(admin_browser, editor, phone):
    assert editor.username in admin_browser.get(address(editor)).content.decode()
    assert second_step.phone_of(editor)


def test_it_stands_in_the_history_of_the_account(admin_browser, administrator, editor, phone):
    LogEntry.objects.all().delete()
    admin_browser.post(address(editor))
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (administrator, str(editor.pk))
    page = admin_browser.get(reverse("admin:authors_user_history", args=[editor.pk])).content.decode()
    assert entry.change_message in page


def test_the_person_is_told_by_mail(admin_browser, administrator, editor, phone):
    admin_browser.post(address(editor))
    (message,) = mail.outbox
    assert message.to == [editor.email]
    assert "seconde étape" in message.subject
    assert administrator.username in message.body
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("email", ["", "editor@example.org"])
def test_a_mail_that_cannot_be_sent_is_said(settings, admin_browser, editor, phone, email):
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 9},
        }
    }
    editor.email = email
    editor.save()
    page = admin_browser.post(address(editor), follow=True).content.decode()
    assert "n’a pas pu partir" in page
    assert second_step.phone_of(editor) is None


def may(*codenames, **fields):
    user = UserFactory(is_staff=True, **fields)
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    return user


def test_it_takes_the_right_to_change_accounts(editor, phone):
    helpers = {an_editor(): 403, may("view_user"): 403, may("change_user", "view_user"): 302}
    for helper, status in helpers.items():
        browser = Browser()
        browser.log_in(helper)
        assert browser.post(address(editor)).status_code == status


def test_a_superusers_is_taken_away_by_a_superuser_alone(administrator):
    Phone(administrator).set_up()
    helper = may("change_user", "view_user")
    visitor = Browser()
    visitor.log_in(helper)
    assert visitor.post(address(administrator)).status_code == 403
    assert second_step.phone_of(administrator)


def test_nobody_takes_their_own_away_there(admin_browser, administrator):
    assert admin_browser.post(address(administrator)).status_code == 403


def test_the_page_of_the_account_offers_it_to_who_may(admin_browser, editor, phone):
    change = reverse("admin:authors_user_change", args=[editor.pk])
    assert address(editor) in admin_browser.get(change).content.decode()
    listed = admin_browser.get(reverse("admin:authors_user_changelist"))
    assert listed.status_code == 200


def test_who_has_a_shell_on_the_machine_helps_the_only_administrator(administrator, capsys):
    Phone(administrator).set_up()
    call_command("take_away_second_step", administrator.username)
    assert second_step.phone_of(administrator) is None
    assert len(mail.outbox) == 1
    with pytest.raises(CommandError, match="nobody"):
        call_command("take_away_second_step", "nobody")


def test_the_desk_lists_nobodys_secrets():
    names = {
        model._meta.app_label for model in __import__("django.contrib.admin").contrib.admin.site._registry
    }
    assert not names & {"otp_totp", "otp_static", "axes"}
