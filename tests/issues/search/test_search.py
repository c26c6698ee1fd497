"""What everybody finds, and what nobody does."""

import re
from html import unescape

import pytest
from django.core.management import call_command
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from issues import correcting
from issues.models import SearchEntry, Section
from issues.search.finding import Wanted, excerpt, find, highlight
from issues.search.index import index, reindex
from issues.search.words import stem, stems
from tests.factories import (
    AuthorFactory,
    IssueFactory,
    SectionFactory,
    SourceFactory,
    a_published_issue,
    an_editor,
)
from tests.mailings.conftest import approve

pytestmark = pytest.mark.django_db
URL = reverse("archive:search")


def a_section(title="Un titre", body="", **fields):
    section = SectionFactory(
        issue=fields.pop("issue", None) or a_published_issue(), title=title, body=body, **fields
    )
    index([section])
    return section


def found(words):
    keys = find(Wanted.read(words))
    return [Section.objects.get(pk=key).title for key in keys]


def ask(client, **asked):
    response = client.get(URL, asked)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    "words",
    [
        "sécurité",
        "SECURITE",
        "securités",
        "la sécurité du réseau",
        "reseaux",
        "l’été",
        "performances",
        "perfo",
        "node.js",
    ],
)
def test_accents_case_number_and_elision_make_no_difference(words):
    a_section("La sécurité des réseaux", "Un jour d'été, la **performance** de node.js.")
    a_section("Autre chose", "Rien de tel.")
    assert found(words) == ["La sécurité des réseaux"]


def test_all_words_must_be_there_and_the_title_counts_most():
    a_section("Le clavier", "Une souris, un écran.")
    a_section("La souris", "Un écran.")
    a_section("Un écran", "Rien.")
    assert found("souris écran") == ["La souris", "Le clavier"]
    assert found("souris") == ["La souris", "Le clavier"]
    assert found("souris imprimante") == []


def test_authors_topics_and_sources_are_found_too(client):
    section = a_section(authors=[AuthorFactory(name="Maïa Le Goff")])
    section.tags.add("Accessibilité")
    SourceFactory(section=section, title="Focus visible", publisher="W3C")
    index([section])
    for words in ("maia le goff", "accessibilite", "w3c", "focus"):
        assert found(words) == [section.title]


@pytest.mark.parametrize(
    "words",
    [
        "",
        " ",
        "le la les",
        "'",
        '"',
        "a' | 'b",
        "NOT OR NEAR(",
        "*",
        "title:x",
        ":*",
        "\x00",
        "( & ! <->",
        "x" * 10_000,
        "🚀",
        "--",
        "\\",
    ],
)
def test_no_words_are_a_fault(client, words):
    a_section("Un titre", "Un texte.")
    ask(client, q=words)


@given(words=st.text(max_size=40))
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_typed_is_looked_for(words):
    find(Wanted.read(words))


def test_what_is_not_published_is_never_found(client):
    draft = SectionFactory(issue=IssueFactory(), title="Un secret")
    index([draft])
    assert "Un secret" not in ask(client, q="secret")
    assert reindex() == 0
    assert not SearchEntry.objects.exists()


def test_publishing_and_correcting_keep_the_index_true(client, no_broker):
    from issues import workflow

    issue = IssueFactory(number=63_000)
    editor = approve(issue)
    section = issue.sections.get()
    assert found(section.title) == []
    workflow.publish(issue, by=editor)
    assert found(section.title) == [section.title]
    section.refresh_from_db()
    correcting.correct_on_the_web(
        section,
        by=an_editor(),
        version=section.version,
        title="🦊 Le renard",
        body="Un goupil.",
        byline=section.byline(),
        sources=[],
        erratum="Ce n’était pas un loup.",
    )
    assert found("goupil") == ["🦊 Le renard"]


def test_the_index_is_written_anew_by_a_command(capsys):
    section = a_section("Le clavier")
    Section.objects.filter(pk=section.pk).update(title="La souris")
    call_command("reindex")
    assert capsys.readouterr().out == "1 sections\n"
    assert (found("clavier"), found("souris")) == ([], ["La souris"])


