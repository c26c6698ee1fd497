"""Nothing goes wrong: what the other counts are to be compared with."""

import pytest

from tests.faults.counting import count
from tests.faults.crowd import publish_to, wait_for_the_end
from tests.faults.scale import size
from tests.faults.table import note_down
from tests.processes import a_worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]


def test_two_workers_share_the_readers_and_each_gets_one_mail_with_a_link_of_their_own(settings, mailhost):
    settings.VEILLE_BATCH_SIZE = 100
    mailing = publish_to(size(300, 20_000))
    with a_worker(EMAIL_URL=mailhost.url), a_worker(EMAIL_URL=mailhost.url):
        wait_for_the_end(mailing, size(60, 600))
    total = count(mailing, mailhost.received)
    note_down("none, two workers", 1, total, allowed=0)
    assert total.received == total.planned
