"""What the page of an issue shows of its preview link."""

from typing import Any

from django.conf import settings

from ..models import Issue, PreviewLink
from . import links


def proof_card(issue: Issue, user: Any) -> dict[str, Any] | None:
    """Give `url` and `until` of the link that is good now, nothing where there is none; None for others."""
    if not links.may_share(user, issue):
        return None
    link = PreviewLink.objects.filter(issue=issue).first()
    if link is None or not links.is_good(link):
        return {"url": ""}
    return {"url": settings.SITE_URL + links.address_of(link), "until": links.expiry(link)}
