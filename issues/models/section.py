"""Section: one article of an issue, with its byline and its sources."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from markdownx.models import MarkdownxField
from simple_history.models import HistoricalRecords
from taggit.managers import TaggableManager

from authors.models import Author

from ..canonical import canonical_url
from .issue import Issue
from .link import LONGEST_URL
from .tag import FoldingTaggableManager, TaggedSection
from .version import Whole


class Rubric(models.Model):
    """A recurring heading that groups sections inside an issue."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("rubric")
        verbose_name_plural = _("rubrics")
        ordering = ["position", "name"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="rubric_has_a_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("archive:rubric", args=[self.slug])

    @property
    def slug(self) -> str:
        """The words of its name, for people, and its key, which is what counts."""
        return f"{slugify(self.name)[:80].strip('-') or 'rubrique'}-{self.pk}"


class SectionQuerySet(models.QuerySet["Section"]):
    def published(self) -> SectionQuerySet:
        """What the public may read."""
        return self.filter(issue__state=Issue.State.PUBLISHED)

    def signed_by(self, user: Any) -> SectionQuerySet:
        """Those whose byline holds the account's author."""
        return self.filter(bylines__author__user=user)

    def awaiting_review(self) -> SectionQuerySet:
        return self.filter(state=Section.State.SUBMITTED)

    def with_open_comments(self) -> SectionQuerySet:
        """Count in `open_comments` what was asked in each thread and is not resolved yet."""
        # A review belongs to a section.
        from .review import Review

        asked = Review.objects.open().filter(section=OuterRef("pk")).order_by().values("section")
        return self.annotate(open_comments=Coalesce(Subquery(asked.annotate(n=Count("pk")).values("n")), 0))


class Section(models.Model):  # type: ignore[django-manager-missing]
    """One article: emoji title, byline, Markdown body, tags, sources and review state.

    A section without an issue waits for the editor to take it into one.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        CHANGES_REQUESTED = "changes_requested", _("changes requested")
        # Feminine where the state of an issue is masculine.
        APPROVED = "approved", pgettext_lazy("section", "approved")

    issue = models.ForeignKey(
        Issue,
        verbose_name=_("issue"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="sections",
        help_text=_("Empty: the section waits for an issue."),
    )
    rubric = models.ForeignKey(
        Rubric,
        verbose_name=_("rubric"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="sections",
    )
    is_standing = models.BooleanField(
        _("standing section"),
        default=False,
        help_text=_("Comes back in every issue: it is copied, as a draft, when the issue is duplicated."),
    )
    position = models.PositiveIntegerField(_("position"), default=0, db_index=True)
    title = models.CharField(
        _("title"), max_length=200, help_text=_("Begins with an emoji or two: 🚀 A title that says it.")
    )
    body = MarkdownxField(_("text"), blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=State, default=State.DRAFT, editable=False, db_index=True
    )
    authors = models.ManyToManyField(
        Author, verbose_name=_("authors"), through="Byline", related_name="sections"
    )
    tags = TaggableManager(
        verbose_name=_("tags"),
        through=TaggedSection,
        manager=FoldingTaggableManager,
        blank=True,
        help_text=_("Separated by commas."),
    )
    follows = models.ForeignKey(
        "self",
        verbose_name=_("follows up"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="followed_by",
        help_text=_("A section of an earlier issue that this one carries on."),
    )
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last saved on"), auto_now=True)
    submitted_at = models.DateTimeField(_("submitted on"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = HistoricalRecords(verbose_name=_("version of a section"), bases=[Whole])
    objects = SectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["issue", "position", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="section_has_a_title"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted", "changes_requested", "approved"]),
                name="section_state_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        # Reading a text needs the models.
        from ..links import mentions

        mentions.note(self)

    def get_absolute_url(self) -> str:
        """The section's own public page (meaningful once its issue is published)."""
        return reverse("archive:section", args=[self.issue.number, self.slug]) if self.issue else ""

    @property
    def slug(self) -> str:
        """The words of its title, for people, and its key, which is what counts."""
        return f"{slugify(self.title)[:80].strip('-') or 'section'}-{self.pk}"

    @property
    def anchor(self) -> str:
        """The fragment of the section on its issue's page; never changes."""
        return f"section-{self.pk}"

    def byline(self) -> list[Author]:
        """The authors in the order in which they sign."""
        return [line.author for line in self.bylines.all()]

    def is_signed_by(self, user: Any) -> bool:
        return self.bylines.filter(author__user=user).exists()

    @property
    def word_count(self) -> int:
        """The words that readers read, without the addresses and marks of Markdown."""
        # Reading a text needs the models.
        from ..anatomy import anatomy

        return anatomy(self.body).words


class Byline(models.Model):
    """An author's place in the signature of a section."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="bylines")
    author = models.ForeignKey(
        Author, verbose_name=_("author"), on_delete=models.PROTECT, related_name="bylines"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("byline")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "author"],
                name="byline_holds_an_author_once",
                violation_error_message=_("An author signs a section once."),
            ),
        ]

    def __str__(self) -> str:
        return self.author.name


class Source(models.Model):
    """A link that a section rests on, printed at its end and looked up across issues."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="sources")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=120, blank=True)
    url = models.URLField(_("address"), max_length=2000, blank=True, help_text=_("http or https"))
    canonical_url = models.CharField(max_length=2000, blank=True, editable=False, db_index=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="source_has_a_title"),
            models.CheckConstraint(
                condition=Q(url="") | Q(url__startswith="http://") | Q(url__startswith="https://"),
                name="source_url_is_http",
                violation_error_message=_("The address of a source begins with http:// or https://."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Escaped, an address may grow; its beginning is enough to recognise it by.
        self.canonical_url = canonical_url(self.url)[:LONGEST_URL]
        super().save(*args, **kwargs)
