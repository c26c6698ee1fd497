"""A newsroom member who brings files in, and the worker that does the work, in this process."""

from datetime import date

import pytest

from subscribers.importing import steps, work
from subscribers.models import Import
from tests.factories import UserFactory


class Desk:
    def __init__(self):
        self.by = UserFactory(is_superuser=True, is_staff=True)

    def upload(self, content, *, filename="liste.csv", **given):
        given = {"source": "Notre ancien site", "consent_date": date(2026, 1, 31), "language": "fr"} | given
        content = content.encode() if isinstance(content, str) else content
        return steps.upload([content], filename=filename, by=self.by, **given)

    def check(self, content, *, state="active", columns=None, **given):
        """Upload, describe where it is asked, and check."""
        task = self.upload(content, **given)
        if task.state == Import.State.UPLOADED:
            steps.describe(task, columns=columns or {"email": "email"}, file_state=state, by=self.by)
        return self.work(task)

    def bring(self, content, **given):
        """The whole way in; gives the import when it is done."""
        task = self.check(content, **given)
        steps.confirm(task, by=self.by)
        return self.work(task)

    def work(self, task):
        while work.carry_on(task.pk):
            pass
        task.refresh_from_db()
        return task


@pytest.fixture
def desk(db, settings, tmp_path, no_broker):
    settings.VEILLE_IMPORT_DIR = tmp_path / "imports"
    return Desk()