def test_results_are_narrowed_by_topic_author_and_year(client):
    zoe = AuthorFactory(name="Zoé")
    one, two = a_section("Le clavier un", authors=[zoe]), a_section("Le clavier deux")
    one.tags.add("Ergonomie")
    year = str(one.issue.published_at.year)
    for narrow in ({"theme": "ergonomie"}, {"auteur": zoe.slug}):
        html = ask(client, q="clavier", **narrow)
        assert one.get_absolute_url() in html
        assert two.get_absolute_url() not in html
        assert one.get_absolute_url() in ask(client, **narrow)
    both = ask(client, q="clavier", annee=year)
    assert one.get_absolute_url() in both
    assert two.get_absolute_url() in both
    for year in ("1999", "0000", "0001", "9999", "abcd", "٢٠٢٦", "99999"):
        assert one.get_absolute_url() not in ask(client, q="clavier", annee=year)


def test_the_filters_are_open_only_where_one_is_set(client):
    section = a_section("Le clavier")
    section.tags.add("Ergonomie")
    assert '<details class="filters">' in ask(client, q="clavier")
    assert '<details class="filters" open>' in ask(client, q="clavier", theme="ergonomie")


def test_where_nothing_is_found_the_filters_are_lifted_and_topics_are_offered(client):
    one, other = a_section("Le clavier & moi"), a_section("La souris")
    one.tags.add("Ergonomie")
    other.tags.add("Ergonomie", "Rongeurs")
    html = ask(client, q="clavier & moi", theme="rongeurs")
    everywhere = re.search('href="(\\?q=[^"]*)"', html)[1]
    assert one.get_absolute_url() in client.get(URL + unescape(everywhere)).content.decode()
    assert 'Ergonomie <span class="count">2</span>' in html
    assert 'href="?q=' not in ask(client, q="introuvable")
    assert 'href="?q=' not in ask(client, theme="introuvable")


def test_who_asked_for_nothing_yet_is_offered_the_topics_of_what_is_published(client):
    a_section().tags.add("Rongeurs")
    section = a_section()
    section.tags.add("Ergonomie")
    one = a_section()
    one.tags.add("Ergonomie")
    SectionFactory(issue=IssueFactory()).tags.add("Un secret")
    html = ask(client)
    assert html.index('Ergonomie <span class="count">2') < html.index('Rongeurs <span class="count">1')
    assert "Un secret" not in html
    assert 'class="starts"' not in ask(client, theme="ergonomie")


@pytest.mark.parametrize("name", ["q", "theme", "auteur", "annee", "page"])
@pytest.mark.parametrize("value", ["a\0b", "\0", "'", "x" * 5000])
def test_no_filter_is_a_fault(client, name, value):
    ask(client, **{name: value})


def test_the_words_are_marked_and_nothing_is_run(client):
    a_section(
        "Le <b>clavier</b>", "Avant. " * 50 + "Un claviers <script>alert(1)</script> après. " + "Fin. " * 50
    )
    html = ask(client, q="clavier")
    assert "<mark>clavier</mark>" in html
    assert "<mark>claviers</mark>" in html
    assert "<b>" not in html
    assert "<script>alert" not in html
    assert "… " in html


def test_pages_are_turned(client):
    issue = a_published_issue()
    for number in range(23):
        a_section(f"Le clavier {number}", issue=issue)
    first, second = ask(client, q="clavier"), ask(client, q="clavier", page=2)
    count = [len(re.findall(r'class="entry found"', html)) for html in (first, second)]
    assert count == [20, 3]
    assert 'rel="next"' in first
    assert "q=clavier&amp;page=1" in second
    for page in ("0", "99", "x", "-1"):
        ask(client, q="clavier", page=page)


def test_the_number_of_queries_does_not_grow_with_the_results(client, django_assert_max_num_queries):
    issue = a_published_issue()
    for number in range(15):
        a_section(f"Le clavier {number}", issue=issue, authors=[AuthorFactory()])
    with django_assert_max_num_queries(12):
        ask(client, q="clavier")


class TestWords:
    def test_a_stem_has_neither_accent_nor_case_nor_ending(self):
        assert stem("Sécurités") == stem("securite")
        assert stems("L’été, c’est C++ et node.js !") == ["ete", "c++", "node.js"]
        assert stem("les") == ""

    def test_an_excerpt_is_around_the_first_word(self):
        text = " ".join(f"mot{n}" for n in range(200))
        around = excerpt(text, Wanted.read("mot150"))
        assert "<mark>mot150</mark>" in around
        assert "mot1 " not in around
        assert excerpt("", Wanted.read("x")) == ""

    @given(text=st.text(max_size=60), words=st.text(max_size=10))
    @hypothesis_settings(max_examples=100, deadline=None)
    def test_marking_changes_no_text(self, text, words):
        marked = re.sub("</?mark>", "", highlight(text, Wanted.read(words)))
        assert unescape(marked) == text
