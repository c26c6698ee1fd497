"""What belongs to a version beside the columns of its row: what a reader would see of the section or issue.

The library keeps the row. Bylines, sources, tags and the order of sections are rows of their own, and
histories of each would have to be laid beside one another by time: they are written down together instead,
in words and in keys, so that a version is whole even when an author or a section is no more.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from ..models import Issue, Section


def snapshot(thing: Section | Issue) -> dict[str, Any]:
    """Read what belongs to the thing now, as JSON."""
    return _of_section(thing) if isinstance(thing, Section) else _of_issue(thing)


def _of_section(section: Section) -> dict[str, Any]:
    lines = section.bylines.select_related("author").order_by("position", "pk")
    return {
        "rubric": section.rubric.name if section.rubric else "",
        "rubric_key": section.rubric_id,
        "follows": section.follows.title if section.follows else "",
        "follows_key": section.follows_id,
        "byline": [[line.author_id, line.author.name] for line in lines],
        "tags": sorted(tagged.tag.name for tagged in section.tagged_sections.select_related("tag")),
        "sources": [
            [source.title, source.publisher, source.url]
            for source in section.sources.order_by("position", "pk")
        ],
    }


def _of_issue(issue: Issue) -> dict[str, Any]:
    sections = issue.sections.order_by("position", "pk").values_list("pk", "title")
    return {"sections": [list(section) for section in sections]}


def write_down(sender: type[models.Model], instance: Any, history_instance: Any, **kwargs: Any) -> None:
    """Complete a version that the library is about to write."""
    if isinstance(instance, (Section, Issue)):
        history_instance.belongings = snapshot(instance)


def complete(thing: Section | Issue) -> None:
    """Bring the newest version up to date, once what belongs to the thing was saved after its row."""
    newest = thing.history.first()
    if newest and newest.belongings != (now := snapshot(thing)):
        newest.belongings = now
        newest.save(update_fields=["belongings"])


def note(issue: Issue) -> None:
    """Make a version of an issue that was not saved itself, but a section came, went, or moved."""
    newest = issue.history.first()
    if newest is None or _order_in(newest.belongings) != _order_in(snapshot(issue)):
        issue.save()


def _order_in(belongings: dict[str, Any]) -> list[int]:
    return [pk for pk, _title in belongings.get("sections", [])]
