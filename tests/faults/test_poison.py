"""A batch that kills whoever takes it, or for which there is no memory: put aside, and the rest is sent."""

import pytest

from mailings import control
from mailings.claim import MAX_ATTEMPTS
from mailings.models import Batch, Mailing
from mailings.plan import announce
from tests.factories import an_editor
from tests.faults.counting import count
from tests.faults.crowd import publish_to, wait_for_the_end
from tests.faults.scale import size
from tests.faults.table import note_down
from tests.processes import a_worker, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]


def test_batches_that_always_kill_are_put_aside_and_the_rest_is_sent(settings, mailhost, sabotage):
    settings.VEILLE_BATCH_SIZE = 20
    for _run in range(size(1, 5)):
        mailing = publish_to(size(80, 200))
        sabotage.poison(2)
        sabotage.fatten(3)
        with a_worker(
            app="tests.faults.saboteur", pool="prefork", EMAIL_URL=mailhost.url, **sabotage.environment()
        ):
            wait_until(lambda mailing=mailing: is_paused(mailing), 90, "the mailing pauses", pause=0.5)
            bad, good = mailing.batches.filter(number__in=[2, 3]), mailing.batches.exclude(number__in=[2, 3])
            assert {(batch.state, batch.attempts) for batch in bad} == {(Batch.State.SHELVED, MAX_ATTEMPTS)}
            assert {batch.state for batch in good} == {Batch.State.DONE}
            assert mailing.deliveries.filter(state="sent").count() == mailing.planned - 40
            sabotage.cure()
            control.resume(mailing, by=an_editor())
            wait_for_the_end(mailing, 60)
        total = count(mailing, mailhost.received)
        note_down("a batch that always kills, and one without memory", 1, total, allowed=0)


def is_paused(mailing):
    announce()
    return Mailing.objects.filter(pk=mailing.pk, state="paused").exclude(reason="").exists()
