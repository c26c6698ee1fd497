"""Issues of years ago: into the archive under their date, and into nobody's mailbox."""

from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issues import correcting, following, workflow
from issues.links.mentions import covered_before
from issues.models import Issue, Section
from issues.signals import issue_published
from issues.workflow import NotAllowed, NotNow
from mailings.models import Mailing
from mailings.tasks import dispatch
from mailings.welcome.compose import latest_issue
from tests.factories import IssueFactory, SourceFactory, SubscriberFactory, a_published_issue, an_author
from tests.mailings.conftest import approve
from tests.rights.forms import filled_form

pytestmark = pytest.mark.django_db

DAY = date(2019, 3, 15)
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def issue():
    return IssueFactory(number=7, title="Un vieux numéro")


@pytest.fixture
def editor(issue):
    return approve(issue)


@pytest.fixture
def archived(issue, editor):
    workflow.archive(issue, by=editor, on=DAY)
    return Issue.objects.get(pk=issue.pk)


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def ask(desk, issue, **data):
    url = reverse("issues:issue-transition", args=[issue.pk, "archive"])
    return desk.post(url, data, follow=True)


def told(response):
    return [str(message) for message in response.context["messages"]]


# --- The transition ---


def test_readers_find_it_under_its_date(archived, client):
    assert archived.state == "published"
    assert archived.published_at == datetime(2019, 3, 15, 12, tzinfo=ZoneInfo("Europe/Paris"))
    page = client.get("/numeros/7/")
    assert page.status_code == 200
    assert "15 mars 2019" in page.content.decode()


def test_nobody_is_mailed_now_or_later(issue, editor, django_capture_on_commit_callbacks):
    SubscriberFactory()
    with django_capture_on_commit_callbacks(execute=True):
        workflow.archive(issue, by=editor, on=DAY)
    dispatch()
    assert not Mailing.objects.exists()
    assert mail.outbox == []


def test_the_house_hears_that_it_is_out_and_not_to_be_mailed(issue, editor):
    heard = []

    def listen(sender, **announcement):
        heard.append((announcement["issue"].pk, announcement["rendition"].pk, announcement["mailed"]))

    issue_published.connect(listen)
    try:
        workflow.archive(issue, by=editor, on=DAY)
    finally:
        issue_published.disconnect(listen)
    assert heard == [(issue.pk, issue.rendition.pk, False)]


def test_it_is_frozen_found_and_written_into_the_thread(archived, editor, client):
    assert archived.rendition.digest == archived.approved_digest
    found = client.get("/recherche/", {"q": "paragraphe important"}).content.decode()
    assert archived.sections.get().title in found
    review = archived.reviews.latest("pk")
    assert (review.actor, review.from_state, review.to_state) == (editor, "approved", "published")
    assert "March 15, 2019" in review.comment or "15 mars 2019" in review.comment


def test_a_moment_stays_that_moment(issue, editor):
    at = datetime(2019, 3, 15, 7, 30, tzinfo=UTC)
    workflow.archive(issue, by=editor, on=at)
    assert issue.published_at == at


def test_a_time_without_zone_is_the_newsrooms(issue, editor):
    workflow.archive(issue, by=editor, on=datetime(2019, 7, 15, 9))
    assert issue.published_at == datetime(2019, 7, 15, 7, tzinfo=UTC)


@time_machine.travel(datetime(2026, 11, 28, 7, tzinfo=UTC), tick=False)
def test_this_morning_is_past_though_noon_is_to_come(issue, editor):
    workflow.archive(issue, by=editor, on=date(2026, 11, 28))
    assert issue.published_at == timezone.now()


@pytest.mark.parametrize("later", [timedelta(minutes=1), timedelta(days=400)])
def test_what_is_to_come_is_refused_in_words(issue, editor, later):
    with pytest.raises(NotNow, match="encore à venir"):
        workflow.archive(issue, by=editor, on=timezone.now() + later)
    assert Issue.objects.get(pk=issue.pk).state == "approved"


@given(on=st.dates() | st.datetimes(timezones=st.none() | st.timezones()))
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_date_is_given_it_is_refused_or_past(issue, editor, on):
    with transaction.atomic():
        held = Issue.objects.get(pk=issue.pk)
        try:
            workflow.archive(held, by=editor, on=on)
        except NotNow:
            assert held.state == "approved"
        else:
            # By the newsroom's clock it may still be the day before.
            assert datetime(1969, 12, 31, tzinfo=UTC) <= held.published_at <= timezone.now()
            assert isinstance(on, datetime) or timezone.localdate(held.published_at) == on
        transaction.set_rollback(True)


@pytest.mark.parametrize("on", [date(24, 3, 15), date(9999, 12, 31), datetime(1, 1, 1)])
def test_a_year_that_was_mistyped_is_said(issue, editor, on):
    with pytest.raises(NotNow, match="vérifiez l’année"):
        workflow.archive(issue, by=editor, on=on)


@pytest.mark.parametrize("state", ["draft", "in_review", "scheduled", "published", "withdrawn"])
def test_only_what_is_approved_goes_into_the_archive(issue, editor, state):
    moments = {"scheduled_for": timezone.now(), "scheduled_by": editor, "published_at": timezone.now()}
    withdrawn_at = timezone.now() if state == "withdrawn" else None
    Issue.objects.filter(pk=issue.pk).update(state=state, withdrawn_at=withdrawn_at, **moments)
    with pytest.raises(NotNow):
        workflow.archive(issue, by=editor, on=DAY)


