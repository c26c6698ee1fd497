"""Messages to a person's chat, by an incoming webhook of Slack, Mattermost or what speaks as they do.

They take a POST of `{"text": …}` as JSON and answer 200 (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks,
https://developers.mattermost.com/integrate/webhooks/incoming/). The address lets in whoever knows it: it is
never shown or logged again.
"""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from issues.links.addresses import request_url
from issues.links.client import Client
from issues.models import LinkLookup
from issues.models.link import LONGEST_URL

from ..models import ChatWebhook

# Slack cuts after 40,000, Mattermost refuses more than 16,383.
LONGEST = 10_000


def post(url: str, text: str, *, client: Client | None = None) -> str:
    """Post a text; give why it was not taken, empty if it was. Never raises."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    answer = (client or Client()).fetch(
        url,
        method="POST",
        headers={"Content-Type": "application/json"},
        body=json.dumps({"text": escaped[:LONGEST]}).encode(),
        types=(),
    )
    if answer.http_status is None:
        reasons = dict(LinkLookup.Reason.choices)
        return str(reasons.get(answer.reason, _("the server did not answer")))
    return "" if 200 <= answer.http_status < 300 else f"HTTP {answer.http_status}"


def validate(url: str) -> str:
    """Give the address without the spaces around it. Raises ValidationError for what is none with https."""
    url = url.strip()
    URLValidator(schemes=["https"], message=_("The address of a chat webhook begins with https://."))(url)
    if len(url) > LONGEST_URL or not request_url(url):
        raise ValidationError(_("This address is too long to be kept."))
    return url


def host_of(webhook: ChatWebhook) -> str:
    """Where it leads, as far as it may be shown."""
    return urlsplit(webhook.url).hostname or ""
