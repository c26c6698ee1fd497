"""Feeds with the full text: Atom (RFC 4287) and JSON Feed (version 1.1).

Their furniture is in the newsletter's language. Who has the same already gets 304, by its ETag; who asks
by the date alone, as some feed readers do, where nothing came out, was corrected, withdrawn or brought back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.http import http_date, quote_etag
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from authors.models import Author

from ..models import Issue, Rubric, Section, Tag
from .caching import shared
from .entries import Entry, of_issues, of_sections
from .reading import key_of

# What XML 1.0 cannot hold (its production 2).
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Writer = Callable[[list[Entry], str, str, str], HttpResponse]


@require_safe
@shared
def atom(request: HttpRequest) -> HttpResponse:
    """Give the newest issues as an Atom feed. For everybody."""
    return _answer(request, of_issues, write_atom, reverse("archive:feed"), reverse("archive:home"))


@require_safe
@shared
def json_feed(request: HttpRequest) -> HttpResponse:
    """Give the newest issues as a JSON Feed. For everybody."""
    return _answer(request, of_issues, write_json, reverse("archive:json_feed"), reverse("archive:home"))


@require_safe
@shared
def tag_atom(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the newest sections on a topic as Atom. For everybody; 404 for a topic without one."""
    return _on_topic(request, slug, write_atom, "archive:tag_feed")


@require_safe
@shared
def tag_json(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the newest sections on a topic as a JSON Feed. For everybody; 404 as above."""
    return _on_topic(request, slug, write_json, "archive:tag_json_feed")


@require_safe
@shared
def author_atom(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the newest sections of an author as Atom. For everybody; 404 for who published nothing yet."""
    return _by_author(request, slug, write_atom, "archive:author_feed")


@require_safe
@shared
def author_json(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the newest sections of an author as a JSON Feed. For everybody; 404 as above."""
    return _by_author(request, slug, write_json, "archive:author_json_feed")


@require_safe
@shared
def rubric_atom(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the newest sections under a heading as Atom. For everybody; 404 for a heading without one."""
    return _under_rubric(request, slug, write_atom, "archive:rubric_feed")


@require_safe
@shared
def rubric_json(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the newest sections under a heading as a JSON Feed. For everybody; 404 as above."""
    return _under_rubric(request, slug, write_json, "archive:rubric_json_feed")


def _on_topic(request: HttpRequest, slug: str, write: Writer, address: str) -> HttpResponse:
    tag = get_object_or_404(Tag, slug=slug)
    return _of_sections(request, Section.objects.filter(tagged_sections__tag=tag), tag, write, address)


def _by_author(request: HttpRequest, slug: str, write: Writer, address: str) -> HttpResponse:
    author = get_object_or_404(Author, slug=slug)
    return _of_sections(request, Section.objects.filter(authors=author), author, write, address)


def _under_rubric(request: HttpRequest, slug: str, write: Writer, address: str) -> HttpResponse:
    # Words of before its name was changed are as good: a feed reader keeps the address for years.
    rubric = get_object_or_404(Rubric, pk=key_of(slug))
    return _of_sections(request, Section.objects.filter(rubric=rubric), rubric, write, address)


def _of_sections(
    request: HttpRequest, sections: Any, of: Tag | Author | Rubric, write: Writer, address: str
) -> HttpResponse:
    feed = reverse(address, args=[of.slug])
    return _answer(
        request, lambda: _some(of_sections(sections)), write, feed, of.get_absolute_url(), about=of.name
    )


def _some(entries: Iterable[Entry]) -> list[Entry]:
    found = list(entries)
    if not found:
        raise Http404
    return found


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
        name = settings.NEWSLETTER["name"]
        made = write(told, f"{about} – {name}" if about else name, feed, page)
    etag = quote_etag(sha256(made.content).hexdigest())
    last = _last_change(told)
    if last and "If-None-Match" not in request.headers and request.headers.get("If-Modified-Since") == last:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = get_conditional_response(request, etag) or made
    response.headers["ETag"] = etag
    patch_cache_control(response, public=True, no_cache=True)
    if last:
        response.headers["Last-Modified"] = last
    return response


def _last_change(entries: Iterable[Entry]) -> str | None:
    """Give when the newest of these came out or was corrected, or any issue was withdrawn; None for no entry.

    Where an issue comes back it is earlier than before, so that only this very moment means "nothing new"
    (RFC 9110, section 13.1.3, lets a server send again what it may leave out).
    """
    last = max((entry.changed for entry in entries), default=None)
    withdrawn = Issue.objects.withdrawn().aggregate(last=Max("withdrawn_at"))["last"]
    return http_date(int(max(filter(None, (last, withdrawn))).timestamp())) if last else None


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
            # Django says that it is HTML (RFC 4287, section 3.1.1.2).
            description=escape(_xml(entry.words)),
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
        "items": [_json_item(entry) for entry in entries],
    }
    return JsonResponse(data, content_type="application/feed+json", json_dumps_params={"ensure_ascii": False})


def _json_item(entry: Entry) -> dict[str, Any]:
    item = {
        "id": entry.key,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.words,
        "content_html": entry.html,
        "image": entry.image,
        "date_published": entry.published.isoformat(),
        "date_modified": entry.updated.isoformat(),
        "authors": [{"name": name, "url": uri} for name, uri in entry.authors],
        "tags": list(entry.tags),
    }
    # What may be left out says nothing where it is empty.
    return {name: value for name, value in item.items() if value or name == "content_html"}


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
