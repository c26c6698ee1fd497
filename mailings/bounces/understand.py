"""What a mail that came back says: RFC 3464 reports by the standard library, other shapes by flufl.bounce."""

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_string
from email.message import Message
from itertools import islice

from flufl.bounce import all_failures

from ..replies import Outcome, Stage, classify


class Meaning(enum.Enum):
    """What a mail means for its reader's address."""

    HARD = "hard"
    SOFT = "soft"
    # The server refuses us: never the reader's doing.
    OURS = "ours"
    COMPLAINT = "complaint"
    # A delay, an answer by a machine, or words of a person.
    NOTHING = "nothing"


@dataclass(frozen=True)
class Verdict:
    """The meaning, the enhanced status code (RFC 3463; empty if none) and the server's words."""

    meaning: Meaning
    status: str = ""
    diagnostic: str = ""


NOTHING = Verdict(Meaning.NOTHING)
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_CODE = re.compile(r"\b([45]\d\d)[ -]")
_ADDRESS = re.compile(r"[^\s<>;:,()\"']+@[^\s<>;:,()\"']+")
# RFC 5965, 7.3: the other types are no "this is spam".
_COMPLAINTS = {"abuse", "fraud", "opt-out", "opt-out-list", "other", "virus"}
# A report and the mail that it quotes have about ten.
_MOST_PARTS = 200
_TEXT_LOOKED_AT = 20_000
# No server says more, and the pattern of an address takes the square of a long text's time.
_WORDS_LOOKED_AT = 2_000


def understand(message: Message) -> Verdict:
    """Read a mail that came to the address for bounces."""
    kind = str(message.get_param("report-type", "")).lower()
    parts = list(islice(message.walk(), _MOST_PARTS + 1))
    if len(parts) > _MOST_PARTS:
        return NOTHING
    feedback = _part(parts, "message/feedback-report")
    if feedback is not None:
        return _complaint(feedback)
    status = _part(parts, "message/delivery-status")
    if status is not None:
        return _report(status)
    if kind == "disposition-notification" or _is_answered_by_a_machine(message):
        return NOTHING
    return _other_shape(message)


def judge(status: str, diagnostic: str) -> Verdict:
    """Tell what a final failure means. In doubt it means us: no reader pays for that."""
    diagnostic = diagnostic[:_WORDS_LOOKED_AT]
    words = " ".join(_ADDRESS.sub("…", diagnostic).split())[:500]
    found = _specific(status, diagnostic)
    if found is None:
        return Verdict(_by_words(words), "", words)
    code = ".".join(map(str, found))
    return Verdict(_by_status(*found), code, words)


def _report(part: Message) -> Verdict:
    """RFC 3464: blocks of fields, the first about the message, each other about a recipient."""
    for fields in _blocks(part):
        if str(fields.get("Action", "")).strip().lower() == "failed":
            diagnostic = str(fields.get("Diagnostic-Code", ""))
            words = diagnostic.partition(";")[2] or diagnostic
            return judge(str(fields.get("Status", "")), words.strip())
    return NOTHING


def _complaint(part: Message) -> Verdict:
    for fields in _blocks(part):
        kind = str(fields.get("Feedback-Type", "")).strip().lower()
        if kind in _COMPLAINTS:
            return Verdict(Meaning.COMPLAINT, "", kind)
    return NOTHING


def _other_shape(message: Message) -> Verdict:
    try:
        _delayed, failed = all_failures(message)
    # Its detectors stumble over headers that are not ASCII, and whatever else strangers send.
    except Exception:
        return NOTHING
    if not failed:
        return NOTHING
    text = next((part for part in message.walk() if part.get_content_maintype() == "text"), None)
    payload = text.get_payload(decode=True) if text is not None else b""
    words = payload[:_TEXT_LOOKED_AT].decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    found = _STATUS.search(words) or _CODE.search(words)
    return judge("", words[found.start() :] if found else words)


def _is_answered_by_a_machine(message: Message) -> bool:
    """RFC 3834, and what was usual before it."""
    sender = str(message.get("From", "")).lower()
    if "X-Failed-Recipients" in message or "mailer-daemon" in sender or "postmaster@" in sender:
        # Exim and others mark what comes back so, too.
        return False
    submitted = str(message.get("Auto-Submitted", "no")).strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    return (
        submitted.startswith("auto-replied")
        or precedence == "auto_reply"
        or any(name in message for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress"))
    )


def _part(parts: list[Message], content_type: str) -> Message | None:
    return next((part for part in parts if part.get_content_type() == content_type), None)


def _blocks(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        for block in payload:
            if isinstance(block, Message):
                # A block of fields that the parser took for a body, as in feedback reports.
                body = block.get_payload()
                yield block if block.keys() or not isinstance(body, str) else message_from_string(body)
    else:
        yield message_from_string(str(payload))


def _specific(status: str, diagnostic: str) -> tuple[int, int, int] | None:
    """The status that says the most: x.0.0 says nothing, where the server's own words have a better one."""
    found = None
    for text in (status, diagnostic):
        match = _STATUS.search(text)
        if match:
            numbers = (int(match[1]), int(match[2]), int(match[3]))
            if numbers[1]:
                return numbers
            found = found or numbers
    return None if found and found[0] == 5 and _CODE.search(diagnostic) else found


def _by_status(kind: int, subject: int, detail: int) -> Meaning:
    if subject == 7:
        return Meaning.OURS
    if kind == 4 or (subject == 2 and kind == 5):
        return Meaning.SOFT
    if subject == 1:
        # X.1.7 and X.1.8 speak of the sender's address.
        return Meaning.OURS if detail in (7, 8) else Meaning.HARD
    # Exchange Online of a mailbox it does not know; a domain that is not there.
    return Meaning.HARD if (subject, detail) in {(4, 1), (4, 4)} else Meaning.OURS


def _by_words(words: str) -> Meaning:
    found = _CODE.search(words)
    if found is None:
        return Meaning.OURS
    if found[1].startswith("4") or found[1] == "552":
        return Meaning.SOFT
    about_reader = classify(Stage.RCPT, int(found[1]), words).outcome is Outcome.BAD_ADDRESS
    return Meaning.HARD if about_reader else Meaning.OURS
