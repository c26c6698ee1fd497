"""What must hold of the settings before anybody is let in (Django's system checks).

`manage.py migrate` runs them, which every start of the compose file waits for.
"""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from authors.second_step import POLICIES

SHORTEST_KEY = 50
# How keys begin that stand in documents and repositories, ours among them.
PUBLISHED = ("django-insecure-", "only-for-", "read-by-", "read-at-build", "change", "secret")


@register(Tags.security)
def check_secret_keys(**kwargs: Any) -> list[CheckMessage]:
    """SECRET_KEY, and each key that is still believed, is long and nobody else's. In production only."""
    if settings.DEBUG:
        return []
    keys = {"SECRET_KEY": settings.SECRET_KEY}
    keys |= {f"SECRET_KEY_FALLBACKS[{n}]": key for n, key in enumerate(settings.SECRET_KEY_FALLBACKS)}
    return [
        Error(
            f"{name} is shorter than {SHORTEST_KEY} characters, or one that everybody knows.",
            hint="Make one of your own: openssl rand -hex 32",
            id="veille.E001",
        )
        for name, key in keys.items()
        if len(key) < SHORTEST_KEY or key.lower().startswith(PUBLISHED)
    ]


@register(Tags.security)
def check_second_step(**kwargs: Any) -> list[CheckMessage]:
    """VEILLE_SECOND_STEP is one of its values: a slip of the pen must not let anybody in."""
    if settings.VEILLE_SECOND_STEP in POLICIES:
        return []
    return [Error(f"VEILLE_SECOND_STEP is none of {', '.join(POLICIES)}.", id="veille.E002")]
