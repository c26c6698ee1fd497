"""`manage.py picture_sizes`: make the sizes of pictures that have none yet."""

from collections.abc import Iterator
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand

from pictures.sizes import make_sizes


class Command(BaseCommand):
    help = "Make the lighter sizes of uploaded pictures that lack them, of before they were made."

    def handle(self, *args: Any, **options: Any) -> None:
        made = sum(make_sizes(name) for name in _pictures("pictures"))
        self.stdout.write(f"{made} sizes made")


def _pictures(folder: str) -> Iterator[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for file in sorted(files):
        if not file.endswith(".avif"):
            yield f"{folder}/{file}"
    for inner in sorted(folders):
        yield from _pictures(f"{folder}/{inner}")
