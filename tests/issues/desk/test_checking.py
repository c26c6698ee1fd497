"""The list of checks on the page of an issue, and the endpoints behind it."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from issues import checks
from issues.models import Acknowledgement, Issue, LinkLookup, Section
from tests.factories import (
    AuthorFactory,
    IssueFactory,
    SectionFactory,
    UserFactory,
    a_published_issue,
    an_author,
    an_editor,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue():
    issue = IssueFactory(preheader="", number=13)
    SectionFactory(
        issue=issue,
        state=Section.State.APPROVED,
        authors=[AuthorFactory()],
        body="Un [lien](https://example.org/a).\n\n#### Bas",
    )
    return issue


@pytest.fixture
def as_editor(client):
    client.force_login(an_editor())
    return client


def page(issue):
    return reverse("admin:issues_issue_change", args=[issue.pk])


def endpoints(issue):
    names = ("acknowledge", "take-back", "look-again")
    return [reverse(f"issues:issue-{name}", args=[issue.pk]) for name in names]


def waiting(issue):
    return [message.fingerprint for message in checks.report(issue).open_warnings]


def the_list(client, issue):
    html = client.get(page(issue)).content.decode()
    return html.partition('id="desk-checks"')[2].partition('id="issue_form"')[0]


def test_each_message_leads_to_its_place(as_editor, issue):
    section = issue.sections.get()
    html = the_list(as_editor, issue)
    assert f'href="{page(issue)}#id_preheader"' in html
    assert f'href="{reverse("admin:issues_section_change", args=[section.pk])}?line=3#id_body"' in html


def test_a_page_seen_before_leads_to_where_it_was(as_editor, issue):
    there = SectionFactory(issue=a_published_issue(number=12), body="https://example.org/a")
    html = the_list(as_editor, issue)
    assert f'href="/numeros/12/#section-{there.pk}"' in html


def test_every_place_exists_on_its_page(as_editor, issue):
    section = issue.sections.get()
    section.sources.create(title="Un livre")
    section.bylines.all().delete()
    issue.subject, issue.closing = "", "#### Bas"
    issue.save()
    for message in checks.report(issue).messages:
        path, _hash, field = message.url.partition("#")
        response = as_editor.get(path)
        assert response.status_code == 200
        if field:
            assert f'id="{field}"' in response.content.decode(), message


def test_one_warning_or_all_are_acknowledged_by_the_buttons(as_editor, issue):
    url = endpoints(issue)[0]
    first, second = waiting(issue)
    response = as_editor.post(url, {"fingerprint": first})
    assert response.url == f"{page(issue)}#desk-checks"
    assert waiting(issue) == [second]
    as_editor.post(url, {"fingerprint": [first, second]})
    assert waiting(issue) == []
    html = the_list(as_editor, issue)
    editor = Acknowledgement.objects.first().by
    assert editor.username in html
    as_editor.post(endpoints(issue)[1], {"fingerprint": first})
    assert waiting(issue) == [first]


def test_the_button_for_all_holds_what_waits(as_editor, issue):
    html = the_list(as_editor, issue)
    for fingerprint in waiting(issue):
        assert html.count(f'value="{fingerprint}"') == 2


def test_strangers_authors_and_gets_change_nothing(client, issue):
    found = waiting(issue)
    for user in (None, UserFactory(), UserFactory(is_staff=True), an_author()):
        client.logout()
        if user:
            client.force_login(user)
        for url in endpoints(issue):
            response = client.post(url, {"fingerprint": found})
            assert response.status_code in (302, 403), (user, url)
            if response.status_code == 302:
                assert "/login/" in response.url
    client.force_login(an_editor())
    assert [client.get(url).status_code for url in endpoints(issue)] == [405, 405, 405]
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(an_editor())
    assert [strict.post(url, {"fingerprint": found}).status_code for url in endpoints(issue)] == [403] * 3
    assert waiting(issue) == found
    assert not LinkLookup.objects.exists()


def test_an_unknown_issue_is_not_found(as_editor, issue):
    issue.delete()
    issue.pk = 4711
    assert [as_editor.post(url).status_code for url in endpoints(issue)] == [404, 404, 404]


@pytest.mark.parametrize("fingerprint", ["", "\x00", "é" * 5000])
def test_odd_input_is_told(as_editor, issue, fingerprint):
    for url in endpoints(issue):
        assert as_editor.post(url, {"fingerprint": fingerprint}).status_code == 302
    assert not Acknowledgement.objects.exists()


def test_an_editor_has_the_links_looked_up_again_every_five_minutes(
    as_editor, issue, settings, django_capture_on_commit_callbacks
):
    settings.VEILLE_CHECK_LINKS = True
    assert endpoints(issue)[2] in the_list(as_editor, issue)
    url = endpoints(issue)[2]
    with django_capture_on_commit_callbacks() as called:
        as_editor.post(url)
    assert len(called) == 1
    assert LinkLookup.objects.get().next_at <= timezone.now()
    LinkLookup.objects.update(checked_at=timezone.now())
    with django_capture_on_commit_callbacks() as called:
        as_editor.post(url)
    assert called == []


def test_where_links_are_not_looked_up_no_button_says_so(as_editor, issue):
    url = endpoints(issue)[2]
    assert url not in the_list(as_editor, issue)
    assert "VEILLE_CHECK_LINKS" in as_editor.post(url, follow=True).content.decode()
    assert not LinkLookup.objects.exists()


def test_the_approval_button_says_what_waits(as_editor, issue):
    Issue.objects.update(state=Issue.State.IN_REVIEW)
    url = reverse("issues:issue-transition", args=[issue.pk, "approve"])
    html = as_editor.post(url, follow=True).content.decode()
    assert all(message.message.split(" : ")[0] in html for message in checks.report(issue).open_warnings)
    assert Issue.objects.get().state == "in_review"


def test_a_published_issue_has_no_list(as_editor):
    issue = a_published_issue(preheader="")
    assert "desk-checks" not in as_editor.get(page(issue)).content.decode()


def test_after_the_approval_there_is_nothing_to_press(as_editor, issue):
    as_editor.post(endpoints(issue)[0], {"fingerprint": waiting(issue)})
    Issue.objects.update(state=Issue.State.APPROVED, approved_digest="0" * 64)
    assert "<button" not in the_list(as_editor, issue)
