"""Sections on the desk: an author's own, an editor's all."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from markdownx.models import MarkdownxField
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from authors.entries import entry_of
from authors.roles import is_editor

from .. import following, permissions, workflow
from ..desk import transitions
from ..desk.follow_up_field import FollowUp
from ..desk.forms import MarkdownText, Tags
from ..desk.views import run_asked_transition
from ..desk.views.covering import covered_in_form
from ..history import views as history
from ..history.snapshot import complete
from ..history.versions import as_submitted, versions_of
from ..models import Byline, Issue, Section, Source
from ..thread.timeline import timeline
from .rows import FewRows
from .versions import VersionedAdmin, VersionedForm
from .widgets import (
    MarkdownEditor,
    TagInput,
    named_for_all,
    quotable,
    without_related_links,
)

STATE_VARIANTS = {
    Section.State.DRAFT: "default",
    Section.State.SUBMITTED: "info",
    Section.State.CHANGES_REQUESTED: "warning",
    Section.State.APPROVED: "success",
}


class SectionForm(VersionedForm):
    class Meta:
        model = Section
        fields = ("title", "issue", "rubric", "body", "tags", "follows", "is_standing")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if "follows" in self.changed_data and "follows" in self.cleaned_data:
            try:
                following.validate(
                    self.cleaned_data["follows"], of=self.instance, issue=self.cleaned_data.get("issue")
                )
            except forms.ValidationError as error:
                self.add_error("follows", error)
        return cleaned


class OfASection:
    """Inlines of a section: open as long as the section is."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None or permissions.may_see_section(request.user, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return request.user.has_perm("issues.add_section")
        return permissions.may_edit_section(request.user, obj)

    has_add_permission = has_change_permission
    has_delete_permission = has_change_permission


class BylineInline(OfASection, FewRows, TabularInline):
    model = Byline
    fields = ("author", "position")
    ordering_field = "position"
    hide_ordering_field = True
    extra = 0
    verbose_name_plural = _("Byline, in order")

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "author":
            without_related_links(field)
        named_for_all(field)
        return field


class SourceInline(OfASection, FewRows, TabularInline):
    model = Source
    fields = ("title", "publisher", "url", "position")
    ordering_field = "position"
    hide_ordering_field = True
    extra = 0
    verbose_name_plural = _("Sources, printed at the end")

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "url":
            field.widget.attrs["data-covered"] = True
        named_for_all(field)
        return field


