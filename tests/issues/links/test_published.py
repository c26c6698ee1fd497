"""The links of published issues: how seldom they are asked for, and what is made of those that die."""

import json
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from issues.links import archived, published
from issues.links.archived import copy_in, look_for_copies
from issues.links.client import Answer
from issues.links.lookup import LINKS_PER_RUN
from issues.models import LinkLookup
from tests.factories import SectionFactory, SourceFactory, a_published_issue
from tests.issues.links.test_lookup import GONE, OK, Web, a_section

pytestmark = pytest.mark.django_db

PAGE = "https://example.org/article"
COPY = "https://web.archive.org/web/20260301000000/https://example.org/article"


@pytest.fixture(autouse=True)
def links_are_checked(settings):
    settings.VEILLE_CHECK_LINKS = True


def a_source(url=PAGE, **fields):
    return SourceFactory(section=SectionFactory(issue=a_published_issue(), **fields), url=url)


def a_dead_link(url=PAGE, **fields):
    return LinkLookup.objects.create(
        url=url,
        state="dead",
        is_published=True,
        **{"failing_since": timezone.now(), "next_at": timezone.now(), **fields},
    )


def look(answer, *, after):
    with time_machine.travel(after, tick=False):
        LinkLookup.objects.update(next_at=timezone.now())
        Web(answer).look()
    return LinkLookup.objects.get(url=PAGE)


def test_links_of_published_issues_are_spread_over_a_week_when_they_are_first_met():
    section = a_source().section
    SectionFactory(issue=section.issue, body="[a](https://example.org/text#x)")
    published.enrol()
    published.enrol()
    rows = LinkLookup.objects.published()
    assert {row.url for row in rows} == {PAGE, "https://example.org/text"}
    assert all(timezone.now() <= row.next_at + timedelta(minutes=1) for row in rows)
    assert all(row.next_at <= timezone.now() + timedelta(days=7) for row in rows)


def test_what_is_published_is_asked_again_after_about_a_week():
    a_source()
    published.enrol()
    row = look(OK, after=timezone.now())
    days = (row.next_at - row.checked_at) / timedelta(days=1)
    assert 6.2 < days < 7.8


def test_two_failures_count_only_where_a_day_lies_between():
    a_source()
    published.enrol()
    now = timezone.now()
    states = [look(GONE, after=now + timedelta(hours=hours)).state for hours in (0, 5, 23.9, 24.1)]
    assert states == ["failing", "failing", "failing", "dead"]
    row = look(OK, after=now + timedelta(hours=30))
    assert (row.state, row.failing_since) == ("alive", None)


def test_issues_in_the_making_come_first_and_published_ones_never_keep_a_worker():
    a_section(*(f"https://making{n}.example/" for n in range(LINKS_PER_RUN - 1)))
    for n in range(3):
        a_source(f"https://out{n}.example/")
    published.enrol()
    LinkLookup.objects.update(next_at=timezone.now())
    web = Web()
    assert web.look() is False
    assert [url for url in web.asked if "out" in url] == web.asked[-1:]


def test_what_is_withdrawn_is_left_alone_but_nothing_published_is_forgotten():
    source = a_source()
    published.enrol()
    LinkLookup.objects.update(next_at=timezone.now() - timedelta(days=400))
    Web(Answer(reason="network")).look()
    assert LinkLookup.objects.published().count() == 1
    issue = source.section.issue
    issue.state, issue.withdrawn_at = "withdrawn", timezone.now()
    issue.save()
    published.enrol()
    LinkLookup.objects.update(next_at=timezone.now() - timedelta(days=400))
    web = Web()
    web.look()
    assert (web.asked, LinkLookup.objects.count()) == ([], 0)


def test_where_it_is_switched_off_nothing_is_enrolled(settings):
    settings.VEILLE_CHECK_LINKS = False
    a_source()
    published.enrol()
    assert not LinkLookup.objects.exists()


@dataclass
class Said:
    http_status: int | None = 200
    body: bytes = b"{}"
    reason: str = ""


def closest(**fields):
    return {"archived_snapshots": {"closest": {"available": True, "status": "200", "url": COPY, **fields}}}


class Archive:
    """The Wayback Machine as the test has it."""

    def __init__(self, said):
        self.said, self.asked = said, []

    def fetch(self, url, **options):
        self.asked.append(url)
        return self.said if isinstance(self.said, Said) else Said(body=json.dumps(self.said).encode())


