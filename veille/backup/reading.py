"""Reading an archive that may be cut short, damaged, or made to harm: checked whole before it is used."""

import gzip
import hashlib
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from django.utils.translation import gettext as _

from . import BackupError
from .folders import PREFIX, place_of
from .manifest import NAME, Manifest, Sum

BLOCK = 1 << 20
# The manifest and the headers before a member are held in memory.
LARGEST_MANIFEST = 64 * 2**20
LARGEST_HEADERS = 1 << 20
# Rows pack to a tenth of their size or so. A file that unpacks to more than this is made to fill a disk.
FREE, RATIO = 64 * 2**20, 200

type Member = tuple[tarfile.TarInfo, IO[bytes]]


class Archive:
    """An archive on the disk. Whatever is wrong with it is a BackupError."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Say in words what is wrong with the archive when reading it fails in this block."""
        try:
            yield
        except (EOFError, zlib.error, gzip.BadGzipFile, tarfile.TarError):
            raise BackupError(self._is_no_good()) from None
        except OSError as error:
            raise BackupError(
                _("%(path)s cannot be read: %(error)s.")
                % {"path": self.path, "error": error.strerror or error}
            ) from None

    def members(self) -> Iterator[Member]:
        """Give each member with its content, which can be read until the next one is asked for.

        Call, and read, inside `explained`.
        """
        with gzip.open(self.path) as unpacked:
            stream = _Rationed(unpacked, LARGEST_HEADERS)
            with tarfile.open(fileobj=cast(IO[bytes], stream), mode="r|") as tar:
                while (member := tar.next()) is not None:
                    file = tar.extractfile(member) if member.isreg() else None
                    if file is None:
                        raise BackupError(
                            _("The archive holds what is no file: %(name)s.") % {"name": ascii(member.name)}
                        )
                    stream.left = member.size + LARGEST_HEADERS
                    yield member, file
                    while file.read(BLOCK):
                        pass
                    stream.left = LARGEST_HEADERS
            # What gzip has to say of the whole stands at its end.
            while stream.read(BLOCK):
                pass

    def check(self) -> Manifest:
        """Read all of it and compare it with its manifest, which is given."""
        with self.explained():
            manifest, found = self._read_through()
        wanted = manifest.sums()
        for name in sorted(wanted.keys() | found.keys()):
            if wanted.get(name) != found.get(name):
                raise BackupError(
                    _("The archive is damaged: %(name)s is not what was saved.") % {"name": ascii(name)}
                )
        return manifest

    def _read_through(self) -> tuple[Manifest, dict[str, Sum]]:
        found: dict[str, Sum] = {}
        manifest = None
        allowed = FREE + RATIO * self.path.stat().st_size
        for member, file in self.members():
            allowed -= member.size
            if allowed < 0:
                raise BackupError(_("The archive unpacks to far more than any backup of its size."))
            if member.name in found or manifest is not None:
                raise BackupError(_("The archive holds something twice, or something after its end."))
            if member.name == NAME:
                if member.size > LARGEST_MANIFEST:
                    raise BackupError(_("The archive’s list of what it holds is not understood."))
                manifest = Manifest.from_json(file.read())
                continue
            if member.name.startswith(PREFIX):
                place_of(member)
            digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
            found[member.name] = Sum(member.size, digest)
        if manifest is None:
            raise BackupError(self._is_no_good())
        return manifest, found

    def _is_no_good(self) -> str:
        return _("%(path)s is damaged or cut short, or is no backup of Veille.") % {"path": self.path}


class _Rationed:
    """A stream that gives no more than `left` bytes until somebody allows it more."""

    def __init__(self, stream: gzip.GzipFile, left: int) -> None:
        self._stream, self.left = stream, left

    def read(self, size: int) -> bytes:
        block = self._stream.read(size)
        self.left -= len(block)
        if self.left < 0:
            raise BackupError(_("The archive is damaged: something in it is longer than it says."))
        return block