def test_the_right_comes_before_the_date(issue, editor):
    with pytest.raises(NotAllowed):
        workflow.archive(issue, by=an_author(), on=date(2999, 1, 1))


def test_what_changed_after_its_approval_goes_back_to_review(issue, editor):
    Section.objects.filter(issue=issue).update(body="Autre chose.")
    with pytest.raises(NotNow, match="a changé après son approbation"):
        workflow.archive(issue, by=editor, on=DAY)
    assert Issue.objects.get(pk=issue.pk).state == "in_review"


# --- What hangs on it ---


def test_an_old_issue_is_not_the_latest_one(archived, client):
    latest = a_published_issue(number=8, title="Le dernier")
    assert latest_issue() == latest
    home = client.get("/").content.decode()
    assert home.index("Le dernier") < home.index("Un vieux numéro")


def test_in_a_feed_it_is_as_old_as_it_is(archived, client):
    a_published_issue(number=8)
    response = client.get("/flux.atom")
    entries = ElementTree.fromstring(response.content).findall(f"{ATOM}entry")  # noqa: S314 - our own
    assert "7" in entries[1].findtext(f"{ATOM}title")
    assert entries[1].findtext(f"{ATOM}published").startswith("2019-03-15")
    assert entries[1].findtext(f"{ATOM}updated").startswith("2019-03-15")
    assert ",2019-03-15:numero-7" in entries[1].findtext(f"{ATOM}id")


def test_a_feed_that_was_read_before_it_came_in_is_read_again(issue, editor, client):
    with time_machine.travel(timezone.now() - timedelta(days=2)):
        a_published_issue(number=8)
        read = client.get("/flux.atom").headers["Last-Modified"]
    workflow.archive(issue, by=editor, on=DAY)
    assert client.get("/flux.atom", headers={"If-Modified-Since": read}).status_code == 200


def test_it_can_be_withdrawn_put_back_and_corrected(archived, editor, client):
    workflow.withdraw_issue(archived, by=editor, comment="Une source est contestée.")
    assert client.get("/numeros/7/").status_code == 410
    workflow.bring_back(archived, by=editor)
    correcting.correct_issue_on_the_web(
        archived,
        by=editor,
        version=archived.version,
        title=archived.title,
        introduction="Une autre introduction.",
        closing="",
        erratum="Un nom était faux.",
    )
    page = client.get("/numeros/7/").content.decode()
    assert "Une autre introduction." in page
    assert "15 mars 2019" in page
    assert not Mailing.objects.exists()


def test_a_later_section_can_follow_it_up_and_covered_before_knows_it(archived):
    source = SourceFactory(section=archived.sections.get())
    places = covered_before([source.canonical_url])[source.canonical_url]
    assert [place.number for place in places] == [7]
    assert source.section in following.earlier(IssueFactory(number=8))


# --- The desk ---


def test_the_desk_puts_an_approved_issue_into_the_archive(desk, issue):
    response = ask(desk, issue, on="2019-03-15")
    assert "Il n’a été envoyé à personne." in told(response)[0]
    assert timezone.localdate(Issue.objects.get(pk=issue.pk).published_at) == DAY
    page = response.content.decode()
    assert "paru le 15 mars 2019, pas envoyé par Veille" in page
    assert "Son envoi" not in page
    assert reverse("watch:posts", args=[issue.pk]) not in page


def test_an_issue_that_was_sent_shows_its_mailing(desk, issue, editor):
    workflow.publish(issue, by=editor)
    page = desk.get(reverse("admin:issues_issue_change", args=[issue.pk])).content.decode()
    assert "pas envoyé par Veille" not in page
    assert reverse("admin:mailings_mailing_change", args=[issue.mailing.pk]) in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Dites quel jour il est paru."),
        ("15/03/2019", "Ceci n’est pas une date."),
        ("2019-02-30", "Ceci n’est pas une date."),
        ("0019-03-15", "Cette date est trop lointaine"),
        ("2999-03-15", "15 mars 2999 est encore à venir"),
    ],
)
def test_a_date_that_cannot_be_is_said_and_stands_again(desk, issue, typed, said):
    response = ask(desk, issue, on=typed)
    [message] = told(response)
    assert said in message
    assert Issue.objects.get(pk=issue.pk).state == "approved"
    if typed:
        assert f'value="{typed}"' in response.content.decode()


def test_what_was_typed_beside_a_refused_date_is_saved(desk, issue):
    url = reverse("admin:issues_issue_change", args=[issue.pk])
    data = filled_form(url, closing="À bientôt.") | {"_transition": "archive", "on": "2999-01-01"}
    response = desk.post(url, data, follow=True)
    issue.refresh_from_db()
    assert issue.closing == "À bientôt."
    assert issue.state == "in_review"
    assert response.status_code == 200


def test_only_an_approved_issue_offers_the_archive(desk, issue, editor):
    url = reverse("admin:issues_issue_change", args=[issue.pk])
    assert 'name="on"' in desk.get(url).content.decode()
    workflow.reopen(issue, by=editor)
    assert 'name="on"' not in desk.get(url).content.decode()
