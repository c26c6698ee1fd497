"""The second step of a login (RFC 6238): who must take it, who has set it up, and which codes are right.

A person has one phone (a confirmed `TOTPDevice`) and a sheet of recovery codes (a `StaticDevice`).
"""

from __future__ import annotations

import logging
import smtplib
from datetime import datetime
from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from . import recovery_codes
from .models import User
from .roles import AUTHORS, PERMISSIONS

logger = logging.getLogger(__name__)

POLICIES = ("editors", "all", "none")
# A wrong code makes the next one wait 1, 2, 4, 8... seconds. From the twelfth on it stays at 34 minutes:
# long enough against guessing (42 tries a day), and nobody is kept out for good.
MOST_FAILURES = 12


class WrongCode(Exception):
    """The code is not right, or was used before."""


class TooManyCodes(Exception):
    """No code is looked at before `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until

    @property
    def seconds(self) -> int:
        """How long that still is, at least one."""
        return max(1, round((self.until - timezone.now()).total_seconds()))


def is_required_of(user: Any) -> bool:
    """Whether the house asks it of this person: VEILLE_SECOND_STEP."""
    if settings.VEILLE_SECOND_STEP == "none" or not user.is_staff:
        return False
    if settings.VEILLE_SECOND_STEP == "editors":
        return user.is_superuser or not user.get_all_permissions() <= PERMISSIONS[AUTHORS]
    return True


def phone_of(user: Any) -> TOTPDevice | None:
    """Give the phone that the person confirmed."""
    return TOTPDevice.objects.filter(user_id=user.pk, confirmed=True).first()


def is_passed(user: Any) -> bool:
    """Whether the person of a request may go on to the desk, as far as the second step goes."""
    # The person that has only just given a password was not looked at by django-otp's middleware.
    if getattr(user, "otp_device", None) is not None:
        return True
    return not is_required_of(user) and phone_of(user) is None


def verify(user: Any, code: str) -> TOTPDevice | StaticDevice:
    """Use up a code: six digits of the phone, or a recovery code. Gives what it came from.

    Raises `WrongCode` or `TooManyCodes`. A row lock keeps two from being taken at once.
    """
    code = recovery_codes.normal(code)
    model = TOTPDevice if len(code) == 6 and code.isdecimal() else StaticDevice
    with transaction.atomic():
        device = model.objects.select_for_update().filter(user_id=user.pk, confirmed=True).first()
        if device is None:
            raise WrongCode
        allowed, why = device.verify_is_allowed()
        if not allowed:
            raise TooManyCodes(why["locked_until"])
        right = device.verify_token(code)
        if device.throttling_failure_count > MOST_FAILURES:
            device.throttling_failure_count = MOST_FAILURES
            device.save(update_fields=["throttling_failure_count"])
    if not right:
        raise WrongCode
    return device


def new_phone(user: Any, key: str = "") -> TOTPDevice:
    """Give a phone that is not kept yet, with a secret of its own or this one (hexadecimal)."""
    return TOTPDevice(user_id=user.pk, name="phone", **({"key": key} if key else {}))


def shows(key: str, code: str) -> bool:
    """Whether a phone with this secret (hexadecimal) shows the code now, give or take half a minute."""
    code = recovery_codes.normal(code)
    return code.isdecimal() and TOTP(bytes.fromhex(key)).verify(int(code), tolerance=1)


def set_up(user: Any, key: str, code: str) -> tuple[TOTPDevice, list[str]]:
    """Take a phone that shows a right code for its secret; give it, and new recovery codes.

    It takes the place of the one before, and so do the codes. Raises `WrongCode`, and nothing is changed.
    """
    with transaction.atomic():
        phone = new_phone(user, key)
        phone.save()
        if not phone.verify_token(recovery_codes.normal(code)):
            raise WrongCode  # and nothing of it is kept
        TOTPDevice.objects.filter(user_id=user.pk).exclude(pk=phone.pk).delete()
        codes = recovery_codes.make(user)
        _note(user, by=user, what=_("Set the second step up."))
    return phone, codes


def make_codes(user: Any) -> list[str]:
    """Give new recovery codes; those before are good for nothing from now on."""
    with transaction.atomic():
        _note(user, by=user, what=_("Made new recovery codes."))
        return recovery_codes.make(user)


def turn_off(user: Any) -> None:
    """Log in by the password alone again. Raises PermissionDenied where the house asks for two steps."""
    if is_required_of(user):
        raise PermissionDenied
    with transaction.atomic():
        _forget(user)
        _note(user, by=user, what=_("Turned the second step off."))


def may_take_away(by: Any, user: User) -> bool:
    """Whether one may take the second step of another away: who may change the account, never their own."""
    return (
        by.pk != user.pk and by.has_perm("authors.change_user") and (by.is_superuser or not user.is_superuser)
    )


def take_away(user: User, *, by: User | None) -> bool:
    """Help somebody who lost their phone: they log in by the password, and set it up anew.

    `by` is None for whoever has a shell on the machine. The person is told by mail; False: it cannot be sent.
    """
    if by and not may_take_away(by, user):
        raise PermissionDenied
    with transaction.atomic():
        _forget(user)
        if by:
            _note(user, by=by, what=_("Took the second step away."))
    return _tell(user, by=by)


def _forget(user: Any) -> None:
    TOTPDevice.objects.filter(user_id=user.pk).delete()
    StaticDevice.objects.filter(user_id=user.pk).delete()


def _note(user: Any, *, by: Any, what: str) -> None:
    LogEntry.objects.log_actions(by.pk, User.objects.filter(pk=user.pk), CHANGE, what)


def _tell(user: User, *, by: User | None) -> bool:
    if not user.email:
        return False
    with translation.override(settings.LANGUAGE_CODE):
        context = {"user": user, "by": by, "newsletter": settings.NEWSLETTER, "site_url": settings.SITE_URL}
        message = EmailMessage(
            subject=_("%(name)s: your second step was taken away") % {"name": settings.NEWSLETTER["name"]},
            body=render_to_string("email/second_step.txt", context),
            to=[user.email],
            headers={
                "Message-ID": make_msgid(domain=settings.SITE_DOMAIN),
                "Auto-Submitted": "auto-generated",  # RFC 3834
            },
        )
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as error:
        logger.warning("Mail to account %s not sent.", user.pk, exc_info=error)
        return False
    return True
