"""From an issue to a file in our own format (see `native`)."""

from __future__ import annotations

import re
from operator import attrgetter
from typing import Any

from django.utils.timezone import localtime

from ..models import Issue, Section
from . import front_matter
from .front_matter import FENCE
from .native import VERSION, Marks


def export_issue(issue: Issue) -> str:
    """Write an issue as Markdown with front matter, which imports back to the same issue.

    What the file does not hold is said in `issues.interchange.native`.
    """
    sections = list(issue.ordered_sections().select_related("follows__issue"))
    texts = [
        _text(text) for text in (issue.introduction, *(section.body for section in sections), issue.closing)
    ]
    marks = _marks(texts)
    introduction, *bodies, closing = texts
    parts = [_block(FENCE, _issue_values(issue, marks), introduction)]
    parts += [
        _block(marks.section, _section_values(section), body)
        for section, body in zip(sections, bodies, strict=True)
    ]
    if closing:
        parts.append(f"{marks.closing}\n\n{closing}\n")
    return "\n".join(parts)


def _block(mark: str, values: dict[str, Any], text: str) -> str:
    return f"{mark}\n{front_matter.dump(values)}{FENCE}\n\n{text}\n"


def _issue_values(issue: Issue, marks: Marks) -> dict[str, Any]:
    return {"veille": int(VERSION)} | _filled(
        {
            "mark": marks.dashes if marks != Marks() else "",
            "number": issue.number,
            "title": issue.title,
            "subject": issue.subject,
            "preheader": issue.preheader,
            "deadline": localtime(issue.deadline).isoformat() if issue.deadline else "",
            "published": localtime(issue.published_at).isoformat() if issue.published_at else "",
        }
    )


def _section_values(section: Section) -> dict[str, Any]:
    return _filled(
        {
            "title": section.title,
            "rubric": section.rubric.name if section.rubric else "",
            "authors": [author.name for author in section.byline()],
            "tags": [tag.name for tag in sorted(section.tags.all(), key=attrgetter("folded"))],
            "follows": _follows(section),
            "sources": [
                _filled({"title": source.title, "publisher": source.publisher, "url": source.url})
                for source in section.sources.all()
            ],
        }
    )


def _follows(section: Section) -> str:
    follows = section.follows
    return f"{follows.issue.number} {follows.title}" if follows and follows.issue else ""


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def _text(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _marks(texts: list[str]) -> Marks:
    """The shortest marks that no text holds."""
    taken = {
        line.split(" ", 1)[0]
        for text in texts
        for line in re.findall(r"^-{3,} (?:section|closing) -{3,}[ \t]*$", text, re.MULTILINE)
    }
    dashes = FENCE
    while dashes in taken:
        dashes += "-"
    return Marks(dashes)
