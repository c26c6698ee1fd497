"""Texts whose lines were cut at a width, as mail programs and editors of plain text do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from django.utils.translation import gettext as _

from .drafts import Report
from .escaping import URL
from .lines import Line

# Nobody cuts lines wider than this; a word processor writes a paragraph on one line.
_MAX_WIDTH = 100
_MIN_WIDTH = 50
_MIN_CUTS = 5


def unwrap(lines: Sequence[Line], report: Report) -> list[Line]:
    """Join the lines of each paragraph, if the text was cut at a width; else leave them as they are.

    A line was cut where the first word of the next one would not have fitted in.
    """
    width = max((len(line.text) for line in lines if not URL.search(line.text)), default=0)
    pairs = [pair for pair in pairwise(lines) if not any(line.is_blank for line in pair)]
    cuts = sum(_was_cut(line, after, width) for line, after in pairs)
    if not _MIN_WIDTH <= width <= _MAX_WIDTH or cuts < max(_MIN_CUTS, len(pairs) / 3):
        return list(lines)
    joined: list[list[Line]] = []
    for line in lines:
        if joined and _was_cut(joined[-1][-1], line, width):
            joined[-1].append(line)
        else:
            joined.append([line])
    report.info(_("The lines are cut at %(width)d characters; they were joined.") % {"width": width})
    return [replace(parts[0], text=" ".join(line.text for line in parts)) for parts in joined]


def _was_cut(line: Line, after: Line, width: int) -> bool:
    if line.is_blank or after.is_blank or after.item or after.numbered or after.starts_with_emoji:
        return False
    return len(line.text) + 1 + len(after.text.split()[0]) > width
