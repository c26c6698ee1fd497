"""`make audit`: known vulnerabilities stop a change, a closed network does not."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

CLEAN = {"name": "django", "version": "6.1.3", "vulns": []}
SKIPPED = {"name": "celery", "skip_reason": "not found"}
FOUND = {"name": "pillow", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}


def audit(tmp_path, *, out="", err="", code=0):
    """Run it with a pip-audit that says this."""
    stub = tmp_path / "pip_audit"
    stub.mkdir()
    (stub / "__init__.py").touch()
    (stub / "__main__.py").write_text(
        f"import sys\nprint({out!r})\nprint({err!r}, file=sys.stderr)\nsys.exit({code})"
    )
    return subprocess.run(
        [sys.executable, "deploy/audit.py", "requirements.txt"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("libraries", "code", "said"),
    [
        ([CLEAN, SKIPPED], 0, "1 of 2 libraries audited, 0 vulnerabilities known."),
        ([CLEAN, FOUND], 1, "pillow 1.0: PYSEC-1, mended in 1.1"),
        ([SKIPPED, SKIPPED], 0, "Not audited"),
    ],
)
def test_what_is_known_of_the_libraries_decides(tmp_path, libraries, code, said):
    # pip-audit ends with 1 where it finds any.
    done = audit(tmp_path, out=json.dumps({"dependencies": libraries, "fixes": []}), code=code)
    assert done.returncode == code
    assert said in done.stdout


def test_where_nobody_answers_it_says_so_in_one_line_and_goes_on(tmp_path):
    trace = "Traceback\nrequests.exceptions.ConnectionError: Max retries exceeded"
    done = audit(tmp_path, err=trace, code=1)
    assert done.returncode == 0
    assert done.stdout.startswith("Not audited")
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


def test_any_other_failure_is_a_failure(tmp_path):
    done = audit(tmp_path, err="ERROR: requirement django is missing a hash", code=1)
    assert done.returncode == 1
    assert "missing a hash" in done.stderr


def test_the_real_one_takes_our_lock_with_its_hashes():
    options = ["--require-hashes", "--disable-pip", "--dry-run", "--progress-spinner", "off"]
    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", "-r", "requirements.txt", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
