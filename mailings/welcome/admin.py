"""Where the editor writes the welcome mail."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from markdownx.models import MarkdownxField
from unfold.admin import ModelAdmin

from issues.admin.widgets import MarkdownEditor
from issues.desk.forms import MarkdownText
from issues.rendering.cleaning import clean_line

from ..models import WelcomeText


class WelcomeTextForm(forms.ModelForm):
    class Meta:
        model = WelcomeText
        fields = ["language", "subject", "body", "is_sent"]

    def clean_subject(self) -> str:
        return clean_line(self.cleaned_data["subject"])


@admin.register(WelcomeText)
class WelcomeTextAdmin(ModelAdmin):
    """For who holds the permissions on welcome mails."""

    form = WelcomeTextForm
    list_display = ["subject", "language", "is_sent", "changed_at"]
    actions = None
    warn_unsaved_form = True
    change_form_outer_after_template = "admin/mailings/welcome_test.html"
    formfield_overrides = {
        MarkdownxField: {"form_class": MarkdownText, "widget": MarkdownEditor(attrs={"rows": "12"})}
    }

    def get_changeform_initial_data(self, request: Any) -> dict[str, Any]:
        return {"subject": _("Welcome"), **super().get_changeform_initial_data(request)}
