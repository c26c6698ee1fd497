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


# Postfix waits 300 to 4000 s, doubling.
BACKOFF = [timedelta(minutes=minutes) for minutes in (5, 10, 20, 40, 67)]

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_UNKNOWN_MAILBOX = {550, 551, 553}
# What servers without enhanced codes write when it is us they do not want.
_ABOUT_US = re.compile(
    r"\b(?:authenticat|banned|black-?list|block|denied|dkim|dmarc|dnsbl|polic|ptr|rbl|relay|reputation|"
    r"reverse dns|spam|spf)",
    re.IGNORECASE,
)


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
    if code < 500 and stage is Stage.DOT:
        # Not an answer that may come here (RFC 5321, 4.3.2): it says neither yes nor no.
        return Answer(Outcome.UNCERTAIN, reply)
    if stage is Stage.RCPT and _is_about_the_address(code, text):
        return Answer(Outcome.BAD_ADDRESS, reply)
    return Answer(Outcome.OUR_FAULT, reply)


def _is_about_the_address(code: int, text: str) -> bool:
    """Whether a permanent refusal means the recipient. In doubt it means us: no reader pays for that."""
    enhanced = _ENHANCED.search(text)
    subject, detail = (int(enhanced[2]), int(enhanced[3])) if enhanced else (0, 0)
    if subject == 1:
        # 5.1.7 and 5.1.8 speak of the sender's address.
        return detail not in (7, 8)
    if subject == 0:
        return code in _UNKNOWN_MAILBOX and not _ABOUT_US.search(text)
    # X.2 is the mailbox; X.4.1 is what Exchange Online says of a mailbox it does not know.
    return subject == 2 or (subject, detail) == (4, 1)
