"""What was approved is what goes out: every way to a late edit is shut, or takes the approval away.

A picture is not among them: its address is made of its content, so that another picture is another text.
"""

import io
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from issues import workflow
from issues.models import Issue, Rubric, Section
from issues.rendering import render_issue
from issues.workflow import NotNow
from tests.factories import (
    AuthorFactory,
    IssueFactory,
    RubricFactory,
    SectionFactory,
    SourceFactory,
    an_author,
    an_editor,
)
from tests.rights.forms import filled_form

pytestmark = pytest.mark.django_db

FALLS, REFUSED, UNSEEN = "the approval falls", "it is refused", "readers would not see it"


class Desk:
    """An approved issue of two sections, and an editor and an author who go on working."""

    def __init__(self):
        self.editor, self.author = an_editor(), an_author()
        self.rubric = RubricFactory()
        self.issue = IssueFactory(title="Un titre d’avant")
        self.issue.title = "Un titre approuvé"
        self.issue.save()
        self.first, self.second = (self._a_section(place) for place in (1, 2))
        self.source = SourceFactory(section=self.first)
        self.first.tags.add("essais")
        self.elsewhere = SectionFactory(state=Section.State.APPROVED, authors=[AuthorFactory()])
        self.digest = render_issue(self.issue).digest
        self.issue.state, self.issue.approved_digest = Issue.State.APPROVED, self.digest
        self.issue.save()

    def _a_section(self, place):
        section = SectionFactory(
            issue=self.issue,
            rubric=self.rubric,
            position=place,
            body="Avant.",
            authors=[self.author.author, AuthorFactory()],
        )
        section.body, section.state = "Approuvé.", Section.State.APPROVED
        section.save()
        return section

    def send(self, address, data, *, by=None):
        client = Client()
        client.force_login(by or self.editor)
        response = client.post(address, data)
        assert response.status_code < 500
        # A form that was taken leads on; the drafts are answered without a page.
        self.was_taken = response.status_code == 302 or response["Content-Type"] == "application/json"

    def form(self, thing, *, by=None, **changes):
        name = f"{thing._meta.app_label}_{thing._meta.model_name}"
        address = reverse(f"admin:{name}_change", args=[thing.pk])
        self.send(address, filled_form(address) | changes, by=by)

    def add(self, *, by, **changes):
        address = reverse("admin:issues_section_add")
        data = {"title": "🆕 Tard venue", "issue": self.issue.pk, "body": "Un texte."}
        self.send(address, filled_form(address) | data | changes, by=by)

    def delete(self, thing):
        name = f"{thing._meta.app_label}_{thing._meta.model_name}"
        self.send(reverse(f"admin:{name}_delete", args=[thing.pk]), {"post": "yes"})

    def call(self, name, *args, **data):
        self.send(reverse(f"issues:{name}", args=args), data)

    def restore(self, thing):
        self.call(f"{thing._meta.model_name}-restore", thing.pk, thing.history.last().pk)

    def keep_a_draft(self, key):
        data = {"draft_key": key, "title": self.first.title, "body": "À peine tapé."}
        self.call("draft-keep", "section", self.first.pk, **data)

    def take_a_draft_up(self):
        key = str(uuid.uuid4())
        self.keep_a_draft(key)
        self.form(self.first, draft_key=key, body="À peine tapé.")

    def import_a_file(self):
        text = f"---\nnumber: {self.issue.number}\ntitle: Un autre\n---\n\n## 🚀 Une section\n\nUn texte.\n"
        file = io.BytesIO(text.encode())
        file.name = "numero.md"
        self.call("issue-import", file=file, number=self.issue.number)


