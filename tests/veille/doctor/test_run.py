"""However a check behaves, the report is whole, in time, and says no secret."""

import json
import threading
import time

import pytest
from django.db import OperationalError
from django.utils import translation
from django.utils.translation import gettext

from veille.doctor import THEMES, Examination, Level, examine, registry
from veille.doctor.registry import CouldNotAsk, error, ok


@pytest.fixture
def checks(monkeypatch):
    """No check but those that a test adds."""
    monkeypatch.setattr(registry, "_checks", {})

    def add(check, *ids):
        registry.register(*ids)(check)

    return add


def test_one_that_fails_is_a_finding_and_the_others_go_on(checks):
    def stumbles(examination):
        yield ok("clock.agrees", "so far so good")
        raise RuntimeError("on\nsomething")

    checks(stumbles, "clock.agrees")
    checks(lambda examination: [ok("files.writable", "yes")], "files.writable")
    findings = examine(Examination())
    assert [finding.id for finding in findings] == ["files.writable", "clock.agrees", "clock.crashed"]
    assert "RuntimeError: on something" in findings[-1].seen
    assert findings[-1].level is Level.ERROR


def test_one_that_hangs_is_left_behind_with_what_it_found_before(checks):
    let_go = threading.Event()

    def hangs(examination):
        yield ok("site.answers", "at first")
        let_go.wait(30)

    checks(hangs, "site.answers")
    begun = time.monotonic()
    findings = examine(Examination(), seconds=0.2)
    assert time.monotonic() - begun < 10
    let_go.set()
    assert [finding.id for finding in findings] == ["site.answers", "site.not-asked"]
    assert "hangs" in findings[-1].seen


@pytest.mark.parametrize(
    ("failure", "words"),
    [(CouldNotAsk("the oracle"), "the oracle"), (OperationalError("gone"), "database")],
    ids=str,
)
def test_who_does_not_answer_is_named(checks, failure, words):
    def asks(examination):
        raise failure

    checks(asks, "sender.spf")
    (finding,) = examine(Examination())
    assert (finding.id, finding.level) == ("sender.not-asked", Level.WARNING)
    assert words in finding.seen
    assert finding.todo


def test_what_several_missed_is_said_once(checks):
    for _number in range(3):

        def asks(examination):
            raise CouldNotAsk("the oracle")

        checks(asks, "sender.spf")
    assert len(examine(Examination())) == 1


def test_only_the_themes_asked_for_are_looked_at(checks):
    checks(lambda examination: [ok("clock.agrees", "")], "clock.agrees")
    checks(lambda examination: [ok("files.writable", "")], "files.writable")
    assert [finding.id for finding in examine(Examination(), themes=["clock"])] == ["clock.agrees"]


def test_checks_speak_the_language_of_who_asked(checks):
    checks(lambda examination: [ok("clock.agrees", gettext("Settings"))], "clock.agrees")
    with translation.override("fr"):
        assert examine(Examination())[0].seen == "Réglages"


def test_a_finding_that_was_not_registered_is_a_fault_of_the_check(checks):
    checks(lambda examination: [ok("clock.late", "")], "clock.agrees")
    assert [finding.id for finding in examine(Examination())] == ["clock.crashed"]


def test_no_check_can_be_registered_outside_the_themes():
    with pytest.raises(ValueError, match="no theme"):
        registry.register("weather.rain")(lambda examination: [])


def test_secrets_and_people_are_left_out(checks, settings):
    settings.CELERY_BROKER_URL = "amqp://veille:sesame%2Fouvre@rabbit//"
    settings.VEILLE_BOUNCE_IMAP_URL = "imaps://bounces:tire-la@imap.example/INBOX"
    settings.MAILERS = {"default": {"BACKEND": "x", "OPTIONS": {"password": "chevillette", "host": "mail"}}}
    settings.ANYMAIL = {"MAILGUN_API_KEY": "bobinette", "MAILGUN_SEND_DEFAULTS": {}}
    settings.VEILLE_METRICS_TOKEN = "cherra-la-chevillette"
    settings.SENTRY_DSN = "https://grand-mechant@sentry.example/7"
    settings.STORAGES = settings.STORAGES | {"default": {"OPTIONS": {"secret_key": "galette"}}}
    words = (
        f"{settings.SECRET_KEY} sesame/ouvre sesame%2Fouvre tire-la chevillette bobinette "
        "cherra-la-chevillette grand-mechant galette "
        "camille.durand+x@lecteurs.example.org redis://user:pw@host/0 on mail"
    )
    checks(lambda examination: [error("clock.wrong", words, words)], "clock.wrong")
    (finding,) = examine(Examination())
    for text in (finding.seen, finding.todo):
        assert text == "… … … … … … … … … …@lecteurs.example.org redis://…@host/0 on mail"


def test_every_theme_has_a_check():
    assert {id.partition(".")[0] for ids in registry._checks.values() for id in ids} == set(THEMES)
    assert json.dumps([str(label) for label in THEMES.values()])
