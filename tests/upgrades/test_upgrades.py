"""Archives of former versions are restored into the tables of then, and brought to those of now."""

import hashlib
import json
import tarfile

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from issues.models import Issue
from mailings.models import Bounce, Mailing
from tests.upgrades.generate import FOLDER
from tests.veille.backup.commands import backup, manifest_of, restore
from tests.veille.backup.forging import change
from veille.version import version

pytestmark = pytest.mark.django_db(transaction=True)

ARCHIVES = sorted(FOLDER.glob("veille-*.tar.gz"))
# Of what a reader, an author or the law would miss a row.
PRECIOUS = (
    "authors.user",
    "authors.author",
    "issues.issue",
    "issues.section",
    "issues.rendition",
    "issues.review",
    "subscribers.subscriber",
    "subscribers.consentevent",
    "subscribers.suppression",
    "mailings.mailing",
    "mailings.delivery",
)


@pytest.fixture(autouse=True)
def the_newest_tables_afterwards():
    yield
    call_command("migrate", verbosity=0)


def rows_of(path, columns_of):
    """Give, for each precious table, the digest of its rows in these columns."""
    known = {label: table["columns"] for label, table in manifest_of(path)["tables"].items()}
    digests = {}
    with tarfile.open(path) as tar:
        for label in PRECIOUS:
            places = [known[label].index(column) for column in sorted(columns_of[label])]
            rows = map(json.loads, tar.extractfile(f"tables/{label}.jsonl"))
            kept = json.dumps([[row[place] for place in places] for row in rows])
            digests[label] = hashlib.sha256(kept.encode()).hexdigest()
    return digests


def assert_upgraded(former, latest):
    """See that nothing precious changed between two archives, in the columns that both have."""
    columns = {
        label: set(table["columns"]) & set(manifest_of(latest)["tables"][label]["columns"])
        for label, table in manifest_of(former)["tables"].items()
        if label in PRECIOUS
    }
    assert rows_of(latest, columns) == rows_of(former, columns)
    assert {("issues", "0009_search"), ("mailings", "0010_bounces_held")} <= set(
        MigrationRecorder(connection).applied_migrations()
    )


def test_this_version_has_an_archive_that_the_next_one_can_be_tried_with():
    assert FOLDER / f"veille-{version()}.tar.gz" in ARCHIVES
    assert all(path.stat().st_size < 60_000 for path in ARCHIVES)


@pytest.mark.parametrize("former", ARCHIVES, ids=lambda path: path.name.removesuffix(".tar.gz"))
def test_a_former_version_is_brought_to_the_newest(former, archive, empty):
    empty()
    # It was made in a house with other secrets.
    assert "VEILLE_SUPPRESSION_KEY" in restore(former)
    backup(archive)
    assert_upgraded(former, archive)


def test_tables_go_back_to_those_of_the_archive_and_forth_again(archive, empty):
    """As if held bounces, and mails of text alone, had been invented since."""

    def edit(manifest, members):
        for migration in ("0009_text_only", "0010_bounces_held"):
            manifest["migrations"].remove(["mailings", migration])
        without(manifest, members, "mailings.bounce", {"state"})
        without(manifest, members, "mailings.mailing", {"text_only", "text_only_8bit"})

    empty()
    former = change(ARCHIVES[-1], archive.with_name("former.tar.gz"), edit)
    restore(former)
    backup(archive)
    assert_upgraded(former, archive)
    # What is new has what its migrations say, and numbers still go by the clock.
    assert Bounce.objects.get().state == "acted"
    mailing = Mailing.objects.get()
    assert bytes(mailing.text_only) == b""
    assert Mailing.objects.create(issue=Issue.objects.get(number=61_000)).pk > 1_700_000_000


def without(manifest, members, label, columns):
    """Take columns out of a table of an archive."""
    table = manifest["tables"][label]
    kept = [place for place, column in enumerate(table["columns"]) if column not in columns]
    table["columns"] = [table["columns"][place] for place in kept]
    lines = []
    for line in members[f"tables/{label}.jsonl"].splitlines():
        row = json.loads(line)
        lines.append(json.dumps([row[place] for place in kept]).encode() + b"\n")
    members[f"tables/{label}.jsonl"] = b"".join(lines)