@admin.register(Section)
class SectionAdmin(VersionedAdmin, SimpleHistoryAdmin, ModelAdmin):
    form = SectionForm
    inlines = (BylineInline, SourceInline)
    list_display = ("headline", "issue", "signature", "state_label", "word_count", "updated_at")
    list_filter = ("state", "issue", "rubric")
    search_fields = ("title", "body", "authors__name")
    ordering = ("-updated_at",)
    list_per_page = 50
    actions = None
    warn_unsaved_form = True
    compressed_fields = False
    change_form_outer_before_template = "admin/issues/section/before.html"
    change_form_outer_after_template = "admin/issues/section/after.html"
    formfield_overrides: dict[Any, Any] = {
        MarkdownxField: {"form_class": MarkdownText, "widget": MarkdownEditor}
    }
    readonly_preprocess_fields = {"body": quotable}
    fieldsets = (
        (None, {"fields": ("opened_version", "title", "body")}),
        (_("In the issue"), {"fields": (("issue", "rubric"), "tags", "follows")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Section]:
        return (
            permissions.visible_sections(request.user)
            .select_related("issue", "rubric")
            .prefetch_related("bylines__author")
        )

    # --- Rights: an object's own, asked at every door ---

    def has_view_permission(self, request: HttpRequest, obj: Section | None = None) -> bool:
        if obj is None:
            return request.user.has_perm("issues.view_section")
        return permissions.may_see_section(request.user, obj)

    def has_change_permission(self, request: HttpRequest, obj: Section | None = None) -> bool:
        if obj is None:
            return request.user.has_perm("issues.change_section")
        return permissions.may_edit_section(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Section | None = None) -> bool:
        if obj is None:
            return request.user.has_perm("issues.delete_section") and is_editor(request.user)
        return permissions.may_delete_section(request.user, obj)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return history.page(request, self.get_object(request, object_id))

    def history_form_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        # The library's own page of a version would save what is posted to it.
        return self.history_view(request, object_id)

    # --- Lists ---

    @display(description=_("title"), ordering="title")
    def headline(self, section: Section) -> str:
        return section.title

    @display(description=_("byline"))
    def signature(self, section: Section) -> str:
        return ", ".join(author.name for author in section.byline())

    @display(description=_("state"), ordering="state", label=STATE_VARIANTS)
    def state_label(self, section: Section) -> tuple[str, str]:
        return section.state, section.get_state_display()

    @display(description=_("words"))
    def word_count(self, section: Section) -> int:
        return section.word_count

    # --- The form ---

    def get_form(self, request: HttpRequest, obj: Section | None = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        if "issue" in form.base_fields:
            form.base_fields["issue"].queryset = permissions.issues_to_write_for(request.user, obj)
            without_related_links(form.base_fields["issue"])
            without_related_links(form.base_fields["rubric"])
        if "follows" in form.base_fields:
            form.base_fields["follows"].offer(obj)
        return form

    def formfield_for_dbfield(self, db_field: models.Field, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "tags":
            kwargs["widget"] = TagInput
            return db_field.formfield(form_class=Tags, **kwargs)
        if db_field.name == "follows":
            return db_field.formfield(form_class=FollowUp, widget=UnfoldAdminSelectWidget, **kwargs)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Section | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if not is_editor(request.user):
            return fieldsets
        return (
            *fieldsets,
            (_("In the issues to come"), {"fields": ("is_standing",), "classes": ["collapse"]}),
        )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        coming = Issue.objects.in_the_making().first()
        return {"issue": coming.pk if coming else None, **super().get_changeform_initial_data(request)}

    def get_inlines(self, request: HttpRequest, obj: Section | None) -> Any:
        # An author who begins a section signs it; others join the byline once it is there.
        signs_alone = obj is None and not is_editor(request.user)
        return (SourceInline,) if signs_alone else self.inlines

    def save_model(self, request: HttpRequest, obj: Section, form: forms.ModelForm, change: bool) -> None:
        if not change and obj.issue:
            obj.position = obj.issue.sections.count() + 1
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        section: Section = form.instance
        if not change and not is_editor(request.user):
            self._sign(request, section)
        words_changed = {"title", "body"} & set(form.changed_data) or any(
            formset.has_changed() for formset in formsets
        )
        complete(section)
        if change and words_changed:
            workflow.section_changed(section, by=request.user)
        changed = {issue for issue in (section.issue, self._issue_before(form)) if issue}
        for issue in sorted(changed, key=lambda issue: issue.pk):
            workflow.issue_changed(issue, by=request.user)

    @staticmethod
    def _sign(request: HttpRequest, section: Section) -> None:
        """Put the author who begins a section into its byline: she would not see it otherwise."""
        author, is_new = entry_of(request.user)  # type: ignore[arg-type] # staff alone come here
        Byline.objects.get_or_create(section=section, author=author)
        if is_new:
            text = _("Your texts are signed “%(name)s”. An editor can change this name under “Authors”.")
            messages.info(request, text % {"name": author.name})

    @staticmethod
    def _issue_before(form: forms.ModelForm) -> Issue | None:
        before = form.initial.get("issue")
        return Issue.objects.filter(pk=before).first() if before else None

    def delete_model(self, request: HttpRequest, obj: Section) -> None:
        issue = obj.issue
        super().delete_model(request, obj)
        if issue:
            workflow.issue_changed(issue, by=request.user)

    # --- The page ---

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        if "_follow" in request.POST:
            _accept_suggestion(request)
        section = self.get_object(request, object_id) if object_id else None
        editable = section is None or self.has_change_permission(request, section)
        return super().changeform_view(
            request,
            object_id,
            form_url,
            {
                **(extra_context or {}),
                "section": section,
                "transitions": transitions.offered(section, request.user) if section else [],
                "editable": editable,
                "follow_ups": following.suggestions(section) if section and editable else [],
                "covered": SimpleLazyObject(lambda: covered_in_form(request, section)),
                "thread": timeline(section, request.user) if section else None,
                "now": timezone.now(),
                "corrected_since": as_submitted(versions_of(section)) if section else None,
                "show_save_and_add_another": False,
            },
        )

    def response_change(self, request: HttpRequest, obj: Section) -> HttpResponse:
        return run_asked_transition(request, obj) or super().response_change(request, obj)

    def response_add(self, request: HttpRequest, obj: Section, post_url_continue: str | None = None) -> Any:
        return run_asked_transition(request, obj) or super().response_add(request, obj, post_url_continue)


def _accept_suggestion(request: HttpRequest) -> None:
    """Choose the section that a button named, and save with it what was typed besides."""
    posted = request.POST.copy()
    posted["follows"] = str(posted["_follow"])
    posted["_continue"] = "1"
    request.POST = posted  # type: ignore[assignment]
