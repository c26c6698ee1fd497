"""Issues on the desk: the editor's table."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from markdownx.models import MarkdownxField
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from .. import permissions, workflow
from ..desk import transitions
from ..desk.checking import list_of_checks
from ..desk.forms import MarkdownText, validate_moment
from ..desk.views import run_asked_transition
from ..history import views as history
from ..history.snapshot import complete
from ..models import Issue, PlannedRubric, Section
from ..proofs.card import proof_card
from ..thread.timeline import latest_of_sections, timeline
from .rows import FewRows
from .versions import VersionedAdmin, VersionedForm
from .widgets import MarkdownEditor, named_for_all, quotable, without_related_links

ISSUE_VARIANTS = {
    Issue.State.DRAFT: "default",
    Issue.State.IN_REVIEW: "info",
    Issue.State.APPROVED: "success",
    Issue.State.SCHEDULED: "warning",
    Issue.State.PUBLISHED: "primary",
    Issue.State.WITHDRAWN: "danger",
}


class IssueForm(VersionedForm):
    class Meta:
        model = Issue
        fields = ("number", "title", "subject", "preheader", "introduction", "closing", "deadline")

    def clean_deadline(self) -> datetime | None:
        deadline: datetime | None = self.cleaned_data["deadline"]
        validate_moment(deadline)
        return deadline


class OrderFormSet(forms.BaseInlineFormSet):
    """Saves places and nothing else: a section's row may be changed by others at the same moment."""

    def save_existing(self, form: forms.ModelForm, obj: Section, commit: bool = True) -> Section:
        # Past the history: a place is no version of the text, and the issue's version holds the order.
        if commit:
            Section.objects.filter(pk=obj.pk).update(position=obj.position)
        return obj


