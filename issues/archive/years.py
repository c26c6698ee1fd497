"""Home and the pages of the years: which issues there are. Everybody may read them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Max, QuerySet
from django.db.models.functions import ExtractYear
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from pictures.markup import first_picture

from ..models import Issue, Section
from . import reading
from .caching import kept, shared

# On home, with the titles of their sections, under the latest one; older ones are found by their year.
NEWEST = 12


@require_safe
@shared
def home(request: HttpRequest) -> HttpResponse:
    """Show the latest issue, the newest before it, and in which years there are others. For everybody."""
    years = published_years()
    issues = list(_with_titles(Issue.objects.published(), "introduction", "preheader")[: NEWEST + 1])
    latest = issues[0] if issues else None

    def make() -> HttpResponse:
        context = {
            "latest": latest,
            "first_words": reading.first_words(latest) if latest else "",
            "picture": _picture_of(latest) if latest else "",
            "issues": issues[1:],
            "years": years,
        }
        return render(request, "archive/home.html", context)

    parts = [repr(years), *_parts_of(issues)]
    if latest:
        parts += [latest.introduction, latest.preheader]
        parts.append(latest.rendition.digest if _is_frozen(latest) else "")
    return kept(request, parts, _moments_of(issues), make)


@require_safe
@shared
def year(request: HttpRequest, year: int) -> HttpResponse:
    """Show the issues of a year, with the titles of their sections. For everybody; 404 for one without.

    Years are those of the newsroom's time zone.
    """
    years = published_years()
    if year not in years:
        raise Http404
    issues = list(_with_titles(Issue.objects.published().filter(published_at__year=year)))

    def make() -> HttpResponse:
        context = {
            "year": year,
            "issues": issues,
            "years": years,
            "older": max((other for other in years if other < year), default=None),
            "newer": min((other for other in years if other > year), default=None),
        }
        return render(request, "archive/year.html", context)

    return kept(request, [repr(years), *_parts_of(issues)], _moments_of(issues), make)


def published_years() -> dict[int, int]:
    """Give the years with a published issue and how many each has, the last one first. One query."""
    counted = Issue.objects.published().order_by().annotate(year=ExtractYear("published_at")).values("year")
    return dict(counted.annotate(count=Count("pk")).order_by("-year").values_list("year", "count"))


def _with_titles(issues: QuerySet[Issue], *also: str) -> QuerySet[Issue]:
    """Fetch with issues the titles of their sections and when they were corrected last, the newest first.

    Two queries.
    """
    return (
        issues.select_related("rendition")
        .only("number", "title", "published_at", "rendition__digest", *also)
        .annotate(corrected_at=Max("errata__at"))
        .order_by("-published_at", "-number")
        .prefetch_related(reading.in_order(Section.objects.only("title", "issue_id", "position")))
    )


def _is_frozen(issue: Issue) -> bool:
    return hasattr(issue, "rendition")


def _picture_of(issue: Issue) -> SafeString | str:
    return first_picture(issue.rendition.web_html) if _is_frozen(issue) else ""


def _parts_of(issues: Iterable[Issue]) -> list[str]:
    """Name all that a list of issues says of them."""
    return [
        repr(
            (
                issue.number,
                issue.title,
                issue.published_at,
                issue.corrected_at,  # type: ignore[attr-defined]
                [(section.pk, section.title) for section in issue.sections.all()],
            )
        )
        for issue in issues
    ]


def _moments_of(issues: Iterable[Issue]) -> list[datetime]:
    moments = ((issue.published_at, issue.corrected_at) for issue in issues)  # type: ignore[attr-defined]
    return [moment for both in moments for moment in both if moment]
