"""Keeping a link: once for a person, one link for a page."""

import pytest

from issues.models import PageAlias
from tests.factories import an_author
from watch.keeping import NotALink, keep, link_for
from watch.models import Clip, Link

pytestmark = pytest.mark.django_db


def test_two_addresses_of_a_page_are_one_link():
    first = link_for("http://www.exemple.example/page/?utm_source=lettre", title="Une page")
    assert link_for("https://exemple.example/page") == first
    assert (first.url, first.title) == ("http://www.exemple.example/page/?utm_source=lettre", "Une page")
    assert first in Link.objects.to_be_fetched(first.next_fetch_at)


def test_a_learnt_alias_leads_to_the_same_link():
    page = link_for("https://exemple.example/article")
    PageAlias.objects.create(key="https://exemple.example/a/1", canonical_url=page.key)
    assert link_for("https://exemple.example/a/1") == page


def test_keeping_again_fills_what_was_empty_and_changes_nothing_else():
    person, url = an_author(), "https://exemple.example/page"
    clip, created = keep(person, url, via=Clip.Via.FORM, note="À lire.")
    assert created
    again, created = keep(person, url, via=Clip.Via.FEED, note="Autre chose.", quote="« Une phrase. »")
    assert (again, created) == (clip, False)
    assert (again.note, again.quote, again.via) == ("À lire.", "« Une phrase. »", "form")
    assert keep(an_author(), url, via=Clip.Via.API)[0].link == clip.link


@pytest.mark.parametrize(
    "url", ["", "ftp://exemple.example/", "javascript:alert(1)", "http://[::1", "https://a b/\0"]
)
def test_what_is_no_address_of_the_web_is_refused(url):
    with pytest.raises(NotALink, match="http"):
        keep(an_author(), url, via=Clip.Via.FORM)
    assert not Link.objects.exists()


def test_an_address_without_end_is_refused():
    with pytest.raises(NotALink, match=r"long|length"):
        keep(an_author(), f"https://exemple.example/#{'a' * 2_000}", via=Clip.Via.FORM)
