"""Subject: something to write about, and who does."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from authors.models import Author
from issues.models import Issue, Rubric, Section

from .link import Link


class SubjectQuerySet(models.QuerySet["Subject"]):
    def overdue(self, at: datetime) -> SubjectQuerySet:
        """Those proposed or taken of which nothing was heard when their day came."""
        return self.exclude(state=Subject.State.FREE).filter(section=None, due__lte=at)


class Subject(models.Model):
    """Something to write about: free, proposed to an author, or taken by one, until a section comes of it.

    From then on how far it is is the section's to say. Changed by the functions of `watch.board` alone.
    """

    class State(models.TextChoices):
        FREE = "free", pgettext_lazy("subject", "free")
        PROPOSED = "proposed", pgettext_lazy("subject", "proposed")
        TAKEN = "taken", pgettext_lazy("subject", "taken")

    issue = models.ForeignKey(
        Issue,
        verbose_name=_("issue"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="subjects",
    )
    rubric = models.ForeignKey(
        Rubric,
        verbose_name=_("rubric"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="subjects",
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    title = models.CharField(_("title"), max_length=200)
    note = models.TextField(_("note"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.FREE, editable=False)
    owner = models.ForeignKey(
        Author,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="subjects",
    )
    owned_at = models.DateTimeField(_("since"), null=True, blank=True, editable=False)
    due = models.DateTimeField(_("due on"), null=True, blank=True)
    links = models.ManyToManyField(Link, verbose_name=_("links"), blank=True, related_name="subjects")
    section = models.OneToOneField(
        Section,
        verbose_name=_("section"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="subject",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="subject_has_a_title"),
            models.CheckConstraint(
                condition=Q(state="free", owner__isnull=True)
                | Q(state__in=["proposed", "taken"], owner__isnull=False),
                name="subject_has_an_owner_unless_free",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class SubjectEvent(models.Model):
    """Something that happened to a subject: who did it, to whom."""

    class Kind(models.TextChoices):
        CREATED = "created", _("created")
        PROPOSED = "proposed", pgettext_lazy("subject", "proposed")
        TAKEN = "taken", pgettext_lazy("subject", "taken")
        DECLINED = "declined", pgettext_lazy("subject", "declined")
        GIVEN_BACK = "given_back", _("given back")
        FREED = "freed", _("free again, since its day has come")
        CHANGED = "changed", pgettext_lazy("subject", "changed")
        MOVED = "moved", pgettext_lazy("subject", "moved")
        DRAFTED = "drafted", _("a section was made of it")

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    author = models.ForeignKey(
        Author, verbose_name=_("author"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("on"), auto_now_add=True)

    class Meta:
        verbose_name = _("event of a subject")
        verbose_name_plural = _("events of subjects")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.subject}: {self.get_kind_display()}"


class SubjectNotice(models.Model):
    """That somebody is to be told of an event of a subject by mail: once, or never."""

    event = models.ForeignKey(SubjectEvent, on_delete=models.CASCADE, related_name="notices")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="subject_notices"
    )
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)
    mailed_at = models.DateTimeField(_("mailed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice of a subject")
        verbose_name_plural = _("notices of subjects")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "recipient"], name="person_is_told_of_a_subjects_event_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.event}"
