"""CSV files of links: of Pocket, Raindrop, Instapaper, or any with a column for the address."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..items import Item, an_item, moment
from .bounds import Clock, Unreadable

_SEPARATORS = ",;\t"


@dataclass(frozen=True)
class Table:
    """A kind of table: `needs` are headings that tell it; the others name where to find what."""

    label: str
    needs: frozenset[str]
    note: tuple[str, ...] = ()
    quote: tuple[str, ...] = ()
    tags: tuple[str, ...] = ("tags",)
    saved: tuple[str, ...] = ()
    split_tags: Callable[[str], list[str]] = lambda cell: re.split(r"[,|;]", cell)


# As the tools write them; compared without regard to case.
TABLES = (
    Table("Pocket", frozenset({"title", "url", "time_added", "tags", "status"}), saved=("time_added",)),
    Table(
        "Raindrop",
        frozenset({"title", "url", "folder", "tags", "created"}),
        # `excerpt` is the page's own description.
        note=("note", "description"),
        quote=("highlights",),
        tags=("folder", "tags"),
        saved=("created",),
    ),
    Table(
        "Instapaper",
        frozenset({"url", "title", "selection", "folder", "timestamp"}),
        quote=("selection",),
        tags=("folder", "tags"),
        saved=("timestamp",),
    ),
)
OTHER = Table(
    "CSV",
    frozenset(),
    note=("note", "notes", "comment", "description", "commentaire"),
    quote=("quote", "highlight", "citation", "selection"),
    tags=("tags", "étiquettes"),
    saved=("created", "created_at", "date", "date_added", "time_added", "timestamp", "saved"),
)
_ADDRESSES = ("url", "link", "href", "lien", "adresse")
_TITLES = ("title", "titre", "name", "nom")


def recognise(text: str) -> Table | None:
    """Give the table that the first line heads; None where none is."""
    headings = _headings(text)
    known = next((table for table in TABLES if table.needs <= set(headings)), None)
    return known or (OTHER if len(headings) > 1 and any(name in headings for name in _ADDRESSES) else None)


def read(text: str, table: Table, clock: Clock) -> Iterator[Item]:
    """Give the rows below the headings. Raises Unreadable where the file breaks."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    try:
        headings = [heading.strip().casefold() for heading in next(reader, [])]
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _item_of(dict(zip(headings, cells, strict=False)), table, line)
            clock.check()
            line = reader.line_num + 1
    except csv.Error as error:
        text = _("The file breaks in line %(n)d: a quotation mark is missing, or the row is far too long.")
        raise Unreadable(text % {"n": reader.line_num}) from error


def _item_of(row: Mapping[str, str], table: Table, line: int) -> Item:
    def cell(names: tuple[str, ...]) -> str:
        return next((row[name].strip() for name in names if row.get(name, "").strip()), "")

    url = cell(_ADDRESSES)
    title = cell(_TITLES)
    return an_item(
        url,
        # Pocket writes the address where it knew no title.
        title="" if title == url else title,
        note=cell(table.note),
        quote=cell(table.quote),
        tags=[tag for name in table.tags for tag in table.split_tags(row.get(name, ""))],
        saved_at=moment(cell(table.saved)),
        line=line,
    )


def _headings(text: str) -> list[str]:
    try:
        first = next(
            csv.reader([text[:4096].lstrip("\n").partition("\n")[0]], delimiter=_separator(text)), []
        )
    except csv.Error:
        return []
    return [heading.strip().casefold() for heading in first]


def _separator(text: str) -> str:
    """The one that stands most often in the first line."""
    line = text[:4096].partition("\n")[0]
    return max(_SEPARATORS, key=line.count)
