"""`manage.py sample`: the sample newsroom, once."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from veille.embedded.sample import make


class Command(BaseCommand):
    help = "Make the sample newsroom of the demonstration, unless there is an issue already."

    def handle(self, **options: Any) -> None:
        make(Path(settings.DATA_DIR))
