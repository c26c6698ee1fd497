"""Look at mailings, and control them, from the terminal."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from mailings import control
from mailings.models import Delivery, Mailing
from mailings.views import ACTIONS, progress_of


class Command(BaseCommand):
    help = "Show how far mailings are, or pause, resume, cancel or retry one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["status", *ACTIONS])
        parser.add_argument("issue", type=int, nargs="?", help="the number of the issue")

    def handle(self, *args: Any, action: str, issue: int | None, **options: Any) -> None:
        mailings = Mailing.objects.select_related("issue").without_bytes().order_by("pk")
        chosen = list(mailings.with_work_left() if issue is None else mailings.filter(issue__number=issue))
        if issue is not None and not chosen:
            raise CommandError(f"Issue {issue} has no mailing.")
        if action != "status":
            if issue is None:
                raise CommandError(f"Which one? manage.py mailing {action} NUMBER")
            # Who has this terminal has everything.
            operator = get_user_model()(username="terminal", is_superuser=True)
            try:
                ACTIONS[action](chosen[0], by=operator)
            except control.ControlError as error:
                raise CommandError(str(error)) from None
        for mailing in chosen:
            mailing.refresh_from_db(fields=["state", "reason"])
            self._show(mailing)
        if not chosen:
            self.stdout.write("No mailing is under way.")

    def _show(self, mailing: Mailing) -> None:
        progress = progress_of(mailing)
        self.stdout.write(
            f"{mailing}: {progress['state_label']}, "
            f"{progress['settled']}/{progress['planned']} ({progress['percent']} %)"
        )
        labels = dict(Delivery.State.choices)
        for state, count in progress["counts"].items():
            if count:
                self.stdout.write(f"  {labels[state]}: {count}")
        if mailing.reason:
            self.stdout.write(self.style.WARNING(f"  {mailing.reason}"))
