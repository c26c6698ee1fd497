"""Clocks that are wrong, and that jump, in mid-send and about the time of a scheduled issue."""

import shutil
import struct
import subprocess
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from issues import workflow
from issues.models import Issue
from issues.tasks import publish_due
from mailings.models import Mailing
from tests.factories import IssueFactory
from tests.faults.counting import count
from tests.faults.crowd import publish_to, subscribe, wait_for_the_end
from tests.faults.scale import size
from tests.faults.table import note_down
from tests.mailings.conftest import approve
from tests.processes import a_worker, wait_until

COMPILER = shutil.which("cc")

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.worker,
    pytest.mark.skipif(COMPILER is None, reason="no C compiler on this machine"),
]

HOUR = 3600


class Clock:
    """The clock of some processes: so many seconds off the machine's (clock.c)."""

    def __init__(self, folder):
        self._file, self._library = folder / "offset", folder / "clock.so"
        source = Path(__file__).with_name("clock.c")
        subprocess.run([COMPILER, "-O1", "-shared", "-fPIC", "-o", self._library, source, "-ldl"], check=True)
        self.step(0)

    def step(self, seconds):
        with self._file.open("r+b" if self._file.exists() else "wb") as offset:
            offset.write(struct.pack("=q", seconds))

    def environment(self):
        return {"LD_PRELOAD": str(self._library), "VEILLE_CLOCK": str(self._file)}


@pytest.fixture
def clock(tmp_path):
    return Clock(tmp_path)


def some_mails(mailhost, more):
    goal = len(mailhost.received) + more
    wait_until(lambda: len(mailhost.received) >= goal, 60, "some mails")


TO_AND_FRO = [2 * HOUR, 0, -2 * HOUR, 0, 30, 0]


@pytest.mark.parametrize("steps", size([TO_AND_FRO], [[2 * HOUR], [-2 * HOUR], TO_AND_FRO]), ids=str)
def test_a_clock_that_jumps_in_mid_send_makes_nobody_steal(settings, mailhost, clock, steps):
    settings.VEILLE_BATCH_SIZE = 50
    mailing = publish_to(size(200, 2000))
    mailhost.take_its_time(0.01)
    with a_worker(pool="prefork", EMAIL_URL=mailhost.url, **clock.environment()):
        for seconds in steps:
            some_mails(mailhost, 15)
            clock.step(seconds)
        mailhost.obey()
        wait_for_the_end(mailing, 60)
    note_down("clock stepped in mid-send", 1, count(mailing, mailhost.received), allowed=0)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="on SQLite all share one machine's clock")
def test_a_machine_two_hours_off_takes_no_batch_from_another(settings, mailhost, clock):
    settings.VEILLE_BATCH_SIZE = 50
    mailing = publish_to(size(200, 2000))
    mailhost.take_its_time(0.01)
    clock.step(2 * HOUR)
    with (
        a_worker(pool="prefork", EMAIL_URL=mailhost.url, **clock.environment()),
        a_worker(pool="prefork", EMAIL_URL=mailhost.url),
    ):
        wait_for_the_end(mailing, 60)
    note_down("one of two clocks 2 h off", 1, count(mailing, mailhost.received), allowed=0)


# The second: the hour that Paris has twice, in October 2027.
@pytest.mark.parametrize("at", [timedelta(hours=1), "2027-10-31T00:30:00+00:00"], ids=str)
def test_a_scheduled_issue_goes_out_once_however_the_clock_jumps(mailhost, clock, at):
    subscribe(10)
    issue = IssueFactory()
    now = timezone.now()
    due = now + at if isinstance(at, timedelta) else datetime.fromisoformat(at)
    workflow.schedule(issue, by=approve(issue), at=due)
    offset = int((due - now).total_seconds())
    clock.step(min(offset - HOUR, 0) if isinstance(at, timedelta) else offset - HOUR)
    with a_worker(EMAIL_URL=mailhost.url, **clock.environment()):
        publish_due.delay()
        time.sleep(2)
        assert not Mailing.objects.exists()
        for jump in (HOUR, -HOUR, 2 * HOUR, 0, HOUR):
            clock.step(offset + jump)
            publish_due.delay()
            time.sleep(0.7)
        wait_until(Issue.objects.published().exists, 30, "the issue is out")
        wait_for_the_end(Mailing.objects.get(), 60)
    note_down(
        "a scheduled issue, the clock jumping", 1, count(Mailing.objects.get(), mailhost.received), allowed=0
    )
