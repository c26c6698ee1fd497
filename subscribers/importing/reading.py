"""From bytes to rows of text: which encoding, which separator, which headings; or a clear refusal.

A file is read from front to back in constant memory, as often as need be.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MAX_BYTES = 512 * 1024 * 1024
# In characters. Longer than any row of the tools whose files we know, and than years of a reader's consent
# history in our own; shorter than what would hurt.
LONGEST_ROW = 1024 * 1024
# By default a cell has 131,072 characters at the most.
csv.field_size_limit(LONGEST_ROW)
MAX_COLUMNS = 500
_BLOCK = 1024 * 1024

_BINARY = (
    b"PK\x03\x04",
    b"%PDF",
    b"\x1f\x8b",
    b"\xd0\xcf\x11\xe0",
    b"SQLite format 3",
    b"7z\xbc\xaf",
    b"\x89PNG",
)
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_SEPARATORS = ",;\t"


class Unreadable(ValidationError):
    """This file is no list of readers; the text, in the user's language, says why."""


@dataclass(frozen=True)
class Layout:
    """How a file is to be read. `lines` is how many there are at the most, for the progress."""

    encoding: str
    separator: str
    headings: tuple[str, ...]
    lines: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"headings": list(self.headings)}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Layout:
        return cls(**(kept | {"headings": tuple(kept["headings"])}))


def look_at(path: Path) -> Layout:
    """Find out how to read a file. Reads all of it once. Raises `Unreadable`."""
    if not path.stat().st_size:
        raise Unreadable(_("The file is empty."))
    encoding, lines = _encoding(path)
    with _open(path, encoding) as file:
        separator = _separator(file.readline(LONGEST_ROW))
    with _open(path, encoding) as file:
        found = next(_records(file, separator), [])
    headings = tuple(heading.strip() for heading in found)
    if not any(headings):
        raise Unreadable(_("The first line is empty: it must name the columns."))
    if len(headings) > MAX_COLUMNS:
        raise Unreadable(_("The file has more than %(n)d columns.") % {"n": MAX_COLUMNS})
    named = [heading.casefold() for heading in headings if heading]
    for heading in headings:
        if heading and named.count(heading.casefold()) > 1:
            text = _("Two columns are called “%(heading)s”. Rename or delete one of them.")
            raise Unreadable(text % {"heading": heading[:80]})
    return Layout(encoding, separator, headings, lines)


def rows(path: Path, layout: Layout, *, skip: int = 0) -> Iterator[tuple[int, list[str]]]:
    """Give the rows below the headings, each with its number as spreadsheets show it.

    Leaves out the first `skip` of them. Lines without anything are rows too, with no cell. Raises
    `Unreadable` where the file breaks.
    """
    with _open(path, layout.encoding) as file:
        for number, cells in enumerate(_records(file, layout.separator), 1):
            if number > skip + 1:
                yield number, cells


def _encoding(path: Path) -> tuple[str, int]:
    """Give the encoding and the number of lines. What is no UTF-8 is taken for Windows' Western European."""
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(_BINARY):
        raise Unreadable(_not_text())
    marked = next((name for mark, name in _MARKS.items() if start.startswith(mark)), None)
    wide = marked or _unmarked_utf_16(start)
    for encoding in [wide] if wide else ["utf-8", "cp1252", "latin-1"]:
        try:
            return encoding, _count_lines(path, encoding)
        except UnicodeError:
            continue
    raise Unreadable(_("The file does not keep to its encoding (%(encoding)s).") % {"encoding": wide})


def _unmarked_utf_16(start: bytes) -> str | None:
    """Headings are mostly ASCII, and so every other byte is zero."""
    pairs = max(1, len(start) // 2)
    if start[1::2].count(0) > 0.8 * pairs:
        return "utf-16-le"
    return "utf-16-be" if start[0::2].count(0) > 0.8 * pairs else None


def _count_lines(path: Path, encoding: str) -> int:
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 1
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            text = decoder.decode(block)
            if "\0" in text:
                raise Unreadable(_not_text())
            lines += text.count("\n") or text.count("\r")
    decoder.decode(b"", final=True)
    return lines


def _not_text() -> str:
    return _("This is not a text file. Export the list as CSV; if it came in a zip, unpack it first.")


def _separator(line: str) -> str:
    """The one that makes the most columns of the first line."""
    return max(_SEPARATORS, key=lambda separator: len(next(csv.reader([line], delimiter=separator), [])))


def _open(path: Path, encoding: str) -> TextIO:
    return path.open(encoding=encoding, newline="")


def _records(file: TextIO, separator: str) -> Iterator[list[str]]:
    """Give the rows. A row may go over several lines, and is not read further than `LONGEST_ROW`."""
    start, taken = 1, 0

    def lines() -> Iterator[str]:
        nonlocal taken
        while line := file.readline(LONGEST_ROW):
            taken += len(line)
            if taken >= LONGEST_ROW:
                raise csv.Error
            yield line

    reader = csv.reader(lines(), delimiter=separator, strict=True)
    try:
        for cells in reader:
            yield cells
            start, taken = reader.line_num + 1, 0
    except csv.Error as error:
        text = _("The file breaks in line %(n)d: a quotation mark is missing, or the row is far too long.")
        raise Unreadable(text % {"n": start}) from error
