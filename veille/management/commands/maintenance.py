"""`manage.py maintenance on`: the site is closed for a while."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from veille.maintenance import flag, is_closed


class Command(BaseCommand):
    help = "Close the site of this machine for a while, open it again, or say which it is (no argument)."
    # What it is for may be a database that is away.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("wanted", nargs="?", choices=["on", "off"])

    def handle(self, *args: Any, wanted: str | None, **options: Any) -> None:
        if wanted == "on":
            flag().parent.mkdir(parents=True, exist_ok=True)
            flag().touch()
        elif wanted == "off":
            flag().unlink(missing_ok=True)
        if not is_closed():
            self.stdout.write("The site is open.")
        elif flag().exists():
            self.stdout.write("The site is closed.")
        else:
            self.stdout.write("The site is closed by VEILLE_MAINTENANCE in its environment.")
