"""Message catalogues, compiled without the gettext tools that a fresh machine lacks.

`python -m veille.catalogues` compiles what is older than its source; it needs no settings.
"""

from collections.abc import Iterator
from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_catalogues(folder: Path = LOCALE) -> list[Path]:
    """Write the `.mo` beside each `.po` under the folder that is newer; give those written."""
    return list(_compiled(folder))


def _compiled(folder: Path) -> Iterator[Path]:
    for source in sorted(folder.rglob("*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(target))
            yield target


if __name__ == "__main__":
    for path in compile_catalogues():
        print(path.relative_to(LOCALE.parent))