def test_a_copy_is_asked_for_once_and_kept():
    a_dead_link(failing_since=timezone.now().replace(year=2026, month=3, day=9))
    archive = Archive(closest(url=COPY.replace("https", "http", 1)))
    assert (look_for_copies(archive), look_for_copies(archive)) == (1, 0)
    assert LinkLookup.objects.get().archived_url == COPY
    [asked] = archive.asked
    assert asked.startswith("https://archive.org/wayback/available?")
    assert parse_qs(urlsplit(asked).query) == {"url": [PAGE], "timestamp": ["20260309"]}


@pytest.mark.parametrize(
    ("said", "days"),
    [({"archived_snapshots": {}}, 30), (Said(http_status=503), 1), (Said(body=b"<html>"), 1)],
)
def test_who_has_no_copy_is_asked_after_a_month_and_who_did_not_answer_after_a_day(said, days):
    a_dead_link()
    now = timezone.now()
    asked = []
    for later in (0, days - 0.1, days + 0.1):
        with time_machine.travel(now + timedelta(days=later), tick=False):
            archive = Archive(said)
            look_for_copies(archive)
            asked.append(len(archive.asked))
    assert asked == [1, 0, 1]


def test_two_workers_ask_the_archive_once():
    a_dead_link()
    other = Archive(closest())

    class Slow(Archive):
        def fetch(self, url, **options):
            look_for_copies(other)
            return super().fetch(url, **options)

    first = Slow(closest())
    look_for_copies(first)
    assert len(first.asked + other.asked) == 1


def test_a_house_may_ask_another_archive_or_none(settings):
    a_dead_link()
    settings.VEILLE_WAYBACK_URL = ""
    nobody = Archive(closest())
    look_for_copies(nobody)
    settings.VEILLE_WAYBACK_URL = "https://archive.example/find?format=json"
    another = Archive(closest())
    look_for_copies(another)
    assert nobody.asked == []
    assert another.asked[0].startswith("https://archive.example/find?format=json&url=")


def test_only_the_dead_are_asked_for():
    a_dead_link().delete()
    LinkLookup.objects.create(url=PAGE, state="alive", is_published=True, next_at=timezone.now())
    archive = Archive(closest())
    look_for_copies(archive)
    assert archive.asked == []


@pytest.mark.parametrize(
    ("told", "copy"),
    [
        (closest(), COPY),
        (closest(status="404"), ""),
        (closest(available=False), ""),
        (closest(url="javascript:alert(1)"), ""),
        (closest(url="https://web.archive.org/" + "x" * 3000), ""),
        (closest(url=None), ""),
        ([], None),
        ({"archived_snapshots": "none"}, None),
        (None, None),
    ],
)
def test_what_the_archive_tells_is_not_taken_for_more_than_it_is(told, copy):
    assert copy_in(told) == copy


def test_a_copy_that_a_person_gave_is_not_overwritten_by_a_late_answer():
    row = a_dead_link()

    class Late(Archive):
        def fetch(self, url, **options):
            published.note_copy(row, "https://archive.example/mine")
            return super().fetch(url, **options)

    assert look_for_copies(Late(closest())) == 0
    assert LinkLookup.objects.get().archived_url == "https://archive.example/mine"


def test_a_person_is_believed_for_three_months():
    row = a_dead_link()
    published.believe_alive(row)
    row.refresh_from_db()
    assert (row.state, row.failing_since) == ("alive", None)
    assert row.next_at > timezone.now() + timedelta(days=89)


@pytest.mark.parametrize(
    "typed", ["ftp://example.org/", "javascript:alert(1)", "web.archive.org", "https://a/" + "x" * 2000]
)
def test_an_address_of_a_copy_is_one_of_the_web(typed):
    row = a_dead_link()
    with pytest.raises(ValidationError):
        published.note_copy(row, typed)
    row.refresh_from_db()
    assert row.archived_url == ""


def test_where_links_stand_is_read_in_as_many_queries_for_ten_as_for_one(django_assert_num_queries):
    rows = []
    for n in range(10):
        source = a_source(f"https://site{n}.example/a b?utm_source=x", body=f"[a](https://text{n}.example/)")
        rows += [
            a_dead_link(f"https://site{n}.example/a%20b?utm_source=x"),
            a_dead_link(f"https://text{n}.example/"),
        ]
    with django_assert_num_queries(3):
        places = published.places_of(rows)
    assert {len(found) for found in places.values()} == {1}
    assert places[rows[-1].url][0].section == source.section


def test_the_runs_are_announced_by_the_scheduler():
    from veille.schedule import SCHEDULE

    names = {entry["task"] for entry in SCHEDULE.values()}
    assert {"issues.enrol_published_links", "issues.look_for_archived_copies"} <= names
    assert archived.COPIES_PER_RUN * 5 < 20
