"""The links of texts, kept beside them."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from issues.anatomy import anatomy
from issues.links.mentions import covered_before, note
from issues.models import Issue, Mention, Section, Source
from tests.factories import IssueFactory, SectionFactory, SourceFactory, a_published_issue, an_author

pytestmark = pytest.mark.django_db


def urls(thing):
    return sorted(thing.mentions.values_list("url", flat=True))


def test_a_saved_text_writes_down_its_links():
    section = SectionFactory(
        body="[a](https://example.org/é?b=1#c) https://example.net [m](mailto:a@b.example)"
    )
    assert urls(section) == ["https://example.net", "https://example.org/%C3%A9?b=1"]
    section.body = "[b](https://example.net)"
    section.save()
    assert urls(section) == ["https://example.net"]


def test_the_words_around_the_sections_do_so_too():
    issue = IssueFactory(introduction="[a](https://example.org/a)", closing="[b](https://example.org/b)")
    assert urls(issue) == ["https://example.org/a", "https://example.org/b"]


def test_the_desk_writes_them_down(client):
    author = an_author()
    client.force_login(author)
    data = {
        "title": "🧪 Un essai",
        "body": "[a](https://example.org/a)",
        "issue": "",
        "rubric": "",
        "tags": "",
    }
    forms = {f"{name}-{kind}_FORMS": 0 for name in ("bylines", "sources") for kind in ("TOTAL", "INITIAL")}
    client.post(reverse("admin:issues_section_add"), data | forms)
    assert urls(Section.objects.get()) == ["https://example.org/a"]


def test_a_save_that_changes_no_link_writes_nothing(django_assert_num_queries):
    section = SectionFactory(body="[a](https://example.org/a)")
    before = list(Mention.objects.values_list("pk", flat=True))
    note(section)
    assert list(Mention.objects.values_list("pk", flat=True)) == before


def test_a_link_too_long_for_the_index_is_left_out():
    section = SectionFactory(
        body=f"[a](https://example.org/{'x' * 3000}) [b](https://example.org/{'é' * 900})"
    )
    assert urls(section) == []


def test_a_mention_is_of_a_section_or_an_issue():
    section = SectionFactory()
    for place in ({}, {"section": section, "issue": section.issue}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Mention.objects.create(url="https://example.org/", canonical_url="https://example.org", **place)


def test_the_latest_issue_that_covered_a_page_comes_first(django_assert_num_queries):
    page = "https://example.org/a"
    for number in (3, 7, 5):
        SectionFactory(issue=a_published_issue(number=number), body=f"[a]({page})")
    source = SourceFactory(section=SectionFactory(issue=a_published_issue(number=9)), url=page)
    with django_assert_num_queries(2):
        places = covered_before([page, "https://example.org/b"])
    assert [place.number for place in places[page]] == [9, 7, 5, 3]
    assert places[page][0].get_absolute_url() == f"/numeros/9/#section-{source.section_id}"
    assert list(places) == [page]


def test_the_index_is_used_for_it():
    if connection.vendor != "sqlite":
        pytest.skip("a small table is read whole there")
    plan = Mention.objects.filter(canonical_url__in=["a", "b"]).explain()
    assert "USING INDEX" in plan


def test_texts_that_were_there_before_are_read_by_the_migration():
    section = SectionFactory(body="[a](https://example.org/a)")
    issue = IssueFactory(closing="[b](https://example.org/b)")
    source = SourceFactory(section=section, url="http://www.example.org/c/")
    Mention.objects.all().delete()
    Source.objects.update(canonical_url="as it was")
    import_module("issues.migrations.0004_checks").write_down_links(apps, None)
    source.refresh_from_db()
    assert (urls(section), urls(issue)) == (["https://example.org/a"], ["https://example.org/b"])
    assert source.canonical_url == "https://example.org/c"


class TestWhateverIsWritten(TestCase):
    @given(st.text(st.sampled_from("[](<>)!#`*\n :/.?=&%aé\u200dhttps"), max_size=80))
    def test_it_can_be_saved_and_taken_apart(self, text):
        issue = Issue(number=1, title="x", introduction=f"[a](https://{text}) {text}")
        issue.save()
        lines = issue.introduction.count("\n") + 1
        assert all(1 <= link.line <= lines for link in anatomy(issue.introduction).links)
