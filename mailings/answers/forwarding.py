"""Sending a reader's words to the authors of a section, who answer the reader by Reply-To."""

import logging
import smtplib
from datetime import timedelta
from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from subscribers.models import Subscriber

from ..compose import from_address
from ..models import ReaderReply

logger = logging.getLogger(__name__)

# A sender that died, or was told to come back later, is taken over after this.
PAUSE = timedelta(minutes=5)


def send_waiting() -> int:
    """Send what a lost task or a mail server's refusal left behind; give how many went out.

    Raises OSError when no connection can be opened.
    """
    return sum(map(send, ReaderReply.objects.waiting().values_list("pk", flat=True)[:100]))


def send(reply_id: int) -> bool:
    """Send one reply. True: it was handed over, and its words are forgotten here.

    Claimed by an UPDATE whose row count says who sends; who dies between sending and noting it lets it be
    sent twice, which is better than a word lost. Raises OSError when no connection can be opened.
    """
    with mailers.default as connection:
        now = timezone.now()
        if not ReaderReply.objects.waiting().filter(pk=reply_id).update(sending_until=now + PAUSE):
            return False
        reply = ReaderReply.objects.select_related(
            "section", "delivery__subscriber", "delivery__mailing__issue"
        ).get(pk=reply_id)
        reader = reply.delivery.subscriber
        if reader is None:
            # Erased since: nobody could be answered.
            reply.delete()
            return False
        try:
            connection.send_messages([compose(reply, reader)])
        except smtplib.SMTPException as error:
            logger.warning("A reader's reply (%s) was not sent (%s).", reply_id, type(error).__name__)
            return False
    ReaderReply.objects.filter(pk=reply_id).update(sent_at=timezone.now(), text="")
    return True


def compose(reply: ReaderReply, reader: Subscriber) -> EmailMessage:
    """Give the mail to the authors that have an account; to the newsletter's own address if none has."""
    section, issue = reply.section, reply.delivery.mailing.issue
    accounts = section.authors.filter(user__is_active=True).exclude(user__email="")
    addresses = list(accounts.order_by("bylines__position").values_list("user__email", flat=True))
    with translation.override(settings.NEWSLETTER["language"]):
        values = {"title": " ".join(section.title.split()), "number": issue.number}
        return EmailMessage(
            subject=_("A reader answers: %(title)s") % values,
            body=_(
                "A reader of No. %(number)s answers “%(title)s”. Your reply goes to the reader.\n\n%(text)s\n"
            )
            % {**values, "text": reply.text},
            to=addresses or [settings.NEWSLETTER["reply_to"] or from_address()[1]],
            reply_to=[reader.email],
            headers={"Message-ID": make_msgid(domain=settings.SITE_DOMAIN)},
        )
