"""What a mail server's answer means for the delivery (RFC 5321, RFC 3463, providers' rules)."""

import enum
import re
from dataclasses import dataclass
from datetime import timedelta


class Outcome(enum.Enum):
    """What became of one message."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    BAD_ADDRESS = "bad address"
    # The server refuses us, not the recipient: never the subscriber's doing.
    OUR_FAULT = "our fault"
    # The connection broke before the final dot was written: not accepted, safe to send again.
    NOT_SENT = "not sent"
    # It broke after that: nobody knows.
    UNCERTAIN = "uncertain"


class Stage(enum.Enum):
    """Where in the dialogue an answer came."""

    CONNECT = "connect"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    DOT = "dot"


@dataclass(frozen=True)
class Answer:
    """What became of one message, in the server's words."""

    outcome: Outcome
    reply: str = ""


# Postfix waits 300 to 4000 s, doubling; a newsletter ages, so it is given up after a day.
BACKOFF = [timedelta(minutes=minutes) for minutes in (5, 10, 20, 40, 67)]
GIVE_UP_AFTER = timedelta(hours=24)

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_UNKNOWN_MAILBOX = {550, 551, 553}


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many attempts."""
    return BACKOFF[min(max(attempts, 1), len(BACKOFF)) - 1]


def classify(stage: Stage, code: int, text: str) -> Answer:
    """Read an answer. An unknown mailbox is the address's fault only where it was named (RCPT)."""
    reply = f"{code} {text}".strip()
    if 200 <= code < 300:
        return Answer(Outcome.ACCEPTED, reply)
    if 400 <= code < 500:
        return Answer(Outcome.TEMPORARY, reply)
    if stage is Stage.RCPT:
        enhanced = _ENHANCED.search(text)
        if enhanced:
            # X.1 addresses, X.2 mailboxes; X.7 is policy, and about us.
            if enhanced[2] in {"1", "2"}:
                return Answer(Outcome.BAD_ADDRESS, reply)
        elif code in _UNKNOWN_MAILBOX:
            return Answer(Outcome.BAD_ADDRESS, reply)
    return Answer(Outcome.OUR_FAULT, reply)
