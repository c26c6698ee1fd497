"""Choosing the section that another one follows up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _

from .. import following
from ..models import Issue, Section


class FollowUp(forms.ModelChoiceField):
    """Any published section; a list offers those of the latest issues, and what is chosen already."""

    def __init__(self, queryset: Any = None, **kwargs: Any) -> None:
        kwargs.pop("limit_choices_to", None)
        super().__init__(Section.objects.published().select_related("issue"), **kwargs)

    def offer(self, section: Section | None) -> None:
        """Offer what this section may follow up: grouped by issue, the latest first."""
        issue = section.issue if section else None
        published = Issue.objects.published()
        if issue:
            published = published.filter(number__lt=issue.number)
        recent = list(published.order_by("-number").values_list("pk", flat=True)[: following.RECENT_ISSUES])
        offered = Section.objects.published().filter(
            Q(issue__in=recent) | Q(pk=section.follows_id if section else None)
        )
        groups: dict[str, list[tuple[int, str]]] = {}
        for pk, title, number in offered.order_by("-issue__number", "position", "pk").values_list(
            "pk", "title", "issue__number"
        ):
            groups.setdefault(_("No. %(number)s") % {"number": number}, []).append((pk, title))
        # Another choice than these is accepted too: a suggestion may be older.
        self.widget.choices = [("", self.empty_label or ""), *groups.items()]
