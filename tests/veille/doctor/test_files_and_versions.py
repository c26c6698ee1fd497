"""Folders and versions under the doctor's eyes."""

import shutil

import django
import pytest
from django.conf import settings as configured
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

from veille.doctor import files, versions

from .conftest import found


def test_folders_can_be_written():
    assert list(found(files.folders)) == ["files.writable"]


def test_a_folder_that_cannot_be_written_is_named(settings, tmp_path):
    (tmp_path / "file").write_text("in the way")
    settings.MEDIA_ROOT = str(tmp_path / "file" / "media")
    assert "MEDIA_ROOT" in found(files.folders)["files.unwritable"]


@pytest.mark.parametrize(
    ("free", "id"), [(500_000_000, "files.little-room"), (1_000_000, "files.no-room")], ids=str
)
def test_a_disk_nearly_full_is_told(monkeypatch, free, id):
    monkeypatch.setattr(files.shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(1, 1, free))
    assert list(found(files.folders)) == [id]


def test_static_files_must_be_collected(settings, monkeypatch, tmp_path):
    storage = ManifestStaticFilesStorage(location=str(tmp_path))
    monkeypatch.setattr(files, "staticfiles_storage", storage)
    assert list(found(files.static_files)) == ["files.no-static"]
    storage.hashed_files = {"site.css": "site.0123.css"}
    assert list(found(files.static_files)) == ["files.static"]


def test_the_lock_is_what_runs():
    locked = versions.locked_versions(configured.BASE_DIR / "requirements.txt")
    assert locked["django"] == django.get_version()
    assert len(locked) > 40


@pytest.mark.parametrize(
    ("lock", "ids"),
    [
        ("django==1.0 \\\n    --hash=sha256:0\n", ["versions.ours", "versions.django"]),
        (f"django=={django.get_version()} \\\n", ["versions.ours", "versions.django"]),
        (f"django=={django.get_version()}\npillow==1.0\n", ["versions.ours", "versions.others"]),
        (f"django=={django.get_version()}\npillow==1.0 ; sys_platform == 'win32'\n", None),
        (None, ["versions.ours", "versions.unlocked"]),
    ],
)
def test_what_differs_from_the_lock_is_told(settings, tmp_path, lock, ids):
    settings.BASE_DIR = tmp_path
    if lock:
        (tmp_path / "requirements.txt").write_text(lock)
    assert list(found(versions.installed)) == (ids or ["versions.ours", "versions.django"])


def test_django_behind_its_lock_is_a_warning(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / "requirements.txt").write_text("django==99.1\n")
    assert "99.1" in found(versions.installed)["versions.django"]
