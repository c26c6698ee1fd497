"""Years of past issues into the archive at once, as somebody types it."""

from datetime import UTC, date, datetime
from io import StringIO
from pathlib import PurePath

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from authors.models import Author
from issues import workflow
from issues.interchange import ImportRefused, export_issue, parse
from issues.models import Acknowledgement, Issue, Notice
from issues.past import day_of_name, read
from mailings.models import Mailing
from tests.factories import AuthorFactory, IssueFactory, SectionFactory, UserFactory, an_author, an_editor

NATIVE = """---
veille: 1
number: {number}
title: {title}
subject: Veille n° {number}, {title}
preheader: Ce que ce numéro raconte.
{more}
---

Bonjour.

--- section ---
title: 🚀 Une section du {number}
authors:
- {author}
{follows}
---

Un paragraphe.
"""
HUGO = """---
title: Le mois de mars
date: 2024-03-15T07:30:00+01:00
categories: [veille]
---

# L’essai du mois
Par Zoé Martin

Un paragraphe.

# Un autre essai
Par Zoé Martin

Un paragraphe.
"""


@pytest.fixture
def helene(db):
    return UserFactory(username="helene", role="Rédaction")


@pytest.fixture
def put(tmp_path, helene):
    """Write files, run the command on them, and give what it says; files are named by their keys."""

    def run(files, *options):
        paths = []
        for name, text in files.items():
            path = tmp_path / name
            path.write_text(text, encoding="utf-8")
            paths.append(str(path))
        output = StringIO()
        try:
            call_command(
                "import_past_issues", *paths, "--by", "helene", *options, stdout=output, no_color=True
            )
        except CommandError as error:
            output.write(f"error: {error}")
        return output.getvalue().replace(f"{tmp_path}/", "")

    return run


def native(number, title="Un vieux numéro", more="published: 2019-03-15", author="Zoé Martin", follows=""):
    return NATIVE.format(number=number, title=title, more=more, author=author, follows=follows)


# --- Into the archive ---


def test_a_file_of_ours_comes_in_under_its_date_and_nobody_is_told(put, helene):
    AuthorFactory(name="Zoé Martin", account=True)
    an_editor()
    said = put({"a.md": native(7)})
    assert "a.md: No. 7 – Un vieux numéro, in the archive under 2019-03-15" in said
    assert "1 new, 0 known; refused: 0" in said
    issue = Issue.objects.get(number=7)
    assert (issue.state, timezone.localdate(issue.published_at)) == ("published", date(2019, 3, 15))
    assert {review.actor for review in issue.reviews.all()} == {helene}
    assert not Mailing.objects.exists()
    assert not Notice.objects.exists()
    assert mail.outbox == []


def test_hugos_date_counts_and_the_title_stands_for_the_subject(put):
    said = put({"numero.md": HUGO}, "--number-from", "3", "--acknowledge")
    issue = Issue.objects.get(number=3)
    assert issue.published_at == datetime(2024, 3, 15, 6, 30, tzinfo=UTC)
    assert issue.subject == "Le mois de mars"
    assert "“categories” is not a known name" in said


def test_the_name_of_a_file_has_the_date_where_its_text_has_none(put):
    put({"2018-02-01-mars.md": native(7, more="")})
    assert timezone.localdate(Issue.objects.get(number=7).published_at) == date(2018, 2, 1)


def test_a_file_without_any_title_comes_in_once_and_is_called_after_its_number(put):
    files = {"2024-03-15.txt": "L’essai du mois\nPar Zoé Martin\n\nUn paragraphe.\n"}
    assert "1 new" in put(files, "--acknowledge", "--number-from", "3")
    assert "0 new, 1 known" in put(files, "--acknowledge", "--number-from", "3")
    issue = Issue.objects.get()
    assert (issue.number, issue.title, issue.subject) == (3, "Numéro 3", "Numéro 3")


UNSIGNED = """---
number: 4
title: Le mois de mars
date: 2024-03-15
{more}
---

# L’essai du mois

Un paragraphe.

# Un autre essai
Par Ali Haddad

Un paragraphe.
"""


def signatories(number):
    sections = Issue.objects.get(number=number).sections.order_by("position")
    return [[author.name for author in section.byline()] for section in sections]


@pytest.mark.parametrize(
    ("more", "names"),
    [
        ("author: Zoé Martin", ["Zoé Martin"]),
        ("authors: [Zoé Martin, Maïa Le Goff]", ["Zoé Martin", "Maïa Le Goff"]),
    ],
)
def test_who_signs_a_whole_file_signs_what_names_nobody(put, more, names):
    put({"a.md": UNSIGNED.format(more=more)}, "--acknowledge")
    assert signatories(4) == [names, ["Ali Haddad"]]


def test_who_is_typed_signs_what_no_file_says(put):
    files = {"a.md": UNSIGNED.format(more="")}
    assert "Nobody signs this section yet" in put(files, "--acknowledge")
    put(files, "--acknowledge", "--author", "Zoé Martin", "--author", "Maïa Le Goff")
    assert signatories(4) == [["Zoé Martin", "Maïa Le Goff"], ["Ali Haddad"]]


