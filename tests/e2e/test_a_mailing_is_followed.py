"""The page of a mailing in a browser: it follows by itself, asks before it acts, and fits a telephone."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from mailings.models import Mailing
from tests.factories import IssueFactory, SubscriberFactory, an_editor
from tests.mailings.conftest import publish

pytestmark = pytest.mark.django_db(transaction=True)

NO_SPACE = "Rejected" * 40


@pytest.fixture
def mailing():
    """Eight waiting and two uncertain."""
    SubscriberFactory.create_batch(10)
    mailing = publish(IssueFactory())
    doubtful = mailing.deliveries.order_by("pk").values_list("pk", flat=True)[:2]
    mailing.deliveries.filter(pk__in=list(doubtful)).update(
        state="uncertain", reply=f"550 {NO_SPACE}", settled_at=timezone.now()
    )
    return mailing


@pytest.fixture
def page(desk, mailing):
    """An editor who looks at it."""
    page = desk(an_editor())
    page.goto(f"/admin/mailings/mailing/{mailing.pk}/change/")
    return page


def test_it_goes_on_by_itself_and_offers_what_can_be_done_now(page, mailing):
    expect(page.locator(".mailing-headline strong")).to_have_text("20\u202f%")
    mailing.batches.update(sent=5)
    expect(page.locator(".mailing-headline strong")).to_have_text("70\u202f%")
    expect(page.locator("rect.mailing-part-sent")).to_have_attribute("width", "500")
    Mailing.objects.update(state="paused", reason="550 5.7.1 blocked")
    expect(page.get_by_role("button", name="Reprendre")).to_be_visible()
    expect(page.locator(".desk-notice", has_text="550 5.7.1 blocked")).to_be_visible()


def test_it_says_when_the_site_does_not_answer(page):
    stale = page.locator("[data-stale]")
    expect(stale).to_be_hidden()
    page.context.set_offline(True)
    expect(stale).to_be_visible()
    page.context.set_offline(False)
    expect(stale).to_be_hidden()


def test_it_asks_before_it_sends_again(page, mailing):
    again = page.get_by_role("button", name="Renvoyer à ces 2 incertains")
    page.evaluate("window.confirm = (question) => { window.asked = question; return false; }")
    again.press("Enter")
    assert "2 destinataires incertains" in page.evaluate("window.asked")
    assert mailing.deliveries.uncertain().count() == 2
    page.evaluate("window.confirm = () => true")
    again.press("Enter")
    expect(page.locator("body")).to_contain_text("Renvoi à 2 destinataires.")
    assert mailing.deliveries.deferred().count() == 2


def test_the_pace_is_set_with_the_keyboard_alone(page, mailing):
    limit = page.get_by_label("Messages par minute")
    limit.fill("120")
    limit.press("Enter")
    expect(page.locator("body")).to_contain_text("limité à 120 par minute")
    assert Mailing.objects.get().per_minute == 120


def test_an_address_is_looked_up(page, mailing):
    address = mailing.deliveries.last().address
    search = page.get_by_label("Cette adresse l’a-t-elle reçu")
    search.fill(address)
    search.press("Enter")
    expect(page.get_by_role("rowheader", name=address)).to_be_visible()


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_pushes_it_wider_than_the_screen(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") == width
