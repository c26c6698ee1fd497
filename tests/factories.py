"""Objects for tests, each valid by itself and as small as it can be."""

from datetime import date
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from authors.models import Author, User
from authors.roles import AUTHORS, EDITORS, add_to_role
from issues.models import Byline, Issue, Rendition, Rubric, Section, Source
from mailings.frozen import Frozen, FrozenMail, Recipient
from mailings.letters import Letter
from mailings.models import WelcomeText
from subscribers.importing.files import keep
from subscribers.importing.reading import Layout
from subscribers.models import Import, Subscriber


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")

    @factory.post_generation
    def role(self: User, create: bool, role: str | None, **kwargs: Any) -> None:
        self.set_password("secret")
        self.save()
        if role:
            add_to_role(self, role)


class AuthorFactory(DjangoModelFactory[Author]):
    """An author; `AuthorFactory(account=True)` has an account with the author's role."""

    class Meta:
        model = Author
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Élodie Autrice {n}")

    @factory.post_generation
    def account(self: Author, create: bool, wanted: bool | None, **kwargs: Any) -> None:
        if wanted:
            self.user = UserFactory(role=AUTHORS)
            self.save()


def an_author() -> User:
    """An account with the author's role and an Author."""
    user = AuthorFactory(account=True).user
    assert user
    return user


def an_editor() -> User:
    """An account with the editor's role."""
    return UserFactory(role=EDITORS)


class IssueFactory(DjangoModelFactory[Issue]):
    class Meta:
        model = Issue

    # Far from the numbers that tests give themselves: which one comes here depends on what ran before.
    number = factory.Sequence(lambda n: n + 100_001)
    title = factory.LazyAttribute(lambda issue: f"Les essais du mois {issue.number}")
    subject = factory.LazyAttribute(lambda issue: f"Veille n° {issue.number}")
    preheader = "Ce que ce numéro raconte."
    introduction = "Bonjour à toutes et à tous !"


def a_published_issue(*, web_html: str = "", **fields: Any) -> Issue:
    """An issue that is out, with the page that readers get; sections may be added to it after."""
    published_at = fields.pop("published_at", None) or timezone.now()
    issue = IssueFactory(
        state=Issue.State.PUBLISHED, approved_digest="0" * 64, published_at=published_at, **fields
    )
    Rendition.objects.create(
        issue=issue,
        subject=issue.subject,
        preheader=issue.preheader,
        web_html=web_html or f'<article class="issue-body"><p>{issue.introduction}</p></article>',
        email_html="<p>email</p>",
        text="text",
        digest=f"{issue.number:064x}",
    )
    return issue


class RubricFactory(DjangoModelFactory[Rubric]):
    class Meta:
        model = Rubric

    name = factory.Sequence(lambda n: f"Rubrique {n}")


class SectionFactory(DjangoModelFactory[Section]):
    """A section; `authors=[…]` gives its byline in order."""

    class Meta:
        model = Section
        skip_postgeneration_save = True

    issue = factory.SubFactory(IssueFactory)
    position = factory.Sequence(lambda n: n)
    title = factory.Sequence(lambda n: f"🚀 Une section {n}")
    body = "Un paragraphe **important**.\n\n## Un intertitre\n\n- un\n- deux\n"

    @factory.post_generation
    def authors(self: Section, create: bool, authors: list[Author] | None, **kwargs: Any) -> None:
        for position, author in enumerate(authors or []):
            Byline.objects.create(section=self, author=author, position=position)


class SourceFactory(DjangoModelFactory[Source]):
    class Meta:
        model = Source

    section = factory.SubFactory(SectionFactory)
    title = factory.Sequence(lambda n: f"Une source {n}")
    url = factory.Sequence(lambda n: f"https://source.example/article-{n}")


class ImportFactory(DjangoModelFactory[Import]):
    """An import that was checked, without its file; `ImportFactory(content=b"email…")` has one."""

    class Meta:
        model = Import
        skip_postgeneration_save = True

    filename = "lectrices.csv"
    source = "Le formulaire de notre ancien site"
    consent_date = date(2026, 1, 31)
    language = "fr"
    format = "veille"
    state = Import.State.CHECKED
    layout = factory.LazyFunction(lambda: Layout("utf-8", ",", ("email",), 1).as_json())

    @factory.post_generation
    def content(self: Import, create: bool, content: bytes | None, **kwargs: Any) -> None:
        if content is not None:
            keep([content], self)


class WelcomeTextFactory(DjangoModelFactory[WelcomeText]):
    class Meta:
        model = WelcomeText

    language = "fr"
    subject = "Bienvenue à bord"
    body = "Merci de **nous** lire."


class SubscriberFactory(DjangoModelFactory[Subscriber]):
    """An active subscriber."""

    class Meta:
        model = Subscriber

    email = factory.Sequence(lambda n: f"lectrice{n}@example.org")
    state = Subscriber.State.ACTIVE
    confirmed_at = factory.LazyFunction(timezone.now)


def a_letter(message: bytes, eight_bit: bytes = b"", *, to: str = "b@example.org") -> Letter:
    """A letter of these very bytes: nothing is cut out of them."""
    mail = FrozenMail(Frozen(message), Frozen(eight_bit or message))
    return Letter("a@veille.example", Recipient(to, "", "jeton", "1.1@veille.example"), mail)
