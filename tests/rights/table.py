"""The tables of docs/rights.md, which say who may do what, and from which the tests are made."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "rights.md"


@dataclass(frozen=True)
class Row:
    """A row of a table: its first cell, and the others by the head of their column."""

    name: str
    cells: dict[str, str]


def rows_of(heading: str) -> list[Row]:
    """Give the rows of the table under a heading."""
    lines = iter(_under(heading))
    head = _cells(next(lines))
    next(lines)
    return [Row(first, dict(zip(head[1:], rest, strict=True))) for first, *rest in map(_cells, lines)]


def _under(heading: str) -> Iterator[str]:
    section = DOCUMENT.read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return (line for line in section.splitlines() if line.startswith("|"))


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("`") for cell in line.strip("|").split("|")]
