"""Secrets: from the environment or from files, long enough, and never those that everybody knows."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import run_checks

ROOT = Path(__file__).resolve().parent.parent.parent
KEY = "k9-" + "Zq7pLm2x" * 8

# Each variable that holds a secret, and where its value is found again.
SECRETS = {
    "SECRET_KEY": (KEY, "settings.SECRET_KEY"),
    "SECRET_KEY_FALLBACKS": ("one,two", "','.join(settings.SECRET_KEY_FALLBACKS)"),
    "DATABASE_URL": (
        "postgres://veille:p%40ss@db.example:5432/house",
        "'postgres://{USER}:p%40ss@{HOST}:{PORT}/{NAME}'.format(**settings.DATABASES['default'])",
    ),
    "CELERY_BROKER_URL": ("amqp://u:p@mq.example//", "settings.CELERY_BROKER_URL"),
    "EMAIL_URL": (
        "smtps://u:p@mail.example:465",
        "'smtps://{username}:{password}@{host}:{port}'.format(**settings.MAILERS['default']['OPTIONS'])",
    ),
    "VEILLE_SUPPRESSION_KEY": ("suppression", "settings.VEILLE_SUPPRESSION_KEY"),
    "VEILLE_BOUNCE_KEY": ("bounce", "settings.VEILLE_BOUNCE_KEY"),
    "VEILLE_BOUNCE_IMAP_URL": ("imaps://u:p@mail.example/INBOX", "settings.VEILLE_BOUNCE_IMAP_URL"),
    "VEILLE_WEBHOOK_SECRET": ("user:password", "settings.VEILLE_WEBHOOK_SECRET"),
    "VEILLE_WEBHOOK_SIGNING_KEY": ("signing", "settings.ANYMAIL['MAILGUN_WEBHOOK_SIGNING_KEY']"),
}


def read(tmp_path, environment):
    """What the settings hold in a process with this environment."""
    found = ", ".join(f"{name!r}: {where}" for name, (_value, where) in SECRETS.items())
    program = f"import json; from veille import settings; print(json.dumps({{{found}}}))"
    done = python(tmp_path, "-c", program, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_secret_may_come_from_a_file(tmp_path):
    environment = {}
    for name, (value, _where) in SECRETS.items():
        # As an editor, or `echo`, leaves it.
        (tmp_path / name).write_text(f"{value}\n")
        environment[f"{name}_FILE"] = str(tmp_path / name)
    assert read(tmp_path, environment) == {name: value for name, (value, _where) in SECRETS.items()}


def test_every_secret_may_come_from_the_environment(tmp_path):
    environment = {name: value for name, (value, _where) in SECRETS.items()}
    assert read(tmp_path, environment) == environment


@pytest.fixture
def found(db):
    return lambda: [message.id for message in run_checks() if (message.id or "").startswith("veille.")]


def test_a_key_of_ones_own_is_fine(settings, found):
    settings.SECRET_KEY = KEY
    settings.SECRET_KEY_FALLBACKS = [KEY[::-1]]
    assert found() == []


@pytest.mark.parametrize(
    "key",
    [
        KEY[:49],
        "django-insecure-" + KEY,
        "only-for-tests-only-for-tests-only-for-tests-only-for-tests",
        "Change-me-" * 8,
        "secret" * 10,
    ],
)
def test_a_key_that_is_short_or_known_is_refused(settings, found, key):
    settings.SECRET_KEY = key
    assert found() == ["veille.E001"]
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = KEY, [key]
    assert found() == ["veille.E001"]
    settings.DEBUG = True
    assert found() == []


def python(tmp_path, *arguments, **environment):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "VEILLE_DATA_DIR": str(tmp_path)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_nothing_starts_with_it(tmp_path):
    """`migrate` comes before every start, and ends there."""
    done = python(tmp_path, "manage.py", "migrate", "-v0", SECRET_KEY="secret", DEBUG="false")
    assert done.returncode == 1
    assert "veille.E001" in done.stderr


@pytest.mark.parametrize("value", ["Editors", "", "true"])
def test_a_slip_of_the_pen_does_not_turn_the_second_step_off(settings, found, value):
    settings.VEILLE_SECOND_STEP = value
    assert found() == ["veille.E002"]


@pytest.mark.parametrize(("debug", "policy"), [("false", "editors"), ("true", "none")])
def test_in_production_editors_take_the_second_step_unless_said_otherwise(tmp_path, debug, policy):
    program = "from veille import settings; print(settings.VEILLE_SECOND_STEP)"
    assert python(tmp_path, "-c", program, SECRET_KEY=KEY, DEBUG=debug).stdout.strip() == policy
