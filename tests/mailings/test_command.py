"""Mailings from the terminal."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def run(*args):
    output = StringIO()
    call_command("mailing", *args, stdout=output, no_color=True)
    return output.getvalue()


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


@pytest.mark.parametrize("args", [("pause",), ("pause", "999"), ("resume", None), ("retry", None)])
def test_what_cannot_be_done_is_told_in_words(mailing, args):
    with pytest.raises(CommandError):
        run(*(arg or str(mailing.issue.number) for arg in args))
