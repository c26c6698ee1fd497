"""A reader's life, in a browser and over real SMTP: joining, choosing, pausing, leaving, being forgotten."""

import json
import re
from email.message import EmailMessage

import pytest
from playwright.sync_api import expect

from subscribers.models import Subscriber, Suppression
from tests.factories import SubscriberFactory, WelcomeTextFactory
from tests.processes import a_worker, wait_until
from tests.sink import a_sink

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "Lectrice@exämple.fr"


def the_mail(sink, subject) -> EmailMessage:
    """Wait for a mail of this subject."""

    def arrived():
        return [mail.message for mail in sink.received if subject in mail.message["Subject"]]

    wait_until(lambda: bool(arrived()), 30, f"a mail about {subject!r}")
    return arrived()[-1]


def path_in(mail, kind):
    text = mail.get_body(["plain"]).get_content()
    return re.search(rf"https?://[^/\s]+(/{kind}/[^\s]+)", text)[1]


def test_a_life_of_a_reader(page, live_server):
    WelcomeTextFactory(body="Merci de **nous** lire.")
    page.set_default_timeout(15_000)
    with a_sink() as sink, a_worker(EMAIL_URL=sink.url):
        page.goto(f"{live_server.url}/inscription/")
        page.fill("[name=email]", ADDRESS)
        page.fill("[name=name]", "Zoé")
        page.wait_for_timeout(2100)
        page.click("main button[type=submit]")
        expect(page.locator("h1")).to_contain_text("boîte")
        link = path_in(the_mail(sink, "Confirmez"), "inscription/confirmer")
        assert Subscriber.objects.get().state == "pending"

        page.goto(live_server.url + link)
        assert Subscriber.objects.get().state == "pending"
        page.click("main button[type=submit]")
        expect(page.locator("h1")).to_be_visible()
        reader = Subscriber.objects.get()
        # The browser writes the domain in punycode.
        assert (reader.state, reader.email) == ("active", "Lectrice@xn--exmple-cua.fr")
        welcome = the_mail(sink, "Bienvenue à bord")
        assert "Bonjour Zoé," in welcome.get_body(["plain"]).get_content()

        page.goto(live_server.url + path_in(welcome, "preferences"))
        page.get_by_label("en texte seul").check()
        page.get_by_role("button", name="Enregistrer").click()
        expect(page.get_by_role("status")).to_contain_text("Enregistré")
        page.get_by_role("link", name="Se désabonner, ou faire une pause").click()
        page.get_by_role("button", name="Une pause d’un mois").click()
        expect(page.locator("h1")).to_contain_text("À dans un mois")
        reader.refresh_from_db()
        assert (reader.state, reader.format) == ("active", "text")
        assert not Subscriber.objects.receiving().exists()
        page.get_by_role("link", name="Mettez fin à la pause").click()
        page.get_by_role("button", name="Mettre fin à la pause").click()
        expect(page.get_by_role("button", name="Mettre fin à la pause")).to_have_count(0)
        assert Subscriber.objects.receiving().exists()

        page.goto(live_server.url + path_in(welcome, "desabonnement"))
        page.get_by_role("button", name="Se désabonner").click()
        expect(page.locator("h1")).to_contain_text("désabonné")
        reader.refresh_from_db()
        assert reader.state == "unsubscribed"

        page.goto(f"{live_server.url}/donnees/{reader.token}/")
        page.click("main button[type=submit]")
        own = live_server.url + path_in(the_mail(sink, "Vos données"), "donnees/lien")
        page.goto(own)
        with page.expect_download() as download:
            page.click("button[value=export]")
        told = json.loads(download.value.path().read_text())
        what = [event["what"] for event in told["consent"]]
        assert what == ["asked", "mailed", "confirmed", "paused", "resumed", "left"]
        page.click("button[value=erase]")
        expect(page.locator("h1")).to_be_visible()
        wait_until(lambda: not Subscriber.objects.exists(), 10, "the reader is forgotten")
        assert Suppression.objects.count() == 1
        assert page.goto(own).status == 410


def test_an_editor_brings_a_list_in(desk, tmp_path):
    from tests.factories import an_editor

    SubscriberFactory(email="partie@example.org", state="unsubscribed")
    path = tmp_path / "subscribed_members.csv"
    path.write_text("Courriel;Prénom\nzoe@example.org;Zoé\npartie@example.org;\npas une adresse;\n")
    page = desk(an_editor())
    with a_sink() as sink, a_worker(EMAIL_URL=sink.url):
        page.goto("/redaction/abonnes/")
        page.set_input_files("[name=file]", path)
        page.fill("[name=source]", "Notre ancien site")
        page.fill("[name=consent_date]", "2026-01-31")
        page.check("[name=agreed]")
        page.get_by_role("button", name="Vérifier la liste").click()
        page.get_by_role("button", name="Vérifier la liste").click()
        page.get_by_role("button", name="Importer la liste").click()
        expect(page.get_by_text("Ce qui a été fait")).to_be_visible()
    assert Subscriber.objects.get(email="zoe@example.org").state == "active"
    assert Subscriber.objects.get(email="partie@example.org").state == "unsubscribed"
    assert not sink.received
