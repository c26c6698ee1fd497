"""The sample newsroom: whole, lively, and made once."""

import html
import re

import pytest
from django.test import override_settings
from PIL import Image

from authors.models import Author, User
from issues import checks
from issues.models import Issue, Section, Source
from mailings.models import Mailing
from subscribers.models import Subscriber
from tests.looked_at import rows_for_a_module
from veille.embedded import drawings, logins, sample

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def newsroom(django_db_setup, django_db_blocker, tmp_path_factory):
    """Where its passwords are, and below it its pictures."""
    folder = tmp_path_factory.mktemp("sample")
    with rows_for_a_module(django_db_blocker), override_settings(MEDIA_ROOT=str(folder / "media")):
        assert sample.make(folder)
        yield folder


@pytest.fixture
def made(newsroom, settings):
    settings.MEDIA_ROOT = str(newsroom / "media")
    return newsroom


def test_issue_12_is_out_with_six_sections_by_three_authors(made):
    issue = Issue.objects.get(number=12)
    assert issue.is_published
    assert issue.sections.count() == 6
    assert Author.objects.filter(sections__issue=issue).distinct().count() == 3
    assert Author.objects.get(user=None).sections.filter(issue=issue).exists()


def test_two_issues_came_out_before_it_and_were_not_mailed(made):
    former = Issue.objects.filter(number__lt=12).order_by("number")
    assert [issue.is_published for issue in former] == [True, True]
    dates = list(Issue.objects.published().order_by("number").values_list("published_at", flat=True))
    assert dates == sorted(dates)
    assert not Mailing.objects.filter(issue__in=former).exists()


def test_its_issues_go_on_from_one_another(made, client):
    followed = Section.objects.filter(issue__number=12, follows__isnull=False)
    assert {section.follows.issue.number for section in followed} == {10, 11}
    source = Source.objects.filter(section__issue__number=12, url__endswith="rfc8058").get()
    assert "N° 11" in html.unescape(client.get(f"/sources/{source.pk}/").content.decode())


@pytest.mark.parametrize("number", [10, 11, 12])
def test_nothing_in_it_is_to_be_complained_about(made, number):
    report = checks.report(Issue.objects.get(number=number))
    assert [message.message for message in [*report.errors, *report.open_warnings]] == []
    known = [message.id for message in report.warnings]
    assert known == (["issues.W009"] if number == 12 else [])


def test_what_is_in_the_making_lacks_nothing_but_approvals(made):
    report = checks.report(Issue.objects.get(number=13))
    assert {message.id for message in report.errors} == {"issues.E003"}
    assert [message.message for message in report.warnings] == []


def test_its_texts_show_what_the_desk_can_do(made):
    issue = Issue.objects.get(number=12)
    text = "\n".join([issue.introduction, *issue.sections.values_list("body", flat=True)])
    for form in (r"^## ", r"^- ", r"^1\. ", r"^> ", r"^\| ---", r"^```sql", r"!\[[^]]{20,}\]\(\S+\.png\)"):
        assert re.search(form, text, re.MULTILINE), form
    assert all(section.tags.exists() and section.sources.exists() for section in issue.sections.all())
    assert "](phare.png)" not in text


def test_issue_13_is_in_the_making_in_every_state(made):
    states = Section.objects.filter(issue__number=13).values_list("state", flat=True)
    assert set(states) == set(Section.State.values)
    asked = Section.objects.get(state=Section.State.CHANGES_REQUESTED)
    assert asked.reviews.latest("pk").comment


def test_it_went_the_real_road(made):
    section = Section.objects.filter(issue__number=12).first()
    steps = [(review.to_state, review.actor.username) for review in section.reviews.all()]
    assert steps == [("submitted", "camille"), ("approved", "helene")]


def test_it_has_25_readers_who_can_be_written_to(made):
    assert Subscriber.objects.active().count() == 25
    assert Subscriber.objects.exclude(address__endswith="@example.org").count() == 0


def test_the_printed_logins_open_the_desk(made, client):
    for login in logins.read(made):
        client.post("/admin/login/", {"username": login.username, "password": login.password})
        assert client.get("/admin/").wsgi_request.user.username == login.username
        assert client.get("/admin/").status_code == 200
    assert len(logins.read(made)) == 3


def test_the_passwords_are_for_one_pair_of_eyes(made):
    assert (made / "logins.json").stat().st_mode & 0o077 == 0


def test_a_second_start_changes_nothing(made):
    before = logins.read(made), User.objects.get(username="helene").password
    assert not sample.make(made)
    assert (logins.read(made), User.objects.get(username="helene").password) == before
    assert Issue.objects.count() == 4


@pytest.mark.parametrize("name", drawings.DRAWINGS)
def test_the_drawings_are_pictures_fit_for_the_mail(name):
    with Image.open(drawings.draw(name)) as picture:
        assert picture.width == 1200
    assert len(drawings.draw(name).read()) < 200_000
