"""What runs here, and whether it is what was locked and tested."""

import platform
import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import django
from django.conf import settings
from django.utils.translation import gettext as _

from veille.version import version

from .registry import Examination, Finding, info, ok, register, warning

_LOCKED = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)(\s*;)?", re.MULTILINE)


@register("versions.ours", "versions.django", "versions.others", "versions.unlocked")
def installed(examination: Examination) -> Iterator[Finding]:
    """The libraries are those of requirements.txt; Django above all, whose patches mend security."""
    yield info(
        "versions.ours",
        f"Veille {version()}, Django {django.get_version()}, Python {platform.python_version()}",
    )
    try:
        locked = locked_versions(Path(settings.BASE_DIR) / "requirements.txt")
    except OSError:
        yield info("versions.unlocked", _("There is no requirements.txt here to compare with."))
        return
    if (wanted := locked.pop("django", None)) and wanted != django.get_version():
        yield warning(
            "versions.django",
            _("Django is %(installed)s, and %(locked)s is locked.")
            % {"installed": django.get_version(), "locked": wanted},
            "uv pip sync --require-hashes requirements.txt",
        )
    others = [name for name, wanted in locked.items() if _installed(name) not in (None, wanted)]
    if others:
        yield info(
            "versions.others",
            _("Not of the locked version: %(names)s.") % {"names": ", ".join(sorted(others)[:6])},
            "uv pip sync --require-hashes requirements.txt",
        )
    elif wanted == django.get_version():
        yield ok("versions.django", _("The libraries are those that were locked."))


def locked_versions(path: Path) -> dict[str, str]:
    """Give the version that a lock names for each library, but for those of other systems."""
    return {
        name.lower(): wanted for name, wanted, condition in _LOCKED.findall(path.read_text()) if not condition
    }


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
