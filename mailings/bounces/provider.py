"""What a provider's webhook tells of a mail (django-anymail's normalised events), in our own terms."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.core.exceptions import ValidationError

from subscribers import consent
from subscribers.addresses import normalise

from ..models import Delivery
from .mail import Effect
from .record import record
from .understand import Meaning, Verdict, judge

# Anymail has one kind of bounce; these fields of the raw events tell a lasting one (documentation of each
# provider). Of the others, and in doubt, a bounce is one for now: it suppresses nobody at once.
_LASTING: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "Brevo": lambda raw: raw.get("event") in ("hard_bounce", "invalid_email"),
    "Mailgun": lambda raw: dict(raw.get("event-data") or {}).get("severity") == "permanent",
    "Mailjet": lambda raw: bool(raw.get("hard_bounce")),
    "Mandrill": lambda raw: raw.get("event") == "hard_bounce",
    "Postmark": lambda raw: raw.get("Type") in ("HardBounce", "BadEmailAddress"),
}
# Why a provider did not even try: it remembers what came back before.
_REMEMBERED = {
    RejectReason.BOUNCED: Meaning.HARD,
    RejectReason.INVALID: Meaning.HARD,
    RejectReason.SPAM: Meaning.COMPLAINT,
}


def take(event: AnymailTrackingEvent, provider: str) -> Effect:
    """Act on an event, whose sender was authenticated; may be called twice.

    The delivery that it names and the recipient that it names must belong together.
    """
    delivery = _delivery_of(event)
    if delivery is None or delivery.subscriber is None:
        return Effect.UNKNOWN
    if EventType.UNSUBSCRIBED in (event.event_type, event.reject_reason):
        consent.leave(delivery.subscriber.token, how=f"provider ({provider})")
        return Effect.LEFT
    verdict = verdict_of(event, provider)
    if verdict.meaning is Meaning.NOTHING:
        return Effect.NOTHING
    told = event.event_id or f"{event.event_type} {event.timestamp} {event.message_id}"
    recorded = record(delivery.pk, verdict, source=provider[:30], event=f"{delivery.pk} {told}")
    return Effect.RECORDED if recorded else Effect.KNOWN


def verdict_of(event: AnymailTrackingEvent, provider: str) -> Verdict:
    """Tell what an event means for its reader's address."""
    words = str(event.mta_response or event.description or "")
    if event.event_type == EventType.COMPLAINED:
        return Verdict(Meaning.COMPLAINT, "", words)
    if event.event_type == EventType.REJECTED:
        return Verdict(_REMEMBERED.get(event.reject_reason, Meaning.OURS), "", words)
    if event.event_type != EventType.BOUNCED:
        return Verdict(Meaning.NOTHING)
    verdict = judge("", words)
    if verdict.meaning is Meaning.OURS and not verdict.status:
        # Its words hold no code: what the provider made of them is all there is.
        raw = event.esp_event if isinstance(event.esp_event, Mapping) else {}
        lasting = event.reject_reason == RejectReason.INVALID or _LASTING.get(provider, _for_now)(raw)
        return Verdict(Meaning.HARD if lasting else Meaning.SOFT, "", verdict.diagnostic)
    return verdict


def _delivery_of(event: AnymailTrackingEvent) -> Delivery | None:
    told = event.metadata if isinstance(event.metadata, Mapping) else {}
    number = str(told.get("delivery", ""))
    if not (number.isascii() and number.isdigit()) or len(number) > 18:
        return None
    with suppress(ValidationError):
        address = normalise(str(event.recipient or "").strip())
        return Delivery.objects.filter(pk=int(number), address=address).select_related("subscriber").first()
    return None


def _for_now(raw: Mapping[str, Any]) -> bool:
    return False
