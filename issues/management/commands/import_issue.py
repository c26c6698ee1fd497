"""Make an issue of a text file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from issues.interchange import MAX_BYTES, ImportRefused, ImportResult, import_issue
from issues.interchange.decoding import too_large


class Command(BaseCommand):
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.description = _(
            "Make an issue of a text exported from a word processor, or of Markdown with front matter."
        )
        parser.add_argument("file", type=Path, help=_("a text or Markdown file in UTF-8"))
        parser.add_argument("--number", type=int, help=_("the number of the issue, instead of the file's"))
        parser.add_argument(
            "--dry-run", action="store_true", help=_("say what would be made, and make nothing")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = read_file(options["file"])
            with transaction.atomic():
                result = import_issue(data, by=None, number=options["number"])
                self._print(result)
                if options["dry_run"]:
                    transaction.set_rollback(True)
        except ImportRefused as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from None
        if options["dry_run"]:
            self.stdout.write(_("Nothing was kept (--dry-run)."))
        else:
            page = reverse("admin:issues_issue_change", args=[result.issue.pk])
            self.stdout.write(_("Open it: %(url)s") % {"url": f"{settings.SITE_URL}{page}"})

    def _print(self, result: ImportResult) -> None:
        self.stdout.write(self.style.SUCCESS(str(result.issue)))
        for section in result.issue.ordered_sections():
            names = ", ".join(author.name for author in section.byline()) or _("nobody signs it yet")
            self.stdout.write(
                _("  %(title)s – %(names)s, words: %(words)d, sources: %(sources)d")
                % {
                    "title": section.title,
                    "names": names,
                    "words": section.word_count,
                    "sources": len(section.sources.all()),
                }
            )
        for title, entries in (
            (_("Understood so:"), result.report.infos),
            (_("To look at:"), result.report.warnings),
        ):
            if entries:
                self.stdout.write(self.style.MIGRATE_HEADING(title))
            for entry in entries:
                self.stdout.write(f"  {entry}")


def read_file(path: Path) -> bytes:
    """Read a file, but never more of it than may be imported."""
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise too_large()
    return data
