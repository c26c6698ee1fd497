"""What a mail server's answer means for the delivery (RFC 5321, RFC 3463, providers' rules)."""

import enum
import re
from dataclasses import dataclass
from datetime import timedelta


class Outcome(enum.Enum):
    """What became of one message."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    # Put off because of how much we send, or how: the destination's word, not the mailbox's.
    THROTTLED = "throttled"
    BAD_ADDRESS = "bad address"
    # The server refuses us, not the recipient: never the subscriber's doing.
    OUR_FAULT = "our fault"
    # The connection broke before the final dot was written: not accepted, safe to send again.
    NOT_SENT = "not sent"
    # It broke after that: nobody knows.
    UNCERTAIN = "uncertain"
    # A call with several messages was refused, maybe for the sake of one: none was taken, each goes alone.
    APART = "apart"


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

_GREYLISTED = re.compile(r"\bgr[ae]y.?list", re.IGNORECASE)
# Yahoo's TSS04, Orange's OFR codes, and what others write.
_ABOUT_PACE = re.compile(
    r"\b(?:TSS\d\d|OFR\w*|throttl|(?:rate|quota).{0,20}(?:limit|exceeded)|too (?:many|fast|much)|reputation)",
    re.IGNORECASE,
)
# Orange: four to five hours of rest (postmaster.orange.fr).
_HOLDS = [(re.compile(r"\bOFR(?:_?\d+)?_108\b"), timedelta(hours=4, minutes=30))]


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many attempts."""
    return BACKOFF[min(max(attempts, 1), len(BACKOFF)) - 1]


def classify(stage: Stage, code: int, text: str) -> Answer:
    """Read an answer. An unknown mailbox is the address's fault only where it was named (RCPT)."""
    reply = f"{code} {text}".strip()
    if 200 <= code < 300:
        return Answer(Outcome.ACCEPTED, reply)
    if 400 <= code < 500:
        return Answer(Outcome.THROTTLED if _is_about_our_pace(stage, text) else Outcome.TEMPORARY, reply)
    if code < 500 and stage is Stage.DOT:
        # Not an answer that may come here (RFC 5321, 4.3.2): it says neither yes nor no.
        return Answer(Outcome.UNCERTAIN, reply)
    if stage is Stage.RCPT and _is_about_the_address(code, text):
        return Answer(Outcome.BAD_ADDRESS, reply)
    return Answer(Outcome.OUR_FAULT, reply)


def hold_asked_for(reply: str) -> timedelta | None:
    """How long a destination asks to be left alone by a code that its provider publishes."""
    return next((hold for code, hold in _HOLDS if code.search(reply)), None)


def is_about_the_mailbox(reply: str) -> bool:
    """Whether a refused recipient exists, but takes nothing for now: full (5.2.2) or disabled (5.2.1)."""
    return reply.startswith("552") or _enhanced(reply) in {(2, 1), (2, 2)}


def _enhanced(text: str) -> tuple[int, int]:
    """Subject and detail of an enhanced status code (RFC 3463); zeros if there is none."""
    found = _ENHANCED.search(text)
    return (int(found[2]), int(found[3])) if found else (0, 0)


def _is_about_our_pace(stage: Stage, text: str) -> bool:
    """Whether a temporary refusal asks us to slow down. Greylisting (RFC 6647) only asks to come back."""
    if stage not in (Stage.RCPT, Stage.DATA, Stage.DOT) or _GREYLISTED.search(text):
        return False
    return _enhanced(text)[0] == 7 or bool(_ABOUT_PACE.search(text))


def _is_about_the_address(code: int, text: str) -> bool:
    """Whether a permanent refusal means the recipient. In doubt it means us: no reader pays for that."""
    subject, detail = _enhanced(text)
    if subject == 1:
        # 5.1.7 and 5.1.8 speak of the sender's address.
        return detail not in (7, 8)
    if subject == 0:
        return code in _UNKNOWN_MAILBOX and not _ABOUT_US.search(text)
    # X.2 is the mailbox; X.4.1 is what Exchange Online says of a mailbox it does not know.
    return subject == 2 or (subject, detail) == (4, 1)
