"""A house with one of everything, and somebody of each kind to try its doors."""

from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from authors.models import User
from authors.roles import AUTHORS
from issues import checks, workflow
from issues.acknowledging import acknowledge
from issues.models import Issue, LinkLookup, Section, Tag
from issues.proofs import links
from mailings.models import Bounce, Mailing
from tests.factories import (
    AuthorFactory,
    ImportFactory,
    IssueFactory,
    RubricFactory,
    SectionFactory,
    SourceFactory,
    SubscriberFactory,
    UserFactory,
    WelcomeTextFactory,
    an_author,
    an_editor,
)
from tests.mailings.conftest import publish
from watch.board import subjects, taking
from watch.keeping import keep
from watch.models import Clip, Proposal

# As the columns of the tables name them.
NOBODY, ACCOUNT, STAFF = "nobody", "account", "staff"
OTHER, SIGNS, EDITOR = "other author", "author who signs", "editor"
KINDS = (NOBODY, ACCOUNT, STAFF, OTHER, SIGNS, EDITOR)


class World:
    """The house, before anybody does anything."""

    def __init__(self) -> None:
        self.people: dict[str, User | None] = {
            NOBODY: None,
            ACCOUNT: UserFactory(),
            STAFF: UserFactory(is_staff=True),
            OTHER: an_author(),
            SIGNS: an_author(),
            EDITOR: an_editor(),
        }
        self.cookies = {kind: self._log_in(kind) for kind in KINDS}
        self.second_editor = an_editor()
        self.rubric = RubricFactory()
        self.tag = Tag.objects.create(name="Essais", slug="essais")
        self.issue = IssueFactory(number=1000)
        self.section = self.a_section(self.issue)
        self.question = workflow.comment(self.section, by=self.second_editor, text="Une source ?")
        self.issue_question = workflow.comment(self.issue, by=self.second_editor, text="Un titre ?")
        self.proof = links.address_of(links.make(self.issue, by=self.second_editor)).split("/")[2]
        self.source = SourceFactory(section=self.section)
        self.guest = AuthorFactory()
        self.subscriber = SubscriberFactory()
        self.group = Group.objects.get(name=AUTHORS)
        self.transfer = ImportFactory(content=b"email\n")
        self.welcome = WelcomeTextFactory()
        self.mailing: Mailing = publish(IssueFactory(number=1001))
        published = self.mailing.issue.sections.get()
        self.published_source = SourceFactory(section=published, url="https://example.org/source")
        self.published_rubric = RubricFactory()
        Section.objects.filter(pk=published.pk).update(rubric=self.published_rubric)
        self.dead_link = LinkLookup.objects.create(
            url="https://example.org/source", is_published=True, next_at=timezone.now()
        )
        self.proposal = Proposal.objects.create(title="La sobriété", links="https://example.org/")
        self.clip, _new = keep(self.signatory, "https://example.org/clip", via=Clip.Via.FORM)
        self.subject = subjects.create(
            self.issue, "Un sujet", by=self.second_editor, links=["https://pages.example/une"]
        )
        taking.propose(self.subject, self.signatory.author, by=self.second_editor)
        self.bounce = Bounce.objects.create(
            delivery=self.mailing.deliveries.get(), kind="hard", source="mail", event="0"
        )

    def a_section(self, issue: Issue | None) -> Section:
        return SectionFactory(issue=issue, authors=[self.signatory.author], rubric=self.rubric)

    @property
    def signatory(self) -> Any:
        return self.people[SIGNS]

    def client(self, kind: str) -> Client:
        """Give a browser that this kind of person has just logged in with."""
        client = Client()
        client.cookies = self.cookies[kind].copy()
        return client

    def _log_in(self, kind: str) -> SimpleCookie:
        client = Client()
        if user := self.people[kind]:
            client.force_login(user)
        return client.cookies

    # --- The states, reached as people reach them ---

    def bring_section(self, state: str) -> Section:
        """Give a section of an issue in the making that is in this state, or of one that is out."""
        section = self.a_section(IssueFactory(number=Issue.next_number()))
        if state == "draft":
            return section
        workflow.submit(section, by=self.signatory)
        if state == "changes requested":
            workflow.request_changes(section, by=self.second_editor, comment="Un exemple ?")
        if state in ("approved", "published"):
            workflow.approve_section(section, by=self.second_editor)
        if state == "published":
            self._on(section.issue, "published")
        section.refresh_from_db()
        return section

    def bring_issue(self, state: str) -> Issue:
        """Give an issue in this state, with one approved section."""
        section = self.bring_section("approved")
        self._on(section.issue, state)
        return Issue.objects.get(pk=section.issue_id)

    def _on(self, issue: Any, state: str) -> None:
        by = self.second_editor
        if state != "draft":
            workflow.send_to_review(issue, by=by)
        if state in ("approved", "scheduled", "published", "withdrawn"):
            acknowledge_all(issue, by=by)
            workflow.approve(issue, by=by)
        if state == "scheduled":
            workflow.schedule(issue, by=by, at=timezone.now() + timedelta(days=1))
        if state in ("published", "withdrawn"):
            workflow.publish(issue, by=by)
        if state == "withdrawn":
            workflow.withdraw_issue(issue, by=by, comment="Une source est contestée.")


def acknowledge_all(issue: Issue, *, by: User) -> None:
    """Answer for whatever the checks warn of."""
    warnings = {message.fingerprint for message in checks.report(issue).open_warnings}
    if warnings:
        acknowledge(issue, warnings, by=by)
