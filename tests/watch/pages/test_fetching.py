"""When the pages of kept links are fetched, by whom, and what is written down."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db.models import F
from django.utils import timezone

from issues.links.client import Fetched
from issues.models import PageAlias
from tests.factories import an_author
from tests.issues.links.servers import a_client, a_page, a_server, redirect
from veille.celery import app
from watch.keeping import keep, link_for
from watch.models import Clip, Link, Subject
from watch.pages import fetching, recording
from watch.pages.tasks import fetch_pages

pytestmark = pytest.mark.django_db

PAGE = "https://journal.example/a"
HTML = b"""<html lang=fr><head><title>Un titre</title><meta property=og:site_name content="Le Journal">
<meta name=author content="Zo\xc3\xa9 Lef\xc3\xa8vre"><meta name=description content="De quoi il s'agit.">
<meta property=article:published_time content=2026-03-12></head><body><h1>Un titre</h1></body></html>"""


@pytest.fixture(autouse=True)
def pages_are_fetched(settings):
    settings.VEILLE_CHECK_LINKS = True


class Web:
    """The world as the test has it; keeps what it was asked."""

    def __init__(self, **answer):
        self.answer = {"http_status": 200, "body": HTML, **answer}
        self.asked = []

    def fetch(self, url):
        self.asked.append(url)
        return Fetched(**{"url": url, "headers": {"Content-Type": "text/html"}, **self.answer})


def after(**time):
    return time_machine.travel(timezone.now() + timedelta(**time))


def test_a_page_is_fetched_and_what_it_says_written_down():
    link = link_for(PAGE)
    assert fetching.fetch_due(Web()) is False
    link.refresh_from_db()
    assert (link.title, link.site, link.authors) == ("Un titre", "Le Journal", "Zoé Lefèvre")
    assert (link.published_on, link.language, link.excerpt) == (date(2026, 3, 12), "fr", "De quoi il s'agit.")
    assert (link.fetch_state, link.failure, link.next_fetch_at) == ("done", "", None)
    assert link.fetched_at


def test_a_page_is_read_over_the_wire(settings):
    with a_server(lambda method, path: redirect("/b") if path == "/a" else a_page(HTML)) as server:
        link = link_for(f"http://site.example:{server.port}/a")
        fetching.fetch_due(a_client(server.port))
    link.refresh_from_db()
    assert (link.title, link.fetch_state) == ("Un titre", "done")
    assert link.key.endswith("/b")


def test_no_page_is_fetched_twice():
    link_for(PAGE)
    web = Web()
    fetching.fetch_due(web)
    with after(days=30):
        fetching.fetch_due(web)
    assert web.asked == [PAGE]


def test_what_a_person_wrote_stays():
    link = link_for(PAGE)
    Link.objects.update(title="Le titre de Zoé", is_edited=True)
    fetching.fetch_due(Web())
    link.refresh_from_db()
    assert (link.title, link.site, link.fetch_state) == ("Le titre de Zoé", "", "done")


def test_what_a_person_writes_while_the_page_is_fetched_stays():
    link_for(PAGE)

    class Slow(Web):
        def fetch(self, url):
            Link.objects.update(title="Écrit entretemps", is_edited=True)
            return super().fetch(url)

    fetching.fetch_due(Slow())
    assert Link.objects.get().title == "Écrit entretemps"


def test_a_page_that_says_nothing_erases_nothing():
    link = link_for(PAGE, title="Du marque-page")
    fetching.fetch_due(Web(body=b"<p>"))
    link.refresh_from_db()
    assert (link.title, link.fetch_state) == ("Du marque-page", "done")


def test_what_is_too_long_for_its_column_is_cut():
    link = link_for(PAGE)
    recording.record(
        link, {"title": "a" * 1000, "site": "b" * 1000, "language": "c" * 50, "excerpt": "d" * 600}
    )
    link.refresh_from_db()
    assert (len(link.title), len(link.site), len(link.language), len(link.excerpt)) == (300, 120, 12, 600)


# --- Failures ---


@pytest.mark.parametrize(
    "answer",
    [{"http_status": 503}, {"http_status": None, "reason": "timeout"}, {"http_status": 200, "body": b""}],
)
def test_a_failure_is_tried_three_times_more_and_then_told(answer):
    link_for(PAGE)
    web, asked = Web(**answer), []
    for hours in (0, 0.05, 0.1, 0.5, 1.2, 12, 14, 50):
        with after(hours=hours):
            fetching.fetch_due(web)
        asked.append(len(web.asked))
    assert asked == [1, 1, 2, 2, 3, 3, 4, 4]
    link = Link.objects.get()
    assert (link.fetch_state, link.fetch_tries, link.next_fetch_at) == ("failed", 4, None)
    assert link.failure


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"http_status": 404}, "HTTP 404"),
        ({"http_status": 200, "body": b"", "reason": "type"}, "texte"),
        ({"http_status": None, "body": b"", "reason": "private"}, "réseau privé"),
    ],
)
def test_what_will_not_be_otherwise_tomorrow_is_told_at_once(answer, words):
    link_for(PAGE)
    fetching.fetch_due(Web(**answer))
    link = Link.objects.get()
    assert link.fetch_state == "failed"
    assert words in link.failure


def test_a_server_that_is_busy_with_us_is_asked_later_and_has_not_failed():
    link_for(PAGE)
    fetching.fetch_due(Web(http_status=None, reason="turn", body=b""))
    link = Link.objects.get()
    assert (link.fetch_state, link.fetch_tries, link.fetch_failure) == ("waiting", 0, "")
    with after(seconds=31):
        fetching.fetch_due(Web())
    assert Link.objects.get().fetch_state == "done"


def test_the_beginning_of_a_page_that_is_too_long_is_read():
    link_for(PAGE)
    fetching.fetch_due(Web(reason="size"))
    assert Link.objects.get().title == "Un titre"


def test_a_page_that_cannot_be_read_is_told(monkeypatch):
    def hang(*args):
        raise fetching.apart.Unreadable

    monkeypatch.setattr(fetching.apart, "read", hang)
    link_for(PAGE)
    for hours in (0, 1, 3, 20):
        with after(hours=hours):
            fetching.fetch_due(Web())
    assert Link.objects.get().failure == "la page est faite de telle sorte qu’on ne peut pas la lire"


# --- Workers ---


def test_two_workers_do_not_fetch_the_same():
    link_for(PAGE)
    link_for("https://autre.example/b")
    other = Web()

    class Slow(Web):
        def fetch(self, url):
            fetching.fetch_due(other)
            return super().fetch(url)

    first = Slow()
    fetching.fetch_due(first)
    assert sorted(first.asked + other.asked) == ["https://autre.example/b", PAGE]


def test_what_a_dead_worker_had_taken_is_free_after_a_minute_and_was_a_try():
    link_for(PAGE)

    class Dying(Web):
        def fetch(self, url):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetching.fetch_due(Dying())
    web = Web(http_status=503)
    fetching.fetch_due(web)
    assert web.asked == []
    with after(seconds=61):
        fetching.fetch_due(web)
    assert (web.asked, Link.objects.get().fetch_tries) == ([PAGE], 2)


def test_an_answer_that_comes_too_late_does_not_overwrite_a_newer_one():
    link_for(PAGE)

    class Late(Web):
        def fetch(self, url):
            with after(minutes=2):
                fetching.fetch_due(Web())
            return super().fetch(url)

    fetching.fetch_due(Late(http_status=404))
    assert Link.objects.get().fetch_state == "done"


def test_a_run_goes_from_server_to_server_and_ends():
    for number in range(fetching.PAGES_PER_RUN):
        link_for(f"https://un.example/{number}")
    link_for("https://deux.example/")
    web = Web(http_status=503)
    assert fetching.fetch_due(web) is True
    assert "https://deux.example/" in web.asked[:2]
    assert len(web.asked) == fetching.PAGES_PER_RUN
    assert fetching.fetch_due(web) is False


def test_where_it_is_switched_off_nobody_is_asked(settings):
    settings.VEILLE_CHECK_LINKS = False
    link_for(PAGE)
    web = Web()
    assert fetching.fetch_due(web) is False
    assert (web.asked, Link.objects.get().fetch_state) == ([], "waiting")


def test_a_new_link_wakes_a_worker_once_and_a_broker_that_is_away_loses_nothing(
    django_capture_on_commit_callbacks, monkeypatch
):
    sent = []
    monkeypatch.setattr(app, "send_task", lambda name, **options: sent.append(name))
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(3):
            keep(an_author(), f"{PAGE}{number}", via=Clip.Via.FORM)
            keep(an_author(), f"{PAGE}{number}", via=Clip.Via.FORM)
    assert sent == ["watch.fetch_pages"]


def test_a_broker_that_is_away_loses_nothing(django_capture_on_commit_callbacks, no_broker):
    with django_capture_on_commit_callbacks(execute=True):
        keep(an_author(), PAGE, via=Clip.Via.FORM)
    assert Link.objects.to_be_fetched(timezone.now()).exists()


def test_the_task_comes_back_while_others_wait(monkeypatch):
    runs = iter([True, True, False])
    called = []
    monkeypatch.setattr(fetching, "fetch_due", lambda: next(runs))
    monkeypatch.setattr(fetch_pages, "delay", lambda: called.append(fetch_pages()))
    fetch_pages()
    assert len(called) == 2


# --- Other addresses ---


def with_canonical(url):
    return Web(body=HTML.replace(b"<head>", f"<head><link rel=canonical href='{url}'>".encode()))


def test_the_pages_own_word_is_learnt_and_the_link_known_by_it():
    link = link_for(f"{PAGE}?lecture=longue")
    fetching.fetch_due(with_canonical("/b"))
    assert Link.objects.get().key == "https://journal.example/b"
    assert link_for("https://journal.example/b") == link_for(f"{PAGE}?lecture=longue") == link


def test_another_server_is_not_believed():
    link_for(PAGE)
    fetching.fetch_due(with_canonical("https://ailleurs.example/b"))
    assert Link.objects.get().key == link_for(PAGE).key
    assert not PageAlias.objects.exists()


def test_of_a_route_behind_a_hash_nothing_is_learnt():
    link_for("https://journal.example/app#/a")
    fetching.fetch_due(with_canonical("https://journal.example/app"))
    assert not PageAlias.objects.exists()


def test_two_links_that_are_one_page_become_one_and_no_word_is_lost():
    zoe, max_ = an_author(), an_author()
    keep(zoe, "https://journal.example/b", via=Clip.Via.FORM, note="Une note.", quote="Des mots.")
    keep(zoe, PAGE, via=Clip.Via.FORM, note="Une autre.", quote="Des mots.")
    clip, _new = keep(max_, PAGE, via=Clip.Via.FORM, note="De Max.")
    subject = Subject.objects.create(title="Un sujet")
    subject.links.add(clip.link)
    Link.objects.filter(key__endswith="/b").update(next_fetch_at=F("next_fetch_at") + timedelta(days=1))
    fetching.fetch_due(with_canonical("/b"))
    link = Link.objects.get()
    assert link.key == "https://journal.example/b"
    assert sorted(link.clips.values_list("note", "quote")) == [
        ("De Max.", ""),
        ("Une note.\n\nUne autre.", "Des mots."),
    ]
    assert list(subject.links.all()) == [link]


def test_whatever_points_to_a_link_is_known_to_the_joining():
    assert {relation.name for relation in Link._meta.related_objects} == {"clips", "subjects"}
