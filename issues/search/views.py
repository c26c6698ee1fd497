"""The page that searches."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from authors.models import Author

from ..archive import reading
from ..models import Issue, Section, Tag
from .finding import Wanted, excerpt, find, highlight

ON_A_PAGE = 20
FILTERS = ("theme", "auteur", "annee")
# Topics that are offered where nothing was found or asked for.
STARTS = 24


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Search in what is published: `q` holds words; `theme`, `auteur`, `annee` narrow it. For everybody."""
    # PostgreSQL takes no NUL in a text.
    asked = {name: request.GET.get(name, "").replace("\0", "")[:200] for name in ("q", *FILTERS)}
    wanted = Wanted.read(asked["q"])
    keys = _narrowed(find(wanted), asked) if wanted.stems else _all(asked)
    page = Paginator(keys, ON_A_PAGE).get_page(request.GET.get("page"))
    is_narrowed = any(asked[name] for name in FILTERS)
    context = {
        "asked": asked,
        "has_asked": bool(wanted.stems) or is_narrowed,
        "is_narrowed": is_narrowed,
        "starts": [] if keys else _starts(),
        "page": page,
        "results": _shown(list(page.object_list), wanted),
        "query": _without_page(request),
        **_choices(),
    }
    return render(request, "archive/search.html", context)


def _narrowed(keys: list[int], asked: dict[str, str]) -> list[int]:
    """Keep what also has the topic, the author and the year; in the same order."""
    kept = set(_filtered(asked).filter(pk__in=keys).values_list("pk", flat=True))
    return [key for key in keys if key in kept]


def _all(asked: dict[str, str]) -> list[int]:
    """Without words: everything that has the topic, the author and the year, the newest first."""
    if not any(asked[name] for name in FILTERS):
        return []
    newest = _filtered(asked).order_by("-issue__number", "position", "pk")
    return list(newest.values_list("pk", flat=True))


def _filtered(asked: dict[str, str]) -> Any:
    # Again, whatever the index holds: nothing else is ever shown.
    sections = Section.objects.published()
    condition = Q()
    if asked["theme"]:
        condition &= Q(tagged_sections__tag__slug=asked["theme"])
    if asked["auteur"]:
        condition &= Q(bylines__author__slug=asked["auteur"])
    if asked["annee"]:
        year = asked["annee"]
        condition &= Q(issue__published_at__year=int(year)) if _is_year(year) else Q(pk=None)
    return sections.filter(condition).distinct()


def _shown(keys: list[int], wanted: Wanted) -> list[dict[str, Any]]:
    found = reading.listed(Section.objects.filter(pk__in=keys)).select_related("search_entry").in_bulk()
    return [
        {
            "section": section,
            "title": highlight(section.title, wanted),
            "excerpt": excerpt(section.search_entry.text, wanted) if hasattr(section, "search_entry") else "",
        }
        for section in (found[key] for key in keys if key in found)
    ]


def _choices() -> dict[str, Any]:
    published = Issue.State.PUBLISHED
    return {
        "topics": Tag.objects.filter(tagged_sections__content_object__issue__state=published).distinct(),
        "authors": Author.objects.filter(sections__issue__state=published).distinct(),
        "years": Issue.objects.published().dates("published_at", "year", order="DESC"),
    }


def _starts() -> QuerySet[Tag]:
    """Give the topics with the most published sections."""
    return reading.published_topics().order_by("-published_sections", "folded")[:STARTS]


def _is_year(text: str) -> bool:
    """Whether it is one whose first and last moments are dates in every time zone."""
    return text.isascii() and text.isdigit() and len(text) == 4 and "0001" < text < "9999"


def _without_page(request: HttpRequest) -> str:
    asked = request.GET.copy()
    asked.pop("page", None)
    return asked.urlencode()
