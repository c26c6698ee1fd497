"""What is typed, or comes filled in, when a link is kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from issues.desk.forms import Tags
from issues.models import Rubric
from issues.models.link import LONGEST_URL

from ..models import CaptureToken, Clip
from .incoming import LONGEST_TITLE, ROADS

LONGEST_NOTE = 5_000
LONGEST_QUOTE = 10_000


def area(rows: int) -> forms.Textarea:
    """Give a field of several lines as the desk has them."""
    return forms.Textarea(attrs={"class": "desk-input", "rows": rows})


def line(**attributes: str) -> forms.TextInput:
    """Give a field of one line as the desk has them."""
    return forms.TextInput(attrs={"class": "desk-input", **attributes})


def choice() -> forms.Select:
    """Give a list to choose from as the desk has them."""
    return forms.Select(attrs={"class": "desk-input"})


class WordsForm(forms.Form):
    """A person's own words on a page."""

    quote = forms.CharField(
        label=pgettext_lazy("noun", "Quote"), max_length=LONGEST_QUOTE, required=False, widget=area(3)
    )
    note = forms.CharField(label=_("Note"), max_length=LONGEST_NOTE, required=False, widget=area(2))
    rubric = forms.ModelChoiceField(
        Rubric.objects.all(), label=_("Rubric"), required=False, empty_label=_("none yet"), widget=choice()
    )
    tags = Tags(
        label=_("Tags"), required=False, help_text=_("Separated by commas."), widget=line(autocomplete="off")
    )

    def clean_quote(self) -> str:
        return self.cleaned_data["quote"].replace("\r\n", "\n")

    def clean_note(self) -> str:
        return self.cleaned_data["note"].replace("\r\n", "\n")


class CaptureForm(WordsForm):
    """The form of quick capture. All but the address may be empty."""

    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_URL,
        widget=line(type="url", inputmode="url", autocomplete="off", **{"data-covered": ""}),
    )
    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE, required=False, widget=line())
    via = forms.ChoiceField(
        choices=[(road.value, road.label) for road in ROADS], required=False, widget=forms.HiddenInput
    )
    field_order = ["url", "title", "quote", "note", "rubric", "tags", "via"]

    def clean_via(self) -> Clip.Via:
        return Clip.Via(self.cleaned_data["via"] or Clip.Via.FORM)


class TokenForm(forms.ModelForm):
    """What a token is for, so that it is known when it is to be revoked."""

    class Meta:
        model = CaptureToken
        fields = ("name",)
        widgets: dict[str, Any] = {"name": line(autocomplete="off")}
