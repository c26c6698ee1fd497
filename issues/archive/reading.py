"""What the archive says about an issue beside its text."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from html import unescape
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404
from django.templatetags.static import static
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from authors.models import Author
from pictures.markup import responsive

from ..checks.measures import reading_minutes
from ..models import Byline, Erratum, Issue, Section, Source, Tag
from ..models.section import SectionQuerySet
from ..rendering import render_markdown


def key_of(slug: str) -> int:
    """Give the key at the end of an address of words, which is what counts. Raises Http404."""
    key = slug.rpartition("-")[2]
    if not key.isdecimal() or len(key) > 18:
        raise Http404
    return int(key)


def in_order(sections: QuerySet[Section]) -> Prefetch:
    """Fetch with each issue its sections, in reading order."""
    return Prefetch("sections", sections.order_by("position", "pk"))


def with_bylines(sections: QuerySet[Section]) -> QuerySet[Section]:
    """Fetch with each section who signs it, in the order of the signatures."""
    return sections.prefetch_related(Prefetch("bylines", Byline.objects.select_related("author")))


def listed(sections: SectionQuerySet) -> QuerySet[Section]:
    """Keep what the public may read, the newest issue first, with all that a list shows."""
    return with_bylines(
        sections.published().select_related("issue", "rubric").order_by("-issue__number", "position", "pk")
    )


def published_topics() -> QuerySet[Tag]:
    """Give the topics of what is published, each with the number of its `published_sections`."""
    published = Q(tagged_sections__content_object__issue__state=Issue.State.PUBLISHED)
    counted = Tag.objects.annotate(published_sections=Count("tagged_sections", filter=published))
    return counted.filter(published_sections__gt=0)


def page_html(frozen: str) -> SafeString:
    """Give frozen, hence clean, HTML for a page: with its pictures in sizes to choose from.

    The first of them may be on the screen at once, and is what readers then wait for. Code that is wider
    than a phone is scrolled by keyboard too (WCAG 2.1.1).
    """
    html = responsive(frozen).replace(' loading="lazy"', "", 1).replace("<pre>", '<pre tabindex="0">')
    return mark_safe(html)  # noqa: S308


def first_words(issue: Issue, words: int = 55) -> str:
    """Give the beginning of the introduction as plain text, or the preheader where there is none."""
    text = " ".join(unescape(strip_tags(render_markdown(issue.introduction))).split())
    return Truncator(text or issue.preheader).words(words, truncate=" …")


def first_words_of(section: Section, words: int = 40) -> str:
    """Give the beginning of a section as plain text."""
    text = " ".join(unescape(strip_tags(render_markdown(section.body))).split())
    return Truncator(text).words(words, truncate=" …")


def minutes(sections: Iterable[Section]) -> int:
    """How long reading takes, in whole minutes, one at the least."""
    return max(1, reading_minutes(sum(section.word_count for section in sections)))


def cited_elsewhere(section: Section) -> QuerySet[Source]:
    """Give the sources of a section that other published sections cite too."""
    elsewhere = (
        Source.objects.filter(
            canonical_url=OuterRef("canonical_url"), section__issue__state=Issue.State.PUBLISHED
        )
        .exclude(section=section)
        .order_by()
    )
    return section.sources.exclude(canonical_url="").filter(Exists(elsewhere)).order_by("position", "pk")


def signatories(issue: Issue) -> list[Author]:
    """Give everybody who signs a section, once each, in the order in which readers meet them."""
    return list(dict.fromkeys(author for section in issue.sections.all() for author in section.byline()))


def errata(issue: Issue) -> list[Erratum]:
    """Give what was corrected since the issue went out, the oldest first; `html` is the text for the page."""
    found = list(issue.errata.select_related("section").defer("before_html", "after_html"))
    for erratum in found:
        erratum.html = render_markdown(erratum.text, prefix=f"erratum-{erratum.pk}")  # type: ignore[attr-defined]
    return found


def neighbours(issue: Issue) -> tuple[Issue | None, Issue | None]:
    """Give the published issues just before and just after, by number."""
    others = Issue.objects.published().only("number", "title", "published_at")
    return (
        others.filter(number__lt=issue.number).order_by("-number").first(),
        others.filter(number__gt=issue.number).order_by("number").first(),
    )


@lru_cache(maxsize=1)
def furniture_digest() -> str:
    """Give a digest of what stands around an issue's text: templates, stylesheet, the newsletter's name.

    It is part of the page's ETag: a browser that kept the page of an older release would else ask
    for a stylesheet that is gone. Read once: a new release, or another setting, is a new process.
    """
    folder = Path(settings.BASE_DIR) / "templates"
    digest = sha256(f"{static('veille.css')} {settings.SITE_URL} {settings.NEWSLETTER}".encode())
    for template in (folder / "base.html", *sorted((folder / "archive").iterdir())):
        digest.update(template.read_bytes())
    return digest.hexdigest()
