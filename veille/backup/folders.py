"""Which files are saved, and where they lie on this machine.

Not the notes of how far mailings came (`mailings.witness`): they are this machine's own, and a restored
mailing is paused anyway. Nor queues, logs, static files, and the mailbox of the demonstration.
"""

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from . import BackupError

PREFIX = "files/"
# A file on its way to its place.
UNFINISHED = ".part"


@dataclass(frozen=True)
class Folder:
    """A folder whose files are saved. Those of a private one are for us alone."""

    root: Path
    private: bool = True


@dataclass(frozen=True)
class Place:
    """Where a file of the archive belongs."""

    path: Path
    private: bool


def folders() -> dict[str, Folder]:
    return {
        "media": Folder(Path(settings.MEDIA_ROOT), private=False),
        # Uploaded lists that are not imported yet.
        "imports": Folder(Path(settings.VEILLE_IMPORT_DIR)),
        # Returned mails that wait for a person to look at them.
        "bounces": Folder(Path(settings.DATA_DIR, "bounces")),
    }


def saved_files() -> Iterator[tuple[str, Path]]:
    """Give each file with its name in the archive."""
    for label, folder in folders().items():
        for path in sorted(folder.root.rglob("*")):
            if path.is_file() and not path.is_symlink() and path.suffix != UNFINISHED:
                yield f"{PREFIX}{label}/{path.relative_to(folder.root).as_posix()}", path


def place_of(member: tarfile.TarInfo) -> Place:
    """Give the place of a file of the archive. Raises BackupError for one outside of its folder."""
    label, _slash, relative = member.name.removeprefix(PREFIX).partition("/")
    try:
        folder = folders()[label]
        safe = tarfile.data_filter(member.replace(name=relative, deep=False), str(folder.root))
        if folder.root == folder.root / safe.name:
            raise ValueError("the folder itself")
    except (KeyError, ValueError, tarfile.FilterError):
        raise BackupError(
            _("The archive holds a file that belongs nowhere: %(name)s.") % {"name": ascii(member.name)}
        ) from None
    return Place(folder.root / safe.name, folder.private)
