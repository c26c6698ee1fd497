"""Other addresses of a page: learnt on its own host, without chains or cycles."""

import pytest
from django.apps import apps
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from issues.links.aliases import learn, resolve, same_pages
from issues.links.rekeying import rekey, rekey_aliases
from issues.models import PageAlias, Source
from tests.factories import SourceFactory

pytestmark = pytest.mark.django_db
SITE = "https://example.org"


def test_a_page_is_found_by_all_its_addresses():
    assert learn("http://www.example.org/a?id=1", f"{SITE}/b") == f"{SITE}/b"
    assert resolve(f"{SITE}/a?id=1") == f"{SITE}/b"
    assert same_pages([f"{SITE}/b"])[f"{SITE}/b"] == {f"{SITE}/a?id=1", f"{SITE}/b"}


@pytest.mark.parametrize(
    ("given", "page"),
    [
        (f"{SITE}/a", "https://other.example/a"),
        (f"{SITE}/a", "https://blog.example.org/a"),
        (f"{SITE}/a", SITE),
        (f"{SITE}/a", f"{SITE}/fr/"),
        (SITE, f"{SITE}/a"),
        ("https://github.com/django/django", "https://github.com/django"),
        (f"{SITE}/a", f"{SITE}/login?next=/a"),
        (f"{SITE}/a", f"{SITE}/404.html"),
        (f"{SITE}/a", "https://www.example.org/a/?utm_source=x"),
        (f"{SITE}/a#/b", f"{SITE}/a"),
        (f"{SITE}/a", "/b"),
        (f"{SITE}/a", "http://[::1"),
        ("", ""),
    ],
)
def test_what_is_no_other_address_of_the_page_is_not_learnt(given, page):
    assert learn(given, page) == ""
    assert not PageAlias.objects.exists()


def test_the_last_word_counts():
    learn(f"{SITE}/a", f"{SITE}/b")
    learn(f"{SITE}/a", f"{SITE}/c")
    assert (resolve(f"{SITE}/a"), resolve(f"{SITE}/b")) == (f"{SITE}/c", f"{SITE}/b")


class TestWhateverIsLearnt(TestCase):
    # Each example writes to the database: how long that takes is the disk's to say.
    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), max_size=8))
    def test_no_alias_leads_to_an_alias(self, told):
        for key, page in told:
            learn(f"{SITE}/{key}", f"{SITE}/{page}")
        assert not PageAlias.objects.filter(canonical_url__in=PageAlias.objects.values("key")).exists()
        before = set(PageAlias.objects.values_list("key", "canonical_url"))
        rekey_aliases(apps.get_model("issues", "PageAlias"))
        assert set(PageAlias.objects.values_list("key", "canonical_url")) == before


def test_stored_keys_follow_the_rules():
    source = SourceFactory(url="https://arxiv.org/pdf/2301.00001v2.pdf")
    Source.objects.update(canonical_url="https://arxiv.org/pdf/2301.00001v2.pdf")
    PageAlias.objects.create(key=f"{SITE}/index.html", canonical_url=f"{SITE}/a/index.html")
    PageAlias.objects.create(key=f"{SITE}/b/index.html", canonical_url=f"{SITE}/b")
    assert (rekey(Source), rekey(Source)) == (1, 0)
    rekey_aliases(PageAlias)
    source.refresh_from_db()
    assert source.canonical_url == "https://arxiv.org/abs/2301.00001"
    assert list(PageAlias.objects.values_list("key", "canonical_url")) == [(SITE, f"{SITE}/a")]
