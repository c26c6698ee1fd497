"""Our own format: Markdown with front matter, which holds a whole issue and gives it back as it was.

    ---
    veille: 1
    number: 12
    title: Les essais du mois
    subject: Veille n° 12
    preheader: Ce que ce numéro raconte.
    deadline: '2026-12-01T18:00:00+01:00'
    published: '2026-12-08T07:00:00+01:00'
    ---

    The introduction, in Markdown.

    --- section ---
    title: 🚀 Une section
    rubric: Outils
    authors:
    - Élodie Autrice
    tags:
    - essais
    follows: 9 La coupure
    sources:
    - title: Une source
      publisher: Le Journal
      url: https://source.example/article
    ---

    The body of the section, in Markdown.

    --- closing ---

    The closing words, in Markdown.

`follows` is the number and the title of the published section that this one carries on. `veille: 1` names
the format; only the title of a section is required. A text may hold anything: one that
has a line `--- section ---` itself makes the exporter take longer dashes for its marks, and say so in the
front matter (`mark: "----"`). One empty line on each side of a text belongs to the marks, all others to the
text.

What does not come back as it was: line ends (CR LF and CR become LF), line breaks and outer spaces in the
one-line fields (title, subject, preheader, titles, publishers and addresses of sources), repeated spaces in
names of authors, rubrics and tags. Neither the states nor the reviews nor the pictures are in the file. An
issue comes in as a draft: `published` is said in the report, and kept where past issues are brought in
(`issues.past`).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..models.tag import MOST_OF_A_SECTION
from . import front_matter
from .drafts import IssueDraft, Report, SectionDraft, SourceDraft
from .errors import ImportRefused
from .front_matter import FENCE, FrontMatter, is_line

VERSION = "1"
MAX_AUTHORS = 20
MAX_SOURCES = 200
SECTION_KEYS = ("title", "rubric", "authors", "tags", "follows", "sources")
SOURCE_KEYS = ("title", "publisher", "url")


@dataclass(frozen=True)
class Marks:
    """The lines that part the file."""

    dashes: str = FENCE

    @property
    def section(self) -> str:
        return f"{self.dashes} section {self.dashes}"

    @property
    def closing(self) -> str:
        return f"{self.dashes} closing {self.dashes}"


def read(text: str, *, first_line: int, marks: Marks, draft: IssueDraft) -> None:
    """Add the introduction, the sections and the closing words to the draft."""
    lines = text.split("\n")
    starts = [
        index
        for index, line in enumerate(lines)
        if is_line(line, marks.section) or is_line(line, marks.closing)
    ]
    ends = [*starts, len(lines)]
    draft.introduction = _text(lines[: ends[0]], is_last=not starts)
    for start, end in zip(starts, ends[1:], strict=True):
        if is_line(lines[start], marks.closing):
            if end != len(lines):
                raise ImportRefused(_("the closing words must come last."), line=first_line + start)
            draft.closing = _text(lines[start + 1 :], is_last=True)
            return
        fence = front_matter.find_fence(lines, start + 1, end, opened_on=first_line + start)
        meta = front_matter.read(lines[start + 1 : fence], first_line + start + 1)
        section = _section(meta, first_line + start, draft.report)
        section.body = _text(lines[fence + 1 : end], is_last=end == len(lines))
        draft.sections.append(section)


def _section(meta: FrontMatter, line: int, report: Report) -> SectionDraft:
    section = SectionDraft(
        title=meta.take_line("title"),
        rubric=" ".join(meta.take_text("rubric").split()),
        authors=meta.take_names("authors", limit=MAX_AUTHORS),
        tags=meta.take_names("tags", limit=MOST_OF_A_SECTION),
        follows=meta.take_line("follows"),
        sources=[_source(block, report) for block in meta.take_blocks("sources", limit=MAX_SOURCES)],
        line=line,
    )
    if not section.title:
        raise ImportRefused(_("this section has no title."), line=line)
    meta.report_the_rest(report, SECTION_KEYS)
    return section


def _source(meta: FrontMatter, report: Report) -> SourceDraft:
    source = SourceDraft(
        title=meta.take_line("title"),
        publisher=meta.take_line("publisher"),
        url=meta.take_line("url"),
        line=meta.line,
    )
    source.title = source.title or source.url
    if not source.title:
        raise ImportRefused(_("this source has neither a title nor an address."), line=meta.line)
    meta.report_the_rest(report, SOURCE_KEYS)
    return source


def _text(lines: list[str], *, is_last: bool) -> str:
    """Take the text out of its lines: one empty line on each side belongs to the marks.

    The last text ends with the file's own last line end.
    """
    lines = lines[1:] if lines[:1] == [""] else lines
    if is_last or lines[-1:] == [""]:
        lines = lines[:-1] if lines[-1:] == [""] else lines
    return "\n".join(lines)
