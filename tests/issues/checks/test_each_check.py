"""Each check once where it has something to say, and once where it has not."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import translation

from issues.checks.envelope import visible_length
from issues.checks.measures import reading_minutes
from issues.models import Section
from tests.factories import IssueFactory, SectionFactory, SourceFactory, a_published_issue

from .helpers import found, ids, save

pytestmark = pytest.mark.django_db

FAMILY = "👨‍👩‍👧‍👦"


def a_picture(size):
    return default_storage.url(default_storage.save("pictures/ab/photo.png", ContentFile(b"x" * size)))


def test_a_good_issue_gives_no_error_and_no_warning(issue, section):
    assert ids(issue) == {"issues.I001"}


# --- Subject line and preheader ---


def test_an_empty_subject_is_an_error(issue, section):
    save(issue, subject="   ")
    (message,) = found(issue, "issues.E001")
    assert message.is_error
    assert message.url.endswith(f"/issue/{issue.pk}/change/#id_subject")


def test_a_subject_of_61_characters_is_too_long_and_one_of_60_is_not(issue, section):
    save(issue, subject="x" * 61)
    assert found(issue, "issues.W001")
    save(issue, subject="x" * 60)
    assert not found(issue, "issues.W001")


def test_the_characters_of_a_subject_are_those_that_people_see(issue, section):
    assert visible_length(f"{FAMILY}🇫🇷 e\u0301té  👍🏽") == 8
    save(issue, subject=FAMILY * 5 + "x" * 55)
    assert len(issue.subject) > 60
    assert not found(issue, "issues.W001")


def test_a_subject_of_a_former_issue_is_recognised_whatever_its_dress(issue, section):
    a_published_issue(number=12, subject="Été  à la CARTE")
    save(issue, subject="ete a la carte ")
    (message,) = found(issue, "issues.W012")
    assert "12" in message.message
    save(issue, subject="Été à la plage")
    assert not found(issue, "issues.W012")


def test_the_subject_of_a_later_draft_is_no_former_one(issue, section):
    IssueFactory(number=14, subject=issue.subject)
    assert not found(issue, "issues.W012")


def test_a_missing_preheader_is_a_warning(issue, section):
    assert not found(issue, "issues.W002")
    save(issue, preheader=" ")
    assert found(issue, "issues.W002")[0].is_warning


# --- Sections ---


def test_an_issue_without_a_section_is_not_fit(issue):
    assert found(issue, "issues.E002")
    SectionFactory(issue=issue)
    assert not found(issue, "issues.E002")


@pytest.mark.parametrize("state", Section.State.values)
def test_every_section_must_be_approved(issue, section, state):
    Section.objects.update(state=state)
    assert bool(found(issue, "issues.E003")) == (state != "approved")


def test_a_section_without_a_byline_is_an_error(issue, section):
    assert not found(issue, "issues.E004")
    section.bylines.all().delete()
    assert found(issue, "issues.E004")[0].obj == section


@pytest.mark.parametrize("body", ["", "  \n", "[nulle]: https://example.org/"])
def test_a_section_that_shows_nothing_has_no_text(issue, section, body):
    assert not found(issue, "issues.E005")
    save(section, body=body)
    assert found(issue, "issues.E005")


@pytest.mark.parametrize("body", ["Un.", "`code`", "```\ncode\n```", "| a |\n| --- |\n| b |"])
def test_little_is_text_too(issue, section, body):
    save(section, body=body)
    assert not found(issue, "issues.E005")


def test_a_source_without_an_address_is_pointed_at(issue, section):
    SourceFactory(section=section)
    assert not found(issue, "issues.W004")
    SourceFactory(section=section, title="Un livre", url="", position=1)
    (message,) = found(issue, "issues.W004")
    assert message.url.endswith("#id_sources-1-url")


# --- Pictures ---


@pytest.mark.parametrize("words", ["", "   ", "Say what the picture shows", "Dites ce que montre l’image"])
def test_a_picture_needs_words_of_its_own(issue, section, words):
    with translation.override("fr"):
        placeholder = translation.gettext("Say what the picture shows")
    words = placeholder if words.startswith("Dites") else words
    save(section, body=f"Un.\n\n![Un phare]({a_picture(10)})\n\nDeux\n![{words}]({a_picture(10)})")
    (message,) = found(issue, "issues.W003")
    assert (message.field, message.line) == ("body", 6)
    assert "?line=6#id_body" in message.url


def test_a_described_picture_is_well(issue, section):
    save(section, body=f"![Un phare]({a_picture(10)})")
    assert ids(issue) == {"issues.I001"}


def test_the_pictures_around_the_sections_are_looked_at_too(issue, section):
    save(issue, introduction=f"![]({a_picture(10)})")
    (message,) = found(issue, "issues.W003")
    assert (message.obj, message.field) == (issue, "introduction")


def test_a_picture_over_a_megabyte_is_heavy(issue, section):
    save(section, body=f"![Un phare]({a_picture(1024 * 1024)})")
    assert not found(issue, "issues.W005")
    save(section, body=f"![Un phare]({a_picture(1024 * 1024 + 1)})")
    assert found(issue, "issues.W005")


@pytest.mark.parametrize(
    "address", ["/media/pictures/ab/perdu.png", "photo.png", "data:image/png;base64,AAAA"]
)
def test_a_picture_that_is_not_here_is_an_error(issue, section, address):
    save(section, body=f"![Un phare]({address})")
    assert found(issue, "issues.E008")


def test_a_picture_of_another_site_becomes_a_link_and_is_warned_about(issue, section):
    save(section, body="![Un phare](https://example.org/phare.png)")
    assert ids(issue) == {"issues.I001", "issues.W006"}


# --- Headings ---


@pytest.mark.parametrize("body", ["### Trop bas", "## Un\n\n#### Trop bas", "# Un\n\n#### Trop bas"])
def test_headings_that_skip_a_level_are_warned_about(issue, section, body):
    save(section, body=body)
    (message,) = found(issue, "issues.W010")
    assert message.line == len(body.split("\n"))


def test_headings_one_level_apart_are_well(issue, section):
    save(section, body="## Un\n\n### Deux\n\n## Trois\n\n```\n#### code\n```")
    assert not found(issue, "issues.W010", "issues.W011")


def test_a_heading_of_the_level_of_the_title_clashes(issue, section):
    save(section, body="Un.\n\n# Deux\n\nTrois\n=====")
    assert [message.line for message in found(issue, "issues.W011")] == [3]


# --- Weight and reading time ---


def test_the_weight_is_warned_about_from_80_kb_and_an_error_above_90(issue, section):
    seen = []
    for kilobytes in (40, 76, 100):
        save(section, body="mot " * (kilobytes * 256))
        seen.append(ids(issue) & {"issues.W013", "issues.E006"})
    assert seen == [set(), {"issues.W013"}, {"issues.E006"}]


def test_the_reading_time_is_told_and_warned_about_above_the_setting(issue, section, settings):
    settings.VEILLE_READING_MINUTES = 2
    save(section, body="mot " * 400)
    assert "2" in found(issue, "issues.I001")[0].message
    save(section, body="mot " * 500)
    assert found(issue, "issues.W014")
    assert not found(issue, "issues.I001")


def test_minutes_are_rounded_up():
    assert [reading_minutes(words) for words in (0, 1, 220, 221)] == [0, 1, 1, 2]


# --- Emoji ---


def test_a_torn_emoji_is_found_where_it_is(issue, section):
    save(section, title="\u200d🚀 Un titre")
    save(issue, subject="Veille 🇫")
    assert {(m.obj, m.field) for m in found(issue, "issues.W015")} == {(section, "title"), (issue, "subject")}
    save(section, title=f"{FAMILY} Un titre")
    save(issue, subject="Veille 🇫🇷")
    assert not found(issue, "issues.W015")
