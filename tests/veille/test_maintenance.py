"""The site is closed for a while."""

import pytest
from django.core.management import call_command

from subscribers.models import Subscriber
from tests.factories import SubscriberFactory
from veille.maintenance import flag


@pytest.fixture
def closed():
    flag().parent.mkdir(parents=True, exist_ok=True)
    call_command("maintenance", "on")
    yield
    call_command("maintenance", "off")


@pytest.mark.parametrize("path", ["/", "/numeros/1/", "/admin/", "/nulle-part/", "/inscription/"])
def test_every_page_says_to_come_back_without_asking_the_database(client, closed, path):
    """No `django_db` mark: pytest-django refuses any query."""
    response = client.get(path)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "300"
    assert "Traceback" not in response.content.decode()
    assert "Bientôt de retour" in response.content.decode()


def test_it_says_so_in_the_visitors_language(client, closed):
    page = client.get("/", headers={"accept-language": "en"}).content.decode()
    assert "Back in a moment" in page


def test_a_form_that_is_sent_meanwhile_changes_nothing(client, closed):
    assert client.post("/inscription/", {"email": "a@example.org"}).status_code == 503


@pytest.mark.django_db
def test_readers_may_leave_still_and_watchers_see_a_living_process(client, closed):
    reader = SubscriberFactory()
    assert client.get("/healthz").status_code == 200
    assert client.post(f"/desabonnement/{reader.token}/un-clic").status_code == 200
    assert not Subscriber.objects.filter(pk=reader.pk, state="active").exists()


@pytest.mark.django_db
def test_the_environment_closes_it_too_and_the_command_tells_which(client, settings, capsys):
    settings.VEILLE_MAINTENANCE = True
    assert client.get("/").status_code == 503
    call_command("maintenance")
    assert "VEILLE_MAINTENANCE" in capsys.readouterr().out
    settings.VEILLE_MAINTENANCE = False
    assert client.get("/").status_code == 200
    call_command("maintenance")
    assert "open" in capsys.readouterr().out
