"""What is kept of imports and exports: the work under way, and the log that nothing changes."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LOG_KEPT = timedelta(days=365)


class Import(models.Model):
    """A file of readers, from its upload to its last row. It is evidence too, and stays; the file does not.

    `cursor` counts the rows done in this state, and moves in the transaction that writes them: whoever
    goes on after a death does so there. `owner` and `lease_until` say who works on it now.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("to be described")
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("checked, to be confirmed")
        IMPORTING = "importing", _("being imported")
        DONE = "done", _("imported")
        FAILED = "failed", _("cannot be read")
        CANCELLED = "cancelled", _("given up")

    UNDER_WAY = (State.CHECKING, State.IMPORTING)
    # Something may still come of these: their file is needed.
    OPEN = (*UNDER_WAY, State.UPLOADED, State.CHECKED)

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=20, choices=State, default=State.UPLOADED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    filename = models.CharField(max_length=200)
    source = models.CharField(max_length=300)
    consent_date = models.DateField()
    language = models.CharField(max_length=8, choices=settings.LANGUAGES)
    layout = models.JSONField(default=dict)
    format = models.CharField(max_length=20, blank=True)
    columns = models.JSONField(default=dict)
    file_state = models.CharField(max_length=20, blank=True)
    cursor = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    foreseen = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    refusals = models.JSONField(default=list)
    error = models.TextField(blank=True)
    owner = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import of subscribers")
        verbose_name_plural = _("imports of subscribers")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.filename}, {timezone.localtime(self.created_at):%Y-%m-%d %H:%M}"

    @property
    def path(self) -> Path:
        """Where the file lies while it is needed: no web server reaches it there."""
        return Path(settings.VEILLE_IMPORT_DIR, f"{self.key.hex}.csv")

    @property
    def seen_path(self) -> Path:
        """Where it is kept which address stood in which row first."""
        return Path(settings.VEILLE_IMPORT_DIR, f"{self.key.hex}.seen")

    @property
    def proof(self) -> str:
        """Where and when the consent was given, as it stands in each reader's evidence."""
        return f"{self.source} ({self.consent_date:%Y-%m-%d})"

    @property
    def is_under_way(self) -> bool:
        return self.state in self.UNDER_WAY


class AppendOnly(models.QuerySet["Transfer"]):
    def update(self, **values: Any) -> int:
        raise TypeError("what happened is not changed")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("what happened is not deleted")

    def forget_old(self) -> int:
        """Delete what is older than a year (CNIL: logs are kept for 6 to 12 months); give how much."""
        return super().filter(at__lt=timezone.now() - LOG_KEPT)._raw_delete(self.db)


class Transfer(models.Model):
    """Who brought readers in from a file, or took them out into one: written once, kept for a year."""

    class Kind(models.TextChoices):
        IMPORT = "import", _("import")
        EXPORT = "export", _("export")

    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    rows = models.PositiveIntegerField(_("how many"))
    what = models.CharField(max_length=300, blank=True)

    objects = AppendOnly.as_manager()

    class Meta:
        verbose_name = _("import or export")
        verbose_name_plural = _("imports and exports")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {timezone.localtime(self.at):%Y-%m-%d %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("what happened is not changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("what happened is not deleted")

    @property
    def who(self) -> str:
        """Who did it: a person by name, or the terminal."""
        return str(self.by.get_full_name() or self.by.get_username()) if self.by else str(_("the terminal"))
