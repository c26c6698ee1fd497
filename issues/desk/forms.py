"""What people send to the desk beside the texts themselves."""

from django import forms
from django.utils.translation import gettext_lazy as _


class TransitionForm(forms.Form):
    """The comment and the time that some transitions take."""

    comment = forms.CharField(max_length=10_000, required=False, strip=True)
    at = forms.DateTimeField(
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={"invalid": _("This is not a date and time.")},
    )


class CommentForm(forms.Form):
    comment = forms.CharField(max_length=10_000, error_messages={"required": _("The comment is empty.")})


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("A text or Markdown file in UTF-8."),
    )
    number = forms.IntegerField(
        label=_("Number of the issue"),
        min_value=1,
        max_value=2_147_483_647,
        required=False,
        help_text=_("Empty: the one in the file, or the next one."),
    )
