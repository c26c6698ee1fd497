"""Write an issue to a file that can be imported again."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from issues.interchange import export_issue
from issues.models import Issue


class Command(BaseCommand):
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.description = _("Write an issue as Markdown with front matter.")
        parser.add_argument("number", type=int, help=_("the number of the issue"))
        parser.add_argument("--output", type=Path, help=_("the file to write; without it, the screen"))

    def handle(self, *args: Any, **options: Any) -> None:
        number, output = options["number"], options["output"]
        try:
            issue = Issue.objects.get(number=number)
        except (Issue.DoesNotExist, OverflowError):
            raise CommandError(_("There is no issue %(number)d.") % {"number": number}) from None
        text = export_issue(issue)
        if output is None:
            self.stdout.write(text, ending="")
            return
        try:
            output.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}") from None
        self.stdout.write(_("Written to %(file)s.") % {"file": output})
