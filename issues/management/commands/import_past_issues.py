"""Put issues of years ago into the public archive, without sending them."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from issues import past
from issues.interchange import ImportRefused, read_moment
from issues.interchange.parse import read_number
from issues.past import PastIssue
from issues.workflow import WorkflowError

from .import_issue import read_file


class Command(BaseCommand):
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.description = _(
            "Put issues that came out by another way into the public archive, each under its date. Nobody is "
            "sent anything. A file that cannot go in is refused with the reason, and the others go on; one "
            "that is in already is passed over."
        )
        parser.add_argument(
            "files",
            type=Path,
            nargs="+",
            metavar="FILE",
            help=_("text or Markdown, as import_issue reads it"),
        )
        parser.add_argument(
            "--by",
            required=True,
            metavar="NAME",
            help=_("the account that answers for it: it submits, approves and publishes, by its own rights"),
        )
        parser.add_argument(
            "--on",
            type=_moment,
            metavar="DATE",
            help=_(
                "when they came out, where neither front matter (date) nor file name (2024-03-15-…) say it"
            ),
        )
        parser.add_argument(
            "--author",
            action="append",
            default=[],
            metavar="NAME",
            help=_("who signs the sections for which a file names nobody; again for a second one"),
        )
        parser.add_argument(
            "--number-from",
            type=_number,
            metavar="NUMBER",
            help=_("number the files that say none from here on, in the order of their dates"),
        )
        parser.add_argument(
            "--acknowledge",
            action="store_true",
            help=_("acknowledge all warnings of the checks in the name of --by; else they refuse a file"),
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help=_("say what would be done, and undo it; others wait for the database meanwhile"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        by = get_user_model()._default_manager.filter(username=options["by"]).first()
        if by is None:
            raise CommandError(_("There is no account “%(name)s”.") % {"name": options["by"]})
        self._refused = self._new = self._known = 0
        how = {"by": by, "number_from": options["number_from"], "acknowledging": options["acknowledge"]}
        with transaction.atomic() if options["dry_run"] else nullcontext():
            read = partial(past.read, on=options["on"], authors=options["author"])
            for path, issue in self._in_order(options["files"], read):
                self._put(path, issue, how)
            if options["dry_run"]:
                transaction.set_rollback(True)
        self._sum_up(dry_run=options["dry_run"])

    def _in_order(self, files: list[Path], read: Callable[..., PastIssue]) -> list[tuple[Path, PastIssue]]:
        """Read the files; the oldest first, so that an issue finds those that it carries on."""
        found = []
        for path in files:
            try:
                found.append((path, read(read_file(path), name=path.name)))
            except ImportRefused as error:
                self._refuse(path, str(error))
            except OSError as error:
                self._refuse(path, error.strerror or str(error))
        return sorted(found, key=lambda pair: (pair[1].day, pair[1].draft.number or 0, pair[0]))

    def _put(self, path: Path, issue: PastIssue, how: dict[str, Any]) -> None:
        try:
            done = past.put_into_archive(issue, **how)
        except (ImportRefused, WorkflowError) as error:
            self._refuse(path, str(error))
            return
        if done.is_new:
            self._new += 1
            text = _("%(file)s: %(issue)s, in the archive under %(day)s")
        else:
            self._known += 1
            text = _("%(file)s: %(issue)s is out already since %(day)s, passed over")
        self.stdout.write(text % {"file": path, "issue": done.issue, "day": done.day})
        for line in [*map(str, done.report.warnings), *done.warnings]:
            self.stdout.write(self.style.WARNING(f"    {line}"))

    def _refuse(self, path: Path, reason: str) -> None:
        self._refused += 1
        self.stdout.write(
            self.style.ERROR(_("%(file)s: refused: %(reason)s") % {"file": path, "reason": reason})
        )

    def _sum_up(self, *, dry_run: bool) -> None:
        self.stdout.write(
            _("In the archive: %(new)d new, %(known)d known; refused: %(refused)d. Nobody was mailed.")
            % {"new": self._new, "known": self._known, "refused": self._refused}
        )
        if dry_run:
            self.stdout.write(_("Nothing was kept (--dry-run)."))
        if self._refused:
            raise CommandError(
                ngettext("%(count)d file was refused.", "%(count)d files were refused.", self._refused)
                % {"count": self._refused}
            )


def _moment(text: str) -> date | datetime:
    try:
        return read_moment(text)
    except ImportRefused as error:
        raise ArgumentTypeError(str(error)) from None


def _number(text: str) -> int:
    try:
        return read_number(text)
    except ImportRefused as error:
        raise ArgumentTypeError(str(error)) from None
