"""`manage.py backup`: all that must be kept, in one archive, while everybody works on."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils.translation import gettext as _

from veille.backup import BackupError, writing
from veille.numbers import grouped


class Command(BaseCommand):
    help = "Write the database, the pictures and what else must be kept into one archive (docs/backup.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "target", help="a file, a folder (named by the time then), or - for standard output"
        )
        parser.add_argument("--force", action="store_true", help="write over a file that is there")

    def handle(self, *args: Any, target: str, force: bool, **options: Any) -> None:
        try:
            if target == "-":
                self._to_standard_output()
                return
            path, manifest = writing.save(Path(target), force=force)
        except BackupError as error:
            raise CommandError(str(error)) from None
        except OperationalError as error:
            # No row is in its first line: it is about files, disks and connections.
            first_line = str(error).partition("\n")[0]
            raise CommandError(_("The database: %(error)s") % {"error": first_line}) from None
        self.stdout.write(
            _("%(path)s: %(rows)s rows, %(files)s files.")
            % {"path": path, "rows": grouped(manifest.rows), "files": grouped(len(manifest.files))}
        )

    def _to_standard_output(self) -> None:
        if sys.stdout.isatty():
            raise CommandError(_("A terminal is no place for an archive: send it to a file or a program."))
        with writing.explained():
            # Where containers have room; their /tmp is memory.
            writing.write(sys.stdout.buffer, scratch=Path(settings.DATA_DIR))
            sys.stdout.flush()
