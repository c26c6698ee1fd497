"""Reading feeds from a server of the test: politely, and each item once."""

import gzip
import time
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from issues.workflow import NotAllowed, NotNow
from tests.factories import UserFactory, an_author
from tests.issues.links.servers import a_client, a_page, a_server
from watch.bringing.feeds import choosing, pace, polling
from watch.bringing.feeds.words import explain
from watch.models import Clip, SavedFeed

from .test_parsing_feeds import rss, rss_item

pytestmark = pytest.mark.django_db

RSS = "application/rss+xml; charset=utf-8"
a_feed_page = partial(a_page, kind=RSS)


def a_feed(server, person=None, **fields):
    now = timezone.now()
    return SavedFeed.objects.create(
        person=person or an_author(),
        url=f"http://site.example:{server.port}/flux?clef=abc",
        **{"next_at": now, "read_at": now, **fields},
    )


def read(server, feed, **fields):
    """Read a feed that is due, and give it as it is then."""
    SavedFeed.objects.filter(pk=feed.pk).update(**{"next_at": timezone.now(), **fields})
    polling.read_due(a_client(server.port))
    feed.refresh_from_db()
    return feed


def minutes_until(feed):
    return round((feed.next_at - timezone.now()).total_seconds() / 60)


def test_items_become_clips_of_their_person():
    more = "<description>À lire.</description><category>ia</category>"
    more += "<pubDate>Sat, 14 Nov 2020 10:00:00 GMT</pubDate>"
    with a_server(
        a_feed_page(rss(rss_item(1, more), rss_item(2), "<item><title>Rien</title></item>"))
    ) as server:
        feed = read(server, a_feed(server))
    clip = feed.person.clips.get(link__url="https://exemple.example/1")
    assert (clip.link.title, clip.note, clip.tags, clip.via) == ("Page 1", "À lire.", ["ia"], "feed")
    assert clip.kept_at.year == 2020
    assert feed.person.clips.count() == 2
    assert (feed.last_error, feed.claimed_until, minutes_until(feed)) == ("", None, 30)


def test_a_deleted_clip_does_not_come_back_and_a_new_item_does():
    items = [rss_item(1)]
    with a_server(lambda method, path: a_feed_page(rss(*items))) as server:
        feed = read(server, a_feed(server))
        feed.person.clips.all().delete()
        items[:] = [rss_item(2), rss_item("1?utm_source=autre")]
        feed = read(server, feed)
    assert [clip.link.url for clip in feed.person.clips.all()] == ["https://exemple.example/2"]


def test_at_first_the_last_100_come_and_the_others_never():
    with a_server(a_feed_page(rss(*[rss_item(n) for n in range(130)]))) as server:
        feed = read(server, a_feed(server, read_at=None))
        assert feed.person.clips.count() == 100
        assert feed.person.clips.filter(link__url="https://exemple.example/0").exists()
        feed = read(server, feed)
    assert feed.person.clips.count() == 100


def test_it_asks_only_for_what_changed():
    answers = [a_feed_page(rss(rss_item()), ETag='W/"7"', Last_Modified="Sat, 14 Nov 2026 10:00:00 GMT")]
    answers += [b"HTTP/1.1 304 So\r\nContent-Length: 0\r\n\r\n"]
    with a_server(lambda method, path: answers.pop(0)) as server:
        feed = read(server, read(server, a_feed(server)))
    assert (
        'If-None-Match: W/"7"\r\nIf-Modified-Since: Sat, 14 Nov 2026 10:00:00 GMT\r\n' in server.requests[1]
    )
    assert (feed.etag, feed.last_error, feed.failures, minutes_until(feed)) == ('W/"7"', "", 0, 30)


def test_a_packed_feed_is_unpacked():
    body = gzip.compress(rss(rss_item()))
    with a_server(a_feed_page(body, Content_Encoding="gzip")) as server:
        assert read(server, a_feed(server)).person.clips.count() == 1


