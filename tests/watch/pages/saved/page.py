"""A page of our own making, and what a person who looks at it would say of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from html import escape

from .words import PEOPLE, SENTENCES, SITES, TITLES

# What nobody could say by looking at the page, or would say in several ways: not counted.
UNASKED = object()


@dataclass
class Truth:
    """What a person would write into the form, page in sight. `UNASKED` is not judged."""

    title: object
    site: object
    authors: object
    date: object
    language: object
    excerpt: object
    canonical: object


@dataclass
class Story:
    """What a page tells, before a system has put it into a page; and the dice of that page."""

    dice: random.Random
    language: str
    title: str
    site: str
    people: list[str]
    at: datetime
    paragraphs: list[str]
    summary: str
    host: str
    path: str
    canonical: str = ""
    others: dict[str, object] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"https://{self.host}{self.path}"

    @property
    def day(self) -> date:
        return self.at.date()

    @property
    def later(self) -> datetime:
        return self.at + timedelta(days=self.dice.randint(3, 200), hours=5)

    @property
    def body(self) -> str:
        return "\n".join(f"<p>{escape(text, quote=False)}</p>" for text in self.paragraphs)

    def truth(self, **otherwise: object) -> Truth:
        """Give what a person would say, where the page shows all of the story; else `otherwise`."""
        said = {
            "title": self.title,
            "site": self.site,
            "authors": ", ".join(self.people),
            "date": self.day,
            "language": self.language,
            "excerpt": self.summary,
            "canonical": self.canonical,
        }
        return Truth(**{**said, **otherwise})  # type: ignore[arg-type]


@dataclass
class Page:
    """The bytes of a page, the type its server says, where it lies, and what is to be read there."""

    kind: str
    url: str
    body: bytes
    content_type: str
    truth: Truth


Shape = Callable[[Story], tuple[str, Truth]]


def a_story(seed: str, languages: str = "fr fr fr en en en de es it nl pt") -> Story:
    """Tell a story, the same for a seed each time."""
    dice = random.Random(seed)
    language = dice.choice(languages.split())
    sentences = SENTENCES[language]
    people = dice.sample(PEOPLE[language], k=min(len(PEOPLE[language]), dice.choice([1, 1, 1, 2, 3])))
    paragraphs = [
        " ".join(dice.sample(sentences, k=min(len(sentences), dice.randint(2, 4))))
        for _number in range(dice.randint(3, 6))
    ]
    # A summary is no sentence of the text: it would not tell where it was read.
    summary = {
        "fr": "Ce que nous avons appris, en chiffres et sans détour.", "en": "What we learnt, in figures.",
        "de": "Was wir gelernt haben, in Zahlen.", "es": "Lo que aprendimos, en cifras.",
        "it": "Quello che abbiamo imparato, in cifre.", "nl": "Wat we leerden, in cijfers.",
        "pt": "O que aprendemos, em números.",
    }[language]  # fmt: skip
    site = dice.choice(SITES[language])
    host = "".join(letter for letter in site.lower() if letter.isascii() and letter.isalpha()) + ".example"
    at = datetime(2019, 1, 1, 7, 30, tzinfo=UTC) + timedelta(
        days=dice.randint(0, 2700), minutes=dice.randint(0, 700)
    )
    slug = f"{dice.choice(['post', 'article', 'blog', 'n'])}-{dice.randint(100, 9999)}"
    path = dice.choice(
        [f"/{slug}", f"/{slug}/", f"/articles/{slug}.html", f"/{at.year}/{at.month:02}/{slug}/"]
    )
    return Story(
        dice,
        language,
        dice.choice(TITLES[language]),
        site,
        people,
        at,
        paragraphs,
        summary,
        f"www.{host}",
        path,
    )


def saved(kind: str, story: Story, html: str, truth: Truth, charset: str = "utf-8", header: str = "") -> Page:
    """Write a page down in a charset, as its server would send it."""
    content_type = f"text/html; charset={header}" if header else "text/html"
    return Page(kind, story.url, html.encode(charset, "xmlcharrefreplace"), content_type, truth)
