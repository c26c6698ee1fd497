"""What the tasks do when the broker is away."""

import pytest

from mailings import tasks
from mailings.dispatch import dispatch
from tests.factories import IssueFactory, SubscriberFactory
from tests.mailings.conftest import publish

pytestmark = pytest.mark.django_db


def test_batches_that_the_broker_did_not_take_are_handed_out_by_who_comes_next(no_broker, settings):
    settings.VEILLE_BATCH_SIZE = 1
    SubscriberFactory.create_batch(3)
    mailing = publish(IssueFactory())
    tasks.dispatch()
    assert dispatch() == [*mailing.batches.order_by("number").values_list("pk", flat=True)]
