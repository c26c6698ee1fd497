"""Mailings from the terminal."""

import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from mailings import control
from mailings.models import Mailing
from tests.processes import environment

pytestmark = pytest.mark.django_db


def run(*args):
    output = StringIO()
    call_command("mailing", *args, stdout=output, no_color=True)
    return output.getvalue()


@pytest.fixture
def doubtful(mailing):
    """Three sent, one given up, one uncertain, and finished."""
    mailing.deliveries.update(state="sent")
    first, second, *_others = mailing.deliveries.order_by("pk")
    mailing.deliveries.filter(pk=first.pk).update(state="expired")
    mailing.deliveries.filter(pk=second.pk).update(state="uncertain")
    mailing.batches.update(state="done", sent=3)
    Mailing.objects.update(state="finished", finished_at=mailing.created_at)
    return mailing


def test_it_shows_how_far_each_mailing_under_way_is(mailing, work):
    assert "0/5 (0 %)" in run("status")
    work()
    assert run("status") == "Aucun envoi n’est en cours.\n"
    assert "5/5 (100 %)" in run("status", str(mailing.issue.number))


def test_it_moves_a_mailing_as_its_page_does(mailing):
    number = str(mailing.issue.number)
    for action, state in (("pause", "paused"), ("resume", "sending"), ("cancel", "cancelled")):
        run(action, number)
        mailing.refresh_from_db()
        assert mailing.state == state
    assert {entry.who for entry in mailing.journal.all()} == {"le terminal"}


def test_it_sets_the_pace(mailing):
    run("limit", str(mailing.issue.number), "90")
    mailing.refresh_from_db()
    assert mailing.per_minute == 90


@pytest.mark.parametrize(
    ("flags", "left"), [(["--missing"], ["uncertain"]), (["--uncertain"], ["expired"]), ([], [])]
)
def test_it_sends_again_to_those_chosen(doubtful, flags, left):
    said = run("retry", str(doubtful.issue.number), *flags)
    assert f"Renvoi à {2 - len(left)} destinataire" in said
    assert (
        list(doubtful.deliveries.filter(state__in=control.RETRIABLE).values_list("state", flat=True)) == left
    )


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["explode"], "invalid choice"),
        (["pause"], "issue"),
        (["pause", "douze"], "invalid int"),
        (["pause", "999"], "Le numéro 999 n’a pas d’envoi"),
        (["status", "999"], "Le numéro 999 n’a pas d’envoi"),
        (["resume", None], "Impossible pour le moment"),
        (["retry", None], "personne à qui renvoyer"),
        (["retry", None, "--missing", "--uncertain"], "not allowed"),
        (["limit", None, "beaucoup"], "nombre entier"),
        (["limit", None, "-1"], "nombre entier"),
        (["limit", None], "per_minute"),
    ],
)
def test_what_cannot_be_done_is_told_in_words(mailing, args, words):
    with pytest.raises(CommandError, match=words):
        run(*(arg or str(mailing.issue.number) for arg in args))


def test_elsewhere_than_on_a_terminal_it_follows_in_lines(doubtful):
    first, last = run("status", str(doubtful.issue.number), "--follow").splitlines()[:2]
    assert "envoyé à 3 destinataires sur 5 · terminé" in first
    assert "5/5 (100 %)" in last


@pytest.fixture
def following(mailing):
    """Somebody who follows on a terminal: the process, and the terminal's other end."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 120))
    process = subprocess.Popen(
        [sys.executable, "manage.py", "mailing", "status", "--follow", "--every", "0.1"],
        cwd=settings.BASE_DIR,
        env=environment(TERM="xterm"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    yield process, ours
    process.kill()
    process.wait()
    os.close(theirs)
    os.close(ours)


def read_until(terminal, words):
    """Read what the terminal shows until these words stand there, or half a minute."""
    seen, end = "", time.monotonic() + 30
    while words not in seen and time.monotonic() < end:
        if select.select([terminal], [], [], 1)[0]:
            seen += os.read(terminal, 4096).decode(errors="replace")
    return seen


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_on_a_terminal_a_bar_goes_on_to_the_end(following, work):
    process, terminal = following
    assert "| 0/5" in read_until(terminal, "| 0/5")
    Mailing.objects.update(reason="421 try again later")
    assert "421 try again later" in read_until(terminal, "421 try again later")
    work()
    assert "| 5/5, terminé" in read_until(terminal, "| 5/5, terminé")
    assert process.wait(10) == 0


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_leaving_ends_the_look_and_not_the_mailing(following):
    process, terminal = following
    read_until(terminal, "| 0/5")
    process.send_signal(signal.SIGINT)
    seen = read_until(terminal, "suit son cours")
    assert "suit son cours" in seen
    assert "Traceback" not in seen
    assert process.wait(10) == 0
    assert Mailing.objects.get().state == "sending"
