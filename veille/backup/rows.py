"""From a row to a line of JSON and back, exactly: microseconds, bytes, and nothing of the database's make."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from datetime import date, time
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.db.models import Field, JSONField, Model, Value
from django.utils.translation import gettext as _

from . import BackupError
from .names import Names
from .tables import label_of

# So many rows are held at once: some tables have rows of a hundred kilobytes.
AT_ONCE = 200
# Longer than any row that was seen by a hundred times; what is longer cannot be held.
LONGEST_LINE = 64 * 2**20


class Table:
    """A table as its lines: a JSON array for each row, in the order of the primary key.

    `columns` are those of lines that were written before: the same ones, maybe in another order.
    """

    def __init__(self, model: type[Model], names: Names, columns: Sequence[str] | None = None) -> None:
        self.model, self.label = model, label_of(model)
        self._names = names
        fields: dict[str, Field[Any, Any]] = {field.attname: field for field in model._meta.concrete_fields}
        self.columns = list(fields) if columns is None else list(columns)
        if sorted(self.columns) != sorted(fields):
            raise BackupError(_("The tables of the backup are not those that its migrations make."))
        self._fields = [fields[column] for column in self.columns]
        self._readers = [self._reader_of(field) for field in self._fields]

    def lines(self) -> Iterator[bytes]:
        """Give the rows that are in the database. Call inside a transaction."""
        named = {
            place: names
            for place, field in enumerate(self._fields)
            if (names := self._names.of(field)) is not None
        }
        rows = self.model._base_manager.order_by("pk").values_list(*self.columns)
        try:
            for row in rows.iterator(chunk_size=AT_ONCE):
                cells = list(row)
                for place, names in named.items():
                    cells[place] = None if cells[place] is None else names[cells[place]]
                line = line_of(cells)
                if len(line) > LONGEST_LINE:
                    raise BackupError(
                        _("A row of the table %(table)s is larger than %(n)d MB.")
                        % {"table": self.label, "n": LONGEST_LINE // 2**20}
                    )
                yield line
        except DatabaseError as error:
            # The driver's own words may hold the row.
            raise BackupError(
                _("The table %(table)s cannot be read (%(error)s).")
                % {"table": self.label, "error": type(error).__name__}
            ) from None

    def row(self, line: bytes, number: int) -> Model:
        """Give the row that a line holds. Raises BackupError, with the line's number."""
        try:
            if len(line) > LONGEST_LINE:
                raise ValueError("too long")
            cells = zip(self._fields, self._readers, json.loads(line), strict=True)
            values = [None if cell is None and field.null else read(cell) for field, read, cell in cells]
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError, ValidationError):
            raise BackupError(
                _("Line %(n)d of the table %(table)s is not understood.") % {"n": number, "table": self.label}
            ) from None
        return self.model(**dict(zip(self.columns, values, strict=True)))

    def _reader_of(self, field: Field[Any, Any]) -> Callable[[Any], Any]:
        """Give the function that makes a value of this column of its form in JSON."""
        if self._names.of(field) is not None:
            return partial(self._names.number, field)
        if isinstance(field, JSONField):
            # None alone would be NULL.
            return lambda cell: Value(None, JSONField()) if cell is None else cell
        return field.to_python


def line_of(cells: Sequence[Any]) -> bytes:
    """Give the line of JSON that holds the values of a row."""
    return _ENCODER.encode(cells).encode() + b"\n"


def _plain(value: Any) -> str:
    """Give what JSON has no form for as the text that the field's `to_python` takes."""
    match value:
        case date() | time():
            return value.isoformat()
        case bytes() | memoryview():
            return b64encode(value).decode()
        case UUID() | Decimal():
            return str(value)
    raise TypeError(type(value).__name__)


# PostgreSQL forgets the order of the keys of an object.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=_plain)
