"""A broker that restarts, forgets, is down, delivers again, and is told everything several times."""

import random
import time

import pytest
from django.conf import settings as django_settings

from mailings.models import Mailing
from mailings.plan import announce
from tests.factories import IssueFactory
from tests.faults.counting import count
from tests.faults.crowd import a_scheduler, let_announcements_be_lost, publish_to, subscribe, wait_for_the_end
from tests.faults.proxy import a_proxy_to
from tests.faults.scale import size
from tests.faults.servers import a_redis, a_website, press_publish, through
from tests.faults.table import note_down
from tests.mailings.conftest import approve
from tests.processes import a_worker, wait_until
from veille.celery import app

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]

BROKER = django_settings.CELERY_BROKER_URL
IN_FILES = BROKER.startswith("filesystem:")
READERS = size(160, 5000)

over_a_wire = pytest.mark.skipif(IN_FILES, reason="a broker in files has no wire")
on_redis = pytest.mark.skipif(not BROKER.startswith("redis:"), reason="of Redis alone")


@pytest.fixture
def mailing(settings):
    settings.VEILLE_BATCH_SIZE = 20
    return publish_to(READERS)


@pytest.fixture
def wire():
    with app.connection_for_read() as broker, a_proxy_to(broker.hostname, broker.port) as proxy:
        yield proxy


def a_worker_on(wire, mailhost):
    return a_worker(CELERY_BROKER_URL=through(BROKER, wire.port), EMAIL_URL=mailhost.url)


def some_more_mails(mailhost, steps):
    goal = len(mailhost.received) + random.randint(5, READERS // steps // 2)
    wait_until(lambda: len(mailhost.received) >= goal, 60, "some more mails")


@over_a_wire
def test_a_broker_that_breaks_off_costs_nothing(mailing, mailhost, wire):
    cuts = size(1, 10)
    mailhost.take_its_time(0.005)
    with a_worker_on(wire, mailhost):
        for _cut in range(cuts):
            some_more_mails(mailhost, cuts)
            wire.cut()
            announce()
        mailhost.obey()
        wait_for_the_end(mailing, size(60, 300))
    note_down("broker: connections cut", cuts, count(mailing, mailhost.received), allowed=0)


@on_redis
def test_a_broker_that_restarts_empty_costs_nothing(mailing, mailhost, tmp_path):
    restarts = size(1, 10)
    mailhost.take_its_time(0.005)
    with (
        a_redis(tmp_path) as server,
        a_worker(CELERY_BROKER_URL=server.url, EMAIL_URL=mailhost.url),
        a_scheduler(tmp_path / "beat", CELERY_BROKER_URL=server.url),
    ):
        for _restart in range(restarts):
            some_more_mails(mailhost, restarts)
            server.kill()
            time.sleep(1)
            server.start()
            let_announcements_be_lost(mailing)
        mailhost.obey()
        wait_for_the_end(mailing, size(60, 300), beat=False)
    note_down("broker: Redis killed and started", restarts, count(mailing, mailhost.received), allowed=0)


def test_a_broker_that_forgets_everything_costs_nothing(mailing, mailhost):
    losses = size(3, 10)
    mailhost.take_its_time(0.005)
    with a_worker(EMAIL_URL=mailhost.url):
        for _loss in range(losses):
            some_more_mails(mailhost, losses)
            forget_everything()
            let_announcements_be_lost(mailing)
            announce()
        mailhost.obey()
        wait_for_the_end(mailing, size(60, 300))
    note_down("broker: everything in it deleted", losses, count(mailing, mailhost.received), allowed=0)


def forget_everything():
    """FLUSHDB where that exists, else all that waits in the queue."""
    with app.connection_for_write() as broker:
        if BROKER.startswith("redis:"):
            broker.default_channel.client.flushdb()
        else:
            broker.default_channel.queue_purge(django_settings.CELERY_TASK_DEFAULT_QUEUE)


@over_a_wire
def test_while_the_broker_is_down_what_is_sent_goes_on_and_the_page_answers(mailhost, wire, settings):
    settings.VEILLE_BATCH_SIZE = 80
    subscribe(READERS)
    issues = [IssueFactory(), IssueFactory()]
    editors = [approve(issue) for issue in issues]
    mailhost.take_its_time(0.01)
    url = through(BROKER, wire.port)
    with a_worker_on(wire, mailhost), a_website(CELERY_BROKER_URL=url) as site:
        press_publish(site, issues[0], editors[0])
        wait_until(lambda: mailhost.received, 30, "mails")
        wire.refuse()
        goal = len(mailhost.received) + 10
        wait_until(lambda: len(mailhost.received) >= goal, 10, "mails go out without a broker")
        seconds = press_publish(site, issues[1], editors[1])
        time.sleep(size(2, 600))
        wire.restore()
        mailhost.obey()
        mailings = Mailing.objects.order_by("pk")
        for mailing in mailings:
            let_announcements_be_lost(mailing)
            wait_for_the_end(mailing, 120)
    first, second = (count(mailing, mailhost.received) for mailing in mailings)
    note = f"the publish page took {seconds:.1f} s"
    note_down(f"broker: down for {size(2, 600)} s", 1, first + second, allowed=0, note=note)
    assert seconds <= 3


@over_a_wire
def test_the_publish_page_answers_though_the_broker_does_not(wire):
    subscribe(5)
    issues = [IssueFactory(), IssueFactory()]
    editors = [approve(issue) for issue in issues]
    with a_website(CELERY_BROKER_URL=through(BROKER, wire.port)) as site:
        press_publish(site, issues[0], editors[0])
        wire.hang()
        assert press_publish(site, issues[1], editors[1]) <= 3
    assert Mailing.objects.get(issue=issues[1]).planned == 5


def test_every_task_published_five_times_mails_once(mailing, mailhost):
    with a_worker(
        app="tests.faults.saboteur",
        pool="prefork",
        VEILLE_SABOTAGE_COPIES="5",
        EMAIL_URL=mailhost.url,
    ):
        wait_for_the_end(mailing, size(60, 300))
    note_down("broker: every task published 5 times", 1, count(mailing, mailhost.received), allowed=0)


@on_redis
def test_what_the_broker_delivers_again_is_not_mailed_again(settings, mailhost):
    settings.VEILLE_BATCH_SIZE = 40
    mailing = publish_to(size(160, 800))
    mailhost.take_its_time(0.2)
    with a_worker(
        app="tests.faults.saboteur",
        pool="prefork",
        VEILLE_SABOTAGE_VISIBILITY="5",
        EMAIL_URL=mailhost.url,
    ):
        wait_until(lambda: len(mailhost.received) >= 100, 60, "some mails")
        mailhost.obey()
        wait_for_the_end(mailing, size(60, 300))
    note_down("broker: visibility timeout 5 s", 1, count(mailing, mailhost.received), allowed=0)


def test_two_schedulers_mail_once(mailing, mailhost, tmp_path):
    with (
        a_worker(pool="prefork", EMAIL_URL=mailhost.url),
        a_scheduler(tmp_path / "one"),
        a_scheduler(tmp_path / "two"),
    ):
        wait_for_the_end(mailing, size(60, 300), beat=False)
    note_down("broker: two schedulers", 1, count(mailing, mailhost.received), allowed=0)