class SectionOrderInline(FewRows, TabularInline):
    """The sections of the issue, put in order by dragging. Their text has a page of its own."""

    model = Section
    formset = OrderFormSet
    # The handle to drag stands in the first column, so the hidden one comes last.
    fields = ("headline", "signature", "rubric_name", "words", "state_label", "position")
    readonly_fields = ("headline", "signature", "rubric_name", "words", "state_label")
    ordering = ("position", "pk")
    ordering_field = "position"
    hide_ordering_field = True
    show_title = False
    extra = 0
    can_delete = False
    verbose_name_plural = _("Sections, in reading order (drag to move)")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Section]:
        return super().get_queryset(request).select_related("rubric").prefetch_related("bylines__author")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and permissions.may_edit_issue(request.user, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("issues.view_issue")

    @display(description=_("title"))
    def headline(self, section: Section) -> str:
        return format_html(
            '<a class="font-semibold text-primary-600 dark:text-primary-500" href="{}">{}</a>',
            reverse("admin:issues_section_change", args=[section.pk]),
            section.title,
        )

    @display(description=_("byline"))
    def signature(self, section: Section) -> str:
        return ", ".join(author.name for author in section.byline())

    @display(description=_("rubric"))
    def rubric_name(self, section: Section) -> str:
        return section.rubric.name if section.rubric else ""

    @display(description=_("words"))
    def words(self, section: Section) -> int:
        return section.word_count

    @display(description=_("state"))
    def state_label(self, section: Section) -> str:
        return format_html(
            '<span class="desk-state desk-state-{}">{}</span>', section.state, section.get_state_display()
        )


class PlannedRubricInline(FewRows, TabularInline):
    """What the issue is to hold; the desk shows which of it is still missing."""

    model = PlannedRubric
    fields = ("rubric", "position")
    ordering_field = "position"
    hide_ordering_field = True
    extra = 0
    verbose_name_plural = _("Planned rubrics, in order")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("issues.view_issue")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and permissions.may_edit_issue(request.user, obj)

    has_add_permission = has_change_permission
    has_delete_permission = has_change_permission

    def get_queryset(self, request: HttpRequest) -> QuerySet[PlannedRubric]:
        return super().get_queryset(request).select_related("rubric")

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "rubric":
            without_related_links(field)
            named_for_all(field)
        return field


@admin.register(Issue)
class IssueAdmin(VersionedAdmin, SimpleHistoryAdmin, ModelAdmin):
    form = IssueForm
    inlines = (SectionOrderInline, PlannedRubricInline)
    list_display = ("headline", "state_label", "section_count", "deadline", "scheduled_for", "published_at")
    list_filter = ("state",)
    search_fields = ("number", "title", "subject")
    ordering = ("-number",)
    actions = None
    warn_unsaved_form = True
    compressed_fields = False
    list_before_template = "admin/issues/issue/list_before.html"
    change_form_outer_before_template = "admin/issues/issue/before.html"
    change_form_outer_after_template = "admin/issues/issue/after.html"
    formfield_overrides = {
        MarkdownxField: {"form_class": MarkdownText, "widget": MarkdownEditor(attrs={"rows": "6"})}
    }
    readonly_preprocess_fields = {"introduction": quotable, "closing": quotable}
    fieldsets = (
        (None, {"fields": ("opened_version", ("number", "title"), ("subject", "preheader"), "deadline")}),
        (_("Opening and closing words"), {"fields": ("introduction", "closing"), "classes": ["collapse"]}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Issue]:
        return super().get_queryset(request).annotate(section_total=Count("sections"))

    # --- Rights: an object's own, asked at every door ---

    def has_change_permission(self, request: HttpRequest, obj: Issue | None = None) -> bool:
        if obj is None:
            return super().has_change_permission(request)
        return permissions.may_edit_issue(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Issue | None = None) -> bool:
        if obj is None:
            return super().has_delete_permission(request)
        return permissions.may_delete_issue(request.user, obj)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return history.page(request, self.get_object(request, object_id))

    def history_form_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        # The library's own page of a version would save what is posted to it.
        return self.history_view(request, object_id)

    # --- Lists ---

    @display(description=_("issue"), ordering="number")
    def headline(self, issue: Issue) -> str:
        return str(issue)

    @display(description=_("state"), ordering="state", label=ISSUE_VARIANTS)
    def state_label(self, issue: Issue) -> tuple[str, str]:
        return issue.state, issue.get_state_display()

    @display(description=_("sections"), ordering="section_total")
    def section_count(self, issue: Issue) -> int:
        return issue.section_total  # type: ignore[attr-defined]

    # --- The form ---

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"number": Issue.next_number(), **super().get_changeform_initial_data(request)}

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "deadline":
            named_for_all(field)
        return field

    def get_inlines(self, request: HttpRequest, obj: Issue | None) -> Any:
        return self.inlines if obj else ()

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        complete(form.instance)
        if change:
            workflow.issue_changed(form.instance, by=request.user)

    # --- The page ---

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        issue = self.get_object(request, object_id) if object_id else None
        context: dict[str, Any] = {"issue": issue, "show_save_and_add_another": False}
        if issue and request.method in ("GET", "HEAD"):
            context |= {
                "transitions": transitions.offered(issue, request.user),
                "editable": self.has_change_permission(request, issue),
                "thread": timeline(issue, request.user),
                "latest_of_sections": latest_of_sections(issue, request.user),
                "now": timezone.now(),
                "typed_date": request.GET.get("on", ""),
                "next_number": Issue.next_number(),
                "checks": list_of_checks(issue, request.user),
                "proof": proof_card(issue, request.user),
            }
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def response_change(self, request: HttpRequest, obj: Issue) -> HttpResponse:
        return run_asked_transition(request, obj) or super().response_change(request, obj)

    def response_add(self, request: HttpRequest, obj: Issue, post_url_continue: str | None = None) -> Any:
        return super().response_add(
            request, obj, post_url_continue or reverse("admin:issues_issue_change", args=[obj.pk])
        )
