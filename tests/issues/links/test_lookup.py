"""When links are looked up, by whom, and what is made of the answers. No test here leaves this process."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from issues.links import lookup
from issues.links.client import Answer
from issues.links.lookup import LINKS_PER_RUN, look_again, look_up_due
from issues.models import Issue, LinkLookup
from issues.tasks import look_up_links
from tests.factories import IssueFactory, SectionFactory, SourceFactory, a_published_issue

pytestmark = pytest.mark.django_db

PAGE = "https://example.org/a"
OK = Answer(200)
GONE = Answer(404)
NO_NAME = Answer(reason="name")


@pytest.fixture(autouse=True)
def links_are_checked(settings):
    settings.VEILLE_CHECK_LINKS = True


class Web:
    """The world as the test has it: what each address answers, and what was asked when."""

    def __init__(self, answers=OK, seconds=0.0):
        self.answers, self.seconds = answers, seconds
        self.asked, self.slept, self.now = [], [], 1000.0

    def ask(self, url):
        self.asked.append(url)
        self.now += self.seconds
        return self.answers[url] if isinstance(self.answers, dict) else self.answers

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds

    def look(self):
        return look_up_due(self, clock=lambda: self.now, sleep=self.sleep)


def a_section(*urls):
    return SectionFactory(body=" ".join(f"[a]({url})" for url in urls))


def state():
    return LinkLookup.objects.get(url=PAGE).state


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        *((Answer(status), "alive") for status in (200, 204, 304)),
        *((Answer(status), "failing") for status in (404, 410)),
        *((Answer(status), "unclear") for status in (400, 401, 403, 405, 429, 451, 500, 503, 999)),
        *(
            (Answer(reason=reason), "unclear")
            for reason in ("timeout", "certificate", "private", "redirects")
        ),
        (Answer(reason="network"), "unknown"),
        (NO_NAME, "unknown"),
    ],
)
def test_what_an_answer_is_taken_for(answer, wanted):
    a_section(PAGE)
    Web(answer).look()
    assert state() == wanted


def test_a_name_that_does_not_exist_is_believed_where_others_answer():
    a_section("https://example.net/", PAGE)
    Web({"https://example.net/": OK, PAGE: NO_NAME}).look()
    assert state() == "failing"


def test_without_a_network_nothing_is_said_of_any_link():
    a_section(PAGE, "https://example.net/")
    for _run in range(5):
        with time_machine.travel(timezone.now() + timedelta(hours=2 * _run)):
            Web(NO_NAME).look()
    assert set(LinkLookup.objects.values_list("state", flat=True)) == {"unknown"}


def test_a_link_is_dead_after_two_failures_that_lie_apart():
    a_section(PAGE)
    now = timezone.now()
    states = []
    for minutes in (0, 10, 31):
        with time_machine.travel(now + timedelta(minutes=minutes)):
            LinkLookup.objects.update(next_at=timezone.now())
            Web(GONE).look()
            states.append(state())
    assert states == ["failing", "failing", "dead"]
    with time_machine.travel(now + timedelta(hours=12)):
        Web(OK).look()
    assert (state(), LinkLookup.objects.get().failing_since) == ("alive", None)


def test_a_dead_link_stays_so_while_the_network_is_away():
    a_section(PAGE)
    LinkLookup.objects.create(url=PAGE, state="dead", failing_since=timezone.now(), next_at=timezone.now())
    Web(Answer(reason="network")).look()
    assert state() == "dead"


@pytest.mark.parametrize(("answer", "hours"), [(OK, 24), (Answer(403), 24), (GONE, 0.75), (NO_NAME, 1)])
def test_nobody_is_asked_again_too_soon(answer, hours):
    a_section(PAGE)
    now = timezone.now()
    asked = []
    for later in (0, hours - 0.1, hours + 0.1):
        with time_machine.travel(now + timedelta(hours=later), tick=False):
            web = Web(answer)
            web.look()
            asked.append(len(web.asked))
    assert asked == [1, 0, 1]


def test_links_of_texts_and_sources_of_issues_in_the_making_are_looked_up_and_no_others():
    section = SectionFactory(body="[a](https://example.org/text#x)")
    SourceFactory(section=section, url="https://example.org/source#y")
    IssueFactory(introduction="[a](https://example.org/intro) [b](mailto:a@example.org) [c](/x)")
    SectionFactory(issue=a_published_issue(), body="[a](https://example.org/out)")
    SectionFactory(issue=None, body="[a](https://example.org/waiting)")
    a_section("https://veille.example/numeros/1/", "https://veille.example")
    web = Web()
    web.look()
    assert sorted(web.asked) == [f"https://example.org/{name}" for name in ("intro", "source", "text")]


def test_one_server_is_not_asked_twice_in_a_second_and_others_come_between():
    a_section(
        *(f"https://one.example/{n}" for n in range(3)), "https://two.example/", "https://three.example/"
    )
    web = Web(seconds=0.1)
    web.look()
    assert len({urlsplit(url).hostname for url in web.asked[:3]}) == 3
    assert len(web.asked) == 5
    assert web.slept == pytest.approx([0.8, 1.0])


def test_a_run_ends_after_so_many_links_and_says_that_others_wait():
    a_section(*(f"https://site{n}.example/" for n in range(LINKS_PER_RUN + 1)))
    first, second = Web(), Web()
    assert first.look() is True
    assert second.look() is False
    assert (len(first.asked), len(second.asked)) == (LINKS_PER_RUN, 1)


def test_a_run_ends_after_its_time():
    a_section(*(f"https://site{n}.example/" for n in range(10)))
    web = Web(seconds=8)
    assert web.look() is True
    assert len(web.asked) == 3


def test_two_workers_do_not_ask_the_same():
    a_section(PAGE, "https://example.net/")
    other = Web()

    class Slow(Web):
        def ask(self, url):
            other.look()
            return super().ask(url)

    first = Slow()
    first.look()
    assert sorted(first.asked + other.asked) == ["https://example.net/", PAGE]


def test_what_a_dead_worker_had_taken_is_free_after_a_minute():
    a_section(PAGE)

    class Dying(Web):
        def ask(self, url):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Dying().look()
    web = Web()
    web.look()
    assert web.asked == []
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        web.look()
    assert web.asked == [PAGE]


def test_an_answer_that_comes_too_late_does_not_overwrite_a_newer_one():
    a_section(PAGE)

    class Late(Web):
        def ask(self, url):
            with time_machine.travel(timezone.now() + timedelta(minutes=2)):
                Web(OK).look()
            return GONE

    Late().look()
    assert state() == "alive"


def test_where_it_is_switched_off_nobody_is_asked(settings):
    settings.VEILLE_CHECK_LINKS = False
    a_section(PAGE)
    web = Web()
    assert web.look() is False
    assert web.asked == []
    assert not LinkLookup.objects.exists()


def test_looking_again_makes_due_what_was_not_looked_up_a_moment_ago():
    issue = a_section(PAGE, "https://example.net/").issue
    Web().look()
    assert look_again(issue) == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert look_again(issue) == 2
        web = Web()
        web.look()
        assert len(web.asked) == 2


def test_what_no_issue_needs_any_more_is_forgotten():
    now = timezone.now()
    LinkLookup.objects.create(url="https://example.org/old", next_at=now - timedelta(days=91))
    LinkLookup.objects.create(url="https://example.org/recent", next_at=now - timedelta(days=80))
    Web().look()
    assert LinkLookup.objects.get().url == "https://example.org/recent"


def test_the_task_comes_back_while_others_wait(monkeypatch):
    runs = iter([True, True, False])
    called = []
    monkeypatch.setattr(lookup, "look_up_due", lambda: next(runs))
    monkeypatch.setattr(look_up_links, "delay", lambda: called.append(look_up_links()))
    look_up_links()
    assert len(called) == 2


def test_the_number_of_queries_of_a_run_without_work_is_that_of_any_number_of_issues(
    django_assert_num_queries,
):
    for number in range(3):
        a_section(f"https://example{number}.org/")
    Web().look()
    with django_assert_num_queries(7):
        Web().look()
    assert Issue.objects.count() == 3


def test_a_link_that_fails_has_a_time():
    with pytest.raises(IntegrityError), transaction.atomic():
        LinkLookup.objects.create(url=PAGE, state="dead", next_at=timezone.now())
