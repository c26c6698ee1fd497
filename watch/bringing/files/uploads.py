"""A brought file between the two steps: where no web server reaches it, for a day at the most."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _

from .bounds import MOST_BYTES, Unreadable

KEPT_SECONDS = 24 * 3600
_SALT = "watch.bringing.files"


class Forgotten(Exception):
    """This file is not there for this person: brought in, too old, or another's."""


def keep(blocks: Iterable[bytes], person: Any) -> str:
    """Keep a file for a person; give a token that finds it again, for her alone. Raises Unreadable."""
    name = secrets.token_hex(16)
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    size = 0
    descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for block in blocks:
            size += len(block)
            if size > MOST_BYTES:
                break
            file.write(block)
    if size > MOST_BYTES:
        forget_file(name)
        text = _("The file is larger than %(n)d MB. Cut it into several.")
        raise Unreadable(text % {"n": MOST_BYTES // 2**20})
    return signing.dumps([name, person.pk], salt=_SALT)


def find(token: str, person: Any) -> bytes:
    """Give what a person's file holds. Raises Forgotten."""
    try:
        return (_folder() / _name(token, person)).read_bytes()
    except OSError:
        raise Forgotten from None


def forget(token: str, person: Any) -> None:
    """Delete a person's file. Idempotent. Raises Forgotten for another's."""
    forget_file(_name(token, person))


def forget_file(name: str) -> None:
    (_folder() / name).unlink(missing_ok=True)


def forget_old() -> int:
    """Delete the files that nobody went on with for a day; give how many."""
    oldest = timezone.now().timestamp() - KEPT_SECONDS
    old = [path for path in _folder().glob("*") if path.stat().st_mtime < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _name(token: str, person: Any) -> str:
    try:
        name, owner = signing.loads(token, salt=_SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        raise Forgotten from None
    if owner != person.pk:
        raise Forgotten
    return str(name)


def _folder() -> Path:
    return Path(settings.VEILLE_IMPORT_DIR, "links")
