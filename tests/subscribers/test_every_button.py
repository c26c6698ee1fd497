"""Each button of readers: looked at, tampered with, replayed, expired, pressed by eight at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mailings.models import Reaction, ReaderReply
from subscribers import own_data
from subscribers.confirmation import Request, make_link
from subscribers.models import ConsentEvent, Subscriber, Suppression
from tests.factories import IssueFactory, SubscriberFactory
from tests.mailings.conftest import publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_broker")]

# The name of the address, what the button sends, and whether its link is the token for ever or a signed one.
BUTTONS = {
    "leave": ("subscribers:unsubscribe", {"do": "leave"}, "token"),
    "pause": ("subscribers:unsubscribe", {"do": "pause"}, "token"),
    "plain text": ("subscribers:unsubscribe", {"do": "text"}, "token"),
    "one click": ("subscribers:one_click", {"List-Unsubscribe": "One-Click"}, "token"),
    "save preferences": (
        "subscribers:preferences",
        {"name": "Ève", "language": "en", "format": "text"},
        "token",
    ),
    "end the pause": ("subscribers:preferences", {"do": "resume"}, "token"),
    "stay": ("subscribers:stay", {}, "token"),
    "ask for own data": ("subscribers:own_data_ask", {}, "token"),
    "useful": ("answers:section", {"value": "useful"}, "token"),
    "reply": ("answers:section", {"text": "Merci !"}, "token"),
    "confirm": ("subscribers:confirm", {}, "confirmation"),
    "erase": ("subscribers:own_data", {"do": "erase"}, "own data"),
}
ALL = pytest.mark.parametrize("button", BUTTONS)
SIGNED = [name for name, (_address, _data, link) in BUTTONS.items() if link != "token"]


class Reader:
    def __init__(self, button):
        self.address, self.data, kind = BUTTONS[button]
        now = timezone.now()
        self.reader = SubscriberFactory(
            state="pending" if button == "confirm" else "active",
            confirmed_at=None if button == "confirm" else now,
            confirmation_asked_at=now,
            own_data_asked_at=now if kind == "own data" else None,
            stay_asked_at=now if button == "stay" else None,
            paused_until=now + timedelta(days=5) if button == "end the pause" else None,
        )
        self.link = {
            "token": self.reader.token,
            "confirmation": make_link(Request.of(self.reader)),
            "own data": own_data.make_link(self.reader),
        }[kind]
        self.more = []
        if self.address == "answers:section":
            self.more = [publish(IssueFactory()).issue.sections.get().pk]

    def url(self, link=None):
        link = self.link if link is None else link
        return reverse(self.address, args=["LINK", *self.more]).replace("LINK", link)

    def press(self, link=None):
        """Without cookies, as from the web view of a mail program."""
        return Client(enforce_csrf_checks=True).post(self.url(link), self.data)


def rows():
    """All but when a reader was last heard of: that moves with each button."""
    models = (ConsentEvent, Suppression, Reaction, ReaderReply)
    readers = [row | {"heard_at": None} for row in Subscriber.objects.order_by("pk").values()]
    return [readers, *(list(model.objects.order_by("pk").values()) for model in models)]


@ALL
def test_it_does_something(button):
    reader, before = Reader(button), rows()
    assert reader.press().status_code in (200, 302)
    assert rows() != before


@ALL
def test_looking_changes_nothing(button):
    reader, before = Reader(button), rows()
    for method in ("get", "head", "options", "put", "patch", "delete"):
        for data in ({}, reader.data):
            assert getattr(Client(), method)(reader.url(), data).status_code < 500
    assert rows() == before


@ALL
def test_a_link_that_was_changed_does_nothing(button):
    reader, before = Reader(button), rows()
    link = reader.link
    changed = [
        link[:-1],
        link + "A",
        link[:-1] + ("A" if link[-1] != "A" else "B"),
        link.swapcase(),
        link[::-1],
        "x" * 10_000,
        "%00",
        "%E2%80%AE",
        # One that is good for another purpose.
        own_data.make_link(reader.reader) if button != "erase" else make_link(Request.of(reader.reader)),
    ]
    for link in changed:
        assert reader.press(link).status_code < 500
    assert rows() == before


@ALL
def test_replayed_it_changes_nothing_more(button):
    reader = Reader(button)
    reader.press()
    if button == "reply":
        # A person may write twice; the fourth time within a day is one too many.
        reader.press()
        reader.press()
    after = rows()
    if button != "useful":
        for _time in range(3):
            assert reader.press().status_code < 500
        assert rows() == after
    else:
        reader.press()
        assert Reaction.objects.count() == 1


@pytest.mark.parametrize("button", SIGNED)
def test_expired_it_does_nothing(button):
    reader, before = Reader(button), rows()
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1), tick=False):
        assert reader.press().status_code == 410
    assert rows() == before


@ALL
@pytest.mark.django_db(transaction=True)
def test_pressed_by_eight_at_once_it_is_done_once(button):
    reader = Reader(button)

    def press(_number):
        try:
            return reader.press().status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(press, range(8)))
    assert max(answers) < 500
    assert ConsentEvent.objects.count() <= 1
    assert Reaction.objects.count() <= 1
    assert ReaderReply.objects.count() <= 3
    assert Suppression.objects.count() == (button == "erase")
