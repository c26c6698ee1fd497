"""Rubrics and tags."""

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag as LibraryTag
from unfold.admin import ModelAdmin
from unfold.decorators import display

from .. import workflow
from ..models import Issue, Rubric, Tag

# Ours takes its place; the library's page to merge tags asks nobody for a right.
admin.site.unregister(LibraryTag)


@admin.register(Rubric)
class RubricAdmin(ModelAdmin):
    list_display = ("name", "position")
    ordering = ("position", "name")
    search_fields = ("name",)
    actions = None

    def save_model(self, request: HttpRequest, obj: Rubric, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        workflow.wording_changed(Issue.objects.filter(sections__rubric=obj), by=request.user)

    def delete_model(self, request: HttpRequest, obj: Rubric) -> None:
        issues = list(Issue.objects.filter(sections__rubric=obj).values_list("pk", flat=True))
        super().delete_model(request, obj)
        workflow.wording_changed(Issue.objects.filter(pk__in=issues), by=request.user)


@admin.register(Tag)
class TagAdmin(ModelAdmin):
    list_display = ("name", "slug", "use_count")
    fields = ("name", "slug")
    search_fields = ("name",)
    ordering = ("folded",)
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        return super().get_queryset(request).annotate(uses=Count("tagged_sections"))

    @display(description=_("sections"), ordering="uses")
    def use_count(self, tag: Tag) -> int:
        return tag.uses
