"""From the bytes of a file to a draft of an issue. Nothing here touches the database.

Three kinds of file are understood, each described in its module: our own format (`native`), Markdown as
people write it (`handwritten`), plain text exported from a word processor (`plain_text`). Any of them may
begin with front matter about the issue: number, title, subject, preheader, deadline, introduction, closing,
when it came out, as `published` or in the spelling of the tool that it comes from (`DATE_KEYS`), and who
signs what names nobody (`AUTHOR_KEYS`).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext as _

from . import front_matter, handwritten, native, plain_text
from .decoding import decode
from .drafts import IssueDraft
from .errors import ImportRefused
from .front_matter import FENCE, FrontMatter

MAX_LINES = 50_000
MAX_SECTIONS = 200
# What the database's column holds.
MAX_NUMBER = 2_147_483_647

# Our own; Hugo's where the text has another date; Buttondown's; Jekyll's and Hugo's. The first counts.
DATE_KEYS = ("published", "publishDate", "publish_date", "date")
# Of the whole file, as Hugo's and Jekyll's: who signs the sections that name nobody.
AUTHOR_KEYS = ("authors", "author")
ISSUE_KEYS = (
    "number",
    "title",
    "subject",
    "preheader",
    "deadline",
    "introduction",
    "closing",
    *DATE_KEYS,
    "draft",
    *AUTHOR_KEYS,
)


def parse(data: bytes) -> IssueDraft:
    """Read a file. What could not be told is in the draft's report.

    Raises ImportRefused, in the user's language and with the line where there is one.
    """
    text = decode(data)
    if text.count("\n") > MAX_LINES:
        raise ImportRefused(_("The file has more than %(limit)d lines.") % {"limit": MAX_LINES})
    meta, text, first_line = _split(text)
    draft = IssueDraft()
    marks = _marks(meta)
    authors = _read_authors(meta, draft)
    introduction, closing = _read_front_matter(meta, draft)
    if marks:
        native.read(text, first_line=first_line, marks=marks, draft=draft)
    elif handwritten.looks_handwritten(text) and not plain_text.looks_plain(text):
        handwritten.read(text, first_line=first_line, draft=draft)
    else:
        plain_text.read(text, first_line=first_line, draft=draft)
    draft.sign(authors)
    draft.introduction = _together(introduction, draft.introduction)
    draft.closing = _together(closing, draft.closing)
    if len(draft.sections) > MAX_SECTIONS:
        raise ImportRefused(_("The file has more than %(limit)d sections.") % {"limit": MAX_SECTIONS})
    if not marks and not draft.sections:
        draft.report.warn(_("No section was found."))
    draft.report = draft.report.in_reading_order()
    return draft


def read_number(text: str, *, line: int | None = None) -> int:
    """Give the number of an issue. Raises ImportRefused for what is none."""
    if not re.fullmatch(r"[0-9]{1,10}", text) or not 1 <= int(text) <= MAX_NUMBER:
        raise ImportRefused(
            _("“%(number)s” is not a number of an issue: a whole number from 1 on.")
            % {"number": front_matter.shorten(text)},
            line=line,
        )
    return int(text)


def _split(text: str) -> tuple[FrontMatter, str, int]:
    """Part the front matter from the rest; give the line number of the rest too."""
    lines = text.split("\n")
    if not front_matter.is_line(lines[0], FENCE):
        return FrontMatter({}, 1), text, 1
    end = front_matter.find_fence(lines, 1, len(lines), opened_on=1)
    return front_matter.read(lines[1:end], 2), "\n".join(lines[end + 1 :]), end + 2


def _marks(meta: FrontMatter) -> native.Marks | None:
    """The marks of our own format; None where the file is not in it."""
    if "veille" not in meta:
        return None
    if meta.take_line("veille") != native.VERSION:
        raise ImportRefused(_("this version of the format is not known here."), line=meta.line_of("veille"))
    dashes = meta.take_line("mark") or FENCE
    if not re.fullmatch("-{3,}", dashes):
        raise ImportRefused(_("the mark must be three dashes or more."), line=meta.line_of("mark"))
    return native.Marks(dashes)


def _read_front_matter(meta: FrontMatter, draft: IssueDraft) -> tuple[str, str]:
    """Take what it says of the issue into the draft; give the introduction and the closing words."""
    number = meta.take_line("number")
    draft.number = read_number(number, line=meta.line_of("number")) if number else None
    draft.title = meta.take_line("title")
    draft.subject = meta.take_line("subject")
    draft.preheader = meta.take_line("preheader")
    deadline = meta.take_line("deadline")
    draft.deadline = _read_time(deadline, line=meta.line_of("deadline")) if deadline else None
    _read_publication(meta, draft)
    texts = meta.take_text("introduction"), meta.take_text("closing")
    meta.report_the_rest(draft.report, ISSUE_KEYS)
    return texts


def _read_authors(meta: FrontMatter, draft: IssueDraft) -> list[str]:
    for key in AUTHOR_KEYS:
        try:
            if names := meta.take_names(key, limit=native.MAX_AUTHORS):
                return names
        except ImportRefused:
            # Other tools may keep addresses and pictures there.
            draft.report.warn(
                _("“%(key)s” holds no names that can be read; it was left out.") % {"key": key},
                meta.line_of(key),
            )
    return []


def _read_publication(meta: FrontMatter, draft: IssueDraft) -> None:
    """Take when it came out, and whether the tool that wrote the file showed it to nobody yet."""
    told = {key: meta.take_line(key) for key in DATE_KEYS}
    # Jekyll's `published` is yes or no.
    is_shown = told["published"].lower()
    draft.is_draft = is_shown == "false" or meta.take_line("draft").lower() == "true"
    if is_shown in ("true", "false"):
        told["published"] = ""
    for key, text in told.items():
        if not text or draft.published is not None:
            continue
        try:
            draft.published = read_moment(text, line=meta.line_of(key))
        except ImportRefused:
            if key == "published":
                raise
            # A name of other tools: people may have meant something else by it.
            draft.report.warn(
                _("“%(key)s: %(text)s” is no date that can be read; it was left out.")
                % {"key": key, "text": front_matter.shorten(text)},
                meta.line_of(key),
            )


def _read_time(text: str, *, line: int) -> datetime:
    """Read ISO 8601; a day alone means its last minute, a time without zone the newsroom's."""
    moment = read_moment(text, line=line)
    if isinstance(moment, datetime):
        return moment
    try:
        return _aware(datetime.combine(moment, time(23, 59)))
    except OverflowError:
        raise _no_time(text, line) from None


def read_moment(text: str, *, line: int | None = None) -> date | datetime:
    """Read ISO 8601, or as Jekyll writes it (2024-03-15 09:30:00 +0100); without zone it is the newsroom's.

    Raises ImportRefused for what is neither a day nor a time.
    """
    try:
        if day := parse_date(text):
            return day
        if moment := parse_datetime(text):
            return _aware(moment)
    except (ValueError, OverflowError):
        pass
    raise _no_time(text, line)


def _no_time(text: str, line: int | None) -> ImportRefused:
    return ImportRefused(
        _("“%(time)s” is not a time: write it as 2026-12-01T18:00.") % {"time": front_matter.shorten(text)},
        line=line,
    )


def _aware(moment: datetime) -> datetime:
    return (make_aware(moment) if is_naive(moment) else moment).astimezone(UTC)


def _together(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text)
