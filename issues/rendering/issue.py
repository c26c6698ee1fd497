"""An issue to what readers get: web page, email and plain text, in one go."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _

from ..models import Issue, Section
from .cleaning import clean_line, clean_text
from .email import email_from_template
from .markdown import render_markdown
from .slots import ANSWERS_URL, GREETING, LINKS_URL, PREFERENCES_URL, UNSUBSCRIBE_URL, fill, slot
from .text import text_of_markdown, wrap
from .typography import french


@dataclass(frozen=True)
class Rendering:
    """What readers of an issue get. Depends on the issue alone: not on the hour, not on the reader."""

    subject: str
    preheader: str
    web_html: str
    email_html: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256, in hexadecimal, of all that readers get."""
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()


def render_issue(issue: Issue, sections: Sequence[Section] | None = None) -> Rendering:
    """Render an issue in the newsletter's language. `email_html` and `text` hold slots.

    `sections` are those of `issue.ordered_sections()`, where they were read already.
    """
    with translation.override(settings.NEWSLETTER["language"]):
        context = _context(issue, list(issue.ordered_sections()) if sections is None else list(sections))
        return Rendering(
            subject=context["subject"],
            preheader=context["preheader"],
            web_html=render_to_string("archive/_issue_body.html", context),
            email_html=email_from_template("email/issue.html", context),
            text=_text(issue, context),
        )


def sample_values() -> dict[str, str]:
    """Give made-up values for the slots, in the newsletter's language, for previews and tests.

    Escaped for HTML.
    """
    with translation.override(settings.NEWSLETTER["language"]):
        greeting = escape(_("Hello Camille,"))
    return {
        GREETING: greeting,
        UNSUBSCRIBE_URL: f"{settings.SITE_URL}/#unsubscribe",
        PREFERENCES_URL: f"{settings.SITE_URL}/#preferences",
        ANSWERS_URL: f"{settings.SITE_URL}/#answers-",
        LINKS_URL: f"{settings.SITE_URL}/#links-",
    }


def email_size(rendering: Rendering) -> int:
    """Give the bytes of the email's HTML for a reader with a long name and the longest links."""
    long_url = f"{settings.SITE_URL}/{'x' * 80}/"
    # An apostrophe takes six bytes once escaped: more than any letter.
    links = dict.fromkeys([UNSUBSCRIBE_URL, PREFERENCES_URL, ANSWERS_URL, LINKS_URL], long_url)
    worst = {GREETING: escape("'" * 130), **links}
    return len(fill(rendering.email_html, worst).encode())


def plain(text: str) -> str:
    """Give a one-line text as readers see it: clean, with French typography."""
    return french(clean_line(text))


def _context(issue: Issue, sections: list[Section]) -> dict[str, Any]:
    return {
        "issue": issue,
        "number": issue.number,
        "title": plain(issue.title),
        # Mailboxes show a narrow no-break space in a subject badly; the subject stays as typed.
        "subject": clean_text(" ".join((issue.subject or issue.title).split())),
        "preheader": plain(issue.preheader),
        "introduction": render_markdown(issue.introduction, prefix="introduction"),
        "closing": render_markdown(issue.closing, prefix="closing"),
        "sections": [
            section_context(section, before)
            for section, before in zip(sections, [None, *sections], strict=False)
        ],
        "newsletter": settings.NEWSLETTER,
        "site_url": settings.SITE_URL,
        "web_url": settings.SITE_URL + issue.get_absolute_url(),
        "greeting": slot(GREETING),
        "unsubscribe_url": slot(UNSUBSCRIBE_URL),
        "preferences_url": slot(PREFERENCES_URL),
        "answers_url": slot(ANSWERS_URL),
        "links_url": slot(LINKS_URL),
    }


def section_context(section: Section, before: Section | None = None) -> dict[str, Any]:
    """Give what the templates need of a section that stands after another one."""
    rubric = section.rubric
    return {
        "key": section.pk,
        "anchor": section.anchor,
        "title": plain(section.title),
        "authors": [
            {"name": clean_line(author.name), "url": author.get_absolute_url()} for author in section.byline()
        ],
        # A rubric is announced once, before the first of its sections.
        "rubric": plain(rubric.name) if rubric and (not before or before.rubric != rubric) else "",
        "body": render_markdown(section.body, prefix=section.anchor),
        "markdown": section.body,
        "sources": [
            {
                "title": plain(source.title),
                "publisher": plain(source.publisher),
                "url": clean_line(source.url),
            }
            for source in section.sources.all()
        ],
    }


def _text(issue: Issue, context: dict[str, Any]) -> str:
    newsletter = context["newsletter"]
    heading = f"{newsletter['name']} – " + _("No. %(number)s") % {"number": issue.number}
    parts = [
        f"{heading}\n{context['title']}",
        _("Read on the web: %(url)s") % {"url": context["web_url"]},
        _("All its links, your topics first: %(url)s") % {"url": f"{context['links_url']}{issue.number}/"},
        context["greeting"],
        text_of_markdown(issue.introduction),
    ]
    for section in context["sections"]:
        if section["rubric"]:
            parts.append(f"~ {section['rubric']} ~")
        parts.append(_section_text(section))
        url = f"{context['answers_url']}{section['key']}/"
        parts.append(_("Useful, not for you? A word to the authors? %(url)s") % {"url": url})
    parts += [text_of_markdown(issue.closing), _footer_text(context)]
    return "\n\n\n".join(part for part in parts if part) + "\n"


def _section_text(section: dict[str, Any]) -> str:
    head = wrap(section["title"]) + "\n" + "=" * min(len(section["title"]), 72)
    if section["authors"]:
        names = ", ".join(author["name"] for author in section["authors"])
        head += "\n" + _("By %(names)s") % {"names": names}
    parts = [head, text_of_markdown(section["markdown"])]
    if section["sources"]:
        lines = [
            wrap(" – ".join(filter(None, (source["title"], source["publisher"]))), first="- ", rest="  ")
            + (f"\n  {source['url']}" if source["url"] else "")
            for source in section["sources"]
        ]
        parts.append("\n".join([_("Sources:"), *lines]))
    return "\n\n".join(part for part in parts if part)


def _footer_text(context: dict[str, Any]) -> str:
    newsletter = context["newsletter"]
    lines = [
        "-- ",
        wrap(_("You receive this because you subscribed to %(name)s.") % newsletter),
        _("Unsubscribe: %(url)s") % {"url": context["unsubscribe_url"]},
        _("Your preferences: %(url)s") % {"url": context["preferences_url"]},
        newsletter["sender_identity"],
    ]
    return "\n".join(line for line in lines if line)
