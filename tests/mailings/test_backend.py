"""Mail through any backend of Django's: its fields, and its bytes where a backend writes bytes."""

import pytest
from django.core import mail

from mailings.replies import Outcome
from mailings.send import send_batch
from mailings.transports import Unreachable, close_kept_transport, hand_over
from mailings.transports.backend import BackendTransport
from tests.factories import a_letter

pytestmark = pytest.mark.django_db

BROKEN = "tests.mailings.test_backend.Broken"


class Broken:
    """A backend of somebody else's, in a bad state."""

    def __init__(self, alias="", open_fails=False, **options):
        self.open_fails = open_fails

    def open(self):
        if self.open_fails:
            raise OSError("no route to the provider")

    def send_messages(self, messages):
        raise RuntimeError("the provider hung up")

    def close(self):
        pass


@pytest.fixture
def through(settings):
    """Make a backend the default mailer, and leave nothing open behind."""

    def choose(backend, **options):
        close_kept_transport()
        settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": options}}

    yield choose
    close_kept_transport()


def test_a_mailing_goes_through_any_backend(mailing, readers, through):
    through("django.core.mail.backends.locmem.EmailBackend")
    send_batch(mailing.batches.get().pk)
    assert sorted(to for sent in mail.outbox for to in sent.to) == sorted(r.email for r in readers)
    assert mail.outbox[0].subject == mailing.subject
    assert mail.outbox[0].extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mailing.deliveries.filter(state="sent").count() == 5


def test_a_backend_that_writes_bytes_writes_the_frozen_ones(mailing, readers, through, tmp_path):
    through("django.core.mail.backends.filebased.EmailBackend", file_path=str(tmp_path))
    send_batch(mailing.batches.get().pk)
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for reader in readers:
        line = f"List-Unsubscribe: <https://veille.example/desabonnement/{reader.token}/un-clic>, <mailto:"
        assert line.encode() in written
    assert written.count(b"\nMessage-ID: <") == 5


def test_a_provider_that_fails_in_mid_call_leaves_a_doubt(through):
    through(BROKEN)
    message = b"Subject: a\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\na\r\n--b\r\n"
    message += b"Content-Type: text/html\r\n\r\na\r\n--b--\r\n"
    (answer,) = hand_over(BackendTransport(), [a_letter(message)])
    assert (answer.outcome, answer.reply) == (Outcome.UNCERTAIN, "the provider hung up")


def test_a_provider_that_is_away_touches_nobody(mailing, through):
    through(BROKEN, open_fails=True)
    with pytest.raises(Unreachable, match="no route"):
        BackendTransport().ready()
    send_batch(mailing.batches.get().pk)
    mailing.refresh_from_db()
    assert "no route to the provider" in mailing.reason
    assert mailing.deliveries.planned().count() == 5
