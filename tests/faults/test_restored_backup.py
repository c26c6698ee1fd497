"""A database put back, in mid-send, to what it was before: nobody gets a mail until a person says so."""

import os
import signal
import time

import pytest
from django.apps import apps
from django.db import connection, transaction

from mailings import control
from mailings.models import Batch, Mailing
from mailings.plan import announce
from tests.factories import an_editor
from tests.faults.counting import count
from tests.faults.crowd import publish_to, wait_for_the_end
from tests.faults.scale import size
from tests.faults.table import note_down
from tests.processes import a_worker, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]

TABLES = [model._meta.db_table for model in apps.get_app_config("mailings").get_models()]


class Backup:
    """A copy of the mailings' tables as they stand, made in one transaction."""

    def make(self):
        self.forget()
        self._on_each_table("CREATE TABLE copy_of_{table} AS SELECT * FROM {table}")

    def restore(self):
        self._on_each_table("DELETE FROM {table}", "INSERT INTO {table} SELECT * FROM copy_of_{table}")

    def forget(self):
        self._on_each_table("DROP TABLE IF EXISTS copy_of_{table}")

    def _on_each_table(self, *statements):
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in statements:
                for table in TABLES:
                    cursor.execute(statement.format(table=table))


@pytest.fixture
def backup():
    copy = Backup()
    yield copy
    copy.forget()


def test_a_restored_backup_mails_nobody_before_a_person_says_so(settings, mailhost, backup):
    settings.VEILLE_BATCH_SIZE = 40
    for _run in range(size(1, 3)):
        mailing = publish_to(200)
        mailhost.take_its_time(0.01)
        before = len(mailhost.received)
        with a_worker(EMAIL_URL=mailhost.url) as worker:
            wait_until(lambda before=before: len(mailhost.received) > before + 30, 30, "some mails")
            backup.make()
            known = len(mailhost.received)
            wait_until(lambda known=known: len(mailhost.received) > known + 60, 30, "more mails")
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        backup.restore()
        forgotten = len(mailhost.received) - known
        mailhost.obey()
        with a_worker(EMAIL_URL=mailhost.url):
            wait_until(lambda mailing=mailing: is_paused(mailing), 30, "the mailing pauses")
            time.sleep(3)
            assert len(mailhost.received) == known + forgotten
            control.resume(mailing, by=an_editor())
            Batch.objects.update(announced_at=None)
            wait_for_the_end(mailing, 60)
        # The rows of the backup were read a moment after, or before, the mails were counted.
        note_down(
            "a backup restored in mid-send",
            1,
            count(mailing, mailhost.received),
            allowed=forgotten + 5,
            note="0 sent before a person confirms",
        )


def is_paused(mailing):
    announce()
    return Mailing.objects.filter(pk=mailing.pk, state="paused").exclude(reason="").exists()
