"""The lines of a section, as a word processor exports them, become Markdown.

A line is a paragraph unless something says otherwise: a run of bullets, a line ending with a colon, a
short line between two paragraphs. What was taken for something else, or could have been, is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .drafts import Report
from .escaping import escape, escape_heading
from .front_matter import shorten
from .lines import Line

MAX_ITEMS = 12
_SHORT_ITEM = 120

type _Found = tuple[list[str], int] | None


def to_markdown(lines: Sequence[Line], report: Report) -> str:
    """Give the Markdown of the lines, headings at level 2. Every word is kept, in order."""
    recognisers: tuple[Callable[[Sequence[Line], int, Report], _Found], ...] = (
        _bulleted,
        _numbered,
        _enumeration,
        _announced,
        _quotation,
        _heading,
    )
    blocks: list[str] = []
    position = 0
    while position < len(lines):
        if lines[position].is_blank:
            position += 1
            continue
        for recognise in recognisers:
            found = recognise(lines, position, report)
            if found:
                blocks += found[0]
                position = found[1]
                break
        else:
            blocks.append(escape(lines[position].text))
            position += 1
    return "\n\n".join(blocks)


def _bulleted(lines: Sequence[Line], start: int, report: Report) -> _Found:
    """A run of lines that begin with a bullet, nested as they are indented."""
    end = _run(lines, start, lambda line: bool(line.item))
    announced = start > 0 and lines[start - 1].announces
    if end - start < (1 if announced or lines[start].text[:1] == "•" else 2):
        return None
    indents: list[int] = []
    items = []
    for line in lines[start:end]:
        while indents and line.indent < indents[-1]:
            indents.pop()
        if not indents or line.indent > indents[-1]:
            indents.append(line.indent)
        items.append(_item(line.item, depth=len(indents) - 1))
    return ["\n".join(items)], end


def _numbered(lines: Sequence[Line], start: int, report: Report) -> _Found:
    """A run of lines that count upwards."""
    items: list[str] = []
    expected = None
    for position in range(start, len(lines)):
        numbered = lines[position].numbered
        if not numbered or (expected is not None and numbered[0] != expected):
            break
        items.append(f"{numbered[0]}. {escape(numbered[1])}")
        expected = numbered[0] + 1
    return (["\n".join(items)], start + len(items)) if len(items) > 1 else None


def _enumeration(lines: Sequence[Line], start: int, report: Report) -> _Found:
    """An unfinished sentence, and lines in lower case that go on with it, each ending with , or ; or a colon.

    After a colon inside, the rest is one level deeper.
    """
    lead, first = lines[start], start + 1
    if lead.is_a_sentence:
        return None
    end = first
    while end < len(lines) and lines[end].starts_in_lower_case:
        # No further than that: each line of the run would look to its end again.
        if end > first and not lines[end - 1].text.endswith((",", ";", ":")):
            return None
        end += 1
    items = lines[first:end]
    if len(items) < 2:
        return None
    depth = 0
    entries = []
    for item in items:
        entries.append(_item(item.text, depth=depth))
        if item.announces:
            depth = 1
    _report_list(report, len(items), first=items[0])
    return [escape(lead.text), "\n".join(entries)], end


def _announced(lines: Sequence[Line], start: int, report: Report) -> _Found:
    """A line ending with a colon, and what it announces: a quotation, a list, or who knows."""
    lead = lines[start]
    if not lead.announces:
        return None
    paragraph = [escape(lead.text)]
    first = start + 1
    if first < len(lines) and lines[first].is_blank:
        first += 1
    if first >= len(lines) or lines[first].is_blank:
        report.warn(_("This line announces something, and nothing follows."), lead.number)
        return paragraph, first
    if lines[first].item or lines[first].numbered:
        return paragraph, first
    quoted = _run(lines, first, lambda line: line.is_quotation or _speaks_otherwise(line, lead))
    if quoted > first:
        return [*paragraph, _quote(lines[first:quoted], report)], quoted
    end = _end_of_announced(lines, first)
    if end - first < 2:
        return paragraph, first
    if _is_a_list(lines, first, end):
        _report_list(report, end - first, first=lines[first])
        return [*paragraph, "\n".join(_item(line.text) for line in lines[first:end])], end
    report.warn(
        _("The lines after “%(line)s” may be a list; they were kept as paragraphs.")
        % {"line": shorten(lead.text)},
        lines[first].number,
    )
    return [*paragraph, *(escape(line.text) for line in lines[first:end])], end


def _quotation(lines: Sequence[Line], start: int, report: Report) -> _Found:
    """Lines that stand wholly between quotation marks, or after a > sign."""
    end = _run(lines, start, lambda line: line.is_quotation)
    return ([_quote(lines[start:end], report)], end) if end > start else None


def _heading(lines: Sequence[Line], start: int, report: Report) -> _Found:
    """A short line over a paragraph."""
    line = lines[start]
    if _is_heading(lines, start):
        report.info(_("“%(line)s” was taken as a sub-heading.") % {"line": shorten(line.text)}, line.number)
        return [f"## {escape_heading(line.text)}"], start + 1
    end = _run(lines, start, lambda line: line.is_short)
    if end - start > 1:
        report.warn(
            ngettext(
                "This short line may be a sub-heading or a list; it was kept as a paragraph.",
                "These %(count)d short lines may be sub-headings or a list; they were kept as paragraphs.",
                end - start,
            )
            % {"count": end - start},
            line.number,
        )
        return [escape(short.text) for short in lines[start:end]], end
    return None


def _is_heading(lines: Sequence[Line], position: int) -> bool:
    line = lines[position]
    if not (line.is_short or (line.is_a_question and position > 0)):
        return False
    before = lines[position - 1] if position else None
    if before and not before.is_blank and not (before.is_a_sentence or before.item):
        return False
    next_one = position + 1
    while next_one < len(lines) and lines[next_one].is_blank:
        next_one += 1
    if next_one == len(lines):
        return False
    after = lines[next_one]
    return not after.is_short and not after.is_a_question


def _end_of_announced(lines: Sequence[Line], first: int) -> int:
    """Where the run that a colon announced ends: at a blank line, a heading, or a line of another shape."""
    if lines[first].is_short:
        return _run(lines, first, lambda line: line.is_short)
    end = first + 1
    while (
        end < len(lines)
        and not lines[end].is_blank
        and not _is_heading(lines, end)
        and lines[end].starts_with_emoji == lines[first].starts_with_emoji
        and not (lines[end].announces or lines[end].item)
    ):
        end += 1
    return end


def _is_a_list(lines: Sequence[Line], first: int, end: int) -> bool:
    """Whether the run is alike enough, or ends clearly enough, to be a list."""
    run = lines[first:end]
    if len(run) > MAX_ITEMS:
        return False
    ends_clearly = end < len(lines) and not lines[end].announces
    return ends_clearly or all(len(line.text) <= _SHORT_ITEM for line in run)


def _speaks_otherwise(line: Line, lead: Line) -> bool:
    return bool(line.language and lead.language) and line.language != lead.language


def _quote(lines: Sequence[Line], report: Report) -> str:
    report.info(_("This was taken as a quotation."), lines[0].number)
    return "\n>\n".join(f"> {escape(line.text.removeprefix('> '))}" for line in lines)


def _item(text: str, depth: int = 0) -> str:
    return f"{' ' * 4 * depth}- {escape(text)}"


def _report_list(report: Report, count: int, *, first: Line) -> None:
    report.info(
        ngettext("%(count)d line was taken as a list.", "%(count)d lines were taken as a list.", count)
        % {"count": count},
        first.number,
    )


def _run(lines: Sequence[Line], start: int, belongs: Callable[[Line], bool]) -> int:
    """Give the end of the run of lines from `start` on that belong together, with no blank between."""
    end = start
    while end < len(lines) and not lines[end].is_blank and belongs(lines[end]):
        end += 1
    return end
