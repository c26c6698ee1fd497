"""The two forms of readers."""

import time
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from . import challenge, limits
from .addresses import clean_name, validate_address
from .disposable import is_disposable
from .models import Subscriber
from .topics import offered

_SALT = "subscribers.sign_up"
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
    """Ask to receive the newsletter.

    Programs are told by a trap field and by their haste; while a flood of requests comes in, a sum is
    asked besides. `network` is where the visitor comes from, see `network_of`; `site` is the origin of
    the site that frames the form, for the evidence.
    """

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
    anyway = forms.BooleanField(label=_("Subscribe with this address all the same"), required=False)
    question = forms.CharField(widget=forms.HiddenInput, required=False)
    answer = forms.CharField(
        required=False,
        max_length=20,
        help_text=_("In figures. Very many requests come in just now: this keeps programs out."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, network: str, site: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.network = network
        self.site = site
        self.warned = False
        self.initial.setdefault("language", get_language())
        self.initial.setdefault("opened", signing.dumps([time.time(), site], salt=_SALT))
        if limits.is_flooded():
            asked = challenge.ask(network)
            self.initial["question"] = asked.token
            self.fields["answer"].label = asked.text
        else:
            del self.fields["question"], self.fields["answer"]

    @property
    def reading_language(self) -> str:
        """The language the form is read in, in which its wording is agreed to."""
        posted = getattr(self, "cleaned_data", {}).get("language")
        return posted or get_language() or settings.LANGUAGE_CODE

    @property
    def fell_into_the_trap(self) -> bool:
        return bool(self.data.get("message"))

    def clean_opened(self) -> str:
        stamp: str = self.cleaned_data["opened"]
        try:
            opened, self.site = signing.loads(stamp, salt=_SALT, max_age=_OLDEST_FORM)
        except signing.BadSignature:
            # What is shown again must be a fresh stamp, or the visitor could never get through.
            self._show_again("opened", self.initial["opened"])
            raise ValidationError(
                _("This page had been open for long. Please send the form again.")
            ) from None
        if time.time() - opened < _FASTEST_PERSON:
            raise ValidationError(_("That was very fast. Please send the form again."))
        return stamp

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if "email" in given and not given["anyway"] and is_disposable(given["email"]):
            self.warned = True
            self.add_error(
                "email",
                _(
                    "This service lends addresses for a short time: our mails would soon reach nobody. Write"
                    " another address, or tick the box below."
                ),
            )
        if "answer" in self.fields:
            right = challenge.is_answered(given.get("question", ""), given.get("answer", ""), self.network)
            if not right:
                # A new one, lest all of them be tried.
                self._show_again("question", self.initial["question"])
                self._show_again("answer", "")
                self.add_error("answer", _("Please answer this question."))
        return given

    def _show_again(self, name: str, value: str) -> None:
        data = QueryDict(mutable=True)
        data.update(self.data)
        data[self.add_prefix(name)] = value
        self.data = data


class PreferencesForm(forms.Form):
    """What a reader chooses about the mails."""

    name = NameField()
    language = forms.ChoiceField(
        label=_("Language of our mails to you"),
        choices=settings.LANGUAGES,
        help_text=_("The articles come in the language they were written in."),
    )
    format = forms.ChoiceField(
        label=_("Form of our mails to you"), choices=Subscriber.Format, widget=forms.RadioSelect
    )
    topics = forms.MultipleChoiceField(
        label=_("Topics you care about most"),
        required=False,
        choices=offered,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Their sections come first in your page of links, which each mail leads to."),
    )
