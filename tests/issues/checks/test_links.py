"""Links: each check once where it has something to say, and once where it has not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from issues.models import LinkLookup
from tests.factories import IssueFactory, SectionFactory, SourceFactory, a_published_issue

from .helpers import found, ids, save

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "url",
    [
        "/relative",
        "ftp://example.org/",
        "javascript:alert(1)",
        "tel:+331",
        "example.org",
        "//example.org",
        "#a",
    ],
)
def test_a_link_that_is_not_of_the_web_is_an_error_with_its_line(issue, section, url):
    save(section, body=f"Un [bon](https://example.org).\nUn [mauvais]({url}).")
    (message,) = found(issue, "issues.E007")
    assert (message.obj, message.line) == (section, 2)


def test_links_of_the_web_and_mail_are_well(issue, section):
    save(
        section,
        body="[a](https://example.org/) [b](http://e.org/) [c](mailto:a@example.org) [^1]\n\n[^1]: Note.",
    )
    assert not found(issue, "issues.E007")


def a_lookup(url, state, **fields):
    now = timezone.now()
    return LinkLookup.objects.create(
        url=url,
        state=state,
        failing_since=now if state in ("dead", "failing") else None,
        checked_at=now,
        next_at=now + timedelta(days=1),
        **fields,
    )


@pytest.mark.parametrize(
    ("state", "fields", "id"),
    [
        ("dead", {"http_status": 404}, "issues.W007"),
        ("failing", {"http_status": 404}, "issues.I004"),
        ("unclear", {"http_status": 403}, "issues.I002"),
        ("unclear", {"reason": "private"}, "issues.W016"),
        ("unclear", {"reason": "timeout"}, "issues.I002"),
        ("unknown", {}, "issues.I003"),
        ("alive", {"http_status": 200}, None),
    ],
)
def test_what_is_known_of_a_link_is_said(issue, section, settings, state, fields, id):
    settings.VEILLE_CHECK_LINKS = True
    save(section, body="Un [lien](https://example.org/a#b).")
    a_lookup("https://example.org/a", state, **fields)
    assert ids(issue) == {"issues.I001", *filter(None, [id])}


def test_a_dead_source_leads_to_its_field(issue, section, settings):
    settings.VEILLE_CHECK_LINKS = True
    SourceFactory(section=section, url="https://example.org/a")
    a_lookup("https://example.org/a", "dead", http_status=410)
    (message,) = found(issue, "issues.W007")
    assert message.url.endswith("#id_sources-0-url")
    assert "410" in message.hint


def test_links_that_nobody_looked_up_are_counted_and_our_own_are_not(issue, section, settings):
    settings.VEILLE_CHECK_LINKS = True
    save(
        section,
        body="[a](https://example.org/a) [b](https://example.org/b) [c](https://veille.example/numeros/1/)",
    )
    (message,) = found(issue, "issues.I003")
    assert "2" in message.message


def test_where_links_are_not_looked_up_nothing_is_said(issue, section):
    save(section, body="[a](https://example.org/a)")
    a_lookup("https://example.org/a", "dead", http_status=404)
    assert ids(issue) == {"issues.I001"}


def test_a_page_linked_to_from_two_sections_is_said_at_the_second(issue, section):
    save(section, body="[a](https://www.example.org/a/?utm_source=x)")
    other = SectionFactory(issue=issue, body="Un.\n\n[b](http://example.org/a#b)")
    (message,) = found(issue, "issues.W008")
    assert (message.obj, message.line) == (other, 3)
    assert message.elsewhere[1].endswith(f"/section/{section.pk}/change/?line=1#id_body")


def test_a_link_of_a_text_may_stand_among_its_sources(issue, section):
    save(section, body="[a](https://example.org/a)")
    SourceFactory(section=section, url="https://example.org/a")
    assert not found(issue, "issues.W008")
    SourceFactory(section=section, url="https://example.org/a/", position=1)
    assert found(issue, "issues.W008")


def test_a_page_of_a_published_issue_is_recognised_in_texts_and_sources(issue, section):
    old = a_published_issue(number=12)
    there = SectionFactory(issue=old, body="[a](http://www.example.org/a)")
    SourceFactory(section=section, url="https://example.org/a?utm_source=lettre")
    (message,) = found(issue, "issues.W009")
    label, address = message.elsewhere
    assert "12" in label
    assert address == f"/numeros/12/#section-{there.pk}"


def test_a_source_of_a_published_issue_is_recognised_in_the_introduction(issue, section):
    SourceFactory(section=SectionFactory(issue=a_published_issue(number=12)), url="https://example.org/a")
    save(issue, introduction="Voir https://example.org/a.")
    assert found(issue, "issues.W009")[0].field == "introduction"


def test_what_a_later_issue_covered_is_new_to_a_past_one(issue, section):
    later = a_published_issue(number=issue.number + 1)
    SourceFactory(section=SectionFactory(issue=later), url="https://example.org/a")
    save(section, body="[a](https://example.org/a)")
    assert not found(issue, "issues.W009")


def test_what_no_reader_has_seen_is_new(issue, section):
    SectionFactory(issue=IssueFactory(number=12), body="[a](https://example.org/a)")
    save(section, body="[a](https://example.org/a) [nous](https://veille.example/numeros/3/)")
    SectionFactory(issue=a_published_issue(number=11), body="[nous](https://veille.example/numeros/3/)")
    assert not found(issue, "issues.W009")
