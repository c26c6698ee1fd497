"""What providers tell, and what others pretend."""

import base64
import hashlib
import hmac
import json
from types import SimpleNamespace

import pytest
from django.core.checks import run_checks
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from mailings.bounces import webhook
from mailings.models import Bounce
from subscribers.models import Subscriber

URL = reverse("bounces:webhook")
SECRET, KEY = "provider:0123456789abcdef", "signing-key"
AUTH = "Basic " + base64.b64encode(SECRET.encode()).decode()


def brevo(delivery, event, *, to=None, words="", at=1_795_000_000_000):
    names = {"hard": "hard_bounce", "soft": "soft_bounce", "complaint": "spam", "left": "unsubscribe"}
    return {
        "event": names.get(event, event),
        "email": to or delivery.address,
        "reason": words,
        "message-id": "<1@brevo.example>",
        "ts_epoch": at,
        "X-Mailin-custom": json.dumps({"delivery": str(delivery.pk)}),
    }


def mailjet(delivery, event, *, to=None, words="", at=1_795_000_000):
    kind = {"complaint": {"event": "spam"}, "left": {"event": "unsub"}}
    bounce = {"event": "bounce", "hard_bounce": event == "hard", "error": "user unknown", "smtp_reply": words}
    return [
        {
            "time": at,
            "MessageID": 7,
            "email": to or delivery.address,
            "Payload": json.dumps({"delivery": str(delivery.pk)}),
            **kind.get(event, bounce),
        }
    ]


def postmark(delivery, event, *, to=None, words="", at="2026-11-25T10:00:00Z"):
    record = {"complaint": "SpamComplaint", "left": "SubscriptionChange"}.get(event, "Bounce")
    return {
        "RecordType": record,
        "Type": {"hard": "HardBounce", "soft": "SoftBounce"}.get(event, "SpamComplaint"),
        "ID": 42,
        "Email": to or delivery.address,
        "Recipient": to or delivery.address,
        "Description": words,
        "Details": words,
        "SuppressSending": True,
        "SuppressionReason": "ManualSuppression",
        "BouncedAt": at,
        "ChangedAt": at,
        "MessageID": "pm-1",
        "Metadata": {"delivery": str(delivery.pk)},
    }


def mailgun(delivery, event, *, to=None, words="", token="t" * 50):
    kind = {"complaint": "complained", "left": "unsubscribed"}.get(event, "failed")
    stamp = "1795000000"
    signature = hmac.new(KEY.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {
        "signature": {"timestamp": stamp, "token": token, "signature": signature},
        "event-data": {
            "event": kind,
            **({"severity": "permanent" if event == "hard" else "temporary"} if kind == "failed" else {}),
            "reason": "bounce",
            "recipient": to or delivery.address,
            "timestamp": 1_795_000_000.0,
            "delivery-status": {"message": words, "code": 550},
            "message": {"headers": {"message-id": "1@mailgun.example"}},
            "user-variables": {"delivery": str(delivery.pk)},
        },
    }


PROVIDERS = {"brevo": brevo, "mailjet": mailjet, "postmark": postmark, "mailgun": mailgun}


@pytest.fixture
def use(settings):
    def choose(provider):
        settings.MAILERS = {"default": {"BACKEND": f"anymail.backends.{provider}.EmailBackend"}}
        settings.VEILLE_WEBHOOK_SECRET = SECRET
        settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": KEY}
        return PROVIDERS[provider]

    return choose


def tell(payload, *, auth=AUTH, client=None):
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    headers = {"authorization": auth} if auth else {}
    client = client or Client(enforce_csrf_checks=True)
    return client.post(URL, body, content_type="application/json", headers=headers)


@pytest.mark.parametrize("provider", PROVIDERS)
class TestEachProvider:
    def test_an_address_said_not_to_exist_gets_no_more(self, use, sent, state, provider):
        delivery, event = sent(), use(provider)
        assert tell(event(delivery, "hard", words="550 5.1.1 user unknown")).status_code == 200
        assert (state(), Bounce.objects.get().kind) == ("bounced", "hard")

    def test_a_lasting_refusal_without_a_code_has_two_tries(self, use, sent, state, provider):
        first, second = sent(), sent()
        event = use(provider)
        tell(event(first, "hard"))
        assert state() == "active"
        tell(event(second, "hard") if provider != "mailgun" else event(second, "hard", token="u" * 50))
        assert state() == "bounced"

    def test_a_complaint_leaves_at_once(self, use, sent, state, provider):
        tell(use(provider)(sent(), "complaint"))
        assert state() == "complained"

    def test_who_left_at_the_providers_has_left_here(self, use, sent, state, provider):
        tell(use(provider)(sent(), "left"))
        assert state() == "unsubscribed"

    def test_told_ten_times_it_counts_once(self, use, sent, provider):
        delivery = sent()
        payload = use(provider)(delivery, "hard")
        assert {tell(payload).status_code for _time in range(10)} == {200}
        assert Bounce.objects.count() == 1

    @pytest.mark.parametrize("auth", [None, "", "Basic eA==", "Bearer x", "Basic " + "é" * 3])
    def test_a_wrong_secret_changes_nothing(self, use, sent, state, provider, auth):
        payload = use(provider)(sent(), "complaint")
        assert tell(payload, auth=auth).status_code == 403
        assert (state(), Bounce.objects.count()) == ("active", 0)

    def test_the_delivery_of_somebody_else_changes_nobody(self, use, sent, state, provider):
        delivery, event = sent(), use(provider)
        other = Subscriber.objects.exclude(pk=delivery.subscriber_id).first()
        assert tell(event(delivery, "complaint", to=other.email)).status_code == 200
        delivery.pk += 1_000_000
        assert tell(event(delivery, "complaint")).status_code == 200
        assert not Subscriber.objects.exclude(state="active").exists()
        assert not Bounce.objects.exists()

    def test_a_soft_one_touches_nobody(self, use, sent, state, provider):
        assert tell(use(provider)(sent(), "soft", words="452 4.2.2 mailbox full")).status_code == 200
        assert state() == "active"


def test_a_forged_signature_changes_nothing(use, sent, state):
    payload = use("mailgun")(sent(), "complaint")
    payload["signature"]["signature"] = "0" * 64
    assert tell(payload).status_code == 403
    assert state() == "active"


def test_what_a_provider_refuses_by_policy_is_our_matter(use, sent, state):
    delivery = sent()
    tell(use("brevo")(delivery, "blocked"))
    tell(use("brevo")(delivery, "hard", words="550 5.7.1 message blocked"))
    assert (state(), set(Bounce.objects.values_list("kind", flat=True))) == ("active", {"ours"})


@pytest.mark.parametrize("event", ["delivered", "opened", "click", "request", "deferred", "nonsense", None])
def test_other_events_change_nothing(use, sent, state, event):
    assert tell(use("brevo")(sent(), event)).status_code == 200
    assert (state(), Bounce.objects.count()) == ("active", 0)


def test_an_erased_reader_is_unknown(use, sent, reader):
    payload = use("brevo")(sent(), "hard")
    reader.delete()
    assert tell(payload).status_code == 200
    assert not Bounce.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"event": []}',
        b'{"event": "hard_bounce", "X-Mailin-custom": "[1]", "ts_epoch": 1e300}',
        b'{"event": "hard_bounce", "X-Mailin-custom": "{\\"delivery\\": {}}", "email": 7}',
        b"[" * 100_000,
        b"x" * 3_000_000,
    ],
    ids=range(10),
)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_cannot_be_read_is_refused_and_never_a_fault(use, db, body, provider):
    use(provider)
    assert tell(body).status_code in (200, 400, 403)
    assert not Bounce.objects.exists()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


