"""Lists brought in, and taken out, at the terminal."""

import stat
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from subscribers.models import Import, Subscriber, Transfer
from tests.factories import SubscriberFactory

PROOF = ("--source", "Notre ancien site", "--date", "2026-01-31")


@pytest.fixture
def bring(desk, tmp_path):
    """Write a list, and call the command on it; gives what it said."""

    def run(content, *options):
        path = tmp_path / "liste.csv"
        path.write_text(content)
        out = StringIO()
        call_command("subscribers", "import", str(path), *PROOF, *options, stdout=out, stderr=out)
        return out.getvalue()

    return run


def test_a_list_is_imported_with_the_terminal_as_its_witness(bring, settings):
    said = bring(
        "Courriel;Nom\nzoe@example.org;Zoé\nrien;\n",
        *("--state", "active", "--email-column", "Courriel", "--name-column", "Nom", "--yes"),
    )
    assert "3\u202f: ce n’est pas une adresse électronique" in said
    reader = Subscriber.objects.get()
    assert (reader.email, reader.name, reader.state) == ("zoe@example.org", "Zoé", "active")
    assert Transfer.objects.get().who == "le terminal"
    assert list(settings.VEILLE_IMPORT_DIR.iterdir()) == []


@pytest.mark.parametrize("options", [["--dry-run"], []])
def test_nobody_is_imported_without_a_yes(bring, options, settings):
    assert "Rien n’a été importé" in bring("email\nzoe@example.org\n", "--state", "active", *options)
    assert not Subscriber.objects.exists()
    assert Import.objects.get().state == "cancelled"
    assert list(settings.VEILLE_IMPORT_DIR.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("email\nzoe@example.org\n", []),
        ("email\nzoe@example.org\n", ["--state", "active", "--email-column", "courriel"]),
        ("", ["--state", "active"]),
        ('email\n"zoe@example.org\n', ["--state", "active", "--yes"]),
    ],
)
def test_what_is_wrong_is_told_and_nothing_stays(bring, content, options, settings):
    with pytest.raises(CommandError) as told:
        bring(content, *options)
    assert str(told.value)
    assert not Subscriber.objects.exists()
    assert not settings.VEILLE_IMPORT_DIR.exists() or list(settings.VEILLE_IMPORT_DIR.iterdir()) == []


def test_a_file_that_is_not_there_is_told(desk, tmp_path):
    with pytest.raises(CommandError, match=r"liste\.csv"):
        call_command("subscribers", "import", str(tmp_path / "liste.csv"), *PROOF)


def test_an_export_is_for_its_owner_alone_and_writes_over_nothing(desk, tmp_path):
    SubscriberFactory(email="zoe@example.org", name="=1")
    SubscriberFactory(email="noe@example.org", state="unsubscribed")
    path = tmp_path / "export.csv"
    call_command("subscribers", "export", str(path), "--state", "active")
    content = path.read_text("utf-8-sig")
    assert "zoe@example.org,'=1" in content
    assert "noe@" not in content
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(CommandError):
        call_command("subscribers", "export", str(path))
    assert path.read_text("utf-8-sig") == content
    out = StringIO()
    call_command("subscribers", "export", stdout=out)
    assert "noe@" in out.getvalue()
    assert Transfer.objects.filter(kind="export").count() == 2
