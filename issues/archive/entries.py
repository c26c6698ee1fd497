"""What feeds tell: an entry for each issue, or for each section, with its whole text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext as _

from authors.models import Author
from pictures.markup import first_own

from ..models import Issue, Section
from ..models.section import SectionQuerySet
from ..rendering.frozen_page import FrozenPage
from . import reading

ENTRIES = 20

_TAG = re.compile(r"<[a-zA-Z][^\s>/]*(?:\s+[^\s=>]+(?:=\"[^\"]*\")?)+\s*/?>")
_LOCAL_ADDRESS = re.compile(r'\b(src|href)="(/(?!/)|#)')


@dataclass(frozen=True)
class Entry:
    """One entry. `key` names it for ever (RFC 4151); `html` is complete for who reads it elsewhere.

    `updated` is for readers: the day it came out, or of its last correction. `changed` is when the feed began
    to hold it so, which is later for an issue of years ago that was put into the archive today.
    `image` is the address of its first picture, if there is one.
    """

    key: str
    url: str
    title: str
    words: str
    html: str
    published: datetime
    updated: datetime
    changed: datetime
    authors: tuple[tuple[str, str], ...]
    tags: tuple[str, ...] = ()
    image: str = ""


def of_issues() -> Iterator[Entry]:
    """The newest issues."""
    newest = (
        Issue.objects.published()
        .filter(rendition__isnull=False)
        .select_related("rendition")
        .defer("rendition__email_html", "rendition__text")
        .annotate(corrected_at=Max("errata__at"))
        .order_by("-published_at", "-number")
        .prefetch_related(reading.in_order(reading.with_bylines(Section.objects.defer("body"))))
    )
    for issue in newest[:ENTRIES]:
        url = settings.SITE_URL + issue.get_absolute_url()
        yield Entry(
            key=_key(issue, f"numero-{issue.number}"),
            url=url,
            title=_("No. %(number)s – %(title)s") % {"number": issue.number, "title": issue.title},
            words=reading.first_words(issue),
            html=absolute(issue.rendition.web_html, url),
            published=issue.published_at or issue.rendition.frozen_at,
            updated=issue.corrected_at or issue.published_at or issue.rendition.frozen_at,
            changed=issue.corrected_at or issue.rendition.frozen_at,
            authors=_named(reading.signatories(issue)),
            image=_image(issue.rendition.web_html),
        )


def of_sections(sections: SectionQuerySet) -> Iterator[Entry]:
    """The newest of these sections that are published."""
    newest = (
        reading.listed(sections)
        .select_related("issue__rendition")
        .defer("issue__rendition__email_html", "issue__rendition__text")
        .filter(issue__rendition__isnull=False)
        .annotate(corrected_at=Max("errata__at"))
        .prefetch_related("tags")  # type: ignore[misc]
    )
    for section in newest[:ENTRIES]:
        issue: Issue = section.issue  # type: ignore[assignment]
        url = settings.SITE_URL + section.get_absolute_url()
        html = FrozenPage(issue.rendition.web_html).section(section.anchor)
        yield Entry(
            key=_key(issue, f"section-{section.pk}"),
            url=url,
            title=section.title,
            words=reading.first_words_of(section),
            html=absolute(html, url),
            published=issue.published_at or issue.rendition.frozen_at,
            updated=section.corrected_at or issue.published_at or issue.rendition.frozen_at,
            changed=section.corrected_at or issue.rendition.frozen_at,
            authors=_named(section.byline()),
            tags=tuple(tag.name for tag in section.tags.all()),
            image=_image(html),
        )


def _image(html: str) -> str:
    picture = first_own(html)
    return settings.SITE_URL + picture if picture else ""


def absolute(html: str, page: str) -> str:
    """Give sanitised HTML with the addresses of its own site in full, for who reads it elsewhere."""

    def complete(tag: re.Match[str]) -> str:
        return _LOCAL_ADDRESS.sub(
            lambda m: f'{m[1]}="{page if m[2] == "#" else settings.SITE_URL}{m[2]}', tag[0]
        )

    return _TAG.sub(complete, html)


def _key(issue: Issue, name: str) -> str:
    return f"tag:{settings.NEWSLETTER['list_id']},{issue.published_at:%Y-%m-%d}:{name}"


def _named(authors: Iterable[Author]) -> tuple[tuple[str, str], ...]:
    return tuple((author.name, settings.SITE_URL + author.get_absolute_url()) for author in authors)
