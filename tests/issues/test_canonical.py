"""Two addresses of the same page, recognised: real ones, and whatever else people paste."""

from urllib.parse import quote

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
    ("https://example.org/a/index.html", "http://www.example.org/a"),
    ("https://example.org/INDEX.php?page_id=9", "https://example.org/?page_id=9"),
    ("https://example.org/a/index.html;/", "https://example.org/a"),
    ("https://example.org/a?utm%5Fsource=x&%67clid=1", "https://example.org/a"),
    ("https://app.example/#/articles/9/", "http://app.example/index.html#/articles/9"),
    ("https://app.example/#/", "https://app.example/#!/"),
    ("https://www.youtube.com/embed/dQw4w9WgXcQ?start=9", "https://youtu.be/dQw4w9WgXcQ"),
    (
        "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
        "https://youtube.com/watch?v=dQw4w9WgXcQ&list=PL1",
    ),
    ("https://arxiv.org/pdf/2301.00001v3.pdf", "http://www.arxiv.org/abs/2301.00001"),
    ("https://arxiv.org/pdf/2301.00001v3", "https://arxiv.org/abs/2301.00001v1"),
    ("https://arxiv.org/html/2301.00001v2", "https://export.arxiv.org/abs/2301.00001"),
    ("https://arxiv.org/pdf/cs/0112017v1.pdf", "https://arxiv.org/abs/cs/0112017"),
    ("https://twitter.com/jean/status/1234?s=20&t=abc", "https://x.com/i/web/status/1234"),
    ("https://mobile.twitter.com/jean/status/1234/photo/1", "https://x.com/jean/status/1234"),
    ("https://mobile.twitter.com/jean", "https://x.com/jean"),
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
    ("https://example.org/?page_id=9", "https://example.org/?page_id=3609"),
    ("https://example.org/index.php?page_id=9", "https://example.org/index.php?page_id=3609"),
    ("https://example.org/index.php/a", "https://example.org/index.php/b"),
    ("https://github.com/a/b/blob/main/index.js", "https://github.com/a/b/blob/main/index.ts"),
    ("https://app.example/#/articles/9", "https://app.example/#/articles/3609"),
    ("https://app.example/#!/a", "https://app.example/"),
    ("https://youtu.be/dQw4w9WgXcQ?x=1", "https://youtu.be/dQw4w9WgXcQ?x=2"),
    ("https://x.com/jean/status/1234?x=1", "https://x.com/jean/status/1234?x=2"),
    ("https://x.com/jean/status/1234", "https://x.com/jean/status/1235"),
    ("https://example.org/a?s=1", "https://example.org/a?s=2"),
    ("https://arxiv.org/abs/2301.00001", "https://arxiv.org/abs/2301.00002"),
    ("https://example.org/pdf/2301.00001", "https://example.org/abs/2301.00001"),
]  # fmt: skip

host = st.text("abcwmé.-:[]@%0178", min_size=1, max_size=20)
rest = st.text("/abc?&=%2;#é .+~é:@", max_size=30)
segments = st.sampled_from(
    [
        *(
            "",
            "abs",
            "pdf",
            "html",
            "2301.00001v2",
            "2301.00001v1.pdf",
            "cs.AI",
            "0112017v1",
            "watch",
            "shorts",
        ),
        *(
            "dQw4w9WgXcQ",
            "jean",
            "status",
            "123",
            "photo",
            "1",
            "index.html",
            "INDEX.php;",
            "%69ndex.html",
            "..",
        ),
        *("%2e%2e", "a;b", ";", "%3B", "é", "%25", "%2525"),
    ]
)
parameters = st.sampled_from(
    [
        *(
            "utm_source=a",
            "utm%5Fsource=a",
            "v=dQw4w9WgXcQ",
            "v=",
            "a",
            "b=1",
            "b=0",
            "t=1",
            "w=1",
            "si=1",
            "=1",
        ),
        *("page_id=9", "x=%26", "x=%2B+ ", "é=é", "a;b=1", "%76=abcdefg", "z=%FF", "b=%3D", "%3D=b"),
    ]
)
sites = st.sampled_from(
    [
        *("youtu.be", "www.youtube.com", "x.com", "mobile.twitter.com", "twitter.com.", "arxiv.org", "[::1]"),
        *("export.arxiv.org:443", "example.org", "www.m.www.example.org", "u:p@www.x.com", "old.reddit.com"),
    ]
)
fragments = st.sampled_from(["", "#", "#a", "#/", "#!/a", "#/a/", "#/a b#c", "#/%2F", "#//", "#!", "#%2Fa"])
known_sites = st.builds(
    lambda site, path, query, fragment: f"http://{site}/{'/'.join(path)}?{'&'.join(query)}{fragment}",
    sites,
    st.lists(segments, max_size=5),
    st.lists(parameters, max_size=4),
    fragments,
)
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
def test_a_path_without_end_is_read_at_once():
    assert canonical_url(f"https://example.org{'/index.html/;' * 15_000}") == "https://example.org"


@pytest.mark.parametrize("url", ["http://a" + "." * 190_000 + "b", "http://u@" + "." * 190_000 + "b/"])
def test_a_host_longer_than_any_name_stays_as_it_is(url):
    assert canonical_url(url) == url


@settings(max_examples=400)
@given(urls | known_sites | st.text(max_size=40).map("https://{}".format))
@example("https://www.www.example.org/")
@example("https://example.org:80:80/")
@example("https://a//b//")
@example("http://e.org:443/")
def test_a_second_time_changes_nothing_more(url):
    once = canonical_url(url)
    assert canonical_url(once) == once


# Two that no rule knows, whatever the site and the rest of the address.
@settings(max_examples=200)
@given(
    sites,
    st.lists(segments, max_size=4).map("/".join),
    st.lists(parameters, max_size=3),
    st.sampled_from(["page_id", "id", "p", "q", "ref", "source", "lang"]),
    st.text("0369a é%&=+;#/", max_size=6),
    st.text("0369a é%&=+;#/", max_size=6),
)
@example("example.org", "", [], "page_id", "9", "3609")
def test_what_differs_in_an_unknown_parameter_is_never_joined(site, path, others, name, one, other):
    first, second = (
        canonical_url(f"https://{site}/{path}?{'&'.join([*others, f'{name}={quote(value, safe="")}'])}")
        for value in (one, other)
    )
    assert (first == second) == (one == other)


@settings(max_examples=300)
@given(st.text())
def test_no_text_raises(text):
    canonical_url(text)
