"""The digest: one mail for all that a person was told of and has not seen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone, translation
from django.utils.translation import ngettext

from ..models import Notice
from . import news, post


def send_due() -> int:
    """Send the digests whose oldest notice has waited for VEILLE_DIGEST_MINUTES; give how many went out.

    Raises OSError when no mail server can be reached; all stays as it was then.
    """
    waited = timezone.now() - timedelta(minutes=settings.VEILLE_DIGEST_MINUTES)
    due = Notice.objects.to_be_mailed().filter(created_at__lte=waited).values("recipient")
    return sum(send(user) for user in post.readers().filter(pk__in=due).order_by("pk"))


def send(user: Any) -> bool:
    """Send a person her digest. True: it was handed over. Raises OSError as `send_due` does."""
    told: list[Notice] = []

    def compose() -> EmailMultiAlternatives | None:
        # Another worker may have written since: what is due is asked again under the claim.
        waited = timezone.now() - timedelta(minutes=settings.VEILLE_DIGEST_MINUTES)
        waiting = Notice.objects.of(user).to_be_mailed()
        if not waiting.filter(created_at__lte=waited).exists():
            return None
        groups = news.groups(waiting)
        told.extend(notice for group in groups for notice in group.notices)
        with translation.override(settings.LANGUAGE_CODE):
            subject = ngettext(
                "%(newsletter)s: %(count)d entry is new at the desk",
                "%(newsletter)s: %(count)d entries are new at the desk",
                len(told),
            ) % {"newsletter": settings.NEWSLETTER["name"], "count": len(told)}
            return post.letter(user, subject, "digest", groups=groups)

    def sent() -> None:
        keys = [notice.pk for notice in told]
        Notice.objects.filter(pk__in=keys).update(mailed_at=timezone.now())

    return post.write_to(user, compose, sent)