def test_a_feed_that_is_gone_is_not_asked_again():
    with a_server(a_page(status=410)) as server:
        feed = read(server, a_feed(server))
        polling.read_due(a_client(server.port))
    assert (feed.next_at, len(server.requests)) == (None, 1)
    assert "disparu pour de bon" in explain(feed.last_error)


def test_failures_make_it_wait_longer_and_success_forgives_them():
    answers = [a_page(status=500), a_page(status=503, Retry_After="86400"), a_feed_page(rss(rss_item()))]
    with a_server(lambda method, path: answers.pop(0)) as server:
        feed = read(server, a_feed(server), failures=3)
        assert feed.last_error == "http-500"
        assert 190 <= minutes_until(feed) <= 290
        assert minutes_until(read(server, feed)) == 24 * 60
        feed = read(server, feed)
    assert (feed.failures, feed.last_error) == (0, "")


def test_a_slow_server_is_given_up():
    def slow(wire):
        time.sleep(1.5)

    with a_server(lambda method, path: slow) as server:
        feed = a_feed(server)
        polling.read_due(a_client(server.port, seconds=0.3))
    feed.refresh_from_db()
    assert feed.last_error == "timeout"


def test_two_workers_do_not_read_one_feed():
    with a_server(a_feed_page(rss(rss_item()))) as server:
        feed = a_feed(server)
        assert polling._claim(feed)
        assert not polling._claim(feed)
        polling.read_due(a_client(server.port))
    assert server.requests == []


def test_who_may_keep_nothing_has_no_feed_read():
    with a_server(a_feed_page(rss(rss_item()))) as server:
        feed = a_feed(server, UserFactory(is_staff=True))
        assert minutes_until(read(server, feed)) == 24 * 60
    assert server.requests == []


@pytest.mark.parametrize(
    ("headers", "ttl", "expected"),
    [
        ({}, 0, 30),
        ({}, 90, 90),
        ({"Cache-Control": "private, max-age=7200"}, 90, 120),
        ({"Cache-Control": "s-max-age=7200"}, 5, 30),
        ({"Cache-Control": "max-age=999999999"}, 0, 24 * 60),
    ],
)
def test_the_pace_is_the_feeds_own_where_it_is_slower(headers, ttl, expected):
    assert pace.after_success(headers, ttl) == timedelta(minutes=expected)


def test_the_longest_wait_is_a_day_but_for_a_server_that_asks_for_more():
    assert pace.after_failure({}, 1000) <= timedelta(days=1)
    assert pace.after_failure({"Retry-After": "9" * 40}, 1) == timedelta(days=7)
    assert pace.after_failure({"Retry-After": "Sat, 99 Foo"}, 1) < timedelta(hours=1)


# --- Choosing ---


def test_choosing_a_feed_says_what_is_seen_and_keeps_nothing_yet():
    person = an_author()
    with a_server(a_feed_page(rss(rss_item(1), rss_item(2)))) as server:
        url = f"http://site.example:{server.port}/flux"
        said = choosing.choose(person, f" {url} ", client=a_client(server.port))
    assert "2 éléments" in said
    assert (person.saved_feed.url, Clip.objects.count()) == (url, 0)
    assert person.saved_feed in SavedFeed.objects.due(timezone.now())


def test_what_is_no_feed_is_not_saved_and_the_former_one_stays():
    with a_server(a_page(b"<html><body>Bonjour</body></html>")) as server:
        former = a_feed(server)
        with pytest.raises(NotNow, match="page web, pas un flux"):
            choosing.choose(former.person, former.url, client=a_client(server.port))
        with pytest.raises(NotNow, match="réseau privé"):
            choosing.choose(former.person, "http://127.0.0.1/")
        with pytest.raises(NotNow, match="http"):
            choosing.choose(former.person, "flux")
        with pytest.raises(NotAllowed):
            choosing.choose(UserFactory(is_staff=True), former.url)
    assert SavedFeed.objects.get().url == former.url
