"""A reader's page of links: the topics they care about come first."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from mailings.links.topics import published_topics
from mailings.models import Delivery
from subscribers import consent
from tests.factories import IssueFactory, SectionFactory, SourceFactory, SubscriberFactory
from tests.mailings.conftest import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailing(no_broker):
    return publish(IssueFactory(number=62_000))


@pytest.fixture
def reader():
    return SubscriberFactory(state="active")


def a_section(issue, title, tags, **fields):
    section = SectionFactory(issue=issue, title=title, state="approved", **fields)
    section.tags.set(tags)
    return section


def order_on(page, *titles):
    return sorted(titles, key=page.index)


def test_the_sections_of_a_readers_topics_come_first_and_all_sources_are_there(mailing, reader):
    issue = mailing.issue
    a_section(issue, "🐍 Le serpent", ["Python"], position=62_001)
    web = a_section(issue, "🕸️ La <b>toile</b>", ["Web", "Réseau"], position=62_002)
    SourceFactory(section=web, title="Un article", publisher="La Gazette", url="https://example.org/a")
    url = reverse("links:issue", args=[reader.token, 62_000])
    plain = Client().get(url).content.decode()
    assert order_on(plain, "Le serpent", "La &lt;b&gt;toile") == ["Le serpent", "La &lt;b&gt;toile"]
    consent.choose(reader.token, name="", language="fr", format="html", topics=["reseau", "gone"])
    page = Client().get(url).content.decode()
    assert order_on(page, "Le serpent", "La &lt;b&gt;toile") == ["La &lt;b&gt;toile", "Le serpent"]
    assert 'href="https://example.org/a"' in page
    assert "La Gazette" in page
    assert reader.email not in page


def test_a_wrong_link_and_an_issue_in_the_making_are_answered_alike(mailing, reader):
    draft = IssueFactory(number=62_100)
    answers = {
        Client().get(reverse("links:issue", args=args)).content
        for args in ([reader.token, 62_100], ["x" * 32, 62_000], ["x" * 32, draft.number], [reader.token, 0])
    }
    assert len(answers) == 1
    assert Client().get(reverse("links:issue", args=["x" * 32, 62_000])).status_code == 404


def test_the_mail_leads_to_it(reader, no_broker):
    from mailings.letters import open_batch

    mailing = publish(IssueFactory(number=62_200))
    batch = Delivery.objects.get(mailing=mailing).batch
    (letter,) = open_batch(batch).letters
    url = reverse("links:issue", args=[reader.token, 62_200])
    assert url.encode() in letter.on_the_wire(eight_bit=True).replace(b"=\r\n", b"")


def test_only_what_is_published_is_offered_and_kept(mailing, reader):
    a_section(mailing.issue, "Dehors", ["Base de données"], position=62_003)
    a_section(IssueFactory(number=62_300), "Dedans", ["Secret"], position=62_004)
    assert ("base-de-donnees", "Base de données") in published_topics()
    assert "Secret" not in dict(published_topics()).values()
    url = reverse("subscribers:preferences", args=[reader.token])
    page = Client().get(url).content.decode()
    assert re.search(r'value="base-de-donnees"[^>]*>\s*Base de données', page)
    posted = {"name": "", "language": "fr", "format": "html", "topics": ["base-de-donnees"]}
    assert Client().post(url, posted).status_code == 200
    reader.refresh_from_db()
    assert reader.topics == ["base-de-donnees"]
    assert Client().post(url, {**posted, "topics": ["secret"]}).status_code == 422
    reader.refresh_from_db()
    assert reader.topics == ["base-de-donnees"]
    assert 'value="base-de-donnees" id="id_topics_0" checked' in Client().get(url).content.decode()
