"""The two forms of readers."""

import time
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .addresses import clean_name, validate_address

_SALT = "subscribers.form"
_FASTEST_PERSON = 2.0
_OLDEST_FORM = 24 * 3600


class NameField(forms.CharField):
    """How a reader wants to be called, in one clean line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Your name"),
            required=False,
            max_length=120,
            help_text=_("For the greeting. You may leave it empty."),
            widget=forms.TextInput(attrs={"autocomplete": "name"}),
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        return clean_name(super().clean(value))


class SignUpForm(forms.Form):
    """Ask to receive the newsletter. Programs are told by a trap field and by their haste."""

    email = forms.CharField(
        label=_("Your email address"),
        max_length=254,
        validators=[validate_address],
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={"required": _("Please write your email address.")},
    )
    name = NameField()
    language = forms.ChoiceField(choices=settings.LANGUAGES, widget=forms.HiddenInput)
    # People do not see this one.
    message = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    opened = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("language", get_language())
        self.initial.setdefault("opened", signing.dumps(time.time(), salt=_SALT))

    @property
    def reading_language(self) -> str:
        """The language the form is read in, in which its wording is agreed to."""
        posted = getattr(self, "cleaned_data", {}).get("language")
        return posted or get_language() or settings.LANGUAGE_CODE

    @property
    def fell_into_the_trap(self) -> bool:
        return bool(self.data.get("message"))

    def clean_opened(self) -> str:
        stamp = self.cleaned_data["opened"]
        try:
            opened = signing.loads(stamp, salt=_SALT, max_age=_OLDEST_FORM)
        except signing.BadSignature:
            # What is shown again must be a fresh stamp, or the visitor could never get through.
            self.data = {**self.data, self.add_prefix("opened"): self.initial["opened"]}
            raise ValidationError(
                _("This page had been open for long. Please send the form again.")
            ) from None
        if time.time() - opened < _FASTEST_PERSON:
            raise ValidationError(_("That was very fast. Please send the form again."))
        return stamp


class PreferencesForm(forms.Form):
    """What a reader chooses about the mails."""

    name = NameField()
    language = forms.ChoiceField(
        label=_("Language of our mails to you"),
        choices=settings.LANGUAGES,
        help_text=_("The articles come in the language they were written in."),
    )
