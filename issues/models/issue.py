"""Issue: one edition of the newsletter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from markdownx.models import MarkdownxField
from simple_history.models import HistoricalRecords

from .version import Whole

if TYPE_CHECKING:
    from .rendition import Rendition
    from .section import Section


class IssueQuerySet(models.QuerySet["Issue"]):
    def published(self) -> IssueQuerySet:
        """What the public may read."""
        return self.filter(state=Issue.State.PUBLISHED)

    def withdrawn(self) -> IssueQuerySet:
        """What the public could read once, and may no longer."""
        return self.filter(state=Issue.State.WITHDRAWN)

    def in_the_making(self) -> IssueQuerySet:
        """What the newsroom still works on, the next to come first."""
        return self.exclude(state__in=Issue.OUT).order_by("number")

    def due(self) -> IssueQuerySet:
        """Scheduled issues whose time has come."""
        return self.filter(state=Issue.State.SCHEDULED, scheduled_for__lte=timezone.now())


class Issue(models.Model):
    """One edition: number, title, subject line, preheader, introduction, ordered sections, closing."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in_review", _("in review")
        APPROVED = "approved", _("approved")
        SCHEDULED = "scheduled", _("scheduled")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn from the site")

    # Readers have it: its text is frozen, whether the site shows it or not.
    OUT = (State.PUBLISHED, State.WITHDRAWN)

    number = models.PositiveIntegerField(_("number"), unique=True)
    title = models.CharField(_("title"), max_length=200)
    subject = models.CharField(
        _("subject line"), max_length=150, blank=True, help_text=_("Of the email; at best 60 characters.")
    )
    preheader = models.CharField(
        _("preheader"),
        max_length=200,
        blank=True,
        help_text=_("The line that mailboxes show after the subject."),
    )
    introduction = MarkdownxField(_("introduction"), blank=True)
    closing = MarkdownxField(_("closing words"), blank=True)
    deadline = models.DateTimeField(_("deadline for texts"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=State, default=State.DRAFT, editable=False, db_index=True
    )
    approved_digest = models.CharField(max_length=64, blank=True, editable=False)
    scheduled_for = models.DateTimeField(_("to be published on"), null=True, blank=True, editable=False)
    scheduled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("scheduled by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    published_at = models.DateTimeField(_("published on"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = HistoricalRecords(verbose_name=_("version of an issue"), bases=[Whole])
    objects = IssueQuerySet.as_manager()

    if TYPE_CHECKING:
        rendition: Rendition

    class Meta:
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        ordering = ["-number"]
        permissions = [
            ("edit_issues", _("Can review and approve sections and issues")),
            ("publish_issue", _("Can publish an issue")),
            ("import_issue", _("Can import an issue from a file")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="issue_number_from_one"),
            models.CheckConstraint(condition=~Q(title=""), name="issue_has_a_title"),
            models.CheckConstraint(
                condition=Q(
                    state__in=["draft", "in_review", "approved", "scheduled", "published", "withdrawn"]
                ),
                name="issue_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="scheduled") | Q(scheduled_for__isnull=False, scheduled_by__isnull=False),
                name="issue_scheduled_has_a_time_and_a_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "withdrawn"]) | Q(published_at__isnull=False),
                name="issue_published_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | ~Q(state="withdrawn") & Q(withdrawn_at__isnull=True),
                name="issue_withdrawn_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "scheduled", "published", "withdrawn"])
                | ~Q(approved_digest=""),
                name="issue_approved_has_a_digest",
            ),
        ]

    def __str__(self) -> str:
        return _("No. %(number)s – %(title)s") % {"number": self.number, "title": self.title}

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        # Reading a text needs the models.
        from ..links import mentions

        mentions.note(self)

    def get_absolute_url(self) -> str:
        return reverse("archive:issue", args=[self.number])

    @property
    def is_published(self) -> bool:
        """Whether the public may read it."""
        return self.state == self.State.PUBLISHED

    @property
    def is_out(self) -> bool:
        """Whether readers have it, so that its text is frozen: published, or withdrawn since."""
        return self.state in self.OUT

    @classmethod
    def next_number(cls) -> int:
        """The number after the highest one taken."""
        highest = cls.objects.aggregate(highest=models.Max("number"))["highest"]
        return (highest or 0) + 1

    def ordered_sections(self) -> models.QuerySet[Section]:
        """The sections in reading order, with all that rendering needs."""
        return (
            self.sections.order_by("position", "pk")
            .select_related("rubric")
            .prefetch_related("bylines__author", "sources", "tags")  # type: ignore[misc]
        )

    def bump_version(self) -> None:
        """Count one more saved version, whoever else saves at the same time."""
        type(self).objects.filter(pk=self.pk).update(version=F("version") + 1)
