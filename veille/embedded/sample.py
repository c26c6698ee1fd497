"""The sample newsroom: two issues of before Veille, issue 12 on its way to 25 readers, and 13 in the making.

Everything goes the real road: the texts are submitted, reviewed and published by the functions that
the desk calls, in the name of the people who would do it.
"""

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import frontmatter
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from authors.models import Author, User
from authors.roles import AUTHORS, EDITORS, add_to_role
from issues import checks, workflow
from issues.acknowledging import acknowledge
from issues.models import Byline, Issue, Rubric, Section, Source
from mailings.models import WelcomeText
from pictures.portrait import square
from pictures.upload import store_picture
from subscribers.consent import join_confirmed

from . import drawings, logins, watch_desk
from .portraits import portrait

TEXTS = Path(__file__).parent / "texts"

RUBRICS = ["À la une", "Langages et outils", "Le métier", "Le coin pratique"]

# Username, first name, last name, and what they write of themselves; None: signs nothing.
PEOPLE = [
    (
        "camille",
        "Camille",
        "Aubry",
        AUTHORS,
        "Développe, mesure, puis enlève la moitié. Aime les petites pages.",
    ),
    ("idris", "Idris", "Benali", AUTHORS, "Réseaux, Python et cafetières récalcitrantes."),
    ("helene", "Hélène", "Vasseur", EDITORS, None),
]
GUEST = ("Maïa Le Goff", "Ergothérapeute à Brest. Pose de bonnes questions aux claviers.")

READERS = """
Aïcha Benameur, Alexandre Petit, Anaïs Roux, Bastien Lemoine, Chloé Garnier, Damien Fournier, Éloïse Marchand,
Fatou Diallo, Gaëlle Morvan, Hugo Chevalier, Inès Caron, Jérôme Lacombe, Karim Haddad, Léa Fontaine,
Lucas Girard, Manon Perrin, Mathilde Brunet, Nadia Cherif, Noé Rousseau, Ophélie Blanchard, Quentin Mercier,
Salomé Renard, Théo Barbier, Yasmine Kaci, Zoé Lefèvre
"""


def make(folder: Path) -> bool:
    """Make the sample in a newsroom without any issue; its passwords go into the folder.

    All or nothing: False, and nothing is touched, where there is an issue already.
    """
    if Issue.objects.exists():
        return False
    with transaction.atomic():
        accounts = _people(folder)
        for position, name in enumerate(RUBRICS):
            Rubric.objects.get_or_create(name=name, defaults={"position": position})
        _readers()
        _welcome()
        for past in ("10", "11"):
            _archive(_issue(past), editor=accounts["helene"])
        _publish(_issue("12"), editor=accounts["helene"])
        watch_desk.make(_issue("13", editor=accounts["helene"]), accounts)
    return True


def _people(folder: Path) -> dict[str, User]:
    accounts: dict[str, User] = {}
    kept = []
    for username, first, last, role, bio in PEOPLE:
        password = secrets.token_urlsafe(9)
        account, _created = User.objects.get_or_create(
            username=username,
            defaults={"first_name": first, "last_name": last, "email": f"{username}@example.org"},
        )
        account.set_password(password)
        account.save()
        add_to_role(account, role)
        if bio is not None:
            _author(f"{first} {last}", bio, account)
        accounts[username] = account
        kept.append(logins.Login(username, password, f"{first} {last} ({role})"))
    _author(*GUEST)
    logins.write(folder, kept)
    return accounts


def _author(name: str, bio: str, account: User | None = None) -> None:
    author, created = Author.objects.get_or_create(name=name, defaults={"user": account, "bio": bio})
    if created and account:
        author.portrait = square(portrait(name))
        author.save()


def _readers() -> None:
    for name in READERS.replace("\n", " ").split(","):
        address = f"{slugify(name).replace('-', '.')}@example.org"
        join_confirmed(address, name=name.strip(), source="manage.py sample")


def _welcome() -> None:
    for language, _name in settings.LANGUAGES:
        fields, body = _read(TEXTS / "accueil" / f"{language}.md")
        WelcomeText.objects.create(language=language, body=body, **fields)


def _issue(folder: str, *, editor: User | None = None) -> Issue:
    """Write one issue and its sections; with an editor, move each to the state that its text names."""
    fields, introduction = _read(TEXTS / folder / "issue.md")
    days = fields.pop("due_in_days", None)
    evening = timezone.localtime().replace(hour=18, minute=0, second=0, microsecond=0)
    deadline = evening + timedelta(days=days) if days else None
    issue = Issue.objects.create(introduction=introduction, deadline=deadline, **fields)
    for position, path in enumerate(sorted((TEXTS / folder).glob("[0-9]-*.md")), start=1):
        fields, body = _read(path)
        section = _section(issue, position, fields, body)
        if editor:
            _bring_to(section, fields["state"], editor=editor, comment=fields.get("comment", ""))
    return issue


def _section(issue: Issue, position: int, fields: dict[str, Any], body: str) -> Section:
    section = Section.objects.create(
        issue=issue,
        position=position,
        title=fields["title"],
        rubric=Rubric.objects.get(name=fields["rubric"]),
        body=body,
        follows=Section.objects.get(title=fields["follows"]) if "follows" in fields else None,
    )
    section.tags.set(fields["tags"])
    for place, name in enumerate(fields["authors"]):
        Byline.objects.create(section=section, author=Author.objects.get(name=name), position=place)
    for place, source in enumerate(fields.get("sources", [])):
        Source.objects.create(section=section, position=place, **source)
    return section


def _bring_to(section: Section, state: str, *, editor: User, comment: str) -> None:
    if state == Section.State.DRAFT:
        return
    # A guest hands her text to the editor.
    signed_by = next((author.user for author in section.byline() if author.user), editor)
    workflow.submit(section, by=signed_by)
    if state == Section.State.APPROVED:
        workflow.approve_section(section, by=editor)
    elif state == Section.State.CHANGES_REQUESTED:
        workflow.request_changes(section, by=editor, comment=comment)


def _archive(issue: Issue, *, editor: User) -> None:
    """Put an issue into the archive that came out before there was Veille: one a month."""
    _approve(issue, editor=editor)
    months = 12 - issue.number
    workflow.archive(issue, by=editor, on=timezone.localdate() - timedelta(days=30 * months))


def _publish(issue: Issue, *, editor: User) -> None:
    _approve(issue, editor=editor)
    workflow.publish(issue, by=editor)


def _approve(issue: Issue, *, editor: User) -> None:
    for section in issue.ordered_sections():
        _bring_to(section, Section.State.APPROVED, editor=editor, comment="")
    issue.refresh_from_db()
    workflow.send_to_review(issue, by=editor)
    # Issue 12 cites a page that issue 11 cited too, and means to.
    if warnings := {message.fingerprint for message in checks.report(issue).open_warnings}:
        acknowledge(issue, warnings, by=editor)
    workflow.approve(issue, by=editor)


def _read(path: Path) -> tuple[dict[str, Any], str]:
    """Give the front matter and the text, its `![words](name.png)` with the address of the stored drawing."""
    page = frontmatter.load(str(path))
    text = page.content
    for name in drawings.DRAWINGS:
        if f"]({name})" in text:
            text = text.replace(f"]({name})", f"]({store_picture(drawings.draw(name))})")
    return page.metadata, text
