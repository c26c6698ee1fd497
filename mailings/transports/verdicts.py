"""What an ESP's answer to a call means for the letters in it."""

import ssl
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailInvalidAddress
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from ..replies import Answer, Outcome

# How long to call no more, where the provider does not say.
REST_SECONDS = 30.0
REST_AT_MOST_SECONDS = 3600.0

# anymail.message.ANYMAIL_STATUSES
_OUTCOMES = {
    "sent": Outcome.ACCEPTED,
    "queued": Outcome.ACCEPTED,
    "invalid": Outcome.BAD_ADDRESS,
    "rejected": Outcome.BAD_ADDRESS,
    "failed": Outcome.TEMPORARY,
}
# The call was understood, and refused for what is in it: maybe one recipient, maybe its size.
_FOR_ITS_CONTENT = {400, 413, 422}
# Nothing was written: no address, nobody there, or somebody who is not who they should be.
_NEVER_CONNECTED = (NewConnectionError, ConnectTimeoutError, ssl.SSLCertVerificationError)


def read_statuses(status: Any, recipients: Sequence[str]) -> list[Answer]:
    """Read what a call that went through became for each recipient (an AnymailStatus)."""
    told = {address.lower(): one for address, one in status.recipients.items()}
    answers = [_read_status(told.get(address.lower()), status, len(recipients)) for address in recipients]
    if len(answers) > 1 and all(answer.outcome is Outcome.TEMPORARY for answer in answers):
        # So many mailboxes are not in trouble at the same time: it is us.
        return [Answer(Outcome.OUR_FAULT, _words(status.esp_response)) for _answer in answers]
    return answers


def read_failure(error: Exception, letters: int) -> Answer:
    """Read why a call with so many letters failed; it holds for all of them."""
    words = " ".join(str(error).split())
    return Answer(_outcome_of(error, letters), words)


def rest_after(error: Exception) -> float:
    """How many seconds to leave the provider alone after a call that failed."""
    response = getattr(error, "response", None)
    code = getattr(response, "status_code", 0)
    if code in (429, 503) and response is not None:
        return _retry_after(response.headers.get("Retry-After", ""))
    lost = _outcome_of(error, 1) is Outcome.UNCERTAIN
    return REST_SECONDS if lost else 0.0


def _read_status(one: Any, status: Any, recipients: int) -> Answer:
    if one is None or one.status not in _OUTCOMES:
        return Answer(Outcome.UNCERTAIN, f"{one.status if one else 'nothing'} said of this recipient")
    outcome = _OUTCOMES[one.status]
    if outcome is Outcome.ACCEPTED:
        return Answer(outcome, str(one.message_id or ""))
    # The whole answer to a call with many would bury the word that matters, and name the others.
    return Answer(outcome, f"{one.status}: {_words(status.esp_response)}" if recipients == 1 else one.status)


def _outcome_of(error: Exception, letters: int) -> Outcome:
    response = getattr(error, "response", None)
    code = getattr(response, "status_code", None)
    if code is not None and response is not None:
        return _outcome_of_code(code, "Retry-After" in response.headers, letters)
    if any(isinstance(cause, _NEVER_CONNECTED) for cause in _causes(error)):
        return Outcome.NOT_SENT
    if isinstance(error, AnymailInvalidAddress):
        return Outcome.APART if letters > 1 else Outcome.BAD_ADDRESS
    if isinstance(error, AnymailError) and not isinstance(error, AnymailAPIError):
        # Refused by anymail, before any call: a setting, or a feature that the provider lacks.
        return Outcome.OUR_FAULT
    return Outcome.UNCERTAIN


def _outcome_of_code(code: int, says_when: bool, letters: int) -> Outcome:
    # Not THROTTLED, which is the word of a destination: here the provider means all that we send.
    if code == 429 or (code == 503 and says_when):
        return Outcome.TEMPORARY
    if code in _FOR_ITS_CONTENT and letters > 1:
        return Outcome.APART
    if 400 <= code < 500:
        return Outcome.OUR_FAULT
    return Outcome.UNCERTAIN


def _retry_after(value: str) -> float:
    """Read the header (RFC 9110, 10.2.3): seconds, or a date."""
    try:
        seconds = float(value) if value.isdigit() else _seconds_until(parsedate_to_datetime(value))
    except ValueError:
        seconds = REST_SECONDS
    return min(max(seconds, 0.0), REST_AT_MOST_SECONDS)


def _seconds_until(moment: datetime) -> float:
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _words(response: Any) -> str:
    return " ".join(str(getattr(response, "text", "")).split())
