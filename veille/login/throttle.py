"""Wrong passwords slow down who types them (django-axes; the limits are in the settings).

Many networks that guess the password of one account slow each other down, and with them whoever comes to it
from a browser that was never in: not who works there (`devices`).
"""

from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.backends import AxesStandaloneBackend
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.backends import ModelBackend
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override

from ..admin_site import ADMIN_CSP
from ..client_ip import client_ip, network_of
from . import devices

# An office behind one address may fail so many times as often as one of its people.
PEOPLE_BEHIND_AN_ADDRESS = 4
# Strangers may fail at one account, from wherever, so many times as often as from one network.
NETWORKS_AT_AN_ACCOUNT = 10


class DeskBackend(AxesStandaloneBackend, ModelBackend):
    """Looks whether a password may be tried at all, then whether it is right.

    One backend, not two in a row: `with_perm` then needs no word on which of them knows the rights.
    """

    def authenticate(self, request: Any, username: Any = None, password: Any = None, **more: Any) -> Any:
        super().authenticate(request, username, password, **more)
        return ModelBackend.authenticate(self, request, username, password, **more)


class DeskHandler(AxesDatabaseHandler):
    """Counts by account and network together, by network alone, and of strangers by account alone."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Give the failures that count against `AXES_FAILURE_LIMIT`."""
        of_account, of_network = (
            sum(attempts.values_list("failures_since_start", flat=True))
            for attempts in self.get_user_attempts(request, credentials)
        )
        return max(
            of_account,
            of_network // PEOPLE_BEHIND_AN_ADDRESS,
            self._of_strangers(request, credentials) // NETWORKS_AT_AN_ACCOUNT,
        )

    @staticmethod
    def _of_strangers(request: HttpRequest, credentials: dict[str, Any] | None) -> int:
        """Give the failures at the account from all networks; none to a browser that was in."""
        username = get_client_username(request, credentials)
        if not username or devices.is_known(request, username):
            return 0
        attempts = AccessAttempt.objects.filter(
            username=username, attempt_time__gte=get_cool_off_threshold(request)
        )
        return attempts.aggregate(failures=Sum("failures_since_start", default=0))["failures"]

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Forget the failures of the account from here, and no others.

        Else who has an account would log in with it to go on guessing the password of another.
        """
        of_account, _of_network = self.filter_user_attempts(request, credentials)
        count: int = of_account.delete()[0]
        return count


def client_network(request: HttpRequest) -> str | None:
    """Give what an attempt is counted under: an address, or the first of a subscriber’s /64."""
    return network_of(client_ip(request)).partition("/")[0] or None


@csp_override(ADMIN_CSP)
def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """Say that there were too many attempts, whether the account exists or not, the password right or not."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    context = {**admin.site.each_context(request), "title": _("Too many attempts"), "minutes": minutes}
    page = render(request, "admin/login/locked_out.html", context, status=429)
    page["Retry-After"] = str(minutes * 60)
    page["Cache-Control"] = "no-store"
    return page
