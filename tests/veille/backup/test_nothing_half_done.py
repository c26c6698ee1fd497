"""A restoration that cannot end changes nothing: no row, no file; and it says why."""

import errno

import pytest
from django.core.management import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from authors.models import Author, User
from authors.roles import PERMISSIONS
from tests.factories import AuthorFactory, UserFactory
from tests.veille.backup.commands import backup, restore
from tests.veille.backup.filling import digest, media
from tests.veille.backup.forging import change
from veille.backup import placing
from veille.backup.emptiness import filled_tables

pytestmark = pytest.mark.django_db(transaction=True)


COLUMNS = ["id", "name", "slug", "user_id", "bio", "website", "portrait"]


@pytest.fixture
def saved(archive, settings, tmp_path, empty):
    """An archive of two authors and a file; the installation is empty after it."""
    AuthorFactory(name="Zoé Secrète")
    AuthorFactory(name="Noé Secret")
    picture = tmp_path / "media" / "pictures" / "ab" / "cd.png"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"picture")
    backup(archive)
    empty()
    return archive


def refused(path) -> str:
    """Restore, be refused, and see that nothing changed. Gives what was said."""
    before = digest(), media()
    with pytest.raises(CommandError) as refusal:
        restore(path)
    assert (digest(), media()) == before
    assert "Secr" not in str(refusal.value)
    return str(refusal.value)


def test_a_database_that_holds_anything_is_left_alone(saved):
    UserFactory()
    said = refused(saved)
    assert "authors_user" in said
    assert "auth_group" not in said
    assert "issues_issue" not in said


def test_roles_alone_are_nothing():
    assert filled_tables() == []
    from django.contrib.auth.models import Group

    assert set(Group.objects.values_list("name", flat=True)) == PERMISSIONS.keys()
    Group.objects.create(name="Relecture")
    assert filled_tables() == ["auth_group", "auth_group_permissions"]


def test_migrations_that_nobody_knows_are_named(saved):
    def edit(manifest, members):
        manifest["veille"] = "9.0"
        manifest["migrations"].append(["issues", "0999_the_future"])

    said = refused(change(saved, saved.with_name("newer.tar.gz"), edit))
    assert "issues.0999_the_future" in said
    assert "9.0" in said


def test_a_database_of_a_newer_version_is_neither_saved_nor_filled(saved, archive):
    recorder = MigrationRecorder(connection)
    recorder.record_applied("issues", "0999_the_future")
    try:
        assert "issues.0999_the_future" in refused(saved)
        with pytest.raises(CommandError, match=r"issues\.0999_the_future"):
            backup(archive.with_name("another.tar.gz"))
    finally:
        recorder.record_unapplied("issues", "0999_the_future")
    assert list(archive.parent.iterdir()) == [archive]


def test_other_columns_than_the_migrations_make_are_refused(saved):
    def edit(manifest, members):
        manifest["tables"]["authors.author"]["columns"].append("salary")

    refused(change(saved, saved.with_name("other.tar.gz"), edit))


FIRST = b'[1,"Secret","a",null,"","",""]\n'
# What the rows of authors may be instead, and what is said of it.
BROKEN = {
    "the same name twice": (FIRST + b'[2,"Secret","b",null,"","",""]\n', "2"),
    "an account that is not there": (FIRST + b'[2,"Secret 2","b",99,"","",""]\n', "IntegrityError"),
    "no number": (FIRST + b'[2,"Secret 2","b","Secret","","",""]\n', "2"),
    "too few columns": (FIRST + b'[2,"Secret 2","b"]\n', "2"),
    "no list": (FIRST + b'{"Secret": 2}\n', "2"),
    "no JSON": (FIRST + b"Secret\n", "2"),
    "no name": (b'[1,null,"a",null,"Secret","",""]\n', "1"),
}


def test_a_row_that_the_database_refuses_takes_all_back_and_is_not_shown(saved):
    for case, (rows, named) in BROKEN.items():

        def edit(manifest, members, rows=rows):
            # As if an older version had had its columns in this order.
            assert sorted(manifest["tables"]["authors.author"]["columns"]) == sorted(COLUMNS)
            manifest["tables"]["authors.author"]["columns"] = COLUMNS
            members["tables/authors.author.jsonl"] = rows

        assert named in refused(change(saved, saved.with_name("broken.tar.gz"), edit)), case
    restore(saved)
    assert Author.objects.count() == 2


def test_a_full_disk_takes_all_back(saved, monkeypatch):
    def full(source, target):
        target.write(source.read(3))
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(placing, "copyfileobj", full)
    assert "No space left" in refused(saved)


def test_another_file_of_the_same_name_stays_and_the_same_one_does_no_harm(saved, tmp_path):
    picture = tmp_path / "media" / "pictures" / "ab" / "cd.png"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"another")
    assert "cd.png" in refused(saved)
    picture.write_bytes(b"picture")
    restore(saved)
    assert Author.objects.count() == 2


def test_a_full_disk_leaves_no_piece_of_a_backup(archive, monkeypatch):
    from veille.backup import writing

    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    User.objects.create(username="zoe")
    monkeypatch.setattr(writing, "_add", full)
    with pytest.raises(CommandError, match="No space left"):
        backup(archive)
    assert list(archive.parent.iterdir()) == []
