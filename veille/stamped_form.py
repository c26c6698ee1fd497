"""Forms that strangers fill in: programs are told from people by their haste, and by a field nobody sees."""

import time
from typing import Any, ClassVar

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

_FASTEST_PERSON = 2.0
_OLDEST_FORM = 24 * 3600


class StampedForm(forms.Form):
    """A form with a trap field, and a signed note of when it was opened and of what `stamped_with` says.

    `salt` keeps the stamp of one form from being good for another.
    """

    salt: ClassVar[str]
    stamped_with: str = ""

    # People do not see this one.
    message = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    opened = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("opened", signing.dumps([time.time(), self.stamped_with], salt=self.salt))

    @property
    def fell_into_the_trap(self) -> bool:
        return bool(self.data.get("message"))

    def clean_opened(self) -> str:
        stamp: str = self.cleaned_data["opened"]
        try:
            opened, self.stamped_with = signing.loads(stamp, salt=self.salt, max_age=_OLDEST_FORM)
        except signing.BadSignature:
            # What is shown again must be a fresh stamp, or the visitor could never get through.
            self._show_again("opened", self.initial["opened"])
            raise ValidationError(
                _("This page had been open for long. Please send the form again.")
            ) from None
        if time.time() - opened < _FASTEST_PERSON:
            raise ValidationError(_("That was very fast. Please send the form again."))
        return stamp

    def _show_again(self, name: str, value: str) -> None:
        data = QueryDict(mutable=True)
        data.update(self.data)
        data[self.add_prefix(name)] = value
        self.data = data
