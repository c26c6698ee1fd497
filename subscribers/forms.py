"""The two forms of readers."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from veille.stamped_form import StampedForm

from . import challenge, limits
from .addresses import clean_name, validate_address
from .disposable import is_disposable
from .models import Subscriber
from .topics import offered


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


class SignUpForm(StampedForm):
    """Ask to receive the newsletter.

    Programs are told by a trap field and by their haste; while a flood of requests comes in, a sum is
    asked besides. `network` is where the visitor comes from, see `network_of`; `site` is the origin of
    the site that frames the form, for the evidence.
    """

    salt = "subscribers.sign_up"

    email = forms.CharField(
        label=_("Your email address"),
        max_length=254,
        validators=[validate_address],
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={"required": _("Please write your email address.")},
    )
    name = NameField()
    language = forms.ChoiceField(choices=settings.LANGUAGES, widget=forms.HiddenInput)
    anyway = forms.BooleanField(label=_("Subscribe with this address all the same"), required=False)
    question = forms.CharField(widget=forms.HiddenInput, required=False)
    answer = forms.CharField(
        required=False,
        max_length=20,
        help_text=_("In figures. Very many requests come in just now: this keeps programs out."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, network: str, site: str = "", **kwargs: Any) -> None:
        self.stamped_with = site
        super().__init__(*args, **kwargs)
        self.network = network
        self.warned = False
        self.initial.setdefault("language", get_language())
        if limits.is_flooded():
            asked = challenge.ask(network)
            self.initial["question"] = asked.token
            self.fields["answer"].label = asked.text
        else:
            del self.fields["question"], self.fields["answer"]

    @property
    def site(self) -> str:
        """The origin of the site that framed the form when it was opened; empty for our own page."""
        return self.stamped_with

    @property
    def reading_language(self) -> str:
        """The language the form is read in, in which its wording is agreed to."""
        posted = getattr(self, "cleaned_data", {}).get("language")
        return posted or get_language() or settings.LANGUAGE_CODE

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
