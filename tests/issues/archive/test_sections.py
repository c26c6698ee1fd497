"""A section on a page of its own, its rubric, and where else its sources were cited."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from issues.archive.sitemap import SITEMAPS
from issues.models import Issue, Rendition
from tests.factories import (
    AuthorFactory,
    IssueFactory,
    RubricFactory,
    SectionFactory,
    SourceFactory,
    UserFactory,
    a_published_issue,
)

pytestmark = pytest.mark.django_db
UNPUBLISHED = ["draft", "in_review", "approved", "scheduled"]
HTML = (
    '<article class="issue-body"><section class="issue-section" id="{anchor}"><h2>🚀 Gelé &amp; gardé</h2>\n'
    "<p>Mot à mot.</p><h3>Plus loin</h3><h4>Encore</h4><pre>&lt;h3&gt;</pre></section></article>"
)


def publish(section, html=HTML):
    frozen = {"web_html": html.format(anchor=section.anchor), "digest": f"{section.pk:064x}"}
    Rendition.objects.update_or_create(issue=section.issue, defaults=frozen)
    return section


def a_section(**fields):
    return publish(SectionFactory(issue=fields.pop("issue", None) or a_published_issue(), **fields))


def get(client, thing):
    response = client.get(thing.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def structured(html):
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1])


def test_a_section_is_shown_as_it_was_frozen_with_its_headings_a_level_up(client):
    section = a_section(title="Un titre de maintenant", body="Un autre texte.")
    html = get(client, section)
    assert f'<article class="issue-section" id="{section.anchor}"><h1>🚀 Gelé &amp; gardé</h1>' in html
    assert '<h2>Plus loin</h2><h3>Encore</h3><pre tabindex="0">&lt;h3&gt;</pre>' in html
    assert html.count("<h1") == 1
    assert f'<link rel="canonical" href="https://veille.example{section.get_absolute_url()}">' in html


def test_its_address_holds_its_words_and_only_its_key_counts(client):
    section = a_section(title="🚀 L’été, déjà : « <b>oui</b> » !")
    good = section.get_absolute_url()
    for slug in (f"autre-chose-{section.pk}", f"x-{section.pk}"):
        response = client.get(reverse("archive:section", args=[section.issue.number, slug]))
        assert (response.status_code, response.url) == (301, good)
    for slug in ("sans-cle", "x-99999999999999999999", f"{section.slug}0", "-"):
        url = reverse("archive:section", args=[section.issue.number, slug])
        assert client.get(url).status_code == 404
    other = a_published_issue()
    assert client.get(reverse("archive:section", args=[other.number, section.slug])).status_code == 404


def test_a_title_of_emoji_alone_has_an_address_too(client):
    assert a_section(title="🚀🚀").get_absolute_url().endswith(f"/section-{a_section().pk - 1}/")


@pytest.mark.parametrize("state", UNPUBLISHED)
def test_nobody_reaches_a_section_that_is_not_published(client, state):
    issue = IssueFactory(
        state=state, approved_digest="0" * 64, scheduled_for=timezone.now(), scheduled_by=UserFactory()
    )
    section = publish(SectionFactory(issue=issue))
    assert client.get(section.get_absolute_url()).status_code == 404
    source = SourceFactory(section=section, url="https://example.org/a")
    assert client.get(reverse("archive:source", args=[source.pk])).status_code == 404


def test_it_leads_to_its_neighbours_its_issue_its_rubric_and_its_topics(client):
    issue, rubric = a_published_issue(), RubricFactory(name="Le métier")
    before = SectionFactory(issue=issue, position=1, title="Avant elle")
    section = publish(SectionFactory(issue=issue, position=2, rubric=rubric))
    after = SectionFactory(issue=issue, position=3, title="Après elle")
    section.tags.add("Réseau")
    html = get(client, section)
    for thing in (issue, rubric, before, after, section.tags.get()):
        assert f'href="{thing.get_absolute_url()}"' in html


def test_what_search_engines_are_told_is_true_and_ends_no_element(client):
    author = AuthorFactory(name="Zoé </script><b>")
    section = a_section(title="</script><script>alert(1)</script>", authors=[author], body="Un deux trois")
    section.tags.add("Web")
    told = structured(get(client, section))
    assert told["@type"] == "NewsArticle"
    assert told["headline"] == section.title
    assert told["author"][0]["name"] == author.name
    assert told["wordCount"] == 3
    assert told["keywords"] == ["Web"]
    assert told["isPartOf"]["issueNumber"] == section.issue.number
    issue_told = structured(get(client, section.issue))
    assert issue_told["hasPart"][0]["url"] == "https://veille.example" + section.get_absolute_url()


def test_a_browser_that_has_it_gets_304_until_something_changes(client):
    section = a_section()
    # The first one brings the cookie of the language form.
    client.get(section.get_absolute_url())
    first = client.get(section.get_absolute_url())
    again = client.get(section.get_absolute_url(), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    section.tags.add("Nouveau")
    changed = client.get(section.get_absolute_url(), headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


def test_its_errata_are_on_its_page_and_those_of_others_are_not(client):
    section = a_section()
    other = SectionFactory(issue=section.issue)
    section.issue.errata.create(section=section, text="Un chiffre était faux.")
    section.issue.errata.create(section=other, text="Un autre était faux.")
    html = get(client, section)
    assert "Un chiffre était faux." in html
    assert "Un autre était faux." not in html


def test_a_source_leads_to_whatever_else_cited_it_however_it_was_written(client):
    here, there = a_section(title="Ici"), a_section(title="Là-bas")
    secret = SectionFactory(issue=IssueFactory(), title="Un secret")
    cited = SourceFactory(section=here, title="Un article", url="https://www.example.org/a/?utm_source=x")
    SourceFactory(section=there, url="http://example.org/a")
    SourceFactory(section=secret, url="https://example.org/a")
    SourceFactory(section=here, title="Un autre", url="https://example.org/b")
    address = reverse("archive:source", args=[cited.pk])
    html = get(client, here)
    assert f'href="{address}"' in html
    assert html.count("/sources/") == 1
    page = client.get(address).content.decode()
    assert "Ici" in page
    assert "Là-bas" in page
    assert "Un secret" not in page


def test_a_source_without_an_address_has_no_page(client):
    source = SourceFactory(section=a_section(), url="")
    assert client.get(reverse("archive:source", args=[source.pk])).status_code == 404


def test_a_rubric_lists_what_is_published_under_it(client):
    rubric = RubricFactory(name="À la une")
    a_section(rubric=rubric, title="Paru")
    SectionFactory(issue=IssueFactory(), rubric=rubric, title="Un secret")
    html = get(client, rubric)
    assert "Paru" in html
    assert "Un secret" not in html
    moved = client.get(reverse("archive:rubric", args=[f"autre-{rubric.pk}"]))
    assert (moved.status_code, moved.url) == (301, rubric.get_absolute_url())
    assert client.get(RubricFactory().get_absolute_url()).status_code == 404
    assert client.get(reverse("archive:rubric", args=["sans-cle"])).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_issue(client, django_assert_max_num_queries):
    issue = a_published_issue()
    for position in range(12):
        section = SectionFactory(issue=issue, position=position, authors=[AuthorFactory()])
        section.tags.add("Un", "Deux")
        SourceFactory(section=section, url=f"https://example.org/{position}")
    publish(section)
    with django_assert_max_num_queries(12):
        get(client, section)


class TestSitemapAndRobots:
    def test_what_is_published_is_listed_and_nothing_else(self, client):
        author = AuthorFactory()
        section = a_section(authors=[author], rubric=RubricFactory())
        section.tags.add("Web")
        secret = SectionFactory(issue=IssueFactory(), authors=[AuthorFactory()], rubric=RubricFactory())
        secret.tags.add("Secret")
        index = client.get("/sitemap.xml").content.decode()
        assert "/sitemap-sections.xml" in index
        listed = "".join(client.get(f"/sitemap-{part}.xml").content.decode() for part in SITEMAPS)
        for thing in (section, section.issue, author, section.tags.get(), section.rubric):
            assert f"<loc>https://veille.example{thing.get_absolute_url()}</loc>" in listed
        for thing in (secret, secret.issue, secret.tags.get(), secret.byline()[0], secret.rubric):
            assert thing.get_absolute_url() not in listed

    def test_the_years_with_an_issue_are_listed_once_each(self, client):
        for year in (2019, 2021, 2021):
            a_published_issue(published_at=datetime(year, 6, 1, tzinfo=UTC))
        listed = client.get("/sitemap-annees.xml").content.decode()
        assert re.findall("<loc>(.*?)</loc>", listed) == [
            "https://veille.example/annees/2021/",
            "https://veille.example/annees/2019/",
        ]

    def test_it_tells_when_a_page_was_corrected(self, client):
        section = a_section(issue=a_published_issue(published_at=timezone.now() - timedelta(days=400)))
        before = client.get("/sitemap-sections.xml").content
        section.issue.errata.create(section=section, text="Faux.")
        assert client.get("/sitemap-sections.xml").content != before

    def test_machines_are_told_where_to_look_and_where_not(self, client):
        text = client.get("/robots.txt").content.decode()
        assert "Disallow: /redaction/\n" in text
        assert "Sitemap: https://veille.example/sitemap.xml\n" in text
        assert Issue.objects.count() == 0
