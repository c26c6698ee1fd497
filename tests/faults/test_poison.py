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


@pytest.mark.parametrize("way", ["poison", "fatten"])
def test_a_batch_that_always_kills_is_put_aside_and_the_rest_is_sent(settings, mailhost, sabotage, way):
    settings.VEILLE_BATCH_SIZE = 20
    runs = size(1, 5)
    for _run in range(runs):
        mailing = publish_to(size(60, 200))
        getattr(sabotage, way)(2)
        with a_worker(
            app="tests.faults.saboteur", pool="prefork", EMAIL_URL=mailhost.url, **sabotage.environment()
        ):
            wait_until(lambda mailing=mailing: is_paused(mailing), 60, "the mailing pauses", pause=0.5)
            poisoned = mailing.batches.get(number=2)
            assert (poisoned.state, poisoned.attempts) == (Batch.State.SHELVED, MAX_ATTEMPTS)
            assert set(mailing.batches.exclude(number=2).values_list("state", flat=True)) == {"done"}
            assert mailing.deliveries.filter(state="sent").count() == mailing.planned - poisoned.size
            sabotage.cure()
            control.resume(mailing, by=an_editor())
            wait_for_the_end(mailing, 60)
        fault = {"poison": "a batch that always kills", "fatten": "no memory for a batch"}[way]
        note_down(fault, 1, count(mailing, mailhost.received), allowed=0)


def is_paused(mailing):
    announce()
    return Mailing.objects.filter(pk=mailing.pk, state="paused").exclude(reason="").exists()
