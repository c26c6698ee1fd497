"""What a server's answer means: for the delivery, for the reader, for us."""

from datetime import timedelta

import pytest

from mailings.replies import Outcome, Stage, backoff, classify

ANSWERS = [
    (Stage.DOT, 250, "2.0.0 queued as 4XyZ", Outcome.ACCEPTED),
    (Stage.MAIL, 421, "4.3.2 shutting down", Outcome.TEMPORARY),
    (Stage.RCPT, 450, "4.2.0 greylisted", Outcome.TEMPORARY),
    (Stage.RCPT, 452, "4.2.2 mailbox full", Outcome.TEMPORARY),
    (Stage.DATA, 451, "4.7.1 try again later", Outcome.THROTTLED),
    (Stage.DOT, 451, "4.7.28 unusual rate", Outcome.THROTTLED),
    (Stage.RCPT, 550, "5.1.1 no such user", Outcome.BAD_ADDRESS),
    (Stage.RCPT, 550, "5.1.2 no such domain", Outcome.BAD_ADDRESS),
    (Stage.RCPT, 550, "User unknown", Outcome.BAD_ADDRESS),
    (Stage.RCPT, 553, "sorry, no mailbox here by that name", Outcome.BAD_ADDRESS),
    (Stage.RCPT, 550, "5.0.0 user unknown", Outcome.BAD_ADDRESS),
    (Stage.RCPT, 550, "5.4.1 Recipient address rejected: Access denied", Outcome.BAD_ADDRESS),
    (Stage.RCPT, 552, "5.2.2 over quota", Outcome.BAD_ADDRESS),
    (Stage.RCPT, 550, "5.2.1 mailbox disabled", Outcome.BAD_ADDRESS),
    (Stage.RCPT, 550, "5.7.1 blocked, see our policy", Outcome.OUR_FAULT),
    (Stage.RCPT, 550, "5.7.515 access denied, sender not authenticated", Outcome.OUR_FAULT),
    (Stage.RCPT, 550, "Your host is blacklisted", Outcome.OUR_FAULT),
    (Stage.RCPT, 550, "relay not permitted", Outcome.OUR_FAULT),
    (Stage.RCPT, 553, "5.1.8 sender domain does not exist", Outcome.OUR_FAULT),
    (Stage.RCPT, 554, "no thanks", Outcome.OUR_FAULT),
    (Stage.MAIL, 550, "5.1.1 no such user", Outcome.OUR_FAULT),
    (Stage.MAIL, 530, "authentication required", Outcome.OUR_FAULT),
    (Stage.DATA, 554, "no valid recipients", Outcome.OUR_FAULT),
    (Stage.DOT, 550, "5.7.26 unauthenticated mail is not accepted", Outcome.OUR_FAULT),
    (Stage.DOT, 354, "still listening", Outcome.UNCERTAIN),
]


@pytest.mark.parametrize(("stage", "code", "text", "outcome"), ANSWERS)
def test_an_answer_means_what_the_rules_say(stage, code, text, outcome):
    answer = classify(stage, code, text)
    assert (answer.outcome, answer.reply) == (outcome, f"{code} {text}")


def test_waits_grow_up_to_an_hour_and_a_bit():
    assert [backoff(n) // timedelta(minutes=1) for n in (1, 2, 3, 4, 5, 6, 99)] == [5, 10, 20, 40, 67, 67, 67]
