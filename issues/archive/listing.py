"""Pages that list sections: by an author, on a topic, under a rubric, with a source. Made once per change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..models import Section
from .caching import kept


def page(
    request: HttpRequest, template: str, sections: list[Section], said: Iterable[str], **context: Any
) -> HttpResponse:
    """Give the page of a list of sections; `said` is what it says beside them, for its ETag."""
    return kept(
        request,
        [*said, *_parts_of(sections)],
        _moments_of(sections),
        lambda: render(request, template, {"sections": sections, **context}),
    )


def _parts_of(sections: Iterable[Section]) -> list[str]:
    """Name all that a list says of sections."""
    return [
        repr(
            (
                section.pk,
                section.title,
                section.issue and (section.issue.number, section.issue.published_at),
                section.rubric and (section.rubric.pk, section.rubric.name),
                [(author.slug, author.name) for author in section.byline()],
            )
        )
        for section in sections
    ]


def _moments_of(sections: Iterable[Section]) -> list[datetime]:
    issues = (section.issue for section in sections)
    return [issue.published_at for issue in issues if issue and issue.published_at]
