"""Markdown as people write it by hand.

    # The title of the issue

    The introduction.

    ## 🚀 The title of a section
    Par Prénom Nom et Prénom Nom

    The body, with its ### sub-headings.

    ### Sources
    - [A title](https://source.example/article), Publisher

The sections are the headings of the first level, or of the second where the first has but one before them.
Sub-headings move up as their section does, so that those right under it are of level 2. Everything else is
kept as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .bylines import read_byline
from .drafts import IssueDraft, SectionDraft, SourceDraft
from .plain_text import SOURCE_LABELS

_HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})(?:[ \t]+(?P<text>.*?))??(?:[ \t]+#+)?[ \t]*")
_CODE_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})(?P<info>.*)")
_LINK = re.compile(
    r"(?:[-*+]|\d+[.)])?\s*(?:\[(?P<title>(?:[^\[\]\\]|\\.)+)\]\((?P<url>https?://[^\s()<>]+)\)|<?(?P<bare>https?://[^\s<>]+)>?)"
    r"(?:\s*[,–—|-]\s*(?P<publisher>.+)|\s*\((?P<bracketed>[^()]+)\))?"
)
_EMPHASIS = "*_ \t"


@dataclass(frozen=True)
class _Heading:
    position: int
    level: int
    text: str


def looks_handwritten(text: str) -> bool:
    """Whether the text has a heading of the first or second level."""
    return any(heading.level <= 2 and heading.text for heading in _headings(text.split("\n")))


def read(text: str, *, first_line: int, draft: IssueDraft) -> None:
    """Add what the text says to the draft; `first_line` is the file's line number of its first line."""
    lines = text.split("\n")
    headings = [heading for heading in _headings(lines) if heading.level <= 2 and heading.text]
    title = _issue_title(headings)
    level = 1 if title is None and any(heading.level == 1 for heading in headings) else 2
    starts = [heading for heading in headings if heading.level == level]
    introduction = lines[: starts[0].position]
    if title and not draft.title:
        draft.title = title.text
        del introduction[title.position]
    draft.introduction = "\n".join(introduction).strip()
    ends = [start.position for start in starts[1:]] + [len(lines)]
    for start, end in zip(starts, ends, strict=True):
        draft.sections.append(
            _section(lines[start.position + 1 : end], start, first_line + start.position, draft)
        )


def _issue_title(headings: list[_Heading]) -> _Heading | None:
    """The one heading of the first level, if it comes before others of the second."""
    tops = [heading for heading in headings if heading.level == 1]
    is_title = len(tops) == 1 and headings[0] is tops[0] and len(headings) > 1
    return tops[0] if is_title else None


def _section(lines: list[str], heading: _Heading, line: int, draft: IssueDraft) -> SectionDraft:
    section = SectionDraft(title=heading.text, line=line)
    first = next((index for index, text in enumerate(lines) if text.strip()), None)
    authors = None if first is None else read_byline(lines[first].strip(_EMPHASIS))
    if first is not None and authors is not None:
        lines = [""] * (first + 1) + lines[first + 1 :]
    section.authors = authors or []
    if not section.authors:
        draft.report.warn(_("Nobody is named under “%(title)s”.") % {"title": section.title}, line)
    lines, section.sources = _take_sources(lines, heading.level, line, draft)
    section.body = "\n".join(_moved_up(lines, heading.level - 1)).strip("\n").rstrip()
    return section


def _take_sources(
    lines: list[str], level: int, line: int, draft: IssueDraft
) -> tuple[list[str], list[SourceDraft]]:
    """Part the body from the links under a last heading « Sources », if there is nothing but links."""
    headings = list(_headings(lines))
    if not headings or headings[-1].text.strip(_EMPHASIS + ":").casefold() not in SOURCE_LABELS:
        return lines, []
    position = headings[-1].position
    links = [(index, text.strip()) for index, text in enumerate(lines) if index > position and text.strip()]
    found = [(index, _LINK.fullmatch(link)) for index, link in links]
    if not all(match for _index, match in found):
        draft.report.warn(
            _("Not all lines under “%(heading)s” are links: they were kept in the text.")
            % {"heading": headings[-1].text},
            line + position + 1,
        )
        return lines, []
    return lines[:position], [_source(match, line + 1 + index) for index, match in found if match]


def _source(match: re.Match[str], line: int) -> SourceDraft:
    url = match["url"] or match["bare"]
    title = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", match["title"] or url)
    return SourceDraft(title, publisher=match["publisher"] or match["bracketed"] or "", url=url, line=line)


def _moved_up(lines: list[str], levels: int) -> list[str]:
    moved = list(lines)
    for heading in _headings(lines):
        if levels and heading.level > 2:
            moved[heading.position] = re.sub("#" * levels, "", lines[heading.position], count=1)
    return moved


def _headings(lines: list[str]) -> Iterator[_Heading]:
    """The headings that stand outside code."""
    fence = ""
    for position, line in enumerate(lines):
        code = _CODE_FENCE.fullmatch(line)
        if fence:
            if code and code["fence"].startswith(fence) and not code["info"].strip():
                fence = ""
            continue
        if code and not (code["fence"][0] == "`" and "`" in code["info"]):
            fence = code["fence"]
            continue
        heading = _HEADING.fullmatch(line)
        if heading:
            yield _Heading(position, len(heading["marks"]), (heading["text"] or "").strip())
