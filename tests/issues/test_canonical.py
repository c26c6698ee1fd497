"""Two addresses of the same page, recognised: real ones, and whatever else people paste."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from issues.canonical import canonical_url

SAME = [
    ("https://example.org/a?utm_source=x&b=1", "https://EXAMPLE.org/a?b=1#top"),
    ("https://example.org/a/", "https://example.org/a"),
    ("https://example.org/?b=2&a=1", "https://example.org/?a=1&b=2"),
    ("http://example.org/a", "https://example.org/a"),
    (
        "https://www.lemonde.fr/pixels/article/2026/01/02/x_1.html?xtor=RSS-3208",
        "https://lemonde.fr/pixels/article/2026/01/02/x_1.html",
    ),
    ("https://example.org:443/a", "https://example.org/a"),
    ("http://example.org:80", "https://example.org/"),
    ("https://example.org./a", "https://example.org/a"),
    ("https://example.org/a/../b", "https://example.org/b"),
    ("https://example.org/a?", "https://example.org/a"),
    ("https://example.org/%7ejean", "https://example.org/~jean"),
    ("https://example.org/été", "https://example.org/%C3%A9t%C3%A9"),
    ("https://example.org/%c3%a9", "https://example.org/%C3%A9"),
    ("https://café.example/x", "https://xn--caf-dma.example/x"),
    ("https://example.org/a b", "https://example.org/a%20b"),
    ("  https://example.org/a  ", "https://example.org/a"),
    ("https://m.example.org/a", "https://www.example.org/a"),
    ("https://fr.m.wikipedia.org/wiki/SQLite", "https://fr.wikipedia.org/wiki/SQLite"),
    (
        "https://youtu.be/dQw4w9WgXcQ?si=abc&t=12",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ&feature=shared",
    ),
    ("https://www.youtube.com/shorts/dQw4w9WgXcQ", "https://m.youtube.com/watch?v=dQw4w9WgXcQ"),
    (
        "https://docs.python.org/3/whatsnew/3.13.html#free-threaded",
        "https://docs.python.org/3/whatsnew/3.13.html",
    ),
    ("https://blog.example/post?fbclid=IwAR0&gclid=1", "https://blog.example/post"),
    ("HTTPS://Example.ORG/Path", "https://example.org/Path"),
]
OTHER = [
    ("https://example.org/a", "https://example.org/A"),
    ("https://example.org/a?page=1", "https://example.org/a?page=2"),
    ("https://example.org/a", "https://sub.example.org/a"),
    ("https://example.org:8443/a", "https://example.org/a"),
    ("https://example.org/a%2Fb", "https://example.org/a/b"),
    ("https://www.com/", "https://com/"),
    ("https://m.org/a", "https://org/a"),
    ("https://youtu.be/dQw4w9WgXcQ", "https://youtu.be/dQw4w9WgXcR"),
    ("https://news.ycombinator.com/item?id=1", "https://news.ycombinator.com/item?id=2"),
    ("https://github.com/a/b?ref=main", "https://github.com/a/b"),
]  # fmt: skip

host = st.text("abcwmé.-:[]@%0178", min_size=1, max_size=20)
rest = st.text("/abc?&=%2;#é .+~é:@", max_size=30)
urls = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["http://", "https://", "HTTPS://", "//", "ftp://", "mailto:", ""]),
    st.sampled_from(["", "www.", "m.", "www.m.", "youtu.be/", "www.youtube.com/watch?v="]),
    host,
    rest,
)


@pytest.mark.parametrize(("url", "same"), SAME)
def test_two_addresses_of_a_page_are_recognised(url, same):
    assert canonical_url(url) == canonical_url(same)


@pytest.mark.parametrize(("url", "other"), OTHER)
def test_two_pages_are_not_taken_for_one(url, other):
    assert canonical_url(url) != canonical_url(other)


@pytest.mark.parametrize(
    "url", ["", "mailto:a@example.org", "/a", "//example.org", "http://[::1", "www.example.org"]
)
def test_what_is_no_address_of_the_web_stays_as_it_is(url):
    assert canonical_url(url) == url


# At the limit of a text's length, where what takes quadratic time would take minutes.
@pytest.mark.parametrize("url", ["http://a" + "." * 190_000 + "b", "http://u@" + "." * 190_000 + "b/"])
def test_a_host_longer_than_any_name_stays_as_it_is(url):
    assert canonical_url(url) == url


@settings(max_examples=500)
@given(urls | st.text(max_size=40).map("https://{}".format))
@example("https://www.www.example.org/")
@example("https://example.org:80:80/")
@example("https://a//b//")
@example("http://e.org:443/")
def test_a_second_time_changes_nothing_more(url):
    once = canonical_url(url)
    assert canonical_url(once) == once


@settings(max_examples=300)
@given(st.text())
def test_no_text_raises(text):
    canonical_url(text)
