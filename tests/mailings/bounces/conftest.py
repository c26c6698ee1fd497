import pytest

from mailings.models import Delivery
from tests.factories import IssueFactory, SubscriberFactory
from tests.mailings.conftest import publish


@pytest.fixture(autouse=True)
def bounce_address(settings):
    settings.VEILLE_BOUNCE_ADDRESS = "bounces@veille.example"


@pytest.fixture
def reader(db):
    SubscriberFactory.create_batch(2)
    return SubscriberFactory()


@pytest.fixture
def sent(reader, work):
    """Send one more issue, and give the reader's delivery."""

    def one_more() -> Delivery:
        mailing = publish(IssueFactory())
        work()
        return Delivery.objects.get(mailing=mailing, subscriber=reader)

    return one_more


@pytest.fixture
def state(reader):
    def now() -> str:
        reader.refresh_from_db()
        return reader.state

    return now
