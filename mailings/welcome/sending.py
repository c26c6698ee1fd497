"""Whom to greet, and when: each reader who joins, once a month at most."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from subscribers.models import Subscriber
from subscribers.once import hand_over, next_try

from ..models import Welcome, WelcomeText
from .compose import compose

GIVE_UP_AFTER = timedelta(days=1)
KEPT = timedelta(days=30)


def greet(sender: Any, subscriber: int, **kwargs: Any) -> None:
    """Note that a reader who has just joined is to be greeted, in the transaction in which they join."""
    if not WelcomeText.objects.filter(is_sent=True).exists():
        return
    _welcome, created = Welcome.objects.get_or_create(subscriber_id=subscriber)
    if created:
        from ..tasks import send_welcome

        transaction.on_commit(partial(send_welcome.delay, subscriber), robust=True)


def send_waiting() -> int:
    """Send what a lost task or a mail server's refusal left behind; give how many went out.

    Who waits for a day is greeted no more. Raises OSError when no connection can be opened.
    """
    waiting = Welcome.objects.waiting().filter(joined_at__gt=timezone.now() - GIVE_UP_AFTER)
    return sum(map(send, waiting.values_list("pk", flat=True)[:200]))


def send(subscriber: int) -> bool:
    """Greet one reader, if they wait for it and have not left. True: the mail was handed over.

    At most once, see `hand_over`. Raises OSError when no connection can be opened; nothing is marked then.
    """
    welcome = Welcome.objects.waiting().filter(pk=subscriber).select_related("subscriber").first()
    text = text_for(welcome.subscriber) if welcome else None
    if welcome is None or text is None or welcome.subscriber.state != Subscriber.State.ACTIVE:
        return False
    mine = Welcome.objects.filter(pk=subscriber)
    return hand_over(
        lambda: compose(text, welcome.subscriber),
        claim=lambda: mine.filter(sent_at=None).update(sent_at=timezone.now()),
        release=lambda: mine.update(sent_at=None, retry_at=next_try(welcome.joined_at)),
        what=f"Welcome to subscriber {subscriber}",
    )


def text_for(reader: Subscriber) -> WelcomeText | None:
    """The editor's words in the reader's language, or in that of the newsletter; None if there are none."""
    texts = {text.language: text for text in WelcomeText.objects.filter(is_sent=True)}
    return texts.get(reader.language) or texts.get(settings.NEWSLETTER["language"])


def forget_old() -> int:
    """Forget whom we greeted a month ago; give how many."""
    forgotten, _by_model = Welcome.objects.filter(joined_at__lt=timezone.now() - KEPT).delete()
    return forgotten
