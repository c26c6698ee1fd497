"""The home of the desk: the board for editors, her own sections for an author."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from issues import workflow
from issues.models import Issue, PlannedRubric, Rendition, Section
from tests.factories import (
    AuthorFactory,
    IssueFactory,
    RubricFactory,
    SectionFactory,
    a_published_issue,
    an_author,
    an_editor,
)

pytestmark = pytest.mark.django_db

HOME = reverse("admin:index")


@pytest.fixture
def author():
    return an_author()


@pytest.fixture
def editor(client):
    editor = an_editor()
    client.force_login(editor)
    return editor


def cards(response):
    return {
        column.state: [card.section for card in column.cards] for column in response.context["board"].columns
    }


def test_the_board_shows_the_next_issue_by_state(client, editor):
    IssueFactory(number=9)
    issue = IssueFactory(number=8)
    a_published_issue(number=7)
    draft, waiting = SectionFactory(issue=issue), SectionFactory(issue=issue, state="submitted")
    response = client.get(HOME)
    assert response.context["board"].issue == issue
    assert cards(response) == {
        "draft": [draft],
        "changes_requested": [],
        "submitted": [waiting],
        "approved": [],
    }


def test_another_issue_is_chosen_by_its_number_and_nonsense_shows_the_next(client, editor):
    IssueFactory(number=8)
    other = IssueFactory(number=9)
    assert client.get(HOME, {"numero": "9"}).context["board"].issue == other
    for nonsense in ("", "x", "7", "9" * 400):
        assert client.get(HOME, {"numero": nonsense}).context["board"].issue.number == 8


def test_a_card_tells_the_words_the_minutes_the_pictures_and_the_open_comments(client, editor, author):
    section = SectionFactory(authors=[author.author], body="mot " * 221 + "\n\n![vue](/media/a.png)")
    workflow.comment(section, by=editor, text="Avant la soumission.")
    workflow.submit(section, by=author)
    workflow.comment(section, by=editor, text="Un.")
    workflow.comment(section, by=editor, text="Deux.")
    (card,) = client.get(HOME).context["board"].columns[2].cards
    assert (card.words, card.minutes, card.pictures, card.open_comments) == (221, 2, 1, 3)
    assert card.waiting_since


def test_what_blocks_the_issue_links_to_its_place(client, editor):
    section = SectionFactory(body="")
    page = client.get(HOME).content.decode()
    assert f'{reverse("admin:issues_section_change", args=[section.pk])}#id_body"' in page


def test_planned_rubrics_without_a_section_are_gaps(client, editor):
    filled, missing = RubricFactory(name="Pleine"), RubricFactory(name="Creuse")
    issue = IssueFactory()
    for rubric in (filled, missing):
        PlannedRubric.objects.create(issue=issue, rubric=rubric)
    SectionFactory(issue=issue, rubric=filled)
    assert client.get(HOME).context["board"].missing == [missing]


def test_an_author_sees_her_own_with_the_editors_last_word_and_the_deadline(client, author):
    late = IssueFactory(deadline=timezone.now() - timedelta(days=2))
    mine = SectionFactory(issue=late, authors=[author.author], title="La mienne")
    SectionFactory(issue=late, title="Celle d’une autre")
    workflow.submit(mine, by=author)
    workflow.request_changes(mine, by=an_editor(), comment="Plus court, s’il te plaît.")
    workflow.comment(mine, by=author, text="D’accord.")
    client.force_login(author)
    page = client.get(HOME).content.decode()
    assert "La mienne" in page
    assert "Plus court" in page
    assert "board-late" in page
    assert "Celle d’une autre" not in page
    assert reverse("issues:section-place", args=[mine.pk]) not in page


@pytest.mark.parametrize(("name", "data"), [("place", {"issue": ""}), ("move", {"direction": "up"})])
def test_only_editors_rearrange(client, author, name, data):
    section = SectionFactory(authors=[author.author])
    address = reverse(f"issues:section-{name}", args=[section.pk])
    assert client.post(address, data).status_code == 302
    client.force_login(author)
    assert client.post(address, data).status_code == 403
    client.force_login(an_author())
    assert client.post(address, data).status_code == 404
    section.refresh_from_db()
    assert section.issue


def test_an_editor_rearranges_from_the_board_by_post_alone(client, editor):
    issue, other = IssueFactory(), IssueFactory()
    first, second = (SectionFactory(issue=issue, position=position) for position in (1, 2))
    place = reverse("issues:section-place", args=[first.pk])
    assert client.get(place).status_code == 405
    client.post(reverse("issues:section-move", args=[second.pk]), {"direction": "up"})
    assert list(issue.sections.order_by("position")) == [second, first]
    client.post(place, {"issue": other.pk})
    assert list(other.sections.all()) == [first]
    client.post(place, {"issue": ""})
    assert not other.sections.exists()
    client.post(place, {"issue": a_published_issue().pk})
    first.refresh_from_db()
    assert first.issue is None


def test_duplicating_by_request(client, editor):
    issue = IssueFactory(number=5)
    address = reverse("issues:issue-duplicate", args=[issue.pk])
    assert client.get(address).status_code == 405
    for _click in range(2):
        response = client.post(address, {"number": 6, "title": "Le six"})
        made = Issue.objects.get(number=6)
        assert response.url == reverse("admin:issues_issue_change", args=[made.pk])
    assert client.post(address, {"number": "six"}).status_code == 302
    client.force_login(an_author())
    assert client.post(address, {"number": 7}).status_code == 403
    assert Issue.objects.count() == 2


def test_correcting_by_request(client, editor):
    issue = a_published_issue()
    section = SectionFactory(issue=issue, state="approved", body="Faux.")
    page = f'<article class="issue-body"><section id="{section.anchor}"><p>Faux.</p></section></article>'
    Rendition.objects.filter(issue=issue).update(web_html=page)
    address = reverse("issues:section-correct", args=[section.pk])
    data = {"version": section.version, "title": section.title, "body": "Juste.", "erratum": ""}
    data |= {
        f"{prefix}-{name}_FORMS": 0 for prefix in ("bylines", "sources") for name in ("TOTAL", "INITIAL")
    }
    page = client.post(address, data)
    assert page.status_code == 200
    assert "Juste." in page.content.decode()
    assert client.post(address, {**data, "erratum": "C’était **faux**."}).status_code == 302
    public = client.get(issue.get_absolute_url()).content.decode()
    assert "Juste." in public
    assert "<strong>faux</strong>" in public
    feed = client.get(reverse("archive:feed")).content.decode()
    updated = datetime.fromisoformat(re.findall(r"<updated>([^<]+)", feed)[-1])
    assert updated == issue.errata.get().at
    client.force_login(an_author())
    assert client.get(address).status_code == 404


def test_correcting_who_signs_the_sources_and_the_words_by_request(client, editor):
    issue = a_published_issue()
    section = SectionFactory(issue=issue, state="approved", authors=[AuthorFactory(), AuthorFactory()])
    first, second = section.byline()
    page = f'<article class="issue-body"><section id="{section.anchor}"></section></article>'
    Rendition.objects.filter(issue=issue).update(web_html=page)
    address = reverse("issues:section-correct", args=[section.pk])
    assert first.name in client.get(address).content.decode()
    data = {
        "version": section.version,
        "title": section.title,
        "body": section.body,
        "erratum": "L’ordre des noms.",
        "bylines-TOTAL_FORMS": 2,
        "bylines-INITIAL_FORMS": 2,
        "bylines-0-author": first.pk,
        "bylines-0-ORDER": 2,
        "bylines-1-author": second.pk,
        "bylines-1-ORDER": 1,
        "sources-TOTAL_FORMS": 1,
        "sources-INITIAL_FORMS": 0,
        "sources-0-title": "Une étude",
        "sources-0-url": "ftp://revue.example/",
    }
    refused = client.post(address, data)
    assert refused.status_code == 200
    assert "ftp://revue.example/" in refused.content.decode()
    assert client.post(address, {**data, "sources-0-url": "https://revue.example/"}).status_code == 302
    assert section.sources.get().url == "https://revue.example/"
    assert [line.author for line in section.bylines.all()] == [second, first]
    address = reverse("issues:issue-correct", args=[issue.pk])
    assert "Bonjour" in client.get(address).content.decode()
    data = {"version": issue.version, "title": issue.title, "introduction": "Bonsoir.", "closing": ""}
    assert client.post(address, data).status_code == 200
    assert client.post(address, {**data, "erratum": "Il était tard."}).status_code == 302
    assert "Bonsoir." in client.get(issue.get_absolute_url()).content.decode()
    assert client.get(reverse("issues:issue-correct", args=[IssueFactory().pk])).status_code == 404


def test_an_open_section_has_no_correction(client, editor):
    assert client.get(reverse("issues:section-correct", args=[SectionFactory().pk])).status_code == 404


CALENDAR = reverse("issues:issue-calendar")
LISTS = {
    "desk": HOME,
    "issues": reverse("admin:issues_issue_changelist"),
    "sections": reverse("admin:issues_section_changelist"),
    "calendar": CALENDAR,
}


def test_a_hundred_issues_cost_as_many_queries_as_three(client):
    rubric, author, editor = RubricFactory(), an_author(), an_editor()

    def fill(number):
        for _issue in range(number):
            issue = IssueFactory(deadline=timezone.now())
            for state in list(Section.State) * 2:
                section = SectionFactory(issue=issue, rubric=rubric, state=state, authors=[author.author])
                section.reviews.create(actor=editor, comment="Un mot.")

    def counts():
        found = {}
        for who in (author, editor):
            client.force_login(who)
            for page, url in LISTS.items():
                with CaptureQueriesContext(connection) as queries:
                    assert client.get(url).status_code == 200
                found[who.pk, page] = len(queries)
        return found

    fill(3)
    counts()
    few = counts()
    fill(97)
    assert counts() == few


def test_the_calendar_shows_deadlines_and_publications_and_what_has_no_date(client, editor):
    deadline = timezone.make_aware(datetime(2026, 3, 31, 23, 30))
    due = IssueFactory(title="À rendre", deadline=deadline)
    IssueFactory(title="Sans date")
    a_published_issue(title="Sorti", published_at=deadline - timedelta(days=20))
    page = client.get(CALENDAR, {"mois": "2026-03"}).context["page"]
    assert [(day.date.day, event.kind) for day in page.days_with_events for event in day.events] == [
        (11, "published"),
        (31, "deadline"),
    ]
    assert [issue.title for issue in page.undated] == ["Sans date"]
    assert page.days_with_events[-1].events[0].issue == due


@pytest.mark.parametrize("month", ["", "2026-13", "x", "0001-01", "9999-12", "2026-03-01"])
def test_what_is_no_month_is_this_one(client, editor, month):
    response = client.get(CALENDAR, {"mois": month})
    assert response.context["page"].first == timezone.localdate().replace(day=1)


def test_the_calendar_is_for_those_who_may_see_issues(client, author):
    assert client.get(CALENDAR).status_code == 302
    client.force_login(author)
    assert client.get(CALENDAR).status_code == 200
    author.groups.clear()
    assert client.get(CALENDAR).status_code == 403


def test_the_preview_of_the_mail_follows_the_scheme_asked_for(client, editor):
    issue = SectionFactory(body="@media (prefers-color-scheme: dark) et light dark").issue
    address = reverse("issues:issue-preview-part", args=[issue.pk, "email"])
    dark = client.get(address, {"scheme": "dark"}).content.decode()
    light = client.get(address, {"scheme": "light"}).content.decode()
    either = client.get(address, {"scheme": "x"}).content.decode()
    head, _sep, body = dark.partition("<body")
    assert "@media all" in head
    assert 'content="dark"' in head
    assert "prefers-color-scheme: dark) et light dark" in body
    assert "@media not all" in light
    assert "@media (prefers-color-scheme: dark)" in either.partition("<body")[0]
