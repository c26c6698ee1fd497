"""Who receives the newsletter: each change of state is one function, one transaction, one line of evidence.

Nobody becomes active without having confirmed by a link sent to the address itself, but for
`join_confirmed`, whose caller states where the consent was given. All functions may be called
twice: readers click twice, and scanners before them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum
from functools import partial

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from authors.models import User
from veille.client_ip import network_of

from . import confirmation, limits, suppression, tasks, wording
from .addresses import clean_name, normalise
from .models import ConsentEvent, Subscriber
from .signals import joined

State, Kind = Subscriber.State, ConsentEvent.Kind


PAUSE = timedelta(days=30)


class TooManyRequests(Exception):
    """One network asked too often within the hour; the text may be shown to the visitor."""


class Outcome(Enum):
    """What became of a confirmation link."""

    CONFIRMED = "confirmed"
    ALREADY = "already"
    REFUSED = "refused"


def ask_to_join(email: str, *, name: str, language: str, page: str, ip: str | None) -> None:
    """Note that somebody asked for this address to be subscribed, and ask the address to confirm.

    The caller learns nothing about the address: known or not, the same rows are read and written
    and the same task is queued, which then finds a mail to send or not. Nothing is mailed to an
    active subscriber, nor more than one confirmation in 24 hours and three in 30 days.
    `language` is one of `settings.LANGUAGES`, `page` the address of the form. Raises
    `ValidationError` for what is no address, `TooManyRequests` for more than ten requests an
    hour from a network (approximately: simultaneous requests are not told apart).
    """
    address, now = normalise(email), timezone.now()
    network = network_of(ip)
    with transaction.atomic():
        if limits.has_asked_enough(network):
            raise TooManyRequests(_("Too many requests came from your network. Please try again in an hour."))
        subscriber, _created = Subscriber.objects.get_or_create(
            address=address, defaults={"email": email, "name": name, "language": language}
        )
        _open_request(subscriber, name=name, language=language)
        subscriber.consent_events.create(
            kind=Kind.ASKED,
            at=now,
            wording=wording.consent_wording(language),
            wording_version=wording.VERSION,
            language=language,
            page=page[:500],
            ip=ip,
            network=network,
        )
        _queue_confirmation(subscriber)


def confirm(link: str, *, page: str = "", ip: str | None = None) -> Outcome:
    """Make the reader of a confirmation link an active subscriber.

    A link counts for the request it was mailed for, for three days; one from before the reader
    left again is refused. A second click on a good link gives `ALREADY` and changes nothing.
    Whatever suppressed the address is lifted: its reader asked by herself, and it reaches her.
    """
    request = confirmation.read_link(link)
    if request is None:
        return Outcome.REFUSED
    with transaction.atomic():
        now = timezone.now()
        confirmed = (
            Subscriber.objects.asking()
            .filter(pk=request.subscriber, confirmation_asked_at=request.asked_at)
            .update(
                state=State.ACTIVE,
                confirmed_at=now,
                left_at=None,
                paused_until=None,
                heard_at=None,
                stay_asked_at=None,
            )
        )
        if not confirmed:
            active = Subscriber.objects.active().filter(pk=request.subscriber).exists()
            return Outcome.ALREADY if active else Outcome.REFUSED
        ConsentEvent.objects.create(
            subscriber_id=request.subscriber, kind=Kind.CONFIRMED, at=now, page=page[:500], ip=ip
        )
        suppression.lift(Subscriber.objects.values_list("address", flat=True).get(pk=request.subscriber))
        joined.send(sender=Subscriber, subscriber=request.subscriber)
    return Outcome.CONFIRMED


def leave(token: str, *, how: str, ip: str | None = None) -> None:
    """Take the reader of a link off the list, at once. `how` goes into the evidence.

    Says nothing of whether the link was right. Somebody who complained has left already, and
    stays known as such.
    """
    subscriber = Subscriber.objects.with_token(token).only("pk").first()
    if subscriber is None:
        return
    with transaction.atomic():
        now = timezone.now()
        left = (
            Subscriber.objects.filter(pk=subscriber.pk)
            .exclude(state__in=[State.UNSUBSCRIBED, State.COMPLAINED])
            .update(state=State.UNSUBSCRIBED, left_at=now, paused_until=None)
        )
        if left:
            subscriber.consent_events.create(kind=Kind.LEFT, at=now, page=how[:500], ip=ip)


def pause(token: str, *, how: str, ip: str | None = None) -> datetime:
    """Send the reader of a link nothing for 30 days from now; then mailings reach them again by themselves.

    Gives the end of the pause. `how` goes into the evidence. Says nothing of whether the link was right. In
    a pause already, it begins anew, but for a second click within the day; who is not subscribed stays so.
    """
    now = timezone.now()
    with transaction.atomic():
        reader = Subscriber.objects.with_token(token).only("pk").first()
        if reader is None:
            return now + PAUSE
        listening = Subscriber.objects.active().filter(
            Q(paused_until=None) | Q(paused_until__lt=now + PAUSE - timedelta(days=1)), pk=reader.pk
        )
        if listening.update(paused_until=now + PAUSE, heard_at=now, stay_asked_at=None):
            reader.consent_events.create(kind=Kind.PAUSED, at=now, page=how[:500], ip=ip)
        reader.refresh_from_db(fields=["paused_until"])
    return reader.paused_until or now + PAUSE


def resume(token: str, *, how: str, ip: str | None = None) -> None:
    """End the pause of the reader of a link. `how` goes into the evidence. Harmless twice."""
    with transaction.atomic():
        reader = Subscriber.objects.with_token(token).only("pk").first()
        if reader is None:
            return
        paused = Subscriber.objects.active().filter(pk=reader.pk, paused_until__gt=timezone.now())
        if paused.update(paused_until=None, heard_at=timezone.now(), stay_asked_at=None):
            reader.consent_events.create(kind=Kind.RESUMED, page=how[:500], ip=ip)


def stay(token: str, *, how: str, ip: str | None = None) -> None:
    """Note that the reader of a link wants to go on receiving. Says nothing of whether the link was right.

    `how` goes into the evidence, once for each time that they were asked.
    """
    now = timezone.now()
    with transaction.atomic():
        reader = Subscriber.objects.with_token(token).only("pk").first()
        if reader is None:
            return
        asked = Subscriber.objects.active().filter(pk=reader.pk, stay_asked_at__isnull=False)
        if asked.update(heard_at=now, stay_asked_at=None):
            reader.consent_events.create(kind=Kind.STAYED, at=now, page=how[:500], ip=ip)


def heard_of(subscriber: int) -> None:
    """Note that a reader did something by a link of ours: a contact, in the words of the law."""
    Subscriber.objects.filter(pk=subscriber).update(heard_at=timezone.now(), stay_asked_at=None)


def bounce(subscriber: int, *, reply: str) -> None:
    """Send nothing more to an address that refuses it. `reply`, the server's words, goes into the evidence.

    Who left stays known as such.
    """
    with transaction.atomic():
        now = timezone.now()
        bounced = (
            Subscriber.objects.active()
            .filter(pk=subscriber)
            .update(state=State.BOUNCED, left_at=now, paused_until=None)
        )
        if bounced:
            ConsentEvent.objects.create(subscriber_id=subscriber, kind=Kind.BOUNCED, at=now, page=reply[:500])


def complain(subscriber: int, *, how: str) -> bool:
    """Take a reader who called our mail unwanted off the list, at once and for good.

    `how` goes into the evidence. Gives whether anything changed: a second complaint changes nothing,
    and who left or bounced before becomes known as who complained.
    """
    with transaction.atomic():
        now = timezone.now()
        complained = (
            Subscriber.objects.filter(pk=subscriber)
            .exclude(state=State.COMPLAINED)
            .update(state=State.COMPLAINED, left_at=now, paused_until=None)
        )
        if complained:
            ConsentEvent.objects.create(subscriber_id=subscriber, kind=Kind.LEFT, at=now, page=how[:500])
    return bool(complained)


def add_by_newsroom(email: str, *, name: str, language: str, by: User | AnonymousUser) -> Subscriber:
    """Note an address that an editor was given, and ask it to confirm: it is pending until then.

    Raises `PermissionDenied` without the right to add subscribers, `ValidationError` for what is
    no address, is known already (who left is not asked again by us) or suppressed.
    """
    if isinstance(by, AnonymousUser) or not by.has_perm("subscribers.add_subscriber"):
        raise PermissionDenied
    address = normalise(email)
    suppression.refuse_suppressed(address)
    with transaction.atomic():
        subscriber, created = Subscriber.objects.get_or_create(
            address=address, defaults={"email": email, "name": name, "language": language}
        )
        if not created:
            raise ValidationError(_("This address is known already."), code="unique")
        _open_request(subscriber, name=name, language=language)
        subscriber.consent_events.create(kind=Kind.ADDED, language=language, by=by)
        _queue_confirmation(subscriber)
    return subscriber


def join_confirmed(
    email: str, *, name: str = "", language: str = settings.LANGUAGE_CODE, source: str
) -> Subscriber:
    """Bring in an active subscriber whose consent was given elsewhere; `source` says where and when.

    Idempotent. Never revives: the state of who left, bounced or complained stays. Raises
    `ValueError` without a source, `ValidationError` for what is no address or suppressed.
    """
    if not source.strip():
        raise ValueError("a consent given elsewhere needs its source")
    address = normalise(email)
    suppression.refuse_suppressed(address)
    with transaction.atomic():
        subscriber, _created = Subscriber.objects.get_or_create(
            address=address, defaults={"email": email, "name": name, "language": language}
        )
        now = timezone.now()
        brought = (
            Subscriber.objects.pending().filter(pk=subscriber.pk).update(state=State.ACTIVE, confirmed_at=now)
        )
        if brought:
            subscriber.consent_events.create(kind=Kind.BROUGHT, at=now, language=language, page=source[:500])
            subscriber.refresh_from_db()
    return subscriber


def choose(token: str, *, name: str, language: str, format: str, topics: Sequence[str]) -> None:
    """Keep a reader's preferences. Says nothing of whether the link was right.

    `language` is one of `settings.LANGUAGES`, `format` one of `Subscriber.Format`; `topics` are slugs.
    """
    Subscriber.objects.with_token(token).update(
        name=clean_name(name),
        language=language,
        format=format,
        topics=list(topics),
        heard_at=timezone.now(),
        stay_asked_at=None,
    )


def choose_text(token: str) -> None:
    """Send the reader of a link plain text alone from now on. Says nothing of whether the link was right."""
    Subscriber.objects.with_token(token).update(
        format=Subscriber.Format.TEXT, heard_at=timezone.now(), stay_asked_at=None
    )


def _open_request(subscriber: Subscriber, *, name: str, language: str) -> None:
    """Ask for a confirmation mail, unless the address had one lately or needs none."""
    now = timezone.now()
    mailed = subscriber.consent_events.filter(kind=Kind.MAILED, at__gte=now - timedelta(days=30)).count()
    if mailed >= limits.CONFIRMATIONS_PER_30_DAYS:
        return
    Subscriber.objects.filter(pk=subscriber.pk).exclude(state=State.ACTIVE).exclude(
        confirmation_asked_at__isnull=False, confirmation_asked_at__gt=now - limits.BETWEEN_CONFIRMATIONS
    ).update(
        confirmation_asked_at=now,
        confirmation_sent_at=None,
        confirmation_retry_at=None,
        name=clean_name(name),
        language=language,
    )


def _queue_confirmation(subscriber: Subscriber) -> None:
    # Robust: with the broker down the error is logged, and the scheduler finds the waiting row.
    transaction.on_commit(partial(tasks.send_confirmation.delay, subscriber.pk), robust=True)
