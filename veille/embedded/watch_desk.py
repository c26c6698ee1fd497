"""The watch desk of the sample: what three people kept, and a board of issue 13 on which things happen.

By the functions that the desk calls. What is only there to be looked at is dated by hand.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from authors.models import Author, User
from issues.models import Issue, PlannedRubric, Rubric
from watch.board import overdue, subjects, taking
from watch.drafting import draft
from watch.keeping import keep
from watch.models import Clip, Link, Proposal, Subject


@dataclass(frozen=True)
class Page:
    """A page as somebody kept it."""

    by: str
    days: int
    url: str
    title: str
    site: str
    note: str = ""
    quote: str = ""
    via: Clip.Via = Clip.Via.BOOKMARKLET


PAGES = [
    Page(
        "camille",
        0,
        "https://sqlite.org/backup.html",
        "SQLite Backup API",
        "SQLite",
        "Copier une base pendant qu’on y écrit : à essayer avant d’en parler.",
    ),
    Page(
        "camille",
        1,
        "https://docs.python.org/3/library/decimal.html",
        "decimal — Arithmétique décimale",
        "Python",
        "L’exemple des centimes est parlant.",
        "designed with people in mind",
    ),
    Page(
        "camille",
        3,
        "https://docs.python.org/3/tutorial/floatingpoint.html",
        "Arithmétique à virgule flottante",
        "Python",
    ),
    Page(
        "idris",
        0,
        "https://docs.python.org/3/library/typing.html",
        "typing — Les annotations de type",
        "Python",
        "Partir de ce que l’on gagne à la relecture, pas de la théorie.",
        via=Clip.Via.SHARE,
    ),
    Page(
        "idris",
        2,
        "https://www.rfc-editor.org/rfc/rfc3339",
        "RFC 3339: Date and Time on the Internet",
        "RFC Editor",
        "Le paragraphe sur les heures locales vaut à lui seul l’article.",
        via=Clip.Via.FORM,
    ),
    Page(
        "idris",
        4,
        "https://git-scm.com/docs/git-bisect",
        "git-bisect",
        "Git",
        "Trouver le commit fautif pendant que le café coule.",
        via=Clip.Via.FEED,
    ),
    Page(
        "helene",
        1,
        "https://www.w3.org/WAI/tips/writing/",
        "Écrire pour l’accessibilité",
        "W3C",
        "Pour Maïa ?",
        "Provide informative, unique page titles.",
        via=Clip.Via.SHARE,
    ),
    Page(
        "helene",
        5,
        "https://sqlite.org/wal.html",
        "Write-Ahead Logging",
        "SQLite",
        "Fait suite à notre section du n° 12.",
        via=Clip.Via.FORM,
    ),
]

BACKUP, DECIMALS, FLOATS, TYPING, DATES, BISECT, WRITING, WAL = (page.url for page in PAGES)


def make(issue: Issue, people: dict[str, User]) -> None:
    """Fill the watch desk for an issue in the making."""
    for page in PAGES:
        _keep(page, people[page.by])
    for position, rubric in enumerate(Rubric.objects.order_by("position")):
        PlannedRubric.objects.create(issue=issue, rubric=rubric, position=position)
    _board(issue, people)
    Proposal.objects.create(
        title="Et si l’on imprimait encore la documentation ?",
        rubric=Rubric.objects.get(name="Le métier"),
        links="https://www.gutenberg.org/",
        reason="Nous avons relu la nôtre sur papier : trente pages barrées en une heure.",
        interest="Aucun : je n’imprime que chez moi.",
        name="Solène Bihan",
        email="solene.bihan@example.org",
        language="fr",
    )


def _keep(page: Page, person: User) -> None:
    clip, _new = keep(
        person,
        page.url,
        via=page.via,
        title=page.title,
        note=page.note,
        quote=page.quote,
        kept_at=timezone.now() - timedelta(days=page.days, hours=2),
    )
    # As if read already: a demonstration asks nothing of other people's sites.
    Link.objects.filter(pk=clip.link_id).update(
        site=page.site, fetch_state=Link.FetchState.DONE, fetched_at=clip.kept_at, next_fetch_at=None
    )


def _board(issue: Issue, people: dict[str, User]) -> None:
    camille, idris, helene = people["camille"], people["idris"], people["helene"]

    def bring(
        title: str, rubric: str = "", *links: str, by: User = helene, note: str = "", **more: Any
    ) -> Subject:
        found = Rubric.objects.get(name=rubric) if rubric else None
        return subjects.create(
            more.pop("issue", issue), title, by=by, rubric=found, links=links, note=note, **more
        )

    bring(
        "🧯 Ce que nos sauvegardes ne savent pas restaurer",
        "À la une",
        BACKUP,
        WAL,
        note="Une base copiée n’est pas une base rendue : qui a déjà tout remonté, montre en main ?",
    )
    proposed = bring(
        "🐍 Annoter les types : pour qui, au juste ?",
        "Langages et outils",
        TYPING,
        note="Idris en a parlé jeudi, et tout le monde a pris des notes.",
    )
    taking.propose(proposed, Author.objects.get(user=idris), by=helene)
    decimals = bring(
        "🧮 Compter ses centimes sans en perdre", "Langages et outils", DECIMALS, FLOATS, by=camille
    )
    taking.take(decimals, by=camille)
    times = bring("🕰️ Une date, une seule écriture", "Langages et outils", DATES, by=idris)
    taking.take(times, by=idris)
    draft(idris, clips=Clip.objects.filter(person=idris, link__url=DATES), subject=times)
    bring("🔍 Trouver le commit fautif pendant que le café coule", "Langages et outils", BISECT, by=idris)
    keyboards = bring(
        "♿ Une page que l’on écoute",
        "Le métier",
        WRITING,
        note="Maïa teste avec deux lecteurs d’écran et une patience d’ange.",
    )
    taking.propose(keyboards, Author.objects.get(user=None), by=helene)
    late = bring("⏳ L’heure d’été expliquée à un serveur", "Le coin pratique", by=idris)
    taking.take(late, by=idris)
    _due(late, -timedelta(hours=20), by=helene)
    overdue.free_overdue(timezone.now())
    # Freed by the clock while somebody looks.
    soon = bring("🔌 Étiqueter ses câbles une fois pour toutes", "Le coin pratique", by=idris)
    taking.take(soon, by=idris)
    _due(soon, timedelta(minutes=20), by=helene)
    bring("📦 Que faire de douze ans de captures d’écran ?", note="Sans rubrique pour l’instant.")
    for idea in ("🧭 Un an sans tableau de bord", "🪴 Les outils que nous n’avons jamais mis à jour"):
        bring(idea, issue=None, by=camille)
    bring(
        "🎙️ Interview : une bibliothécaire et ses index",
        issue=None,
        note="Attendre le retour du colloque, en janvier.",
    )


def _due(subject: Subject, after: timedelta, *, by: User) -> None:
    subject.refresh_from_db()
    subjects.edit(subject, by=by, title=subject.title, note=subject.note, due=timezone.now() + after)
