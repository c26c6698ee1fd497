"""The message of the day: one to a person at the most, with all that there is to say to her.

A message goes out when something is new since the last one, and then says all that is still open. The row of
the day, unique by person and day, decides who sends it: it is written before the message is handed over, so
that a worker that dies then leaves one unsent and none sent twice; where it could not be handed over for now,
the row goes again, and the message with the next run.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMultiAlternatives
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from issues.links.client import Client
from issues.thread import post, reminders

from ..models import ChatWebhook, Nudge
from . import chat
from .saying import Item, to_everybody

# By the clock of the house; nobody is called at night.
FROM, UNTIL = time(8), time(20)


def send_due(client: Client | None = None) -> int:
    """Send the messages of the day; give how many went out. Raises OSError where there is no mail server."""
    now = timezone.now()
    local = timezone.localtime(now)
    if not FROM <= local.time() < UNTIL:
        return 0
    said = to_everybody(now)
    people = get_user_model()._default_manager.filter(pk__in=said, is_active=True, is_staff=True)
    mailed = set(post.readers().values_list("pk", flat=True))
    webhooks = {webhook.person_id: webhook for webhook in ChatWebhook.objects.filter(person__in=said)}
    reminded = reminders.reminded_on(local.date())
    sent = 0
    for user in people.annotate(last_nudge=Max("nudges__sent_at")).order_by("pk"):
        if user.pk in reminded or not (user.pk in mailed or user.pk in webhooks):
            continue
        items = said[user.pk]
        if _is_new(items, user.last_nudge):
            sent += _send(user, items, local, webhooks.get(user.pk), by_mail=user.pk in mailed, client=client)
    return sent


def _is_new(items: list[Item], last: datetime | None) -> bool:
    return last is None or any(item.since > last for item in items)


def _send(
    user: Any,
    items: list[Item],
    local: datetime,
    webhook: ChatWebhook | None,
    *,
    by_mail: bool,
    client: Client | None,
) -> bool:
    nudge, is_mine = Nudge.objects.get_or_create(person=user, day=local.date())
    if not is_mine:
        return False
    try:
        is_settled = (webhook is not None and _by_chat(webhook, items, client)) or (
            by_mail and _by_mail(user, items)
        )
    except OSError:
        nudge.delete()
        raise
    if not is_settled:
        nudge.delete()
    return is_settled


def _by_chat(webhook: ChatWebhook, items: list[Item], client: Client | None) -> bool:
    with translation.override(settings.LANGUAGE_CODE):
        lines = [_("%(newsletter)s: what is up today") % {"newsletter": settings.NEWSLETTER["name"]}]
        for heading, some in by_heading(items):
            lines += ["", heading, *(f"• {item} {settings.SITE_URL}{item.path}" for item in some)]
        error = chat.post(webhook.url, "\n".join(lines), client=client)
    ChatWebhook.objects.filter(pk=webhook.pk).update(last_error=error[:200])
    return not error


def _by_mail(user: Any, items: list[Item]) -> bool:
    """Give whether it is settled: handed over, or refused for good."""
    settled: list[bool] = []

    def compose() -> EmailMultiAlternatives:
        with translation.override(settings.LANGUAGE_CODE):
            subject = _("%(newsletter)s: what is up today") % {"newsletter": settings.NEWSLETTER["name"]}
            return post.letter(user, subject, "nudge", groups=by_heading(items))

    post.write_to(user, compose, lambda: settled.append(True))
    return bool(settled)


def by_heading(items: list[Item]) -> list[tuple[str, list[Item]]]:
    """Group what there is to say, in the order in which it was found."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(str(item.heading), []).append(item)
    return list(groups.items())
