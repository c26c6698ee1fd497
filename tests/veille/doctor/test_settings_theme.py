"""The settings under the doctor's eyes."""

import pytest

from authors.roles import AUTHORS, EDITORS, add_to_role
from tests.factories import UserFactory
from veille.doctor import Level
from veille.doctor.configuration import four_eyes, newsletter, site_url, system_checks
from veille.doctor.registry import Examination

from .conftest import found


@pytest.mark.django_db
def test_djangos_checks_are_among_the_findings(settings):
    settings.SECRET_KEY = "short"
    settings.SECURE_HSTS_SECONDS = 0
    findings = {finding.seen.partition(":")[0]: finding for finding in system_checks(Examination())}
    assert findings["security.W009"].level is Level.ERROR
    assert findings["security.W004"].level is Level.WARNING
    assert all(finding.todo for finding in findings.values())


@pytest.mark.django_db
def test_what_follows_from_plain_http_is_said_once(settings):
    settings.SITE_URL = "http://veille.example.org"
    settings.SECURE_HSTS_SECONDS = 0
    settings.SECURE_SSL_REDIRECT = False
    said = " ".join(finding.seen for finding in system_checks(Examination()))
    assert "security.W004" not in said
    assert "security.W008" not in said


@pytest.mark.django_db
def test_a_deployment_without_fault_is_well(settings):
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    # Playwright's tests need what it forbids.
    settings.SILENCED_SYSTEM_CHECKS = ["async.E001"]
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend"}}
    assert found(system_checks) == {"settings.check-ok": "Django’s checks of a deployment find nothing."}


@pytest.mark.parametrize(
    ("url", "id"),
    [
        ("https://veille.example.org", "settings.https"),
        ("http://veille.example.org", "settings.not-https"),
        ("http://127.0.0.1:8000", "settings.trial"),
        ("http://localhost:8000", "settings.trial"),
    ],
)
def test_the_site_must_be_reached_by_https(settings, url, id):
    settings.SITE_URL = url
    assert list(found(site_url)) == [id]


def test_mails_must_say_who_sends_them(settings):
    assert list(found(newsletter)) == ["settings.identity"]
    settings.NEWSLETTER = {**settings.NEWSLETTER, "sender_identity": " "}
    assert list(found(newsletter)) == ["settings.no-identity"]


def test_the_sender_is_one_address(settings):
    settings.DEFAULT_FROM_EMAIL = "A <a@veille.example>, b@veille.example"
    assert "settings.from" in found(newsletter)


def test_bounces_are_better_proved_by_a_key_of_their_own(settings):
    settings.VEILLE_BOUNCE_ADDRESS, settings.VEILLE_BOUNCE_KEY = "bounces@veille.example", ""
    assert "settings.bounce-key" in found(newsletter)
    settings.VEILLE_BOUNCE_KEY = "x" * 64
    assert "settings.bounce-key" not in found(newsletter)


@pytest.mark.django_db
def test_four_eyes_need_two_editors(settings):
    settings.VEILLE_FOUR_EYES = True
    add_to_role(UserFactory(), EDITORS)
    add_to_role(UserFactory(), AUTHORS)
    assert list(found(four_eyes)) == ["settings.few-editors"]
    add_to_role(UserFactory(), EDITORS)
    assert list(found(four_eyes)) == ["settings.four-eyes"]
    settings.VEILLE_FOUR_EYES = False
    assert list(found(four_eyes)) == ["settings.two-eyes"]
