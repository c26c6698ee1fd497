"""The Atom feed (RFC 4287): the newest issues with their full text."""

from __future__ import annotations

import re
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from ..models import Issue, Section
from . import reading

ENTRIES = 20

TAG = re.compile(r"<[a-zA-Z][^\s>/]*(?:\s+[^\s=>]+(?:=\"[^\"]*\")?)+\s*/?>")
LOCAL_ADDRESS = re.compile(r'\b(src|href)="(/(?!/)|#)')
# What XML 1.0 cannot hold (its production 2).
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class FullTextFeed(Atom1Feed):
    """Atom with the whole text of each entry, and all of its authors."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for name, uri in item["authors"]:
            handler.startElement("author", AttributesImpl({}))
            handler.addQuickElement("name", name)
            handler.addQuickElement("uri", uri)
            handler.endElement("author")
        handler.addQuickElement("content", item["content"], {"type": "html"})


@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    """Give the newest issues as an Atom feed. For everybody.

    Its furniture is in the newsletter's language. Answers 304 to a reader that has the newest issue.
    """
    newest = (
        Issue.objects.published()
        .filter(rendition__isnull=False)
        .select_related("rendition")
        .defer("rendition__email_html", "rendition__text")
        .annotate(corrected_at=Max("errata__at"))
        .order_by("-published_at", "-number")
        .prefetch_related(reading.in_order(reading.with_bylines(Section.objects.defer("body"))))
    )
    with translation.override(settings.NEWSLETTER["language"]):
        feed = _build(list(newest[:ENTRIES]))
    last_modified = int(feed.latest_post_date().timestamp()) if feed.num_items() else None
    response = get_conditional_response(request, last_modified=last_modified)
    if response is None:
        response = HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
        if last_modified:
            response.headers["Last-Modified"] = http_date(last_modified)
    return response


def absolute(html: str, page: str) -> str:
    """Give sanitised HTML with the addresses of its own site in full, for who reads it elsewhere."""

    def complete(tag: re.Match[str]) -> str:
        return LOCAL_ADDRESS.sub(
            lambda m: f'{m[1]}="{page if m[2] == "#" else settings.SITE_URL}{m[2]}', tag[0]
        )

    return TAG.sub(complete, html)


def _build(issues: list[Issue]) -> FullTextFeed:
    newsletter = settings.NEWSLETTER
    feed = FullTextFeed(
        title=newsletter["name"],
        link=settings.SITE_URL + reverse("archive:home"),
        description=newsletter["tagline"],
        subtitle=newsletter["tagline"],
        language=newsletter["language"],
        author_name=newsletter["name"],
        feed_url=settings.SITE_URL + reverse("archive:feed"),
    )
    for issue in issues:
        address = settings.SITE_URL + issue.get_absolute_url()
        feed.add_item(
            title=_xml(_("No. %(number)s – %(title)s") % {"number": issue.number, "title": issue.title}),
            link=address,
            description=_xml(reading.first_words(issue)),
            unique_id=_stable_id(issue),
            pubdate=issue.published_at,
            updateddate=issue.corrected_at or issue.rendition.frozen_at,  # type: ignore[attr-defined]
            authors=[
                (_xml(author.name), settings.SITE_URL + author.get_absolute_url())
                for author in reading.signatories(issue)
            ],
            content=_xml(absolute(issue.rendition.web_html, address)),
        )
    return feed


def _stable_id(issue: Issue) -> str:
    """Name an entry for ever (RFC 4151), whatever becomes of the site's address."""
    return f"tag:{settings.NEWSLETTER['list_id']},{issue.published_at:%Y-%m-%d}:numero-{issue.number}"


def _xml(text: str) -> str:
    return NOT_XML.sub("", text)
