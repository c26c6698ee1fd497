"""A file becomes an issue: whole, by somebody who may, or not at all."""

import pytest

from authors.models import Author
from issues.interchange import ImportRefused, import_issue
from issues.models import Issue, Rubric, Section, Source, Tag
from issues.workflow import NotAllowed
from tests.factories import AuthorFactory, IssueFactory, RubricFactory, an_author, an_editor

pytestmark = pytest.mark.django_db

FILE = """\
---
veille: 1
title: Les essais du mois
---

Bonjour !

--- section ---
title: 🚀 Une section
rubric: Outils
authors: [Élodie Autrice, Paul Petit]
tags: [Sécurité, essais]
sources:
- title: Une source
  publisher: Le Journal
  url: https://source.example/article?utm_source=x
---

Du **texte**.

--- closing ---

À bientôt !
"""


def bring(text: str = FILE, *, by=None, number=None) -> Issue:
    return import_issue(text.encode(), by=by, number=number).issue


def with_section(front_matter: str) -> str:
    return f"---\nveille: 1\ntitle: T\n---\n\n--- section ---\n{front_matter}\n---\n\nTexte\n"


def test_it_makes_the_issue_with_all_its_parts():
    issue = bring()
    assert (issue.title, issue.introduction, issue.closing) == (
        "Les essais du mois",
        "Bonjour !",
        "À bientôt !",
    )
    section = issue.sections.get()
    assert (section.title, section.body, section.rubric.name) == ("🚀 Une section", "Du **texte**.", "Outils")
    assert [author.name for author in section.byline()] == ["Élodie Autrice", "Paul Petit"]
    assert {tag.name for tag in section.tags.all()} == {"Sécurité", "essais"}
    source = section.sources.get()
    assert (source.title, source.publisher) == ("Une source", "Le Journal")
    assert source.canonical_url == "https://source.example/article"


def test_it_brings_everything_in_as_draft():
    issue = bring()
    assert issue.state == Issue.State.DRAFT
    assert issue.sections.get().state == Section.State.DRAFT


def test_it_takes_the_next_number_when_none_is_given():
    IssueFactory(number=41)
    assert bring().number == 42


def test_the_number_asked_for_wins_over_the_file():
    assert bring(FILE.replace("veille: 1", "veille: 1\nnumber: 7"), number=9).number == 9


@pytest.mark.parametrize("number", [0, -1, 10**30])
def test_it_refuses_an_absurd_number(number):
    with pytest.raises(ImportRefused, match="is not a number of an issue"):
        bring(number=number)


def test_it_refuses_a_number_that_is_taken_and_makes_nothing():
    IssueFactory(number=7)
    with pytest.raises(ImportRefused, match="There is an issue 7 already"):
        bring(number=7)
    assert (Issue.objects.count(), Author.objects.count()) == (1, 0)


def test_it_refuses_to_count_past_the_last_number():
    IssueFactory(number=2_147_483_647)
    with pytest.raises(ImportRefused, match="no number after the highest"):
        bring()


@pytest.mark.parametrize(
    "text",
    [
        "🚀 Un titre\nPar Zoé\n" + "a" * 200_001,
        "Introduction.\n" + "a " * 100_001 + "\n🚀 Un titre\nPar Zoé\nUn texte.",
        FILE + "a" * 200_001,
    ],
    ids=["section", "introduction", "closing"],
)
def test_a_text_that_no_form_could_save_is_refused(text):
    with pytest.raises(ImportRefused, match="more than 200000 characters"):
        bring(text)
    assert not Issue.objects.exists()


def test_it_makes_nothing_when_a_late_section_is_refused():
    text = FILE.split("--- closing")[0] + f"--- section ---\ntitle: {'x' * 201}\n---\n\nTexte\n"
    with pytest.raises(ImportRefused, match="at most 200 characters") as refused:
        bring(text)
    assert str(refused.value).startswith("Line 21: the section “xxx")
    assert not Issue.objects.exists()
    assert not Author.objects.exists()
    assert not Rubric.objects.exists()


def test_it_gives_a_title_to_an_issue_without_and_says_so():
    result = import_issue("🚀 Un titre\nPar Zoé\nTexte.".encode(), by=None, number=12)
    assert "12" in result.issue.title
    assert "gives no title" in str(result.report[0])


def test_it_finds_authors_whatever_the_case_and_the_accents():
    known = AuthorFactory(name="elodie AUTRICE")
    assert bring().sections.get().byline()[0] == known


def test_it_prefers_the_author_written_just_so():
    AuthorFactory(name="Elodie Autrice")
    known = AuthorFactory(name="Élodie Autrice")
    assert bring().sections.get().byline()[0] == known


def test_it_makes_guests_of_unknown_authors_and_says_so():
    result = import_issue(FILE.encode(), by=None)
    assert Author.objects.get(name="Paul Petit").user is None
    assert "Paul Petit is new here: a guest author was created." in map(str, result.report)


def test_an_author_named_twice_signs_once():
    result = import_issue(with_section("title: x\nauthors: [Zoé, zoe]").encode(), by=None)
    assert [author.name for author in result.issue.sections.get().byline()] == ["Zoé"]
    assert any("signs “x” twice" in str(entry) for entry in result.report)


def test_it_finds_rubrics_and_tags_whatever_the_case_and_the_accents():
    rubric = RubricFactory(name="OUTILS")
    Tag.objects.create(name="securite")
    section = bring().sections.get()
    assert section.rubric == rubric
    assert {tag.name for tag in section.tags.all()} == {"securite", "essais"}


def test_it_adds_a_new_rubric_after_the_others():
    RubricFactory(position=4)
    assert bring().sections.get().rubric.position == 5


@pytest.mark.parametrize("tag", ["x" * 101, "\u0301", "ﷺ" * 20])
def test_what_cannot_be_a_tag_is_left_out_and_reported(tag):
    result = import_issue(with_section(f"title: x\ntags: ['{tag}']").encode(), by=None)
    assert not result.issue.sections.get().tags.exists()
    assert any("cannot be a tag" in str(entry) for entry in result.report)


def test_a_tag_whose_signs_are_spelt_out_in_many_letters_is_kept():
    section = bring(with_section(f"title: x\ntags: ['{'㎯' * 33}']")).sections.get()
    assert len(section.tags.get().slug) <= 100


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "ftp://source.example/x",
        "//source.example",
        "http://[",
        "https://source.example:99999/",
        "https://source.example/" + "é" * 700,
        "https://source.example/" + "x" * 2000,
    ],
)
def test_a_source_with_a_bad_address_is_kept_without_it_and_reported(url):
    result = import_issue(with_section(f"title: x\nsources: [{{title: S, url: '{url}'}}]").encode(), by=None)
    assert Source.objects.get().url == ""
    assert any("is not an http or https address" in str(entry) for entry in result.report)


def test_an_author_may_not_import():
    with pytest.raises(NotAllowed):
        bring(by=an_author())
    assert not Issue.objects.exists()


def test_an_editor_who_left_may_not_import():
    editor = an_editor()
    editor.is_active = False
    with pytest.raises(NotAllowed):
        bring(by=editor)


def test_the_history_says_who_imported():
    editor = an_editor()
    issue = bring(by=editor)
    for thing in (issue, issue.sections.get()):
        (version,) = thing.history.all()
        assert (version.history_user, version.history_change_reason) == (editor, "Imported from a file")
