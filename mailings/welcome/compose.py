"""The text of a welcome mail."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from issues.archive import reading
from issues.models import Issue, Section
from issues.rendering import render_markdown
from issues.rendering.email import email_from_template
from issues.rendering.text import text_of_markdown
from subscribers.models import Subscriber

from ..models import WelcomeText


def compose(text: WelcomeText, reader: Subscriber) -> EmailMultiAlternatives:
    """Give the welcome mail for a reader: greeting, the editor's words, the latest issue and its contents.

    With List-Unsubscribe as each mail to readers (RFC 8058); answered by no vacation notice (RFC 3834).
    """
    with translation.override(text.language):
        context = _context(text, reader)
        message = EmailMultiAlternatives(
            subject=text.subject,
            body=render_to_string("email/welcome.txt", context),
            to=[reader.email],
            reply_to=[address] if (address := settings.NEWSLETTER["reply_to"]) else None,
            headers={
                "List-Unsubscribe": f"<{context['one_click_url']}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Auto-Submitted": "auto-generated",
            },
        )
        if reader.format != Subscriber.Format.TEXT:
            message.attach_alternative(email_from_template("email/welcome.html", context), "text/html")
    return message


def latest_issue() -> Issue | None:
    """The issue that was published last, with its sections and who signs them."""
    published = Issue.objects.published().order_by("-published_at", "-number")
    in_order = reading.in_order(reading.with_bylines(Section.objects.defer("body")))
    return published.prefetch_related(in_order).first()


def _context(text: WelcomeText, reader: Subscriber) -> dict[str, Any]:
    issue = latest_issue()
    hello = _("Hello %(name)s,") % {"name": reader.name} if reader.name else _("Hello,")
    return {
        "newsletter": settings.NEWSLETTER,
        "language": text.language,
        "subject": text.subject,
        "site_url": settings.SITE_URL,
        "greeting": hello,
        "words": render_markdown(text.body),
        "plain_words": text_of_markdown(text.body),
        "issue": issue,
        "issue_url": settings.SITE_URL + issue.get_absolute_url() if issue else "",
        "first_words": reading.first_words(issue) if issue else "",
        **{
            f"{name}_url": settings.SITE_URL + reverse(f"subscribers:{name}", args=[reader.token])
            for name in ("unsubscribe", "preferences", "one_click")
        },
    }
