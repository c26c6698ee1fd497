"""Reports of errors: sent where one variable says so, and about nobody.

In processes of their own: once loaded, Sentry stays in every call of Django and Celery.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from veille.version import version

ROOT = Path(__file__).resolve().parents[3]


def run(script, **environment):
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "veille.settings", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_without_the_variable_it_is_not_even_loaded():
    loaded = run("import sys, veille.wsgi, veille.celery; print('sentry_sdk' in sys.modules)", SENTRY_DSN="")
    assert loaded == "False\n"


PEOPLE = {"TEST_NAME": "Zo\u00e9", "TEST_ADDRESS": "zoe@x.example", "TEST_TOKEN": "t0ken" * 6}


@pytest.fixture(scope="module")
def reports():
    """What a request, a task and a log line send to a Sentry."""
    printed = run(
        "from tests.veille.watching import breaking; breaking.main()",
        SENTRY_DSN="https://key@127.0.0.1:9/1",
        **PEOPLE,
    )
    return json.loads(printed.splitlines()[-1])


def test_errors_of_requests_tasks_and_logs_are_reported_with_the_version(reports):
    kinds = [
        report["exception"]["values"][0]["type"] if "exception" in report else report["logentry"]["message"]
        for report in reports
    ]
    assert kinds == ["ZeroDivisionError", "LookupError", "a mail to %s is lost"]
    assert {report["release"] for report in reports} == {f"veille@{version()}"}


def test_the_report_of_a_request_says_where_it_broke(reports):
    assert reports[0]["request"] == {
        "method": "POST",
        "url": "http://site.example/desabonnement/[token]/",
    }
    assert len(reports[0]["tags"]["request_id"]) == 32
    (raised,) = reports[0]["exception"]["values"]
    assert raised["stacktrace"]["frames"][-1]["function"] == "breaks"
    assert raised["value"] == "no room for [address] at /preferences/[token]/, 2"


@pytest.mark.parametrize(
    "secret", [*PEOPLE.values(), "Zo\\u00e9", "Zo%C3", "192.0.2.7", '"vars"', '"user"', '"cookies"']
)
def test_no_report_holds_what_names_people(reports, secret):
    assert secret not in json.dumps(reports, ensure_ascii=secret.isascii())
