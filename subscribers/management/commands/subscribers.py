"""Bring readers in from a file, or take them out into one, from the terminal."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from subscribers.exporting.writing import export
from subscribers.importing import formats, steps, words, work
from subscribers.importing.records import Import
from subscribers.models import Subscriber


class Command(BaseCommand):
    help = "Import subscribers from a CSV file, after a dry run; export them into one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        bring = actions.add_parser("import", help="check a file, and import it if it is confirmed")
        bring.add_argument("file", type=Path)
        bring.add_argument("--source", required=True, help="where and how these people agreed")
        bring.add_argument(
            "--date", required=True, type=date.fromisoformat, help="when they did, as in 2026-11-25"
        )
        bring.add_argument("--language", choices=dict(settings.LANGUAGES), default=settings.LANGUAGE_CODE)
        bring.add_argument(
            "--state",
            choices=[str(state) for state in steps.FILE_STATES],
            help="what the people of this file are, where it does not say so itself",
        )
        bring.add_argument("--email-column", help="the heading of the addresses, in a file of no known tool")
        bring.add_argument("--name-column", default="", help="the heading of the names")
        what = bring.add_mutually_exclusive_group()
        what.add_argument("--yes", action="store_true", help="import without asking after the check")
        what.add_argument("--dry-run", action="store_true", help="check only")
        take = actions.add_parser("export", help="write all subscribers, with their consent history")
        take.add_argument("file", type=Path, nargs="?", help="a new file; without, the standard output")
        take.add_argument("--state", choices=Subscriber.State.values, default="")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._import(options) if options["action"] == "import" else self._export(options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error

    def _import(self, options: dict[str, Any]) -> None:
        path: Path = options["file"]
        task = steps.upload(
            _blocks(path),
            filename=path.name,
            source=options["source"],
            consent_date=options["date"],
            language=options["language"],
            by=None,
        )
        try:
            self._describe(task, options)
            self._work(task, _("Check"))
            self._report(task.foreseen, task)
            if options["dry_run"] or not (options["yes"] or self._is_confirmed()):
                raise KeyboardInterrupt
        except (KeyboardInterrupt, ValidationError) as stop:
            steps.cancel(task, by=None)
            self.stderr.write(_("Nothing was imported."))
            if isinstance(stop, ValidationError):
                raise
            return
        steps.confirm(task, by=None)
        self._work(task, _("Import"))
        self._report(task.counts, task)

    def _describe(self, task: Import, options: dict[str, Any]) -> None:
        if task.state != Import.State.UPLOADED:
            return
        if not options["state"]:
            raise ValidationError(_("Say what these people are: --state."))
        other = task.format == formats.OTHER.name
        columns = (
            {"email": options["email_column"] or "email", "name": options["name_column"]} if other else {}
        )
        steps.describe(task, columns=columns, file_state=options["state"], by=None)

    def _work(self, task: Import, title: str) -> None:
        with tqdm(total=task.rows, desc=title, unit=_(" rows"), disable=None) as bar:
            work.carry_on(task.pk, seconds=None, tell=lambda done: bar.update(done - bar.n))
        task.refresh_from_db()
        if task.state == Import.State.FAILED:
            raise CommandError(task.error)
        if task.is_under_way:
            raise CommandError(_("A worker has taken it over, and goes on with it."))

    def _report(self, counts: dict[str, int], task: Import) -> None:
        for _key, label, count in words.counted(counts):
            self.stdout.write(f"{label}: {count}")
        for number, reason in words.refusals(task):
            self.stdout.write(_("  row %(n)s: %(reason)s") % {"n": number, "reason": reason})

    def _is_confirmed(self) -> bool:
        return sys.stdin.isatty() and input(_("Import them? [y/N] ")).strip().casefold() in ("y", "o")

    def _export(self, options: dict[str, Any]) -> None:
        if options["file"] is None:
            self.stdout._out.writelines(export(state=options["state"], by=None)[1])  # type: ignore[attr-defined]
            return
        with options["file"].open("x", encoding="utf-8", newline="") as file:
            options["file"].chmod(0o600)
            count, lines = export(state=options["state"], by=None)
            # The headings are no reader.
            file.writelines(tqdm(lines, total=count + 1, unit=_(" rows"), disable=None))


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(2**20):
            yield block
