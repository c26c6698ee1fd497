"""Feeds with the full text: Atom (RFC 4287) and JSON Feed (version 1.1).

Their furniture is in the newsletter's language. Who has the newest entry already gets 304.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from authors.models import Author

from ..models import Section, Tag
from .entries import Entry, of_issues, of_sections

# What XML 1.0 cannot hold (its production 2).
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Writer = Callable[[list[Entry], str, str, str], HttpResponse]


@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    """Give the newest issues as an Atom feed. For everybody."""
    return _answer(request, of_issues, write_atom, reverse("archive:feed"), reverse("archive:home"))


@require_safe
def json_feed(request: HttpRequest) -> HttpResponse:
    """Give the newest issues as a JSON Feed. For everybody."""
    return _answer(request, of_issues, write_json, reverse("archive:json_feed"), reverse("archive:home"))


@require_safe
def tag_atom(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the newest sections on a topic. For everybody; 404 for a topic without one."""
    tag = get_object_or_404(Tag, slug=slug)
    return _of_sections(request, Section.objects.filter(tagged_sections__tag=tag), tag, "archive:tag_feed")


@require_safe
def author_atom(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the newest sections of an author. For everybody; 404 for who published nothing yet."""
    author = get_object_or_404(Author, slug=slug)
    return _of_sections(request, Section.objects.filter(authors=author), author, "archive:author_feed")


def _of_sections(request: HttpRequest, sections: Any, of: Tag | Author, address: str) -> HttpResponse:
    entries = list(of_sections(sections))
    if not entries:
        raise Http404
    feed = reverse(address, args=[of.slug])
    return _answer(request, lambda: entries, write_atom, feed, of.get_absolute_url(), about=of.name)


def _answer(
    request: HttpRequest,
    entries: Callable[[], Iterable[Entry]],
    write: Writer,
    feed: str,
    page: str,
    about: str = "",
) -> HttpResponse:
    with translation.override(settings.NEWSLETTER["language"]):
        told = list(entries())
        last_modified = max((int(entry.changed.timestamp()) for entry in told), default=None)
        response = get_conditional_response(request, last_modified=last_modified)
        if response is None:
            name = settings.NEWSLETTER["name"]
            response = write(told, f"{about} – {name}" if about else name, feed, page)
            if last_modified:
                response.headers["Last-Modified"] = http_date(last_modified)
    return response


def write_atom(entries: list[Entry], title: str, feed: str, page: str) -> HttpResponse:
    """Give entries as Atom. `feed` and `page` are the paths of the feed itself and of the page it is of."""
    newsletter = settings.NEWSLETTER
    made = FullTextFeed(
        title=_xml(title),
        link=settings.SITE_URL + page,
        description=newsletter["tagline"],
        subtitle=newsletter["tagline"],
        language=newsletter["language"],
        author_name=newsletter["name"],
        feed_url=settings.SITE_URL + feed,
    )
    for entry in entries:
        made.add_item(
            title=_xml(entry.title),
            link=entry.url,
            description=_xml(entry.words),
            unique_id=entry.key,
            pubdate=entry.published,
            updateddate=entry.updated,
            authors=[(_xml(name), uri) for name, uri in entry.authors],
            categories=[_xml(tag) for tag in entry.tags],
            content=_xml(entry.html),
        )
    return HttpResponse(made.writeString("utf-8"), content_type=made.content_type)


def write_json(entries: list[Entry], title: str, feed: str, page: str) -> HttpResponse:
    """Give entries as a JSON Feed (jsonfeed.org, version 1.1)."""
    newsletter = settings.NEWSLETTER
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": settings.SITE_URL + page,
        "feed_url": settings.SITE_URL + feed,
        "description": newsletter["tagline"],
        "language": newsletter["language"],
        "items": [
            {
                "id": entry.key,
                "url": entry.url,
                "title": entry.title,
                "summary": entry.words,
                "content_html": entry.html,
                "date_published": entry.published.isoformat(),
                "date_modified": entry.updated.isoformat(),
                "authors": [{"name": name, "url": uri} for name, uri in entry.authors],
            }
            for entry in entries
        ],
    }
    return JsonResponse(data, content_type="application/feed+json", json_dumps_params={"ensure_ascii": False})


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


def _xml(text: str) -> str:
    return NOT_XML.sub("", text)
