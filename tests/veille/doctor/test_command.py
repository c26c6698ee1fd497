"""`manage.py doctor`, as operators and machines call it."""

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command

from veille.doctor import registered_ids, registry
from veille.doctor.registry import error, info, ok, warning


def run(*args):
    """Give what it wrote and the code it ended with."""
    output = StringIO()
    try:
        call_command("doctor", *args, stdout=output, no_color=True)
    except SystemExit as end:
        return output.getvalue(), end.code
    return output.getvalue(), 0


@pytest.fixture
def finds(monkeypatch):
    """Let the doctor find this, and nothing else."""

    def set_findings(*findings):
        monkeypatch.setattr(registry, "_checks", {})
        registry.register(*(finding.id for finding in findings))(lambda examination: findings)

    return set_findings


GOOD = ok("clock.agrees", "tick tock")
BAD = error("clock.wrong", "cuckoo", "wind it up")
DUBIOUS = warning("clock.differs", "hm", "look at it")


def test_it_says_what_was_seen_and_what_to_do(finds):
    finds(GOOD, DUBIOUS, BAD, info("clock.agrees", "by the way"))
    assert run("--language", "en") == (
        "Clock\n"
        "  [good] tick tock\n"
        "  [warning] hm\n"
        "      → look at it\n"
        "  [error] cuckoo\n"
        "      → wind it up\n"
        "  [note] by the way\n"
        "\n1 error, 1 warning\n",
        1,
    )


def test_it_speaks_french_unless_asked(finds):
    finds(GOOD)
    assert run() == ("Horloge\n  [bien] tick tock\n\n0 erreur, 0 avertissement\n", 0)


def test_quietly_it_leaves_out_what_is_well(finds):
    finds(GOOD, DUBIOUS)
    assert "tick tock" not in run("--verbosity", "0")[0]


@pytest.mark.parametrize(
    ("findings", "args", "code"),
    [
        ([GOOD], [], 0),
        ([DUBIOUS], [], 0),
        ([DUBIOUS], ["--fail-level", "warning"], 2),
        ([GOOD], ["--fail-level", "warning"], 0),
        ([DUBIOUS, BAD], ["--fail-level", "warning"], 1),
        ([BAD], ["--format", "json"], 1),
    ],
    ids=str,
)
def test_machines_read_the_code_it_ends_with(finds, findings, args, code):
    finds(*findings)
    assert run(*args)[1] == code


def test_machines_read_json(finds):
    finds(BAD)
    assert json.loads(run("--format", "json")[0]) == [
        {"id": "clock.wrong", "level": "error", "seen": "cuckoo", "todo": "wind it up"}
    ]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--mail-to", "nobody"], "adresse"),
        (["--mail-to", "jörg@example.org"], "adresse"),
        (["--mail-to", "a@example.org,b@example.org"], "adresse"),
        (["--read", "/nowhere/mail.eml"], "--read"),
        (["--name-server", "dns.example"], "IP address"),
        (["--name-server", "127.0.0.1:x"], "IP address"),
        (["--only", "weather"], "invalid choice"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_told_in_words(finds, args, words):
    finds(GOOD)
    with pytest.raises(CommandError, match=words):
        call_command("doctor", *args)


@pytest.mark.django_db(transaction=True)
def test_for_real_nothing_fails_itself_and_no_secret_is_told(settings):
    settings.EMAIL_URL = ""
    settings.SITE_URL = "http://127.0.0.1:1"
    said, code = run("--format", "json", "--name-server", "127.0.0.1:1")
    findings = json.loads(said)
    assert code == 1
    assert {finding["id"].partition(".")[0] for finding in findings} >= {"settings", "database", "files"}
    assert [finding for finding in findings if finding["id"].endswith(".crashed")] == []
    assert settings.SECRET_KEY not in said


def test_the_handbook_knows_every_finding():
    handbook = (Path(configured.BASE_DIR) / "docs" / "doctor.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`([a-z-]+\.[a-z0-9-]+)`", handbook))
    common = {id for id in registered_ids() if id.endswith((".not-asked", ".crashed"))}
    assert registered_ids() - common - told == set()
    assert {id for id in told if id.partition(".")[0] in registry.THEMES} - registered_ids() == set()
