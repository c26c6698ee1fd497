"""What is typed on the pages of clips."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from issues.models import Rubric

from ..capture.forms import WordsForm, choice, line


class FindForm(forms.Form):
    """Which clips are looked for. What cannot be read looks for nothing in particular."""

    q = forms.CharField(
        label=_("Words"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "desk-input", "type": "search", "placeholder": _("Search")}),
    )
    rubrique = forms.ModelChoiceField(
        Rubric.objects.all(), label=_("Rubric"), required=False, empty_label=_("all"), widget=choice()
    )


class ClipForm(WordsForm):
    """A person's own words, and what the page is known by, which all who kept it share."""

    title = forms.CharField(label=_("Title"), max_length=300, required=False, widget=line())
    site = forms.CharField(label=_("Site"), max_length=120, required=False, widget=line())
    authors = forms.CharField(label=_("Authors"), max_length=300, required=False, widget=line())
    published_on = forms.DateField(
        label=_("Published on"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"class": "desk-input", "type": "date"}),
        input_formats=["%Y-%m-%d"],
    )
