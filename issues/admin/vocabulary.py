"""Rubrics and tags."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag as LibraryTag
from unfold.admin import ModelAdmin
from unfold.decorators import display

from ..models import Rubric, Tag

# Ours takes its place; the library's page to merge tags asks nobody for a right.
admin.site.unregister(LibraryTag)


@admin.register(Rubric)
class RubricAdmin(ModelAdmin):
    list_display = ("name", "position")
    ordering = ("position", "name")
    search_fields = ("name",)
    actions = None


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
