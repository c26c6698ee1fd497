"""What a reader may say about a section."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

MAX_REPLY = 5000


class ReplyForm(forms.Form):
    """Words to the authors; whoever opens the page finds it empty."""

    text = forms.CharField(
        label=_("Your words to the authors"),
        max_length=MAX_REPLY,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("They get your address with it, so that they can answer you."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)
