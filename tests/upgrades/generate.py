"""Write the archive of this version, from which the next ones must be able to upgrade.

    python -m tests.upgrades.generate

Run it once before the number of the version in pyproject.toml is raised, and commit the file that it
names: `test_upgrades` restores every one of them into the newest tables. The people in it are made up.
"""

import os
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent
# A repository keeps it for ever.
LARGEST = 60_000


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        os.environ["VEILLE_TEST_DATA_DIR"] = scratch
        os.environ["MEDIA_ROOT"] = f"{scratch}/media"
        os.environ["DATABASE_URL"] = f"sqlite:///{scratch}/db.sqlite3"

        import django

        django.setup()
        from django.core.management import call_command

        from tests.veille.backup.filling import fill
        from veille.backup.writing import save
        from veille.version import version

        call_command("migrate", verbosity=0)
        fill()
        path, manifest = save(FOLDER / f"veille-{version()}.tar.gz", force=True)
    size = path.stat().st_size
    print(f"{path.relative_to(Path.cwd())}: {manifest.rows} rows, {size} bytes")
    if size > LARGEST:
        sys.exit(f"more than {LARGEST} bytes: make what is filled in smaller")


if __name__ == "__main__":
    main()
