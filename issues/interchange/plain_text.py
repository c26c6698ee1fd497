"""Plain text as a word processor exports it: one line a paragraph, and no marks.

A section begins with a title, which has an emoji at its start, and the line « Par … » under it (empty
lines may stand between). A title without emoji counts where people are named under it. What stands before
the first section is the introduction, and its first line the issue's title if it looks like one.
Titles of links at the end of a section become its sources.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .blocks import to_markdown
from .bylines import read_byline
from .drafts import IssueDraft, Report, SectionDraft, SourceDraft
from .front_matter import shorten
from .lines import Line
from .wrapping import unwrap

SOURCE_LABELS = {"source", "sources", "liens", "links", "références", "references"}

# What word processors write for a new line or a new page.
_LINE_BREAKS = str.maketrans(dict.fromkeys("\v\f\x1c\x1d\x1e\x85\u2028\u2029", "\n"))


@dataclass(frozen=True)
class _Start:
    """Where a section begins: its title, the line after its byline, and who signs."""

    title: int
    body: int
    authors: list[str]


def looks_plain(text: str) -> bool:
    """Whether the text has a section of this kind, with its emoji."""
    lines = _read(text, 1)
    return any(lines[start.title].starts_with_emoji for start in _starts(lines))


def read(text: str, *, first_line: int, draft: IssueDraft) -> None:
    """Add what the text says to the draft; `first_line` is the file's line number of its first line."""
    lines = unwrap(_read(text, first_line), draft.report)
    starts = list(_starts(lines))
    if not starts:
        _read_one_section(lines, draft)
        return
    _read_introduction(lines[: starts[0].title], draft)
    ends = [start.title for start in starts[1:]] + [len(lines)]
    for start, end in zip(starts, ends, strict=True):
        title = lines[start.title]
        if not start.authors:
            draft.report.warn(_("Nobody is named under “%(title)s”.") % {"title": title.text}, title.number)
        elif not title.starts_with_emoji:
            draft.report.info(
                _("“%(title)s” was taken as a section: a byline stands under it.") % {"title": title.text},
                title.number,
            )
        body, sources = take_sources(lines[start.body : end], draft.report)
        draft.sections.append(
            SectionDraft(
                title=title.text,
                authors=start.authors,
                body=to_markdown(body, draft.report),
                sources=sources,
                line=title.number,
            )
        )


def take_sources(lines: Sequence[Line], report: Report) -> tuple[Sequence[Line], list[SourceDraft]]:
    """Part the body of a section from the titles of links at its end."""
    end = len(lines)
    while end and lines[end - 1].is_blank:
        end -= 1
    first = end
    while first and (lines[first - 1].is_blank or lines[first - 1].is_link_title):
        first -= 1
    trailing = [line for line in lines[first:end] if not line.is_blank]
    label = lines[first - 1] if first else None
    if label and trailing and _is_label(label):
        return lines[: first - 1], _sources(trailing, report)
    for position, line in enumerate(trailing):
        if position + 1 < len(trailing) and _is_label(line):
            return lines[: lines.index(line)], _sources(trailing[position + 1 :], report)
    if not trailing or label is None:
        return lines, []
    if label.announces and sum(line.names_its_link for line in trailing) * 2 < len(trailing):
        return lines, []
    if len(trailing) == 1 and not trailing[0].names_its_link:
        report.warn(
            _("“%(line)s” may be a sub-heading or the title of a link; it was kept as a paragraph.")
            % {"line": shorten(trailing[0].text)},
            trailing[0].number,
        )
        return lines, []
    return lines[:first], _sources(trailing, report)


def _sources(lines: Sequence[Line], report: Report) -> list[SourceDraft]:
    sources = [SourceDraft(*line.link, line=line.number) for line in lines]
    report.info(
        ngettext(
            "%(count)d title of a link was taken as a source.",
            "%(count)d titles of links were taken as sources.",
            len(sources),
        )
        % {"count": len(sources)},
        lines[0].number,
    )
    without = sum(not source.url for source in sources)
    if without:
        report.warn(
            ngettext(
                "%(count)d source has no address: add it.",
                "%(count)d sources have no address: add them.",
                without,
            )
            % {"count": without},
            lines[0].number,
        )
    return sources


def _is_label(line: Line) -> bool:
    return line.text.rstrip(" :").casefold() in SOURCE_LABELS


def _read(text: str, first_line: int) -> list[Line]:
    """Give the lines; a page break or soft line break ends one but does not count as one of the file."""
    return [
        Line.read(number, part)
        for number, raw in enumerate(text.split("\n"), first_line)
        for part in raw.translate(_LINE_BREAKS).split("\n")
    ]


def _starts(lines: Sequence[Line]) -> Iterator[_Start]:
    for position, line in enumerate(lines):
        if line.is_blank or not line.may_be_a_title:
            continue
        under = position + 1
        while under < len(lines) and lines[under].is_blank:
            under += 1
        authors = read_byline(lines[under].text) if under < len(lines) else None
        if authors is None:
            continue
        if line.starts_with_emoji or (authors and line.is_short):
            yield _Start(position, under + 1, authors)


def _read_introduction(lines: Sequence[Line], draft: IssueDraft) -> None:
    lines = _take_title(lines, draft)
    draft.introduction = to_markdown(lines, draft.report)
    if draft.introduction:
        first = next(line for line in lines if not line.is_blank)
        draft.report.info(_("What stands before the first section is the introduction."), first.number)


def _take_title(lines: Sequence[Line], draft: IssueDraft) -> Sequence[Line]:
    """Take the first line as the issue's title, if it looks like one and there is none yet."""
    position = next((position for position, line in enumerate(lines) if not line.is_blank), None)
    if position is None or draft.title or not lines[position].is_short:
        return lines
    draft.title = lines[position].text
    draft.report.info(
        _("“%(title)s” was taken as the title of the issue.") % {"title": draft.title}, lines[position].number
    )
    return lines[position + 1 :]


def _read_one_section(lines: Sequence[Line], draft: IssueDraft) -> None:
    """Keep a text in which no section was found as one, named after the issue or its own first line."""
    lines = _take_title(lines, draft)
    body, sources = take_sources(lines, draft.report)
    first = next((line for line in lines if not line.is_blank), None)
    if first is None:
        return
    title = draft.title or shorten(first.text, 80)
    draft.sections.append(
        SectionDraft(title=title, body=to_markdown(body, draft.report), sources=sources, line=first.number)
    )
    draft.report.warn(
        _(
            "No section was found, so all is in one. A section begins with a title, an emoji first, "
            "and a line “Par …” or “By …” under it."
        ),
        first.number,
    )
