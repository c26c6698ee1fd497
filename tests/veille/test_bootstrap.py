"""The first steps on a new machine: a Python that is good enough, a secret of its own."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from veille.embedded import dotenv

ROOT = Path(__file__).resolve().parent.parent.parent


def find_python(folder, names):
    return subprocess.run(
        ["sh", "deploy/find-python"],
        cwd=ROOT,
        env={"PATH": f"{folder}{os.pathsep}/usr/bin:/bin", "PYTHON": " ".join(names)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def a_program(tmp_path):
    """Put a program of that name into the PATH that stands in for an interpreter."""

    def make(name, script):
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return name

    return make


OLD = 'case "$2" in *print*) echo 3.9 ;; *) exit 1 ;; esac'
GOOD = 'case "$2" in *executable*) echo /good/python ;; *print*) echo 3.13 ;; esac'


def test_it_names_an_old_python_and_says_what_to_do(tmp_path, a_program):
    done = find_python(tmp_path, [a_program("python-old", OLD)])
    assert done.returncode == 1
    assert "needs Python 3.12" in done.stderr
    assert "python-old is 3.9." in done.stderr
    assert "PYTHON=" in done.stderr


def test_it_passes_over_a_shim_without_a_python_behind_it(tmp_path, a_program):
    names = [
        a_program("python-shim", "echo 'command not found' >&2; exit 127"),
        a_program("python-good", GOOD),
    ]
    assert find_python(tmp_path, names).stdout.strip() == "/good/python"


def test_it_says_so_when_there_is_none(tmp_path):
    done = find_python(tmp_path, ["python-absent"])
    assert (done.returncode, "Found: none." in done.stderr) == (1, True)


def test_the_first_env_file_holds_a_secret_that_nobody_else_can_read(tmp_path):
    path = tmp_path / ".env"
    assert dotenv.create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    secret = path.read_text(encoding="utf-8").split("SECRET_KEY=")[1].split("\n")[0]
    assert len(secret) >= 50


def test_an_env_file_is_never_touched_again(tmp_path):
    path = tmp_path / ".env"
    path.write_text("SECRET_KEY=mine\n")
    assert not dotenv.create(path)
    assert path.read_text() == "SECRET_KEY=mine\n"


def test_two_checkouts_have_two_secrets(tmp_path):
    for name in ("one", "two"):
        dotenv.create(tmp_path / name)
    assert (tmp_path / "one").read_text() != (tmp_path / "two").read_text()


def test_a_setting_that_is_missing_is_named_in_one_line(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "VEILLE_DATA_DIR": str(tmp_path), "SECRET_KEY": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "SECRET_KEY" in done.stderr
    assert "Traceback" not in done.stderr
