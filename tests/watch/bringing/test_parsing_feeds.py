"""From the bytes of a feed to its items: whatever tools write, and whatever strangers do."""

import json
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from watch.bringing.feeds.parsing import MOST_ITEMS, NotAFeed, parse

URL = "https://exemple.example/flux"


def rss(*items, ttl=""):
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Mes liens</title>{ttl}{"".join(items)}'
        "</channel></rss>"
    ).encode()


def rss_item(n=1, more=""):
    return f"<item><title>Page {n}</title><link>https://exemple.example/{n}</link>{more}</item>"


def test_rss_as_linkding_writes_it():
    more = (
        "<description>À lire.</description><category>python</category>"
        "<pubDate>Sat, 14 Nov 2026 10:00:00 +0100</pubDate>"
    )
    feed = parse(rss(rss_item(1, more), ttl="<ttl>60</ttl>"), URL)
    (item,) = feed.items
    assert (item.url, item.title, item.note) == ("https://exemple.example/1", "Page 1", "À lire.")
    assert (item.tags, item.saved_at.isoformat()) == (("python",), "2026-11-14T09:00:00+00:00")
    assert feed.minutes == 60


def test_atom_as_shaarli_writes_it():
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Liens</title><entry><title>Un &amp; deux</title>'
        '<link href="https://exemple.example/a"/><updated>2026-11-14T10:00:00Z</updated>'
        '<summary type="html">&lt;p&gt;Ma &lt;b&gt;note&lt;/b&gt;.&lt;/p&gt;Suite'
        "&lt;script&gt;x()&lt;/script&gt;"
        '&lt;br&gt;— &lt;a href="https://shaarli.example/?x"&gt;Permalien&lt;/a&gt;</summary></entry></feed>'
    )
    (item,) = parse(body.encode(), URL).items
    assert (item.title, item.note) == ("Un & deux", "Ma note.\nSuite")


def test_a_json_feed_leads_to_the_page_that_is_spoken_of():
    item = {
        "id": "1",
        "url": "https://liens.example/1",
        "external_url": "https://exemple.example/1",
        "title": "Une page",
        "content_html": "<p>Ma note.</p>",
        "date_published": "2026-11-14T10:00:00Z",
        "tags": ["ia", 3],
    }
    (read,) = parse(
        json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item, 7]}).encode(), URL
    ).items
    assert (read.url, read.note, read.tags) == ("https://exemple.example/1", "Ma note.", ("ia",))


def test_an_article_is_no_note():
    assert parse(rss(rss_item(1, f"<description>{'mot ' * 400}</description>")), URL).items[0].note == ""


def test_the_newest_come_first_and_500_at_the_most():
    dated = [rss_item(n, f"<pubDate>{n % 28 + 1:02} Oct 2026 10:00:00 GMT</pubDate>") for n in range(600)]
    items = parse(rss(*dated), URL).items
    assert len(items) == MOST_ITEMS
    assert items[0].saved_at == max(item.saved_at for item in items)


def test_windows_letters_and_broken_feeds_are_read():
    declared = '<?xml version="1.0" encoding="windows-1252"?>'
    body = declared.encode() + rss(rss_item(1)).partition(b"?>")[2].replace(b"Page", "Été".encode("cp1252"))
    assert parse(body, URL).items[0].title == "Été 1"
    assert parse(rss(rss_item(1, "<description>a & b</description>")), URL).items[0].note == "a & b"


BOMB = b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
FILE = b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "format"),
        (b"rien", "format"),
        (b"<!doctype html><html><body>Une page</body></html>", "page"),
        (b"<html><body><p>Une page<br></body></html>", "page"),
        (b'{"version": "1"}', "format"),
        (b"{" * 100_000, "format"),
        (b"[" * 100_000, "format"),
        (BOMB + rss(rss_item()).partition(b"?>")[2].replace(b"Page", b"&b;"), "format"),
        (FILE + rss(rss_item()).partition(b"?>")[2].replace(b"Page", b"&a;"), "format"),
        (rss(*[rss_item(n) for n in range(2001)]), "items"),
    ],
)
def test_what_is_no_feed_is_told_apart(body, code):
    with pytest.raises(NotAFeed) as caught:
        parse(body, URL)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "body", [b"<rss><a>" * 250_000, b"<rss>" + b"<item>" * 300_000, b"<a b='" * 300_000, b"&" * 2_000_000]
)
def test_hostile_feeds_take_no_time(body):
    began = time.process_time()
    with pytest.raises(NotAFeed):
        parse(body, URL)
    assert time.process_time() - began < 1


PIECES = st.sampled_from(
    [
        *(
            "<rss version='2.0'>",
            "<channel>",
            "<item>",
            "<link>",
            "</link>",
            "<title>",
            "</title>",
            "</item>",
        ),
        *("<pubDate>", "</pubDate>", "<entry>", "<feed xmlns='http://www.w3.org/2005/Atom'>", "<link href='"),
        *(
            "'/>",
            "<ttl>",
            "&amp;",
            "&#0;",
            "&eacute;",
            "<![CDATA[",
            "]]>",
            "https://a.example/",
            "99999999999",
        ),
        *("Mon, 32 Foo -1 99:99", "<?xml version='1.0' encoding='", "utf-16", "'?>", "<!DOCTYPE x [", "]>"),
        *('{"version": "https://jsonfeed.org/version/1", "items": [', '{"url": ', '"\\ud800"', "}", "]", ","),
    ]
)
SOUP = st.lists(PIECES | st.text(max_size=8), max_size=30).map(
    lambda parts: "".join(parts).encode(errors="replace")
)


@given(SOUP | st.binary(max_size=200))
@example(b"<rss version='2.0'><channel><item><pubDate>0000-00-00</pubDate></item></channel></rss>")
def test_nothing_raises_but_what_is_said(body):
    try:
        feed = parse(body, URL)
    except NotAFeed:
        return
    for item in feed.items:
        assert all(isinstance(word, str) for word in (item.url, item.title, item.note))
