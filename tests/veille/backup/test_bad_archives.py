"""What is no whole archive of ours is refused, in words, before anything is written."""

import gzip
import tarfile
import tracemalloc

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.veille.backup.forging import ROWS, TABLE, a_file, forge, forge_of, manifest_for, pack
from veille.backup import BackupError, reading
from veille.backup.manifest import NAME
from veille.backup.reading import Archive

MEDIA = "files/media/pictures/ab/cd.png"


def refused(path) -> str:
    with pytest.raises(BackupError) as refusal:
        Archive(path).check()
    return str(refusal.value)


def test_a_good_one_is_taken(archive):
    manifest = Archive(forge(archive, {TABLE: ROWS, MEDIA: b"png"})).check()
    assert (manifest.rows, list(manifest.files)) == (1, [MEDIA])


def test_what_is_not_there_or_not_packed_is_refused_in_words(archive):
    assert "No such file" in refused(archive)
    assert "directory" in refused(archive.parent)
    archive.write_bytes(b"")
    refused(archive)
    archive.write_bytes(b"id,name\n1,Divers\n" * 99)
    refused(archive)
    refused(pack(archive, b""))
    refused(pack(archive, b"not a tar " * 999))


def test_the_command_says_it_without_a_traceback(archive):
    archive.write_bytes(b"nothing")
    with pytest.raises(CommandError, match=r"veille\.tar\.gz"):
        call_command("restore", str(archive))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_one_that_was_cut_short_is_refused(archive, data):
    whole = forge(archive, {TABLE: ROWS, MEDIA: bytes(range(256)) * 20}).read_bytes()
    archive.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    refused(archive)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_changed_byte_is_noticed(archive, data):
    whole = bytearray(forge(archive, {TABLE: ROWS, MEDIA: bytes(range(256))}).read_bytes())
    # The ten bytes before are gzip's own: the time, the system, the name; they change nothing.
    place = data.draw(st.integers(10 + len("veille.tar") + 1, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    archive.write_bytes(whole)
    refused(archive)


@pytest.mark.parametrize("changed", [ROWS.replace(b"1", b"2"), ROWS * 2, b""])
def test_another_content_than_the_manifest_says_is_refused(archive, changed):
    said = refused(forge(archive, {TABLE: changed}, manifest=manifest_for({TABLE: ROWS})))
    assert TABLE in said


def test_what_the_manifest_does_not_know_and_what_it_misses_are_refused(archive):
    assert "media" in refused(forge(archive, {TABLE: ROWS, MEDIA: b""}, manifest=manifest_for({TABLE: ROWS})))
    assert "media" in refused(forge(archive, {TABLE: ROWS}, manifest=manifest_for({TABLE: ROWS, MEDIA: b""})))


def test_a_member_that_comes_twice_and_one_after_the_end_are_refused(archive):
    table, manifest = a_file(TABLE, ROWS), a_file(NAME, manifest_for({TABLE: ROWS}))
    refused(forge_of(archive, [table, table, manifest]))
    refused(forge_of(archive, [table, manifest, a_file(MEDIA, b"")]))
    refused(forge_of(archive, [table, manifest, manifest]))


@pytest.mark.parametrize(
    "name",
    [
        "files/media/../../outside.png",
        "files/media/pictures/../../../outside.png",
        "files/nowhere/a.png",
        "files/media",
        "files/media/a\0b.png",
    ],
)
def test_a_file_out_of_its_folder_is_refused(archive, name):
    refused(forge(archive, {TABLE: ROWS, name: b"x"}))


def test_a_file_behind_a_link_out_of_the_folder_is_refused(archive, settings, tmp_path):
    (tmp_path / "media").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "media" / "pictures").symlink_to(tmp_path / "outside")
    refused(forge(archive, {TABLE: ROWS, MEDIA: b"x"}))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE])
def test_links_devices_and_folders_are_refused(archive, kind):
    member = tarfile.TarInfo(MEDIA)
    member.type, member.linkname = kind, "/etc/passwd"
    said = refused(forge_of(archive, [(member, b""), a_file(NAME, manifest_for({}))]))
    assert "pictures" in said


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        manifest_for({}, tables=[]),
        manifest_for({}, tables={"a": {"bytes": "1", "sha256": "", "rows": 1, "columns": []}}),
        manifest_for({}, migrations=[["issues"]]),
        manifest_for({}, migrations=[[1, 2]]),
        manifest_for({}, made_at="yesterday"),
        manifest_for({}, made_at=None),
        manifest_for({}, made_at="2026-11-28T03:15:00"),
        manifest_for({}, keys={"A": 1}),
        manifest_for({}, surprise=1),
    ],
)
def test_a_manifest_that_is_none_is_refused(archive, manifest):
    assert "Traceback" not in refused(forge(archive, {}, manifest=manifest))


def test_one_of_a_newer_veille_is_refused_by_its_version(archive):
    said = refused(forge(archive, {}, manifest=manifest_for({}, format=2, veille="7.0", news="?")))
    assert "7.0" in said


def test_what_unpacks_to_a_hundred_times_its_size_is_refused_in_little_memory(archive, monkeypatch):
    monkeypatch.setattr(reading, "FREE", 2**20)
    path = forge(archive, {TABLE: ROWS, MEDIA: bytes(20 * 2**20)})
    tracemalloc.start()
    said = refused(path)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * 2**20
    assert "unpacks" in said or "Décompressée" in said


def test_headers_without_end_are_refused_in_little_memory(archive):
    """A header of 40 MB of zeros in front of a member, where a name would be some bytes long."""
    size = 40 * 2**20
    header = tarfile.TarInfo("././@PaxHeader")
    header.type, header.size = tarfile.XHDTYPE, size
    with gzip.open(archive, "wb", compresslevel=1) as out:
        out.write(header.tobuf(tarfile.USTAR_FORMAT))
        for _megabyte in range(40):
            out.write(bytes(2**20))
    tracemalloc.start()
    refused(archive)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 2**20
