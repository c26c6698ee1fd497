"""What search engines are told of a page, in the words of schema.org (JSON-LD 1.1)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from authors.models import Author

from ..models import Issue, Section

_CONTEXT = "https://schema.org"


def section(shown: Section, authors: Iterable[Author], words: str) -> SafeString:
    """A section: an article, part of an issue."""
    issue: Issue = shown.issue  # type: ignore[assignment]
    return _script(
        {
            "@context": _CONTEXT,
            "@type": "NewsArticle",
            **_common(shown.title, shown.get_absolute_url(), words, issue, authors),
            "wordCount": shown.word_count,
            "keywords": [tag.name for tag in shown.tags.all()],
            "isPartOf": {
                "@type": "PublicationIssue",
                "issueNumber": issue.number,
                "name": issue.title,
                "url": settings.SITE_URL + issue.get_absolute_url(),
            },
        }
    )


def issue(shown: Issue, authors: Iterable[Author], words: str) -> SafeString:
    """An issue, with its sections."""
    return _script(
        {
            "@context": _CONTEXT,
            "@type": ["NewsArticle", "PublicationIssue"],
            **_common(shown.title, shown.get_absolute_url(), words, shown, authors),
            "issueNumber": shown.number,
            "hasPart": [
                {
                    "@type": "NewsArticle",
                    "headline": part.title[:110],
                    "url": settings.SITE_URL + part.get_absolute_url(),
                }
                for part in shown.sections.all()
            ],
        }
    )


def _common(title: str, path: str, words: str, out_in: Issue, authors: Iterable[Author]) -> dict[str, Any]:
    newsletter = settings.NEWSLETTER
    return {
        # Longer ones are cut by who shows them.
        "headline": title[:110],
        "description": words,
        "url": settings.SITE_URL + path,
        "mainEntityOfPage": settings.SITE_URL + path,
        "inLanguage": newsletter["language"],
        "datePublished": out_in.published_at.isoformat() if out_in.published_at else None,
        "isAccessibleForFree": True,
        "author": [
            {"@type": "Person", "name": author.name, "url": settings.SITE_URL + author.get_absolute_url()}
            for author in authors
        ],
        "publisher": {"@type": "Organization", "name": newsletter["name"], "url": f"{settings.SITE_URL}/"},
    }


def _script(data: dict[str, Any]) -> SafeString:
    # Nothing in it ends the element, or begins a comment (HTML, 4.12.1.3).
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308