NOBODYS = SimpleNamespace(pk=1, address="a@b.example")


@given(key=st.sampled_from(sorted(brevo(NOBODYS, "hard"))), value=VALUES)
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_value_is_a_fault(use, db, key, value):
    event = use("brevo")(NOBODYS, "hard")
    assert tell(event | {key: value}).status_code in (200, 400)


@pytest.mark.parametrize("odd", ["\ud800", "\0", "\u2028", "x" * 5000])
@pytest.mark.parametrize("key", ["message-id", "reason"])
def test_odd_characters_about_a_mail_of_ours_are_no_fault(use, sent, state, key, odd):
    payload = use("brevo")(sent(), "complaint") | {key: f"<1{odd}@brevo.example>"}
    assert {tell(payload).status_code for _time in range(2)} == {200}
    assert (state(), Bounce.objects.count()) == ("complained", 1)


def test_without_a_provider_or_a_secret_there_is_no_such_page(use, sent, settings):
    payload = use("brevo")(sent(), "complaint")
    settings.VEILLE_WEBHOOK_SECRET = ""
    assert tell(payload, auth=None).status_code == 404
    settings.VEILLE_WEBHOOK_SECRET = SECRET
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend"}}
    assert tell(payload).status_code == 404


def test_a_look_does_nothing_and_reading_is_refused(use, db):
    use("brevo")
    assert Client().head(URL).status_code == 200
    assert Client().get(URL).status_code == 405


def test_while_the_database_is_away_the_provider_is_asked_to_come_again(use, sent, state, monkeypatch):
    payload = use("brevo")(sent(), "complaint")

    def away(*args):
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(webhook, "take", away)
        response = tell(payload)
        assert (response.status_code, response.headers["Retry-After"]) == (503, "60")
    assert tell(payload).status_code == 200
    assert state() == "complained"


@pytest.mark.django_db
class TestTheSettings:
    def wrong(self):
        return {check.id for check in run_checks() if check.id and check.id.startswith("mailings.")}

    @pytest.mark.parametrize("secret", ["", "without-a-colon-at-all", "a:b"])
    def test_a_provider_without_a_secret_is_an_error(self, use, settings, secret):
        use("brevo")
        settings.VEILLE_WEBHOOK_SECRET = secret
        assert self.wrong() == {"mailings.E004"}

    def test_one_that_signs_needs_its_key(self, use, settings):
        use("mailgun")
        assert self.wrong() == set()
        settings.ANYMAIL = {}
        assert self.wrong() == {"mailings.E005"}

    @pytest.mark.parametrize("name", ["VEILLE_BOUNCE_ADDRESS", "VEILLE_UNSUBSCRIBE_ADDRESS"])
    @pytest.mark.parametrize(
        "address", ["bounces", "a@b,c@d", "a@exämple.fr", "é@b.example", "a+b@c.example"]
    )
    def test_an_address_that_no_envelope_takes_is_an_error(self, settings, name, address):
        setattr(settings, name, address)
        assert self.wrong() == {"mailings.E003"}
