"""The page of one section, and where else its sources were cited."""

from __future__ import annotations

import re

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from ..following import ends_of
from ..links.addresses import request_url
from ..models import Issue, Section, Source
from ..rendering.frozen_page import FrozenPage
from . import dead_links, follow_ups, listing, reading, structured
from .caching import kept, shared
from .share_picture import digest_of
from .withdrawn import or_gone

_HEADING = re.compile(r"<(/?)h([2-6])(?=[ >])")


@require_safe
@shared
@or_gone
def section(request: HttpRequest, number: int, slug: str) -> HttpResponse:
    """Show a section of a published issue, as it was frozen, on a page of its own. For everybody.

    404 for what is not published. The address ends with the section's key: one with other words, from
    before its title was corrected, leads to the right one.
    """
    shown = get_object_or_404(
        reading.listed(Section.objects.filter(pk=reading.key_of(slug), issue__number=number))
        .select_related("issue__rendition")
        .prefetch_related("tags")  # type: ignore[misc]
        .defer("issue__rendition__email_html", "issue__rendition__text")
    )
    issue: Issue = shown.issue  # type: ignore[assignment]
    if slug != shown.slug:
        return redirect(shown, permanent=True)
    html = FrozenPage(issue.rendition.web_html).section(shown.anchor)
    if not html:
        raise Http404
    errata = [erratum for erratum in reading.errata(issue) if erratum.section_id == shown.pk]
    others = list(issue.sections.only("title", "issue").order_by("position", "pk"))
    cited = list(reading.cited_elsewhere(shown))
    authors = shown.byline()
    dead = dead_links.dead_in(html)
    ends = ends_of([shown])

    def make() -> HttpResponse:
        place = others.index(shown)
        first_words = reading.first_words_of(shown)
        context = {
            "section": shown,
            "issue": issue,
            "html": reading.page_html(
                _alone(dead_links.noted(follow_ups.noted_section(html, ends.get(shown.pk)), dead))
            ),
            "errata": errata,
            "authors": authors,
            "minutes": reading.minutes([shown]),
            "first_words": first_words,
            "before": others[place - 1] if place else None,
            "after": others[place + 1] if place + 1 < len(others) else None,
            "cited": cited,
            "structured": structured.section(shown, authors, first_words),
            "picture_digest": digest_of(issue),
        }
        return render(request, "archive/section.html", context)

    parts = [
        html,
        shown.title,
        f"{shown.rubric.slug} {shown.rubric}" if shown.rubric else "",
        *(f"erratum {erratum.pk}" for erratum in errata),
        *(f"{author.slug} {author.name} {author.portrait} {author.bio}" for author in authors),
        *(f"{other.pk} {other.title}" for other in others),
        *(f"tag {tag.slug} {tag.name}" for tag in shown.tags.all()),
        *(f"cited {source.pk}" for source in cited),
        *dead_links.parts(dead),
        *follow_ups.parts(ends),
    ]
    moments = [issue.published_at, *(erratum.at for erratum in errata)]
    return kept(request, parts, [moment for moment in moments if moment], make)


@require_safe
@shared
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """Show in which published sections a source was cited, whatever its address looked like. For everybody.

    404 for a source without an address, or of what is not published.
    """
    shown = get_object_or_404(_published_sources(), pk=pk)
    sections = reading.listed(Section.objects.filter(sources__canonical_url=shown.canonical_url).distinct())
    dead = dead_links.among([request_url(shown.url)])
    return listing.page(
        request,
        "archive/source.html",
        list(sections),
        [repr((shown.title, shown.publisher, shown.url)), *dead_links.parts(dead)],
        source=shown,
        dead=next(iter(dead.values()), None),
    )


def _published_sources() -> QuerySet[Source]:
    return Source.objects.filter(section__issue__state=Issue.State.PUBLISHED).exclude(canonical_url="")


def _alone(html: str) -> str:
    """Give the frozen markup of a section as the article of a page: its title is the first heading there."""
    article = f"<article{html.removeprefix('<section').removesuffix('</section>')}</article>"
    return _HEADING.sub(lambda found: f"<{found[1]}h{int(found[2]) - 1}", article)
