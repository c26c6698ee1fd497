"""The uploaded files: where no web server reaches them, and for no longer than they are needed."""

import os
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from .reading import MAX_BYTES, Unreadable
from .records import Import

# What nobody confirmed or gave up is not kept for longer.
KEPT_FOR = timedelta(days=7)


def keep(blocks: Iterable[bytes], work: Import) -> None:
    """Write an upload to its place, for us alone. Raises `Unreadable` for too large a one."""
    settings.VEILLE_IMPORT_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    size = 0
    descriptor = os.open(work.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for block in blocks:
            size += len(block)
            if size > MAX_BYTES:
                text = _("The file is larger than %(n)d MB. Cut it into several.")
                raise Unreadable(text % {"n": MAX_BYTES // 2**20})
            file.write(block)


def forget_files(work: Import) -> None:
    """Delete what an import left on the disk. Idempotent."""
    work.path.unlink(missing_ok=True)
    work.seen_path.unlink(missing_ok=True)


def forget_old() -> int:
    """Give up what nobody went on with, and delete files that nobody needs. Gives how many were given up."""
    now = timezone.now()
    old = Import.objects.filter(
        state__in=[Import.State.UPLOADED, Import.State.CHECKED], created_at__lt=now - KEPT_FOR
    )
    given_up = old.update(state=Import.State.CANCELLED, ended_at=now)
    needed = {key.hex for key in Import.objects.filter(state__in=Import.OPEN).values_list("key", flat=True)}
    for path in settings.VEILLE_IMPORT_DIR.glob("*.*"):
        # An upload in this very hour has no row yet.
        if path.stem not in needed and path.stat().st_mtime < now.timestamp() - 3600:
            path.unlink(missing_ok=True)
    return given_up
