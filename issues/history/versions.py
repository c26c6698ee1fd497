"""The versions of a section or an issue, and what two of them differ in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from ..models import Issue, Section
from .differences import Kind, Piece, count_words, differences

# So many unchanged paragraphs in a row are shown; of more, the middle is folded away.
SHOWN_UNCHANGED = 3


@dataclass(frozen=True)
class Paragraph:
    """Pieces up to the end of a line."""

    pieces: list[Piece]

    @property
    def is_changed(self) -> bool:
        return any(piece.kind is not Kind.SAME for piece in self.pieces)


@dataclass(frozen=True)
class Passage:
    """Paragraphs that stand together; folded where nothing changed for long."""

    paragraphs: list[Paragraph]
    folded: bool = False


@dataclass(frozen=True)
class Change:
    """One field that two versions differ in."""

    label: str
    old: str
    new: str

    @property
    def words(self) -> tuple[int, int]:
        """Added and removed."""
        return count_words(self.old, self.new)

    @property
    def passages(self) -> list[Passage]:
        """The field as it reads, with what was removed and added in it."""
        return list(_folded(list(_paragraphs(differences(self.old, self.new)))))


@dataclass(frozen=True)
class Version:
    """One saved version: the library's record of it."""

    record: Any

    @property
    def pk(self) -> int:
        return self.record.history_id

    @property
    def at(self) -> datetime:
        return self.record.history_date

    @property
    def by(self) -> Any:
        return self.record.history_user

    @property
    def state(self) -> str:
        return self.record.state

    @property
    def state_label(self) -> str:
        return str(self.record.get_state_display())

    @cached_property
    def fields(self) -> dict[str, str]:
        """What people read of it, by the name of the field."""
        record, belongings = self.record, self.record.belongings
        if record.instance_type is Section:
            texts = {_("title"): record.title, _("text"): record.body}
            lists = {
                _("rubric"): belongings.get("rubric", ""),
                _("follows up"): belongings.get("follows", ""),
                _("byline"): ", ".join(name for _pk, name in belongings.get("byline", [])),
                _("tags"): ", ".join(belongings.get("tags", [])),
                _("sources"): "\n".join(
                    " – ".join(filter(None, row)) for row in belongings.get("sources", [])
                ),
            }
        else:
            texts = {
                _("title"): record.title,
                _("subject line"): record.subject,
                _("preheader"): record.preheader,
                _("introduction"): record.introduction,
                _("closing words"): record.closing,
            }
            lists = {_("sections"): "\n".join(title for _pk, title in belongings.get("sections", []))}
        # One from before these were kept says nothing of them, rather than that there were none.
        return texts | lists if belongings else texts

    @property
    def content(self) -> tuple[Any, ...]:
        return tuple(self.fields.items())


def versions_of(thing: Section | Issue) -> list[Version]:
    """Give the versions, the newest first: each that says something else, or is in another state."""
    kept: list[Version] = []
    records = thing.history.select_related("history_user").order_by("history_date", "history_id")
    for version in map(Version, records):
        before = kept[-1] if kept else None
        if before and (before.content, before.state) == (version.content, version.state):
            continue
        kept.append(version)
    return kept[::-1]


def find(versions: list[Version], pk: str | None, default: Version) -> Version:
    """Give the version of that key. Raises Http404."""
    if not pk:
        return default
    for version in versions:
        if str(version.pk) == pk:
            return version
    raise Http404(_("There is no such version."))


def changes(old: Version, new: Version) -> list[Change]:
    """Give the fields that differ, those that both versions tell of."""
    return [
        Change(name, old.fields[name], text)
        for name, text in new.fields.items()
        if name in old.fields and old.fields[name] != text
    ]


def as_submitted(versions: list[Version]) -> Version | None:
    """Give the version that its authors handed in last, if it says another thing than the newest one."""
    if not versions:
        return None
    handed_in = versions[0].record.submitted_at
    # An approval that falls makes it submitted too, but nobody handed it in then.
    first = next(
        (version for version in reversed(versions) if version.record.submitted_at == handed_in), versions[0]
    )
    return None if handed_in is None or first.content == versions[0].content else first


def _paragraphs(pieces: list[Piece]) -> Iterator[Paragraph]:
    line: list[Piece] = []
    for piece in pieces:
        for part in piece.text.splitlines(keepends=True):
            line.append(Piece(piece.kind, part))
            if part.endswith("\n"):
                yield Paragraph(line)
                line = []
    if line:
        yield Paragraph(line)


def _folded(paragraphs: list[Paragraph]) -> Iterator[Passage]:
    near = [
        any(paragraph.is_changed for paragraph in paragraphs[max(0, n - 1) : n + 2])
        for n in range(len(paragraphs))
    ]
    start = 0
    while start < len(paragraphs):
        end = start
        while end < len(paragraphs) and near[end] == near[start]:
            end += 1
        folded = not near[start] and end - start > SHOWN_UNCHANGED
        yield Passage(paragraphs[start:end], folded)
        start = end
