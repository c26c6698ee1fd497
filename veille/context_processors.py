"""What every template may say about the newsletter."""

from django.conf import settings
from django.http import HttpRequest


def newsletter(request: HttpRequest) -> dict[str, object]:
    return {"newsletter": settings.NEWSLETTER, "site_url": settings.SITE_URL}
