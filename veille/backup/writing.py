"""Writing an archive with little memory: a tar tells sizes first, so each table has a scratch file."""

import hashlib
import io
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from ..version import version
from . import BackupError, keys
from .folders import saved_files
from .manifest import NAME, Manifest, Saved, Sum, member_of
from .names import Names
from .rows import Table
from .schema import applied, models_of
from .snapshot import snapshot
from .tables import saved_tables

# Above zlib's middle little is gained for much time.
LEVEL = 6
# A table of so many bytes needs no scratch file.
IN_MEMORY = 8 * 2**20


def save(target: Path, *, force: bool = False) -> tuple[Path, Manifest]:
    """Write an archive, for us alone, and give its place. In a folder it is named by the time.

    It has its name once it is whole. Raises BackupError, and leaves nothing, when that fails; also where
    there is a file already, unless forced, and for a place that the web server shows.
    """
    if target.is_dir():
        target /= f"veille-{timezone.localtime():%Y-%m-%d-%H%M%S}.tar.gz"
    for public in (settings.MEDIA_ROOT, settings.STATIC_ROOT):
        if target.resolve().is_relative_to(Path(public).resolve()):
            raise BackupError(_("Everybody can read what is in %(folder)s.") % {"folder": public})
    if target.exists() and not force:
        raise BackupError(_("%(path)s is there already; --force writes over it.") % {"path": target})
    draft = None
    try:
        with explained():
            # Readable by its owner alone, whatever the umask.
            descriptor, draft = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
            with os.fdopen(descriptor, "wb") as out:
                manifest = write(out, scratch=target.parent)
                out.flush()
                os.fsync(out.fileno())
            os.replace(draft, target)
            draft = None
    finally:
        if draft is not None:
            with suppress(OSError):
                os.unlink(draft)
    return target, manifest


@contextmanager
def explained() -> Iterator[None]:
    """Say in words why an archive could not be written in this block."""
    try:
        yield
    except (OSError, tarfile.TarError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BackupError(_("The backup was not written: %(error)s.") % {"error": reason}) from None


def write(out: IO[bytes], *, scratch: Path) -> Manifest:
    """Write an archive into a stream; `scratch` is a folder with room for the largest table."""
    done = applied()
    manifest = Manifest(
        veille=version(),
        made_at=timezone.now().isoformat(),
        engine=connection.vendor,
        migrations=[list(migration) for migration in sorted(done)],
        keys=keys.marks(),
    )
    with tarfile.open(fileobj=out, mode="w|gz", compresslevel=LEVEL, format=tarfile.PAX_FORMAT) as tar:
        with snapshot():
            apps = models_of(done)
            names = Names(apps)
            for model in saved_tables(apps):
                table = Table(model, names)
                manifest.tables[table.label] = _add_table(tar, table, scratch)
        # After the rows: a file is older than the rows that speak of it.
        for name, path in saved_files():
            # Imports end, and their files with them.
            with suppress(FileNotFoundError), path.open("rb") as file:
                manifest.files[name] = _add(tar, name, file, os.fstat(file.fileno()).st_size)
        text = manifest.as_json()
        _add(tar, NAME, io.BytesIO(text), len(text))
    return manifest


def _add_table(tar: tarfile.TarFile, table: Table, scratch: Path) -> Saved:
    with tempfile.SpooledTemporaryFile(IN_MEMORY, dir=str(scratch)) as file:
        rows = 0
        for line in table.lines():
            file.write(line)
            rows += 1
        size = file.tell()
        file.seek(0)
        added = _add(tar, member_of(table.label), file, size)
    return Saved(added.bytes, added.sha256, rows, table.columns)


def _add(tar: tarfile.TarFile, name: str, file: IO[bytes], size: int) -> Sum:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, int(timezone.now().timestamp())
    digested = _Digested(file)
    tar.addfile(member, digested)
    return Sum(size, digested.digest.hexdigest())


class _Digested(io.RawIOBase):
    """A file with the digest of what was read of it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self.digest.update(block)
        return block
