"""The kept mails: files of a Maildir, listed without being read as far as that can be."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .mail import Mail

# What the server heads each file with; see `veille.mailbox.server`.
DELIVERED_TO = re.compile(rb"^Delivered-To:[ \t]*([^\r\n]*)", re.MULTILINE)
HEAD_BYTES = 32_768
# Far above what a newsletter may weigh; what stands after it is not shown.
MAX_BYTES = 4 * 1024 * 1024
KEY = re.compile(r"[\w=-][\w.,:=+-]{0,254}", re.ASCII)


@dataclass(frozen=True)
class Entry:
    """One line of the list. `key` names the mail in addresses."""

    key: str
    path: Path
    kept_at: datetime
    bytes: int

    @property
    def recipient(self) -> str:
        found = DELIVERED_TO.search(_start(self.path, HEAD_BYTES))
        return found[1].decode("utf-8", "replace") if found else self.mail.header("To")

    @property
    def subject(self) -> str:
        return self.mail.header("Subject")

    @property
    def sender(self) -> str:
        return self.mail.header("From")

    @property
    def mail(self) -> Mail:
        return Mail(_start(self.path, HEAD_BYTES))


def entries(folder: Path, *, recipient: str = "") -> list[Entry]:
    """Give the mails, the newest first; only those whose recipient holds the words given."""
    found = sorted(_entries(folder), key=lambda entry: (entry.kept_at, entry.key), reverse=True)
    words = recipient.casefold().split()
    if words:
        found = [entry for entry in found if all(word in entry.recipient.casefold() for word in words)]
    return found


def read(folder: Path, key: str) -> Mail | None:
    """Give one mail, or None. A key is looked for in this folder alone, whatever it says."""
    if KEY.fullmatch(key):
        for name in ("new", "cur"):
            path = folder / name / key
            if path.is_file():
                return Mail(_start(path, MAX_BYTES), cut=path.stat().st_size > MAX_BYTES)
    return None


def _entries(folder: Path) -> Iterator[Entry]:
    for name in ("new", "cur"):
        for path in (folder / name).glob("*"):
            # A file that goes away while we look is no mail any more.
            if KEY.fullmatch(path.name) and path.is_file():
                status = path.stat()
                yield Entry(path.name, path, datetime.fromtimestamp(status.st_mtime, tz=UTC), status.st_size)


def _start(path: Path, count: int) -> bytes:
    with path.open("rb") as file:
        return file.read(count)
