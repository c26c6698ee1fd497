"""The pages of the archive. Everybody may read them; they show what is published and nothing else."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from authors.models import Author

from ..following import ends_of
from ..models import Issue, Rubric, Section, Tag
from . import dead_links, follow_ups, listing, reading, structured
from .caching import kept, shared
from .share_picture import digest_of
from .withdrawn import or_gone


@require_safe
@shared
@or_gone
def issue(request: HttpRequest, number: int) -> HttpResponse:
    """Show a published issue as it was frozen. For everybody; 404 for what is not out, 410 once withdrawn.

    Answers 304 to whoever holds the same page already (RFC 9110, section 13).
    """
    shown = get_object_or_404(
        Issue.objects.published()
        .select_related("rendition")
        .defer("rendition__email_html", "rendition__text")
        .prefetch_related(reading.in_order(reading.with_bylines(Section.objects.all()))),
        number=number,
        rendition__isnull=False,
    )
    older, newer = reading.neighbours(shown)
    authors = reading.signatories(shown)
    errata = reading.errata(shown)
    dead = dead_links.dead_in(shown.rendition.web_html)
    ends = ends_of(shown.sections.all())

    def make() -> HttpResponse:
        first_words = reading.first_words(shown, words=40)
        html = follow_ups.noted(shown.rendition.web_html, shown.sections.all(), ends)
        context = {
            "issue": shown,
            "html": reading.page_html(dead_links.noted(html, dead)),
            "authors": authors,
            "errata": errata,
            "older": older,
            "newer": newer,
            "minutes": reading.minutes(shown.sections.all()),
            "first_words": first_words,
            "structured": structured.issue(shown, authors, first_words),
            "picture_digest": digest_of(shown),
        }
        return render(request, "archive/issue.html", context)

    parts = [
        shown.rendition.digest,
        *(f"erratum {erratum.pk}" for erratum in errata),
        shown.title,
        *(f"{author.slug} {author.name} {author.portrait}" for author in authors),
        *(f"{other.number} {other.title}" if other else "" for other in (older, newer)),
        *dead_links.parts(dead),
        *follow_ups.parts(ends),
    ]
    moments = [i.published_at for i in (shown, newer) if i and i.published_at]
    return kept(request, parts, [*moments, *(erratum.at for erratum in errata)], make)


@require_safe
@shared
def author(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an author and what she published. For everybody; 404 for who published nothing yet."""
    shown = get_object_or_404(Author, slug=slug)
    sections = list(reading.listed(Section.objects.filter(authors=shown)))
    if not sections:
        raise Http404
    said = repr((shown.name, shown.slug, shown.bio, shown.website, shown.portrait.name))
    return listing.page(request, "archive/author.html", sections, [said], author=shown)


@require_safe
@shared
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what was published on a topic, by year, with what follows up what. For everybody.

    404 for a topic without a published section.
    """
    shown = get_object_or_404(Tag, slug=slug)
    sections = list(reading.listed(Section.objects.filter(tagged_sections__tag=shown)))
    if not sections:
        raise Http404
    ends = ends_of(sections)
    for section in sections:
        section.ends = ends.get(section.pk)  # type: ignore[attr-defined]
    said = [repr((shown.name, shown.slug)), *follow_ups.parts(ends)]
    return listing.page(request, "archive/tag.html", sections, said, tag=shown)


@require_safe
@shared
def rubric(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what was published under a heading. For everybody; 404 for one without a published section.

    The address ends with the rubric's key: one with another name leads to the right one.
    """
    shown = get_object_or_404(Rubric, pk=reading.key_of(slug))
    sections = list(reading.listed(shown.sections.all()))
    if not sections:
        raise Http404
    if slug != shown.slug:
        return redirect(shown, permanent=True)
    return listing.page(request, "archive/rubric.html", sections, [shown.name], rubric=shown)


@require_safe
@shared
def tags(request: HttpRequest) -> HttpResponse:
    """Show all topics with the number of their published sections. For everybody."""
    topics = list(reading.published_topics())
    parts = [repr((topic.slug, topic.name, topic.published_sections)) for topic in topics]
    return kept(request, parts, [], lambda: render(request, "archive/tags.html", {"tags": topics}))