def test_a_name_in_the_file_is_stronger_than_the_one_that_is_typed(put):
    put({"a.md": UNSIGNED.format(more="author: Zoé Martin")}, "--acknowledge", "--author", "Personne")
    assert signatories(4) == [["Zoé Martin"], ["Ali Haddad"]]


@pytest.mark.parametrize("more", ["author: {name: Zoé, avatar: z.png}", "authors: [{name: Zoé}]"])
def test_what_another_tool_keeps_of_authors_is_left_out_and_said(more):
    draft = parse(UNSIGNED.format(more=more).encode())
    assert [section.authors for section in draft.sections] == [[], ["Ali Haddad"]]
    assert any("holds no names that can be read" in str(entry) for entry in draft.report.warnings)


def test_what_has_no_date_takes_the_one_that_is_typed(put):
    assert "when did it come out?" in put({"a.md": native(7, more="")})
    put({"a.md": native(7, more="")}, "--on", "2017-05-04")
    assert timezone.localdate(Issue.objects.get(number=7).published_at) == date(2017, 5, 4)


def test_files_without_a_number_are_numbered_by_their_dates(put):
    IssueFactory(number=2)
    texts = {
        name: HUGO.replace("2024-03-15T07:30:00+01:00", day).replace("mars", day)
        for name, day in {"a.md": "2024-05-01", "b.md": "2024-03-01", "c.md": "2024-04-01"}.items()
    }
    assert "which number is it?" in put(texts, "--acknowledge")
    put(texts, "--number-from", "1", "--acknowledge")
    numbered = Issue.objects.filter(state="published").order_by("number").values_list("number", "title")
    assert [(n, title[-10:]) for n, title in numbered] == [
        (1, "2024-03-01"),
        (3, "2024-04-01"),
        (4, "2024-05-01"),
    ]


def test_the_oldest_goes_first_so_that_what_carries_on_finds_it(put):
    put(
        {
            "a.md": native(10, "Suite", "date: 2019-04-15", follows="follows: 9 🚀 Une section du 9"),
            "b.md": native(9),
        }
    )
    section = Issue.objects.get(number=10).sections.get()
    assert section.follows == Issue.objects.get(number=9).sections.get()


def test_what_was_exported_comes_back_under_its_date(put, db):
    issue = IssueFactory(number=12, title="Douze")
    author, editor = an_author(), an_editor()
    section = SectionFactory(issue=issue, authors=[author.author])
    workflow.submit(section, by=author)
    workflow.approve_section(section, by=editor)
    workflow.send_to_review(issue, by=editor)
    workflow.approve(issue, by=editor)
    at = datetime(2020, 2, 3, 6, 30, tzinfo=UTC)
    workflow.archive(issue, by=editor, on=at)
    put({"13.md": export_issue(issue).replace("number: 12", "number: 13")}, "--acknowledge")
    assert Issue.objects.get(number=13).published_at == at


# --- Not into the archive ---


def test_one_that_is_refused_leaves_nothing_and_the_others_go_on(put):
    said = put({"a.md": native(7, author="''"), "b.md": native(8), "c.docx": "PK\3\4"})
    assert "a.md: refused: “🚀 Une section du 7”: Nobody signs this section yet" in said
    assert "b.md: No. 8" in said
    assert "c.docx: refused" in said
    assert "error: 2 files were refused." in said
    assert not Issue.objects.filter(number=7).exists()


def test_again_it_passes_over_what_is_in(put):
    files = {"a.md": native(7), "2024-03-15.md": HUGO}
    put(files, "--number-from", "1", "--acknowledge")
    issues = set(Issue.objects.values_list("pk", "version"))
    said = put(files, "--number-from", "1", "--acknowledge")
    assert "a.md: No. 7 – Un vieux numéro is out already since 2019-03-15, passed over" in said
    assert "0 new, 2 known; refused: 0" in said
    assert set(Issue.objects.values_list("pk", "version")) == issues


def test_a_number_that_another_issue_has_is_refused(put):
    put({"a.md": native(7)})
    assert "There is an issue 7 already" in put({"b.md": native(7, "Un autre titre")})


def test_a_withdrawn_issue_stays_withdrawn(put, helene):
    put({"a.md": native(7)})
    workflow.withdraw_issue(Issue.objects.get(number=7), by=helene, comment="Une source est contestée.")
    assert "passed over" in put({"a.md": native(7)})
    assert Issue.objects.get(number=7).state == "withdrawn"


def test_warnings_refuse_a_file_until_somebody_answers_for_them(put, helene):
    files = {"a.md": native(7).replace("preheader: Ce que ce numéro raconte.\n", "")}
    said = put(files)
    assert "1 warning waits for somebody to acknowledge it: There is no preheader." in said
    assert not Issue.objects.exists()
    assert "    There is no preheader." in put(files, "--acknowledge")
    assert Acknowledgement.objects.get().by == helene


