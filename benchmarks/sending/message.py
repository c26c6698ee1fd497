"""The one made-up French issue that every measurement sends: 10 KB of text, 44 KB of HTML."""

import random
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.template import Context, Engine

from issues.rendering.slots import GREETING, UNSUBSCRIBE_URL, slot
from mailings.frozen import Recipient
from mailings.letters import frozen_mail_of
from mailings.models import Mailing

from .readers import MARKS

VOCABULARY = (
    "la sécurité des données évolue déjà très vite où chaque équipe développe "
    "ses propres modèles afin de réduire les coûts d'hébergement à l'échelle "
    "européenne une mise à jour corrige enfin la faille découverte cet été et "
    "les mainteneurs conseillent de migrer sans délai vers la version stable "
    "l'interopérabilité reste un défi technique mais le protocole ouvert gagne "
    "du terrain auprès des collectivités grâce à des logiciels libres éprouvés"
)
SECTIONS = {
    "Sécurité": "#b3261e",
    "Données & IA": "#1b5e8c",
    "Développement": "#2e7d32",
    "Réseaux": "#6a1b9a",
    "Société numérique": "#8d6e00",
}
ARTICLES_PER_SECTION = 5
AUTHORS = ["Zoé Lefèvre", "Anaïs Müller", "Benoît Crépy"]
TAGS = ["python", "django", "réseau", "IA", "libre", "cloud"]
TITLE = "Veille n° 42 : l'actualité technique de la semaine"


class Content(NamedTuple):
    """What the mail is made of, with slots where readers differ (see issues.rendering.slots)."""

    subject: str
    email_html: str
    text: str


@cache
def content() -> Content:
    """Render the issue once."""
    engine = Engine(dirs=[str(Path(__file__).with_name("templates"))])
    issue = _issue() | {"greeting": slot(GREETING), "unsubscribe_url": slot(UNSUBSCRIBE_URL)}
    return Content(
        subject=TITLE,
        email_html=engine.get_template("issue.html").render(Context(issue)),
        text=engine.get_template("issue.txt").render(Context(issue, autoescape=False)),
    )


def with_marks(mailing: Mailing) -> bytes:
    """Give the bytes that the engine sends, with the marks of `readers.MARKS` where readers differ.

    The Message-ID alone has another value in it than the engine's, which comes from the database.
    """
    reader = Recipient(MARKS.email, MARKS.name, MARKS.token, f"{MARKS.token}@veille.example")
    return frozen_mail_of(mailing).eight_bit.for_recipient(reader)


def _issue() -> dict[str, Any]:
    rng = random.Random(20260101)
    sections = [
        {
            "title": title,
            "color": color,
            "articles": [_article(rng, f"{s}-{a}") for a in range(ARTICLES_PER_SECTION)],
        }
        for s, (title, color) in enumerate(SECTIONS.items())
    ]
    return {"title": TITLE, "intro": _sentence(rng, 400), "sections": sections}


def _article(rng: random.Random, key: str) -> dict[str, Any]:
    words = "-".join(rng.choice(VOCABULARY.split()) for _ in range(4))
    slug = f"{key}-{words}".encode("ascii", "ignore").decode().replace("'", "")
    return {
        "title": _sentence(rng, 55)[:-1],
        "summary": _sentence(rng, 215),
        "url": f"https://veille.example/numeros/42/{slug}",
        "image": f"https://veille.example/media/vignettes/{slug}.jpg",
        "author": rng.choice(AUTHORS),
        "tags": rng.sample(TAGS, 3),
    }


def _sentence(rng: random.Random, characters: int) -> str:
    words: list[str] = []
    while sum(map(len, words)) + len(words) < characters:
        words.append(rng.choice(VOCABULARY.split()))
    return " ".join(words).capitalize() + "."
