"""The day on which a page came out, out of what says so: in figures for machines, or in words for people.

Days in words are read here because the library for it (htmldate) takes the year of a copyright, or the first
of January, where a page names no day: a wrong day is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from lxml.html import HtmlElement

from .markup import elements_of, is_leaf, line_of

# The first days of the web, and clocks that are ahead.
EARLIEST = date(1991, 1, 1)
LONGEST_LINE = 160
LINES = 60

_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "january february march april may june july august september october november december",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    # As they are cut short, or written by whom accents fail.
    "1": "jan feb mar apr may jun jul aug sep oct nov dec",
    "2": "janv févr mrz avr mag juil jul août sept okt nov déc",
    "3": "jan fevrier maerz abr mai giu lug aout set ott nov decembre",
    "4": "ene fev mrt avr mei juin juil ago sept out nov dez",
}
_NUMBER = {word: number for words in _MONTHS.values() for number, word in enumerate(words.split(), 1)}
_NAME = "|".join(sorted(_NUMBER, key=len, reverse=True))
_DAY_FIRST = re.compile(
    rf"\b(\d{{1,2}})(?:er|st|nd|rd|th|\.|º)?\s+(?:de\s+)?({_NAME})\.?,?\s+(?:de\s+)?(\d{{4}})\b", re.I
)
_MONTH_FIRST = re.compile(rf"\b({_NAME})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", re.IGNORECASE)
_FIGURES = re.compile(r"\b(\d{1,2})([/.])(\d{1,2})\2(\d{4})\b")
_ISO = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_LATER = re.compile(
    r"updat|edited|modif|revis|mise? à jour|aktualis|geändert|actualiz|aggiornat|bijgewerkt|atualizad"
    r"|©|copyright",
    re.IGNORECASE,
)


def day_of(text: str) -> date | None:
    """Give the day of a date of ISO 8601, or with strokes, as written: that of the page's own zone."""
    found = re.match(r"\s*(\d{4})([-/]?)(\d{1,2})\2(\d{1,2})(?!\d)", text)
    return _a_day(found[1], found[3], found[4]) if found else None


def in_words(tree: HtmlElement, language: str) -> date | None:
    """Give the first day that stands in a short line, below the title or else above: not that of a change."""
    return next((day for line in _lines(tree) if (day := _in_line(line, language))), None)


def _in_line(line: str, language: str) -> date | None:
    found: list[tuple[int, date | None]] = []
    for match in _DAY_FIRST.finditer(line):
        found.append((match.start(), _a_day(match[3], str(_NUMBER[match[2].lower()]), match[1])))
    for match in _MONTH_FIRST.finditer(line):
        found.append((match.start(), _a_day(match[3], str(_NUMBER[match[1].lower()]), match[2])))
    for match in _ISO.finditer(line):
        found.append((match.start(), _a_day(*match.groups())))
    for match in _FIGURES.finditer(line):
        first, second = int(match[1]), int(match[3])
        # In English nobody can tell a day from a month, but by its size.
        if language != "en" or match[2] == "." or first > 12:
            found.append((match.start(), _a_day(match[4], match[3], match[1])))
        elif second > 12:
            found.append((match.start(), _a_day(match[4], match[1], match[3])))
    for start, day in sorted(found, key=lambda one: one[0]):
        if day and not _LATER.search(line[:start]):
            return day
    return None


def _a_day(year: str, month: str, day: str) -> date | None:
    try:
        told = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return told if EARLIEST <= told <= datetime.now(UTC).date() + timedelta(days=1) else None


def _lines(tree: HtmlElement) -> Iterator[str]:
    title = next(tree.iter("h1"), None)
    above: list[HtmlElement] = []
    below: list[HtmlElement] = []
    lines = above if title is not None else below
    for element in elements_of(tree, "h1", "p", "div", "span", "em", "small", "time", "li"):
        if element is title:
            lines = below
        elif len(lines) < LINES and is_leaf(element):
            lines.append(element)
    for element in [*below, *above]:
        text = line_of(element)
        if len(text) <= LONGEST_LINE:
            yield text
