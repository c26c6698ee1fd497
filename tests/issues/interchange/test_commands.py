"""The commands, as somebody types them."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command, load_command_class

from issues.interchange import MAX_BYTES
from issues.models import Issue
from tests.factories import IssueFactory, SectionFactory

pytestmark = pytest.mark.django_db

TEXT = "🚀 Un titre\nPar Zoé Martin\nUn paragraphe.\n🧪 Un autre\nPar\nUn paragraphe."


def run(*args: str) -> str:
    output = StringIO()
    call_command(*args, stdout=output, no_color=True)
    return output.getvalue()


@pytest.mark.parametrize("name", ["import_issue", "export_issue", "import_past_issues"])
def test_a_command_says_what_it_is_for(name):
    text = load_command_class("issues", name).create_parser("manage.py", name).format_help()
    assert " issue" in text.split("\n\n")[1]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "numero.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_it_prints_the_sections_the_report_and_where_to_click(file):
    output = run("import_issue", str(file), "--number", "5")
    issue = Issue.objects.get(number=5)
    assert "🚀 Un titre – Zoé Martin, words: 2" in output
    assert "🧪 Un autre – nobody signs it yet" in output
    assert "Line 4: Nobody is named under “🧪 Un autre”." in output
    assert f"https://veille.example/admin/issues/issue/{issue.pk}/change/" in output


def test_a_dry_run_prints_the_same_and_keeps_nothing(file):
    output = run("import_issue", str(file), "--dry-run")
    assert "🚀 Un titre – Zoé Martin" in output
    assert "Nothing was kept" in output
    assert not Issue.objects.exists()


def test_it_says_in_one_line_why_a_file_is_refused(tmp_path):
    path = tmp_path / "numero.docx"
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(CommandError, match="Word or OpenDocument"):
        run("import_issue", str(path))


def test_it_never_reads_a_huge_file_whole(tmp_path):
    path = tmp_path / "numero.txt"
    with path.open("wb") as file:
        file.truncate(100 * MAX_BYTES)
    with pytest.raises(CommandError, match="too large: 5 MB"):
        run("import_issue", str(path))


@pytest.mark.parametrize("name", ["absent.txt", "."])
def test_it_says_what_is_wrong_with_a_path(tmp_path, name):
    with pytest.raises(CommandError, match=str(tmp_path)):
        run("import_issue", str(tmp_path / name))


def test_what_was_exported_to_a_file_can_be_imported(tmp_path):
    path = tmp_path / "numero.md"
    SectionFactory(issue=IssueFactory(number=5), title="🚀 Un titre")
    run("export_issue", "5", "--output", str(path))
    run("import_issue", str(path), "--number", "6")
    assert Issue.objects.get(number=6).sections.get().title == "🚀 Un titre"


def test_it_exports_to_the_screen():
    IssueFactory(number=5)
    assert run("export_issue", "5").startswith("---\nveille: 1\nnumber: 5\n")


@pytest.mark.parametrize("number", ["5", "99999999999999999999"])
def test_it_says_that_there_is_no_such_issue(number):
    with pytest.raises(CommandError, match=f"There is no issue {number}"):
        run("export_issue", number)


def test_it_says_when_the_output_cannot_be_written(tmp_path):
    IssueFactory(number=5)
    with pytest.raises(CommandError, match=str(tmp_path)):
        run("export_issue", "5", "--output", str(tmp_path))
