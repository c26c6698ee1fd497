"""What is typed when a section is made of links."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from issues import permissions
from issues.desk.forms import Tags
from issues.models import Issue, Rubric

from ..capture.forms import choice, line
from .making import LONGEST_TITLE


class DraftForm(forms.Form):
    """Where the section goes, and what it is called."""

    title = forms.CharField(label=_("Title of the section"), max_length=LONGEST_TITLE, widget=line())
    issue = forms.ModelChoiceField(
        Issue.objects.none(), label=_("Issue"), required=False, empty_label=_("none yet"), widget=choice()
    )
    rubric = forms.ModelChoiceField(
        Rubric.objects.all(), label=_("Rubric"), required=False, empty_label=_("none yet"), widget=choice()
    )
    tags = Tags(
        label=_("Tags"), required=False, help_text=_("Separated by commas."), widget=line(autocomplete="off")
    )

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issue"].queryset = permissions.issues_to_write_for(person)  # type: ignore[attr-defined]
