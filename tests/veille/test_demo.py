"""`manage.py demo`, as the person at the terminal meets it. Always on the embedded parts."""

import json
import os
import random
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.processes import wait_until
from veille.embedded.ports import listen, port_of
from veille.mailbox import maildir

pytestmark = pytest.mark.worker

ROOT = Path(__file__).resolve().parent.parent.parent
KEY = secrets.token_hex(32)


def environment(data: Path) -> dict[str, str]:
    """The one of a fresh machine, whatever parts the other tests run on."""
    ours = re.compile(r"VEILLE_|DJANGO_|DATABASE_|CELERY_|EMAIL_|SITE_|ALLOWED_|DEFAULT_|MEDIA_|STATIC_")
    return {name: value for name, value in os.environ.items() if not ours.match(name)} | {
        "VEILLE_DATA_DIR": str(data),
        "SECRET_KEY": KEY,
        "DEBUG": "false",
    }


def manage(data: Path, *command: str) -> None:
    subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment(data), check=True)


@dataclass
class House:
    """A demonstration that runs: its process, data, and what it printed."""

    process: subprocess.Popen[bytes]
    data: Path
    out: Path
    port: int

    @property
    def said(self) -> str:
        return self.out.read_text(encoding="utf-8")

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.site + path, timeout=10) as response:  # noqa: S310
            return response.read().decode()

    def mails(self) -> list[maildir.Entry]:
        """The 25 mails of the sample, waited for."""
        box = self.data / "mailbox"
        wait_until(lambda: len(maildir.entries(box)) >= 25 or self.process.poll() is not None, 60, "25 mails")
        assert self.process.poll() is None, self.said
        return maildir.entries(box)

    def child(self, name: str) -> psutil.Process:
        return psutil.Process(json.loads((self.data / "children.json").read_text())[name][0])

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


@contextmanager
def a_house(data: Path, *options: str) -> Iterator[House]:
    """Start it and wait until it says where to click."""
    data.mkdir(exist_ok=True)
    out = data / "said.txt"
    # Far from the ports of another run of these tests on the same machine.
    with listen(random.randrange(43_000, 60_000)) as free:
        port = port_of(free)
    with out.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--port", str(port), *options],
            cwd=ROOT,
            env=environment(data),
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    house = House(process, data, out, port)
    try:
        wait_until(
            lambda: f"{house.site}/boite/" in house.said or process.poll() is not None, 90, "the addresses"
        )
        assert process.poll() is None, house.said
        yield house
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(60)


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that still run (a container's first process may leave the dead unburied)."""
    _gone, left = psutil.wait_procs(processes, timeout=10)
    return [process for process in left if process.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture(scope="module")
def migrated(tmp_path_factory) -> Path:
    """Data with an empty database, to be copied."""
    data = tmp_path_factory.mktemp("migrated")
    manage(data, "migrate", "-v0")
    return data


@pytest.fixture
def empty(migrated, tmp_path) -> Path:
    return shutil.copytree(migrated, tmp_path / "data")


@pytest.fixture(scope="module")
def data(migrated, tmp_path_factory) -> Path:
    """A sample that is published and not sent: its worker never ran, and its queue is in a sorry state."""
    data = shutil.copytree(migrated, tmp_path_factory.mktemp("demo") / "data")
    manage(data, "sample")
    for name in ("queue", "control"):
        (data / "broker" / name).mkdir(parents=True, exist_ok=True)
        (data / "broker" / name / "1_stale.veille.msg").write_bytes(b"\x00half a message")
    return data


@pytest.fixture(scope="module")
def house(data) -> Iterator[House]:
    with a_house(data) as house:
        yield house


def test_it_goes_on_where_it_was_and_sends_the_sample_to_each_reader_once(house):
    house.mails()
    time.sleep(1)
    mails = house.mails()
    assert len(mails) == len({mail.recipient for mail in mails}) == 25
    assert all(mail.subject.startswith("Veille n° 12") for mail in mails)


def test_each_mail_can_be_read_in_the_mailbox(house):
    key = house.mails()[0].key
    assert "anais.roux@example.org" in house.get("/boite/")
    assert "SQLite" in house.get(f"/boite/{key}/corps/")
    assert "SQLite" in house.get(f"/boite/{key}/texte/")
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in house.get(f"/boite/{key}/source/")


def test_the_links_of_a_mail_lead_to_the_address_that_was_printed(house):
    mail = house.mails()[0].mail
    assert mail.header("List-Unsubscribe").startswith(f"<{house.site}/desabonnement/")


def test_it_shows_the_issue_to_the_public(house):
    assert "Petites lumières d" in house.get("/")
    assert "phare" in house.get("/numeros/12/")


def test_it_prints_who_can_log_in(house):
    assert re.search(r"camille\s+\S{12}\s", house.said)


def test_a_second_one_beside_it_is_refused(house):
    assert house.process.poll() is None, house.said
    done = subprocess.run(
        [sys.executable, "manage.py", "demo"],
        cwd=ROOT,
        env=environment(house.data),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert house.process.poll() is None


def test_ctrl_c_ends_everything_with_code_0(empty):
    with a_house(empty, "--no-sample") as house:
        family = house.family()
        assert len(family) >= 4
        house.process.send_signal(signal.SIGINT)
        assert house.process.wait(40) == 0
    assert alive(family) == []
    assert "Traceback" not in house.said


def test_a_dead_worker_ends_everything_and_names_its_log(empty):
    with a_house(empty, "--no-sample") as house:
        family = house.family()
        house.child("worker").kill()
        assert house.process.wait(40) == 1
    assert str(house.data / "log" / "worker.log") in house.said
    assert "Traceback" not in house.said.split("worker.log")[0]
    assert alive(family) == []
