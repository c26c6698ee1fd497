"""A form opened on an older version, fitted to what is saved now: no row of either side is dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from taggit.utils import edit_string_for_tags, parse_tags

from ..models import Issue, Section, Tag
from ..models.tag import fold
from .form_data import opened_version, plain, rows, with_rows


@dataclass(frozen=True)
class Inline:
    """The rows of a form: their prefix, the fields a person fills in, and whether she may add some."""

    prefix: str
    fields: tuple[str, ...]
    may_add: bool = True


FIELDS: dict[type, tuple[str, ...]] = {
    Section: ("title", "body", "issue", "rubric", "follows"),
    Issue: ("number", "title", "subject", "preheader", "introduction", "closing"),
}
INLINES: dict[type, tuple[Inline, ...]] = {
    Section: (Inline("bylines", ("author",)), Inline("sources", ("title", "publisher", "url"))),
    Issue: (Inline("sections", (), may_add=False), Inline("planned_rubrics", ("rubric",))),
}


def fitted(data: Mapping[str, str], thing: Section | Issue) -> dict[str, str]:
    """Fit a posted form to what is saved now.

    A field that still says what the form was opened with takes what is saved; tags of both sides stay. A row
    somebody else added stays; one somebody else deleted comes back as a new one if the form still
    holds it; the same row added on both sides is there once.
    """
    result = dict(data)
    if opened_version(data) != thing.version:
        _take_over(result, thing)
    for inline in INLINES[type(thing)]:
        posted = rows(data, inline.prefix)
        if posted is not None:
            saved, added = _fit(posted, list(getattr(thing, inline.prefix).all()), inline, thing)
            result = with_rows(result, inline.prefix, saved, added)
    return result


def _take_over(data: dict[str, str], thing: Section | Issue) -> None:
    opened = thing.history.filter(version=opened_version(data)).order_by("history_date", "history_id").last()
    for name in FIELDS[type(thing)] if opened else ():
        if name in data and plain(data[name]) == plain(_value(opened, name)):
            data[name] = _value(thing, name)
    if isinstance(thing, Section) and opened and opened.is_standing == ("is_standing" in data):
        # A box that is not ticked is not posted.
        data.pop("is_standing", None)
        data |= {"is_standing": "on"} if thing.is_standing else {}
    if isinstance(thing, Section) and "tags" in data:
        mine = parse_tags(data["tags"])
        folded = {fold(tag) for tag in mine}
        theirs = [tag.name for tag in thing.tags.all() if tag.folded not in folded]
        data["tags"] = edit_string_for_tags([Tag(name=name) for name in (*mine, *theirs)])


def _fit(
    posted: list[dict[str, str]], existing: list[Any], inline: Inline, thing: Section | Issue
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    parent: dict[str, Any] = {str(thing._meta.model_name): thing.pk}
    by_id = {row["id"]: row for row in posted if row.get("id")}
    saved = []
    theirs = set()
    for row in existing:
        values = by_id.pop(str(row.pk), None)
        if values is None:
            values = {field: _value(row, field) for field in (*inline.fields, "position")}
            theirs.add(_words(values, inline))
        saved.append({**values, "id": row.pk, **parent})
    added = []
    for values in posted:
        gone = values.get("id") in by_id
        new = not values.get("id") or gone
        deleted = bool(values.get("DELETE"))
        if inline.may_add and new and not deleted and _words(values, inline) not in theirs:
            added.append({**values, "id": "", **parent})
    return saved, added


def _value(row: Any, field: str) -> str:
    value = getattr(row, row._meta.get_field(field).attname)
    return "" if value is None else str(value)


def _words(values: Mapping[str, str], inline: Inline) -> tuple[str, ...]:
    return tuple(values.get(field, "").strip() for field in inline.fields)
