"""`manage.py doctor`: what is wrong with this installation, and what to do about it."""

import ipaddress
import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from veille.doctor import THEMES, Examination, Finding, Level, examine

# Larger ones were not sent by us.
MAX_MAIL_BYTES = 10 * 1024 * 1024


class Command(BaseCommand):
    help = (
        "Look at everything a newsletter needs: settings, database, broker, workers, mail server, the "
        "sender's DNS records, files, clock, TLS, versions. Each finding says what to do. "
        "Ends with 1 if there are errors."
    )
    # They are among the findings.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add(
            "--language", choices=[code for code, _name in settings.LANGUAGES], default=settings.LANGUAGE_CODE
        )
        add("--format", choices=["text", "json"], default="text")
        add(
            "--fail-level",
            choices=["error", "warning"],
            default="error",
            help="warning: end with 2 if there are warnings and no errors",
        )
        add("--only", nargs="+", choices=list(THEMES), metavar="THEME", help=", ".join(THEMES))
        add(
            "--dkim-selector",
            default=settings.VEILLE_DKIM_SELECTOR,
            metavar="S",
            help="s= of the DKIM signature",
        )
        add("--mail-to", default="", metavar="ADDRESS", help="send a test mail there, as a mailing does")
        add("--read", type=Path, metavar="FILE", help="look at a mail of ours that its recipient saved")
        add(
            "--name-server",
            type=_name_server,
            metavar="IP[:PORT]",
            help="ask this one, to see what the world sees",
        )

    def handle(
        self,
        *,
        language: str,
        format: str,
        fail_level: str,
        only: list[str] | None,
        dkim_selector: str,
        mail_to: str,
        read: Path | None,
        name_server: tuple[str, int] | None,
        verbosity: int,
        **options: Any,
    ) -> None:
        with translation.override(language):
            examination = Examination(dkim_selector, _address(mail_to), _saved(read), name_server)
            findings = examine(examination, themes=only or THEMES)
            if format == "json":
                self.stdout.write(_as_json(findings))
            else:
                self._report(findings if verbosity else [f for f in findings if f.todo])
        levels = {finding.level for finding in findings}
        if Level.ERROR in levels:
            sys.exit(1)
        if fail_level == "warning" and Level.WARNING in levels:
            sys.exit(2)

    def _report(self, findings: list[Finding]) -> None:
        labels = {
            Level.OK: self.style.SUCCESS(_("good")),
            Level.INFO: _("note"),
            Level.WARNING: self.style.WARNING(_("warning")),
            Level.ERROR: self.style.ERROR(_("error")),
        }
        for theme, of_theme in groupby(findings, lambda finding: finding.theme):
            self.stdout.write(self.style.MIGRATE_HEADING(str(THEMES[theme])))
            for finding in of_theme:
                self.stdout.write(f"  [{labels[finding.level]}] {finding.seen}")
                if finding.todo:
                    self.stdout.write(f"      → {finding.todo}")
        errors, warnings = (
            sum(finding.level is level for finding in findings) for level in (Level.ERROR, Level.WARNING)
        )
        self.stdout.write(
            "\n"
            + ngettext("%(number)d error", "%(number)d errors", errors) % {"number": errors}
            + ", "
            + ngettext("%(number)d warning", "%(number)d warnings", warnings) % {"number": warnings}
        )


def _as_json(findings: list[Finding]) -> str:
    return json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2)


def _address(mail_to: str) -> str:
    if not mail_to:
        return ""
    try:
        mail_to.encode("ascii")
        validate_email(mail_to)
    except (ValidationError, UnicodeError):
        raise CommandError(_("--mail-to is not one address in ASCII (a domain in punycode).")) from None
    return mail_to


def _saved(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            return file.read(MAX_MAIL_BYTES)
    except OSError as failure:
        raise CommandError(f"--read: {failure.strerror}") from None


def _name_server(text: str) -> tuple[str, int]:
    host, _colon, port = text.rpartition(":") if text.count(":") == 1 else (text, "", "53")
    try:
        ipaddress.ip_address(host)
        return host, int(port)
    except ValueError:
        raise ArgumentTypeError("an IP address, and a port after a colon if it is not 53") from None
