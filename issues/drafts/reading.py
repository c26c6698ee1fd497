"""A form, and what is saved, as texts under headings: what two versions are compared by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from taggit.utils import parse_tags

from authors.models import Author

from ..models import Draft, Issue, Rubric, Section
from .form_data import plain, rows

TEXTS = {
    Draft.Kind.SECTION: ("title", "body"),
    Draft.Kind.ISSUE: ("number", "title", "subject", "preheader", "introduction", "closing"),
}
MODELS: dict[str, type[Section] | type[Issue]] = {Draft.Kind.SECTION: Section, Draft.Kind.ISSUE: Issue}


@dataclass(frozen=True)
class Difference:
    """One part of a text in two versions."""

    name: str
    label: str
    saved: str
    typed: str


class Names:
    """What primary keys in forms stand for; each is asked of the database once."""

    def __init__(self) -> None:
        self._known: dict[tuple[type[Model], str], str] = {}

    def of(self, model: type[Model], keys: list[str]) -> list[str]:
        """The names of those that exist, in the same order."""
        wanted = {key for key in keys if key.isascii() and key.isdigit() and len(key) < 18}
        unknown = [key for key in wanted if (model, key) not in self._known]
        if unknown:
            found = {str(thing.pk): str(thing) for thing in model._base_manager.filter(pk__in=unknown)}
            self._known |= {(model, key): found.get(key, "") for key in unknown}
        return [name for key in keys if (name := self._known.get((model, key), ""))]


def differences(
    data: Mapping[str, str], thing: Section | Issue, names: Names | None = None
) -> list[Difference]:
    """Where a form, fitted to what is saved, says something else than that."""
    kind = kind_of(thing)
    saved = of_thing(thing)
    return [
        Difference(name, label(kind, name), saved[name], typed)
        for name, typed in of_form(data, kind, names or Names()).items()
        if typed != saved[name]
    ]


def of_a_new_one(data: Mapping[str, str], kind: str, names: Names) -> list[Difference]:
    """All that a form for a new section or issue says."""
    return [
        Difference(name, label(kind, name), "", typed)
        for name, typed in of_form(data, kind, names).items()
        if typed and name not in ("issue", "number")
    ]


def kind_of(thing: Section | Issue) -> str:
    return Draft.Kind.SECTION if isinstance(thing, Section) else Draft.Kind.ISSUE


def label(kind: str, name: str) -> str:
    """The heading of one part, as the form has it."""
    titles = {
        "bylines": _("byline"),
        "sources": _("sources"),
        "sections": _("order of the sections"),
        "planned_rubrics": _("planned rubrics"),
    }
    if name in titles:
        return titles[name]
    return str(getattr(MODELS[kind]._meta.get_field(name), "verbose_name", name))


def of_thing(thing: Section | Issue) -> dict[str, str]:
    """A saved section or issue, part by part."""
    found = {name: plain(str(getattr(thing, name))) for name in TEXTS[Draft.Kind(kind_of(thing))]}
    if isinstance(thing, Section):
        found["issue"] = str(thing.issue or "")
        found["rubric"] = str(thing.rubric or "")
        found["follows"] = str(thing.follows or "")
        found["tags"] = ", ".join(sorted(tag.name for tag in thing.tags.all()))
        found["bylines"] = "\n".join(author.name for author in thing.byline())
        found["sources"] = "\n".join(
            _source(source.title, source.publisher, source.url) for source in thing.sources.all()
        )
    else:
        found["deadline"] = _moment(thing.deadline)
        in_order = sorted(thing.sections.all(), key=lambda section: (section.position, section.pk))
        found["sections"] = "\n".join(section.title for section in in_order)
        planned = thing.planned_rubrics.select_related("rubric").order_by("position", "pk")
        found["planned_rubrics"] = "\n".join(line.rubric.name for line in planned)
    return found


def of_form(data: Mapping[str, str], kind: str, names: Names) -> dict[str, str]:
    """A form part by part; what it does not hold is left out."""
    found = {name: plain(data[name]) for name in TEXTS[Draft.Kind(kind)] if name in data}
    if kind == Draft.Kind.SECTION:
        for name, model in (("issue", Issue), ("rubric", Rubric), ("follows", Section)):
            if name in data:
                found[name] = "".join(names.of(model, [data[name]]))
        if "tags" in data:
            found["tags"] = ", ".join(sorted(parse_tags(data["tags"])))
        bylines, sources = _in_order(rows(data, "bylines")), _in_order(rows(data, "sources"))
        if bylines is not None:
            found["bylines"] = "\n".join(names.of(Author, [row.get("author", "") for row in bylines]))
        if sources is not None:
            lines = (_source(*(row.get(f, "") for f in ("title", "publisher", "url"))) for row in sources)
            found["sources"] = "\n".join(line for line in lines if line)
    else:
        if "deadline_0" in data:
            found["deadline"] = _typed_moment(data["deadline_0"], data.get("deadline_1", ""))
        order = _in_order(rows(data, "sections"))
        if order is not None:
            found["sections"] = "\n".join(names.of(Section, [row.get("id", "") for row in order]))
        plan = _in_order(rows(data, "planned_rubrics"))
        if plan is not None:
            found["planned_rubrics"] = "\n".join(names.of(Rubric, [row.get("rubric", "") for row in plan]))
    return found


def _source(title: str, publisher: str, url: str) -> str:
    return " · ".join(part.strip() for part in (title, publisher, url) if part.strip())


def _in_order(found: list[dict[str, str]] | None) -> list[dict[str, str]] | None:
    """The rows that stay, in their order; one without a position counts as the first, as when saved."""
    if found is None:
        return None

    def position(row: dict[str, str]) -> int:
        value = row.get("position", "")
        # Python reads no number of thousands of digits; the form refuses it later.
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0

    return sorted((row for row in found if not row.get("DELETE")), key=position)


def _moment(when: datetime | None) -> str:
    return formats.date_format(timezone.localtime(when), "SHORT_DATETIME_FORMAT") if when else ""


def _typed_moment(day: str, hour: str) -> str:
    """A date and a time as they were typed; read as the form will, where it can."""
    try:
        read: tuple[date | None, time | None] = (
            forms.DateField(required=False).clean(day),
            forms.TimeField(required=False).clean(hour),
        )
    except ValidationError:
        return f"{day} {hour}".strip()
    if read[0] is None or read[1] is None:
        return f"{day} {hour}".strip()
    return _moment(timezone.make_aware(datetime.combine(read[0], read[1])))
