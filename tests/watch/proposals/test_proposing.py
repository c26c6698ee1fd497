"""The public form for proposing a subject, as visitors and programs use it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import RubricFactory
from watch.models import Link, Proposal
from watch.proposals import limits

pytestmark = pytest.mark.django_db
URL, THANKS = reverse("proposals:propose"), reverse("proposals:thanks")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LINK = "https://exemple.example/sobriete"


def fill_in(client, after=timedelta(seconds=5), **fields):
    with time_machine.travel(NOON, tick=False):
        page = client.get(URL).content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    with time_machine.travel(NOON + after, tick=False):
        return client.post(URL, {"title": "La sobriété", "links": LINK, **hidden, **fields})


def test_what_a_visitor_proposes_waits_for_the_editors_in_her_language(client):
    rubric = RubricFactory()
    response = fill_in(
        client,
        rubric=rubric.pk,
        links=f" {LINK} \n\n{LINK}\nhttps://été.example/é?a=b",
        reason="On en parle\r\npeu.",
        interest="J’y travaille.",
        name=" Zoé \u202e ",
        email="zoe@example.org",
    )
    assert (response.status_code, response.url) == (302, THANKS)
    found = Proposal.objects.get()
    assert (found.title, found.rubric, found.state) == ("La sobriété", rubric, "waiting")
    assert found.addresses == [LINK, "https://été.example/é?a=b"]
    assert (found.name, found.email, found.language) == ("Zoé", "zoe@example.org", "fr")
    assert "Merci" in client.get(THANKS).content.decode()
    assert not Link.objects.exists()
    assert mail.outbox == []


def test_name_and_address_may_be_left_out(client):
    assert fill_in(client).status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "\u202e"},
        {"title": "x" * 201},
        {"links": ""},
        {"links": "javascript:alert(1)"},
        {"links": "exemple.example"},
        {"links": "https://exemple.example/" + "x" * 2000},
        {"links": "\n".join(f"{LINK}/{n}" for n in range(11))},
        {"reason": "x" * 3001},
        {"interest": "x" * 3001},
        {"name": "x" * 121},
        {"email": "zoe"},
        {"rubric": "99999999999999999999"},
        {"title": "a\x00b"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client, wrong):
    response = fill_in(client, **{"reason": "Mes raisons", **wrong})
    html = response.content.decode()
    assert response.status_code == 422
    assert "errorlist" in html
    assert "reason" in wrong or "Mes raisons" in html
    assert not Proposal.objects.exists()


def test_programs_are_told_from_people(client):
    assert fill_in(client, message="Buy now").url == THANKS
    assert fill_in(client, after=timedelta(seconds=1)).status_code == 422
    assert fill_in(client, opened="x").status_code == 422
    assert fill_in(client, after=timedelta(days=2)).status_code == 422
    assert not Proposal.objects.exists()


def test_the_stamp_of_another_form_is_not_good_here(client):
    with time_machine.travel(NOON, tick=False):
        page = client.get(reverse("subscribers:sign_up")).content.decode()
    stamp = re.search(r'name="opened" value="([^"]*)"', page)[1]
    assert fill_in(client, opened=stamp).status_code == 422


def test_another_site_cannot_post_here():
    assert Client(enforce_csrf_checks=True).post(URL, {"title": "x", "links": LINK}).status_code == 403


def test_one_network_proposes_five_times_an_hour_and_others_go_on(client):
    answers = [fill_in(client).status_code for _ in range(limits.PER_NETWORK_AND_HOUR + 1)]
    assert answers == [302] * limits.PER_NETWORK_AND_HOUR + [429]
    html = fill_in(client, reason="Mes raisons").content.decode()
    assert "Mes raisons" in html
    other = Client(REMOTE_ADDR="203.0.113.9")
    assert fill_in(other).status_code == 302


def test_a_flood_from_many_networks_ends_before_nobody_can_read_it(client, monkeypatch):
    monkeypatch.setattr(limits, "MOST_WAITING", 2)
    for n in range(2):
        Proposal.objects.create(title=f"Une idée {n}", links=LINK)
    assert fill_in(client).status_code == 429


def test_the_footer_leads_there_and_the_privacy_page_says_what_is_kept(client):
    assert f'href="{URL}"' in client.get("/").content.decode()
    assert "90 jours" in client.get(reverse("subscribers:privacy")).content.decode()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=st.text(max_size=210),
    links=st.text(st.sampled_from("htps:/.aé[]@%\n \x00"), max_size=60),
    email=st.text(max_size=20),
)
def test_whatever_comes_in_gets_a_page(client, title, links, email):
    assert fill_in(client, title=title, links=links, email=email).status_code in (302, 422, 429)
