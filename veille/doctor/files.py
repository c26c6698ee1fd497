"""The folders: they can be written to, and there is room."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.utils.translation import gettext as _

from .net import reason
from .registry import Examination, Finding, error, ok, register, warning

GIGABYTE = 10**9
LITTLE, TOO_LITTLE = GIGABYTE, GIGABYTE // 5


@register("files.writable", "files.unwritable", "files.little-room", "files.no-room")
def folders(examination: Examination) -> Iterator[Finding]:
    """Data and pictures can be written, by the user who runs this, and there is room for them."""
    for name in ("VEILLE_DATA_DIR", "MEDIA_ROOT"):
        folder = Path(settings.DATA_DIR if name == "VEILLE_DATA_DIR" else settings.MEDIA_ROOT)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"written")
            room = shutil.disk_usage(folder).free
        except OSError as failure:
            yield error(
                "files.unwritable",
                _("%(name)s cannot be written to: %(reason)s.") % {"name": name, "reason": reason(failure)},
                _("Give that folder to the user who runs Veille, or name another one."),
            )
            continue
        yield _verdict(name, room)


def _verdict(name: str, room: int) -> Finding:
    seen = _("%(name)s can be written to; %(room).1f GB are free.") % {"name": name, "room": room / GIGABYTE}
    todo = _("Make room: a full disk stops mailings, and the site with SQLite.")
    if room < TOO_LITTLE:
        return error("files.no-room", seen, todo)
    if room < LITTLE:
        return warning("files.little-room", seen, todo)
    return ok("files.writable", seen)


@register("files.static", "files.no-static")
def static_files(examination: Examination) -> Iterator[Finding]:
    """Stylesheets were collected: without their list no page of the desk can be shown."""
    if not isinstance(staticfiles_storage, ManifestFilesMixin) or settings.DEBUG:
        return
    if staticfiles_storage.hashed_files:
        yield ok("files.static", _("The static files are collected."))
    else:
        yield error(
            "files.no-static",
            _("The static files are not collected: pages fail."),
            "python manage.py collectstatic --noinput",
        )