def test_nobody_approves_what_they_signed(put, helene, settings):
    Author.objects.create(name="Zoé Martin", user=helene)
    assert "another pair of eyes must approve it" in put({"a.md": native(7)})
    assert not Issue.objects.exists()
    settings.VEILLE_FOUR_EYES = False
    assert "1 new" in put({"a.md": native(7)})


@pytest.mark.parametrize("right", ["issues.publish_issue", "issues.import_issue"])
def test_it_takes_the_rights_of_the_one_who_answers(put, helene, right):
    app, codename = right.split(".")
    for group in helene.groups.all():
        group.permissions.remove(*group.permissions.filter(content_type__app_label=app, codename=codename))
    assert "You do not have the right" in put({"a.md": native(7)})
    assert not Issue.objects.exists()


def test_an_account_that_is_not_there_is_said(tmp_path, db):
    with pytest.raises(CommandError, match="no account “nobody”"):
        call_command("import_past_issues", str(tmp_path / "a.md"), "--by", "nobody")


def test_a_date_to_come_is_refused(put):
    assert "still to come" in put({"a.md": native(7, more="date: 2999-01-01")})


@pytest.mark.parametrize("line", ["draft: true", "published: false", "draft: True"])
def test_what_was_a_draft_elsewhere_is_not_shown(put, line):
    assert "says that it is a draft" in put({"2019-03-15.md": native(7, more=line)})


def test_a_dry_run_says_the_same_and_keeps_nothing(put):
    files = {
        "b.md": native(8, "Suite", "date: 2019-04-15", follows="follows: 7 🚀 Une section du 7"),
        "a.md": native(7),
    }
    said = put(files, "--dry-run")
    assert "2 new, 0 known" in said
    assert "no published section" not in said
    assert "Nothing was kept" in said
    assert not Issue.objects.exists()
    assert not Author.objects.filter(name="Zoé Martin").exists()


@pytest.mark.parametrize("option", [("--on", "mars 2019"), ("--number-from", "0")])
def test_what_is_typed_wrongly_is_said_before_anything_is_done(put, option):
    assert "error: Error: argument" in put({"a.md": native(7)}, *option)


# --- Dates ---


@pytest.mark.parametrize(
    ("lines", "on"),
    [
        ("published: 2019-03-15", date(2019, 3, 15)),
        ("published: '2019-03-15T07:30:00+01:00'", datetime(2019, 3, 15, 6, 30, tzinfo=UTC)),
        ("date: 2019-03-15 07:30:00 +0100", datetime(2019, 3, 15, 6, 30, tzinfo=UTC)),
        ("date: 2019-03-15T07:30", datetime(2019, 3, 15, 6, 30, tzinfo=UTC)),
        ("publish_date: 2019-03-15T06:30:00Z", datetime(2019, 3, 15, 6, 30, tzinfo=UTC)),
        ("date: 2018-01-01\npublishDate: 2019-03-15", date(2019, 3, 15)),
        ("date: 2018-01-01\npublished: 2019-03-15", date(2019, 3, 15)),
        ("date: 2019-03-15\npublished: true", date(2019, 3, 15)),
        ("date: un jour", None),
        ("date:", None),
        ("", None),
    ],
)
def test_front_matter_says_when_it_came_out_in_the_spelling_of_many_tools(lines, on):
    draft = parse(f"---\ntitle: T\n{lines}\n---\n# A\n# B\n".encode())
    assert draft.published == on
    assert ("date: un jour" in " ".join(map(str, draft.report))) == (lines == "date: un jour")


def test_our_own_key_is_a_date_or_nothing():
    with pytest.raises(ImportRefused, match="Line 3: “un jour” is not a time"):
        parse(b"---\ntitle: T\npublished: un jour\n---\n# A\n# B\n")


@given(st.dates(), st.text(max_size=20))
def test_a_file_name_begins_with_its_date(day, rest):
    assert day_of_name(f"{day.isoformat()}-{rest.replace('/', '')}.md") == day


@given(st.text(max_size=40) | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*"))
def test_any_file_name_begins_with_its_date_or_has_none(name):
    day = day_of_name(name)
    assert day is None or PurePath(name).name.startswith(day.isoformat())


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"), max_size=30))
@settings(deadline=None)
def test_any_date_in_a_file_is_read_left_out_or_refused(text):
    for key in ("date", "published"):
        try:
            past = read(f"---\n{key}: {text}\n---\n# A\n# B\n".encode(), name="2019-03-15.md")
        except ImportRefused:
            continue
        assert isinstance(past.day, date)


@pytest.mark.parametrize(
    "name", ["2019-13-01-a.md", "2019-02-30.md", "20190315.md", "2019-03-155.md", "a-2019-03-15.md"]
)
def test_what_is_no_date_at_the_beginning_of_a_name_is_none(name):
    assert day_of_name(name) is None
