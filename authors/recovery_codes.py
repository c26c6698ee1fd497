"""Recovery codes: a sheet of ten, for the day the phone is not there. Each is good once."""

from typing import Any

from django.db import transaction
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken

COUNT = 10


def make(user: Any) -> list[str]:
    """Give new ones, as they are shown (`abcd-2345`); those before are gone."""
    codes = [StaticToken.random_token() for _n in range(COUNT)]
    with transaction.atomic():
        sheet, _created = StaticDevice.objects.get_or_create(user_id=user.pk, defaults={"name": "recovery"})
        sheet.token_set.all().delete()
        StaticToken.objects.bulk_create(StaticToken(device=sheet, token=code) for code in codes)
    return [f"{code[:4]}-{code[4:]}" for code in codes]


def left(user: Any) -> int:
    """How many the person has not used yet."""
    return StaticToken.objects.filter(device__user_id=user.pk).count()


def normal(code: str) -> str:
    """Give a code as it is compared: however it was spaced, and in small letters."""
    return "".join(code.split()).replace("-", "").lower()
