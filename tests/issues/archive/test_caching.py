"""Pages that are made once per change: who has one is not sent it again, and nobody keeps an old one."""

from datetime import UTC, datetime

import pytest
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from authors.models import Author
from issues import workflow
from issues.archive import listing, years
from issues.archive.caching import kept
from issues.models import Issue, LinkLookup, Rubric, Section, Tag
from tests.factories import (
    AuthorFactory,
    RubricFactory,
    SectionFactory,
    SourceFactory,
    a_published_issue,
    an_editor,
)

pytestmark = pytest.mark.django_db
URL = "https://source.example/une"


@pytest.fixture
def section():
    """A section that has all that a list may say, in an issue of its own, and one in an issue before."""
    rubric, author = RubricFactory(name="Le métier"), AuthorFactory(name="Zoé")
    for number in (41, 42):
        issue = a_published_issue(number=number, published_at=datetime(2025, 3, number - 40, 9, tzinfo=UTC))
        section = SectionFactory(issue=issue, title=f"Le texte {number}", rubric=rubric, authors=[author])
        section.tags.add("Réseau")
        SourceFactory(section=section, title="Une étude", publisher="CNIL", url=URL)
    return section


def addresses(section):
    return {
        "home": reverse("archive:home"),
        "year": reverse("archive:year", args=[2025]),
        "author": section.byline()[0].get_absolute_url(),
        "tag": section.tags.get().get_absolute_url(),
        "tags": reverse("archive:tags"),
        "rubric": section.rubric.get_absolute_url(),
        "source": reverse("archive:source", args=[Section.objects.earliest("pk").sources.get().pk]),
    }


KINDS = ["home", "year", "author", "tag", "tags", "rubric", "source"]
LISTS = ["author", "tag", "rubric", "source"]


def withdraw(section):
    workflow.withdraw_issue(section.issue, by=an_editor(), comment="Une source est contestée.")


def publish_another(section):
    issue = a_published_issue(number=43, published_at=datetime(2025, 3, 9, tzinfo=UTC))
    other = SectionFactory(issue=issue, rubric=section.rubric, authors=section.byline())
    other.tags.add("Réseau")
    SourceFactory(section=other, url=URL)


def follow_up(section):
    Section.objects.filter(pk=section.pk).update(follows=Section.objects.earliest("pk"))


def a_dead_link(section):
    now = timezone.now()
    LinkLookup.objects.create(url=URL, state="dead", is_published=True, failing_since=now, next_at=now)


CHANGES = {
    "a title is corrected": (
        lambda section: Section.objects.filter(pk=section.pk).update(title="Un autre titre"),
        ["home", "year", *LISTS],
    ),
    "the title of an issue is corrected": (
        lambda section: Issue.objects.filter(pk=section.issue_id).update(title="Un autre titre"),
        ["home", "year"],
    ),
    "the introduction is corrected": (
        lambda section: Issue.objects.filter(pk=section.issue_id).update(introduction="Bonsoir."),
        ["home"],
    ),
    "an author is renamed": (lambda section: Author.objects.update(name="Zoë"), LISTS),
    "the address of an author changes": (lambda section: Author.objects.update(slug="zoe-m"), LISTS[1:]),
    "an author has a portrait": (lambda section: Author.objects.update(portrait="a/b.jpg"), ["author"]),
    "an author tells of herself": (lambda section: Author.objects.update(bio="Ingénieure."), ["author"]),
    "an author has a site": (lambda section: Author.objects.update(website="https://z.example"), ["author"]),
    "a rubric is renamed": (lambda section: Rubric.objects.update(name="Nos métiers"), LISTS[:2] + LISTS[3:]),
    "a topic is renamed": (lambda section: Tag.objects.update(name="Réseaux"), ["tag", "tags"]),
    "a section has another topic": (lambda section: section.tags.add("Web"), ["tags"]),
    "a section follows another up": (follow_up, ["tag"]),
    "a link died": (a_dead_link, ["source"]),
    "an issue is published": (publish_another, KINDS),
    "an issue is withdrawn": (withdraw, KINDS),
}


@pytest.mark.parametrize("kind", KINDS)
def test_who_has_a_page_is_not_sent_it_again(client, section, kind):
    url = addresses(section)[kind]
    first = client.get(url)
    again = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary"):
        assert again.headers[name] == first.headers[name]
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert not first.cookies


@pytest.mark.parametrize(
    ("change", "kind"), [(change, kind) for change, (_make, kinds) in CHANGES.items() for kind in kinds]
)
def test_a_page_is_made_anew_when(client, section, change, kind):
    url = addresses(section)[kind]
    before = client.get(url)
    CHANGES[change][0](section)
    after = client.get(url, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.content != before.content


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_made_once_until_then(client, section, kind, monkeypatch):
    url, made = addresses(section)[kind], []
    for module in (listing, years):
        render = module.render
        monkeypatch.setattr(module, "render", lambda *args, to=render: made.append(args) or to(*args))
    pages = {client.get(url).content for _ in range(3)}
    # That of all topics is made in a module that the tests of the page of an issue look into.
    assert (len(pages), len(made)) == (1, 0 if kind == "tags" else 1)


@pytest.mark.parametrize("kind", [*KINDS, "issue", "section"])
def test_who_asks_by_the_date_alone_sees_what_changed_without_one(client, section, kind):
    issue = {"issue": section.issue.get_absolute_url(), "section": section.get_absolute_url()}
    section.issue.rendition.web_html = (
        f'<article><section id="{section.anchor}"><h2>x</h2></section></article>'
    )
    section.issue.rendition.save()
    url = (addresses(section) | issue)[kind]
    before = client.get(url)
    if kind != "tags":
        assert before.headers["Last-Modified"] == "Sun, 02 Mar 2025 09:00:00 GMT"
    Author.objects.update(name="Zoë")
    after = client.get(url, headers={"If-Modified-Since": before.headers.get("Last-Modified", "")})
    assert after.status_code == 200


def test_a_correction_moves_the_date_on(client, section):
    section.issue.errata.create(text="Un chiffre était faux.")
    year = timezone.now().strftime("%Y")
    for kind in ("home", "year"):
        assert year in client.get(addresses(section)[kind]).headers["Last-Modified"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_desk_stands_on_no_page_that_was_kept_for_readers(client, section, kind):
    url, desk = addresses(section)[kind], reverse("admin:index")
    reader = client.get(url)
    client.force_login(an_editor())
    editor = client.get(url, headers={"If-None-Match": reader.headers["ETag"]})
    assert desk in editor.content.decode()
    client.logout()
    again = client.get(url, headers={"If-None-Match": editor.headers["ETag"]})
    assert again.content == reader.content


def test_words_for_one_visitor_are_neither_kept_here_nor_elsewhere():
    def ask(words):
        request = RequestFactory().get("/")
        request.user = AnonymousUser()
        request._messages = CookieStorage(request)
        if words:
            messages.success(request, words)
        said = [str(message) for message in request._messages._queued_messages]
        return kept(request, ["part"], [], lambda: HttpResponse(" ".join(said)))

    hers = ask("Bonjour Zoé")
    assert hers.content == b"Bonjour Zo\xc3\xa9"
    assert "no-store" in hers.headers["Cache-Control"]
    assert not hers.has_header("ETag")
    assert ask("").content == b""
