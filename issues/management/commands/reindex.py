"""`manage.py reindex` writes the search index anew."""

from typing import Any

from django.core.management.base import BaseCommand

from issues.search.index import reindex


class Command(BaseCommand):
    help = "Write the index of the public search anew, from everything published."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{reindex()} sections")
