"""What a section carries on and what carries it on, on public pages. Put in when a page is made."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from ..following import Ends
from ..models import Section
from ..rendering.frozen_page import FrozenPage

_END = "</section>"


def noted(html: str, sections: Iterable[Section], ends: dict[int, Ends]) -> str:
    """Give the frozen page of an issue with the ends of each section at its foot."""
    if not ends:
        return html
    page = FrozenPage(html)
    places = [
        (place, section)
        for section in sections
        if section.pk in ends and (place := page.part("section", "id", section.anchor))
    ]
    for place, section in sorted(places, reverse=True, key=lambda found: found[0].end):
        foot = place.end - len(_END)
        html = f"{html[:foot]}{note(ends[section.pk])}{html[foot:]}"
    return html


def noted_section(html: str, ends: Ends | None) -> str:
    """Give the frozen markup of one section with its ends at its foot."""
    return f"{html.removesuffix(_END)}{note(ends)}{_END}" if ends else html


def note(ends: Ends) -> str:
    """Give the words for both ends of a section as HTML, in the newsletter's language."""
    with translation.override(settings.NEWSLETTER["language"]):
        return render_to_string("archive/_follow_ups.html", {"ends": ends}).strip()


def parts(ends: dict[int, Ends]) -> list[str]:
    """Name what the notes of a page say, for the page's ETag."""
    return [
        f"follow-up {pk} {other.pk} {other.issue_id} {other.title}"
        for pk, found in sorted(ends.items())
        for other in (*filter(None, [found.before]), *found.after)
    ]
