"""An import, said to a person in the language of who looks; and the list of its refused rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from subscribers.columns import defuse
from veille.numbers import grouped

from .arrivals import REASONS, Refused, reader_of
from .bringing import Outcome
from .reading import Layout, rows
from .records import Import
from .work import MERGED, REFUSED

# In the order in which they are shown, each with what it means.
LABELS: dict[str, Promise] = {
    Outcome.NEW: gettext_lazy("new, will receive the newsletter"),
    Outcome.NOTED: gettext_lazy("new, said no: kept as such"),
    Outcome.LEFT: gettext_lazy("readers here who said no in this file: taken off the list"),
    Outcome.KNOWN: gettext_lazy("known already: nothing changes"),
    MERGED: gettext_lazy("stand in the file several times: merged"),
    Outcome.SUPPRESSED: gettext_lazy("asked never to be written to again: passed over"),
    REFUSED: gettext_lazy("rows refused"),
}


def counted(counts: dict[str, int]) -> list[tuple[str, str, str]]:
    """Key, meaning and number of each kind of row."""
    return [(str(key), str(label), grouped(counts.get(key, 0))) for key, label in LABELS.items()]


def refusals(work: Import) -> list[tuple[int, str]]:
    """The first refused rows: number, as spreadsheets show it, and why."""
    return [(number, str(REASONS[reason])) for number, reason in work.refusals]


def progress(work: Import) -> dict[str, Any]:
    """How far an import is, for its page to follow."""
    # Before the check there is only the number of lines; a cell may have several.
    share = min(1.0, work.cursor / work.rows) if work.rows else 0.0
    text = ngettext("%(n)s row done", "%(n)s rows done", work.cursor)
    return {
        "state": work.state,
        "live": work.is_under_way,
        "done": work.cursor,
        "share": round(1000 * share),
        "words": {
            "percent": _("%(percent)s%%") % {"percent": int(100 * share)},
            "share": text % {"n": grouped(work.cursor)},
        },
    }


def refused_rows(work: Import) -> Iterator[str]:
    """Give the refused rows as CSV: number, why, and what stood there. Read from the file again."""
    layout = Layout.from_json(work.layout)
    read = reader_of(work)
    yield "\ufeff" + _line([_("row"), _("reason"), *layout.headings])
    for number, cells in rows(work.path, layout):
        try:
            if any(cells):
                read(number, cells)
        except Refused as refused:
            yield _line([str(number), str(REASONS[refused.reason]), *cells])


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(map(defuse, cells))
    return out.getvalue()
