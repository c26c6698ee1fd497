"""Finding published sections by their words, the best first."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from django.db import connection
from django.utils.safestring import SafeString, mark_safe

from ..models import SearchEntry
from .index import FTS
from .words import stem, stems, words

MOST_WORDS = 12
# Nobody turns more pages than that; what is asked for more exactly is found all the same.
MOST = 1000
_AROUND = 30

# Words of the title count more than those of the text.
_POSTGRES = f"""
    SELECT section_id FROM {SearchEntry._meta.db_table}, to_tsquery('simple', %s) AS wanted
    WHERE vector @@ wanted
    ORDER BY ts_rank_cd(vector, wanted, 1) DESC, section_id DESC LIMIT {MOST}
"""  # noqa: S608
_SQLITE = f"""
    SELECT rowid FROM {FTS} WHERE {FTS} MATCH %s ORDER BY bm25({FTS}, 10.0, 1.0), rowid DESC LIMIT {MOST}
"""  # noqa: S608


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for: stems, all of which must be there; the last may be the beginning of a word."""

    stems: tuple[str, ...]
    is_begun: bool

    @classmethod
    def read(cls, text: str) -> Wanted:
        found = tuple(dict.fromkeys(stems(text[:500])))[:MOST_WORDS]
        return cls(found, bool(found) and len(found[-1]) > 2 and text.rstrip() == text)

    def fits(self, found: str) -> bool:
        """Whether a stem of a text is one of these."""
        return bool(found) and (found in self.stems or (self.is_begun and found.startswith(self.stems[-1])))


def find(wanted: Wanted) -> list[int]:
    """Give the keys of the published sections that hold all these words, the best first."""
    if not wanted.stems:
        return []
    postgres = connection.vendor == "postgresql"
    # Each is a word of letters, digits and ". + #", quoted: no operator of either language.
    terms = [f"'{found}'" if postgres else f'"{found}"' for found in wanted.stems]
    if wanted.is_begun:
        terms[-1] += ":*" if postgres else "*"
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRES if postgres else _SQLITE, [(" & " if postgres else " ").join(terms)])
        return [key for (key,) in cursor.fetchall()]


def excerpt(text: str, wanted: Wanted) -> SafeString:
    """Give the words around the first that was looked for, all of them marked."""
    places = list(words(text))
    first = next((n for n, place in enumerate(places) if wanted.fits(stem(place[0]))), 0)
    start, end = max(0, first - _AROUND // 3), min(len(places), first + _AROUND)
    if not places:
        return mark_safe("")
    begins, ends = places[start].start(), places[end - 1].end()
    marked = highlight(text[begins:ends], wanted)
    return mark_safe(("… " if start else "") + marked + (" …" if end < len(places) else ""))  # noqa: S308


def highlight(text: str, wanted: Wanted) -> SafeString:
    """Give a text as HTML, the words that were looked for marked."""
    parts, last = [], 0
    for place in words(text):
        if wanted.fits(stem(place[0])):
            parts += [escape(text[last : place.start()]), f"<mark>{escape(place[0])}</mark>"]
            last = place.end()
    return mark_safe("".join([*parts, escape(text[last:])]))  # noqa: S308
