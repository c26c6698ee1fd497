"""`manage.py take_away_second_step`: for the only administrator who lost a phone."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from authors.models import User
from authors.second_step import take_away


class Command(BaseCommand):
    help = "Let somebody who lost their phone log in by the password alone, and set the second step up anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *, username: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account {username!r}.")
        told = take_away(user, by=None)
        self.stdout.write(f"Done. {'They were told by mail.' if told else 'No mail could be sent to them.'}")
