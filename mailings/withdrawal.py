"""An issue that was taken off the site is mailed to nobody more."""

from typing import Any

from django.utils.translation import gettext as _

from issues.models import Issue

from .breaker import stop
from .models import Mailing


def stand_still(sender: type[Issue], issue: Issue, **kwargs: Any) -> None:
    """Pause the mailing of an issue that is being withdrawn, with the withdrawal or not at all."""
    for mailing in Mailing.objects.without_bytes().filter(issue=issue):
        stop(mailing, _("The issue was withdrawn from the site."))
