"""Home and the years: which issues readers are shown, and where they find the others."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from issues import workflow
from issues.archive.years import NEWEST
from tests.factories import IssueFactory, SectionFactory, a_published_issue, an_editor
from tests.pictures.test_sizes import a_photo

pytestmark = pytest.mark.django_db


def page(client, address="/"):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def of(year, **fields):
    return a_published_issue(published_at=datetime(year, 6, 15, tzinfo=ZoneInfo("UTC")), **fields)


def year(of_year):
    return reverse("archive:year", args=[of_year])


def test_home_links_to_each_section_of_the_newest_issues_before_the_latest(client):
    section = SectionFactory(issue=of(2025), title="🚀 Une fusée")
    of(2026)
    assert f'<a href="{section.get_absolute_url()}">🚀 Une fusée</a>' in page(client)


def test_home_shows_the_latest_issue_once_and_does_not_grow_with_the_archive(client):
    issues = [of(2020, number=n, title=f"Titre {n}.", introduction="Bonjour.") for n in range(1, NEWEST + 4)]
    html = page(client)
    shown = [issue.number for issue in issues if f"Titre {issue.number}.</a>" in html]
    assert shown == [issue.number for issue in issues[2:]]
    assert html.count("Titre 15.</a>") == 1
    assert "15 numéros</span>" in html.replace("\xa0", " ")


def test_home_names_every_year_with_its_number_of_issues_the_last_one_first(client):
    for number in (2019, 2024, 2024, 2026):
        of(number)
    html = page(client)
    places = [html.index(f'href="{year(number)}">{number} <span') for number in (2026, 2024, 2019)]
    assert places == sorted(places)
    assert '2024 <span class="count">2 numéros</span>' in html
    assert '2026 <span class="count">1 numéro</span>' in html
    assert year(2025) not in html


def test_years_are_those_of_the_newsroom_s_time_zone(client):
    issue = a_published_issue(published_at=datetime(2024, 12, 31, 23, 30, tzinfo=ZoneInfo("UTC")))
    assert year(2025) in page(client)
    assert issue.title in page(client, year(2025))
    assert f'href="{year(2025)}"' in page(client, issue.get_absolute_url())
    assert client.get(year(2024)).status_code == 404


def test_a_year_lists_its_issues_and_no_others_the_newest_first(client):
    older, newer = of(2024, title="Le premier."), of(2024, title="Le second.")
    of(2023, title="Un autre.")
    section = SectionFactory(issue=older, title="🚀 Une fusée")
    html = page(client, year(2024))
    assert html.index("Le second.") < html.index("Le premier.")
    assert f'<a href="{section.get_absolute_url()}">🚀 Une fusée</a>' in html
    assert f'<a href="{newer.get_absolute_url()}">Le second.</a>' in html
    assert "Un autre." not in html
    assert f'<link rel="canonical" href="https://veille.example{year(2024)}">' in html


def test_a_year_leads_to_those_beside_it_that_have_issues(client):
    for number in (2018, 2021, 2025):
        of(number)
    html = page(client, year(2021))
    assert f'<a class="older" href="{year(2018)}" rel="prev">' in html
    assert f'<a class="newer" href="{year(2025)}" rel="next">' in html
    assert f'href="{year(2021)}" aria-current="page"' in html
    assert 'class="older"' not in page(client, year(2018))
    assert 'class="newer"' not in page(client, year(2025))


@pytest.mark.parametrize("number", ["0", "1999", "9999", "10000", "9" * 30])
def test_a_year_without_a_published_issue_is_not_found(client, number):
    IssueFactory(created_at=datetime(1999, 1, 1, tzinfo=ZoneInfo("UTC")))
    assert client.get(f"/annees/{number}/").status_code == 404


def test_a_year_goes_with_its_last_issue_and_comes_back_with_it(client):
    issue = of(2022)
    workflow.withdraw_issue(issue, by=an_editor(), comment="Une source est contestée.")
    assert client.get(year(2022)).status_code == 404
    assert year(2022) not in page(client)
    workflow.bring_back(issue, by=an_editor())
    assert issue.title in page(client, year(2022))


class TestTheFirstPictureOfTheLatestIssue:
    def on_home(self, client, width):
        size = f'width="{width}" height="300"'
        image = f'<img src="{a_photo(width)}" alt="Un &lt;schéma&gt;" {size} loading="lazy">'
        elsewhere = '<img src="https://ailleurs.example/a.png" alt="Ailleurs">'
        of(2025)
        of(2026, web_html=f'<article class="issue-body"><p>{elsewhere}{image}</p></article>')
        return page(client)

    def test_is_shown_at_once_with_its_words_and_its_size(self, client):
        html = self.on_home(client, 640)
        (shown,) = (part for part in html.split("<") if part.startswith("img"))
        assert 'alt="Un &lt;schéma&gt;" width="640" height="300">' in shown
        assert " 480w, " in html
        assert "lazy" not in html
        assert "ailleurs.example" not in html

    def test_is_none_where_it_is_an_icon_or_is_gone(self, client):
        assert "<img" not in self.on_home(client, 64)
        of(2026, web_html='<article class="issue-body"><img src="/media/pictures/ab/rien.png"></article>')
        assert "<img" not in page(client)

    def test_follows_a_correction_of_the_page(self, client):
        issue = of(2027)
        assert "<img" not in page(client)
        issue.rendition.web_html = f'<article><img src="{a_photo(640)}" alt=""></article>'
        issue.rendition.save()
        issue.errata.create(text="Le schéma manquait.")
        assert "<img" in page(client)
