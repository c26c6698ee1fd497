"""What an archive says of itself."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Self

from django.utils.translation import gettext as _

from . import BackupError

NAME = "manifest.json"
# Of the archive: it grows when an older Veille would misread a newer one.
FORMAT = 1


@dataclass(frozen=True)
class Sum:
    """The size of a member, in bytes, and its SHA-256 in hex."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Saved(Sum):
    """A table: its sum, the number of its rows, and its columns in their order."""

    rows: int
    columns: list[str]


@dataclass
class Manifest:
    """Which Veille wrote the archive, when (ISO 8601), from what; and the sum of each member by its name."""

    veille: str
    made_at: str
    engine: str
    migrations: list[list[str]]
    keys: dict[str, str]
    tables: dict[str, Saved] = field(default_factory=dict)
    files: dict[str, Sum] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def moment(self) -> datetime:
        """When it was written."""
        return datetime.fromisoformat(self.made_at)

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    def sums(self) -> dict[str, Sum]:
        """Give what each member of the archive, but the manifest, must be."""
        tables = {member_of(label): Sum(table.bytes, table.sha256) for label, table in self.tables.items()}
        return {**tables, **self.files}

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read a manifest. Raises BackupError for a newer one, and for what is none."""
        try:
            values = json.loads(text)
            if (form := int(values["format"])) > FORMAT:
                raise BackupError(
                    _("The archive was written by a newer Veille (%(version)s): install that one first.")
                    % {"version": ascii(values.get("veille", form))}
                )
            manifest = cls(**values)
            manifest.tables = {label: Saved(**table) for label, table in values["tables"].items()}
            manifest.files = {name: Sum(**file) for name, file in values["files"].items()}
            manifest._check()
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise BackupError(_("The archive’s list of what it holds is not understood.")) from None
        return manifest

    def _check(self) -> None:
        sums = [*self.tables.values(), *self.files.values()]
        texts = [self.veille, self.engine, *self.keys, *self.keys.values(), *(one.sha256 for one in sums)]
        texts += [part for app, name in self.migrations for part in (app, name)]
        texts += [column for table in self.tables.values() for column in table.columns]
        numbers = [*(one.bytes for one in sums), *(table.rows for table in self.tables.values())]
        if not all(isinstance(text, str) for text in texts) or not all(type(n) is int for n in numbers):
            raise TypeError
        if self.moment.tzinfo is None:
            raise ValueError(self.made_at)


def member_of(label: str) -> str:
    """Give the name of the member that holds a table."""
    return f"tables/{label}.jsonl"