LATE_EDITS = {
    # On a section
    "its title": (FALLS, lambda d: d.form(d.first, title="💥 Un autre titre")),
    "its text": (FALLS, lambda d: d.form(d.first, body="Un autre texte.")),
    "its text, by its author": (REFUSED, lambda d: d.form(d.first, by=d.author, body="Un autre texte.")),
    "its rubric": (FALLS, lambda d: d.form(d.first, rubric="")),
    "its tags": (UNSEEN, lambda d: d.form(d.first, tags="autre chose")),
    "a source in words": (FALLS, lambda d: d.form(d.first, **{"sources-0-title": "Une autre"})),
    "a source taken away": (FALLS, lambda d: d.form(d.first, **{"sources-0-DELETE": "on"})),
    "the order of the byline": (FALLS, lambda d: d.form(d.first, **{"bylines-0-position": 9})),
    "a signature taken away": (FALLS, lambda d: d.form(d.first, **{"bylines-1-DELETE": "on"})),
    "out of the issue, by its form": (FALLS, lambda d: d.form(d.first, issue="")),
    "out of the issue, on the board": (
        FALLS,
        lambda d: d.call("section-place", d.first.pk, issue="", **{"from": d.issue.pk}),
    ),
    "into the issue, on the board": (
        FALLS,
        lambda d: d.call("section-place", d.elsewhere.pk, issue=d.issue.pk, **{"from": d.elsewhere.issue_id}),
    ),
    "into the issue, by its form": (FALLS, lambda d: d.form(d.elsewhere, issue=d.issue.pk)),
    "moved down": (FALLS, lambda d: d.call("section-move", d.first.pk, direction="down")),
    "changes asked for": (
        FALLS,
        lambda d: d.call("section-transition", d.first.pk, "request-changes", comment="Une coquille."),
    ),
    "a comment": (UNSEEN, lambda d: d.call("section-comment", d.first.pk, comment="Bravo.")),
    "an older version": (FALLS, lambda d: d.restore(d.first)),
    "a draft kept": (UNSEEN, lambda d: d.keep_a_draft(str(uuid.uuid4()))),
    "a draft taken up again": (FALLS, lambda d: d.take_a_draft_up()),
    "deleted": (FALLS, lambda d: d.delete(d.first)),
    "a new one, by an editor": (FALLS, lambda d: d.add(by=d.editor)),
    "a new one, by an author": (REFUSED, lambda d: d.add(by=d.author)),
    "corrected as if it were out": (
        REFUSED,
        lambda d: d.call("section-correct", d.first.pk, title="Autre", body="Autre", erratum="Rien."),
    ),
    # On the issue
    "the title of the issue": (FALLS, lambda d: d.form(d.issue, title="Un autre titre")),
    "the subject": (FALLS, lambda d: d.form(d.issue, subject="Un autre objet")),
    "the preheader": (FALLS, lambda d: d.form(d.issue, preheader="Autre chose.")),
    "the opening words": (FALLS, lambda d: d.form(d.issue, introduction="Bonsoir.")),
    "the closing words": (FALLS, lambda d: d.form(d.issue, closing="À demain.")),
    "the number": (FALLS, lambda d: d.form(d.issue, number=Issue.next_number() + 7)),
    "the order of the sections": (FALLS, lambda d: d.form(d.issue, **{"sections-0-position": 77})),
    "an older version of the issue": (FALLS, lambda d: d.restore(d.issue)),
    "the issue, corrected as if it were out": (
        REFUSED,
        lambda d: d.call("issue-correct", d.issue.pk, title="A", introduction="A", closing="A", erratum="A"),
    ),
    "duplicated": (UNSEEN, lambda d: d.call("issue-duplicate", d.issue.pk, number=Issue.next_number())),
    "imported over": (REFUSED, lambda d: d.import_a_file()),
    # On what both are made of
    "the name of a rubric": (FALLS, lambda d: d.form(d.rubric, name="Un autre nom")),
    "a rubric deleted": (FALLS, lambda d: d.delete(d.rubric)),
    "the name of an author": (FALLS, lambda d: d.form(d.author.author, name="Un autre nom")),
    "an author who signs, deleted": (REFUSED, lambda d: d.delete(d.author.author)),
    "the deadline": (UNSEEN, lambda d: d.form(d.issue, deadline_0="2031-05-01", deadline_1="09:00")),
    "the name of a tag": (UNSEEN, lambda d: d.form(d.first.tags.get(), name="Autre", slug="autre")),
}

# Nobody edits a scheduled issue itself; what it is made of, still.
SHUT_ONCE_SCHEDULED = {
    "the title of the issue",
    "the order of the sections",
    "an older version of the issue",
}
TRIED_ONCE_SCHEDULED = {"its text", "the name of a rubric", *SHUT_ONCE_SCHEDULED}


def check(desk, state, expected):
    issue = Issue.objects.get(pk=desk.issue.pk)
    assert desk.was_taken == (expected != REFUSED)
    if expected == FALLS:
        assert (issue.state, issue.approved_digest) == (Issue.State.IN_REVIEW, "")
        with pytest.raises(NotNow):
            workflow.publish(issue, by=desk.editor)
    else:
        assert issue.state == state
        workflow.publish(issue, by=desk.editor)
        assert issue.rendition.digest == desk.digest


@pytest.mark.parametrize("name", LATE_EDITS)
def test_a_late_edit_changes_nothing_or_takes_the_approval_away(name):
    desk = Desk()
    expected, edit = LATE_EDITS[name]
    edit(desk)
    check(desk, Issue.State.APPROVED, expected)


@pytest.mark.parametrize("name", sorted(TRIED_ONCE_SCHEDULED))
def test_so_it_is_once_the_issue_is_scheduled(name):
    desk = Desk()
    workflow.schedule(desk.issue, by=desk.editor, at=timezone.now() + timedelta(days=1))
    _expected, edit = LATE_EDITS[name]
    edit(desk)
    check(desk, Issue.State.SCHEDULED, REFUSED if name in SHUT_ONCE_SCHEDULED else FALLS)


def test_what_changed_past_the_desk_is_found_when_it_would_go_out():
    desk = Desk()
    Rubric.objects.filter(pk=desk.rubric.pk).update(name="Renommée dans la base")
    with pytest.raises(NotNow):
        workflow.publish(desk.issue, by=desk.editor)
    assert Issue.objects.get(pk=desk.issue.pk).state == Issue.State.IN_REVIEW
