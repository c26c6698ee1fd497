"""A folder for archives, and an empty installation to restore them into."""

import shutil

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command


@pytest.fixture
def archive(tmp_path):
    """Where an archive goes; its folder is there, and nobody's business."""
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups" / "veille.tar.gz"


@pytest.fixture(autouse=True)
def imports_folder(settings, tmp_path):
    """Each test has its own uploaded lists."""
    settings.VEILLE_IMPORT_DIR = tmp_path / "imports"


@pytest.fixture
def empty():
    """Give the function that empties the installation. Its content types and permissions get new numbers."""

    def do() -> None:
        call_command("flush", interactive=False, verbosity=0)
        shutil.rmtree(django_settings.MEDIA_ROOT, ignore_errors=True)
        shutil.rmtree(django_settings.VEILLE_IMPORT_DIR, ignore_errors=True)

    return do
