"""`manage.py restore`: an archive of `backup` into an empty installation, on either database."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from shutil import copyfileobj
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from veille.backup import BackupError
from veille.backup.restoring import Restored, restore
from veille.numbers import grouped


class Command(BaseCommand):
    help = "Read an archive of `backup` into an empty installation, all or nothing (docs/backup.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("archive", help="what this version, or an older one, wrote; -: standard input")

    def handle(self, *args: Any, archive: str, **options: Any) -> None:
        try:
            restored = self._from_standard_input() if archive == "-" else restore(Path(archive))
        except BackupError as error:
            raise CommandError(str(error)) from None
        except OperationalError as error:
            # No row is in its first line: it is about files, disks and connections.
            first_line = str(error).partition("\n")[0]
            raise CommandError(_("The database: %(error)s") % {"error": first_line}) from None
        self._tell(restored)

    def _from_standard_input(self) -> Restored:
        """Restore what comes in; it is read twice, so it is kept until the end."""
        with NamedTemporaryFile(dir=settings.DATA_DIR, prefix=".restore.") as file:
            copyfileobj(sys.stdin.buffer, file)
            file.flush()
            return restore(Path(file.name))

    def _tell(self, restored: Restored) -> None:
        manifest = restored.manifest
        self.stdout.write(
            _("Restored the backup of %(date)s (Veille %(version)s): %(rows)s rows, %(files)s files.")
            % {
                "date": date_format(timezone.localtime(manifest.moment), "DATETIME_FORMAT"),
                "version": manifest.veille,
                "rows": grouped(manifest.rows),
                "files": grouped(len(manifest.files)),
            }
        )
        for number in restored.paused:
            self.stdout.write(
                self.style.WARNING(
                    _("Issue %(number)s: the mailing is paused. To go on: mailing resume %(number)s")
                    % {"number": number}
                )
            )
        for number in restored.unscheduled:
            self.stdout.write(
                self.style.WARNING(
                    _("Issue %(number)s: it was scheduled, and is approved only.") % {"number": number}
                )
            )
        for warning in restored.warnings:
            self.stderr.write(self.style.WARNING(warning))
