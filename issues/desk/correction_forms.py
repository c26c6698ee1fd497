"""What a published section or issue is to say, and what readers are told of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from authors.models import Author

from ..models import Source
from .forms import MarkdownText


class CorrectionForm(forms.Form):
    """What every correction says: which version it is of, and the erratum, which comes last."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("title"), max_length=200)
    erratum = forms.CharField(
        label=_("Erratum, for the readers"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What was wrong and what is right, in Markdown. It stands on the page, with the date."),
        error_messages={"required": _("Tell the readers what was wrong: the erratum is empty.")},
    )


def _markdown(rows: int, label: Any, required: bool = True) -> MarkdownText:
    return MarkdownText(label=label, required=required, widget=forms.Textarea(attrs={"rows": rows}))


class SectionCorrectionForm(CorrectionForm):
    body = _markdown(20, _("text"))
    field_order = ("version", "title", "body", "erratum")


class IssueCorrectionForm(CorrectionForm):
    introduction = _markdown(8, _("introduction"), required=False)
    closing = _markdown(6, _("closing words"), required=False)
    field_order = ("version", "title", "introduction", "closing", "erratum")


class SignatureForm(forms.Form):
    author = forms.ModelChoiceField(Author.objects.order_by("name"), label=_("author"))


class SourceForm(forms.ModelForm):
    """Checked as a source is; the row itself is made by who corrects."""

    class Meta:
        model = Source
        fields = ("title", "publisher", "url")


# A form says itself how many rows it has: to show thousands that nobody filled in takes a minute.
_ROWS: dict[str, Any] = {"can_order": True, "can_delete": True, "max_num": 200, "absolute_max": 200}
BylineFormSet = forms.formset_factory(SignatureForm, extra=1, **_ROWS)
SourceFormSet = forms.formset_factory(SourceForm, extra=2, **_ROWS)
