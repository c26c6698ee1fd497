"""Putting the files of an archive where they belong, and taking them away again if the rest fails."""

import hashlib
import tarfile
from pathlib import Path
from shutil import copyfileobj
from types import TracebackType
from typing import IO, Self

from django.utils.translation import gettext as _

from . import BackupError
from .folders import UNFINISHED, place_of


class Placing:
    """The files that were put in their places in this block. An error that leaves the block deletes them."""

    def __init__(self) -> None:
        self._placed: list[Path] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            for path in self._placed:
                path.unlink(missing_ok=True)

    def put(self, member: tarfile.TarInfo, file: IO[bytes]) -> None:
        """Write a file to its place. One that is there already stays, if it is the same.

        Raises BackupError where it is another, or where the disk refuses.
        """
        place = place_of(member)
        try:
            if place.path.exists():
                self._compare(place.path, file)
            else:
                self._write(place.path, file, private=place.private)
        except OSError as error:
            raise BackupError(
                _("%(path)s cannot be written: %(error)s.")
                % {"path": place.path, "error": error.strerror or error}
            ) from None

    def _compare(self, path: Path, file: IO[bytes]) -> None:
        with path.open("rb") as there:
            same = hashlib.file_digest(there, "sha256").digest()
        if same != hashlib.file_digest(file, "sha256").digest():  # type: ignore[arg-type]
            raise BackupError(_("Another file is at %(path)s already.") % {"path": path})

    def _write(self, path: Path, file: IO[bytes], *, private: bool) -> None:
        path.parent.mkdir(mode=0o700 if private else 0o777, parents=True, exist_ok=True)
        unfinished = path.with_name(path.name + UNFINISHED)
        try:
            unfinished.touch(mode=0o600 if private else 0o666)
            with unfinished.open("wb") as out:
                copyfileobj(file, out)
            unfinished.rename(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        self._placed.append(path)
