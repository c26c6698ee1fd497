"""The forms of an import: the file with its proof, and what its headings do not say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import formats
from .records import Import
from .steps import FILE_STATES

INPUT = {"class": "desk-input"}
# Headings that tools and people give these columns, in both languages.
GUESSES = {
    "email": (
        "email",
        "e-mail",
        "email address",
        "mail",
        "adresse",
        "adresse e-mail",
        "courriel",
        "adresse mail",
    ),
    # The first name before the other: mails begin with it.
    "name": ("first name", "firstname", "first_name", "prénom", "prenom", "name", "nom"),
    "last_name": ("last name", "lastname", "last_name", "nom de famille", "nom"),
    "since": ("subscribed at", "date", "created_at", "date d’inscription", "inscrit le"),
}


class UploadForm(forms.Form):
    """A list of readers, and the proof that they agreed: the law puts that on us (GDPR 7.1)."""

    file = forms.FileField(
        label=_("The list, as a CSV file"),
        help_text=_("Of Veille, Mailchimp, listmonk, Substack, Ghost or Curated; or any with headings."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv", **INPUT}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
    source = forms.CharField(
        label=_("Where and how did these people agree to receive the newsletter?"),
        help_text=_("Kept in the evidence of each: “form of our old site, with confirmation by mail”."),
        max_length=300,
        widget=forms.TextInput(attrs=INPUT),
        error_messages={"required": _("Say where and how these people agreed to receive the newsletter.")},
    )
    consent_date = forms.DateField(
        label=_("When?"),
        help_text=_("The last day on which somebody agreed, where the file has no dates of its own."),
        widget=forms.DateInput(attrs={"type": "date", **INPUT}, format="%Y-%m-%d"),
        error_messages={"invalid": _("This is not a date."), "required": _("Say when these people agreed.")},
    )
    language = forms.ChoiceField(
        label=_("Language of our mails to them"),
        choices=settings.LANGUAGES,
        widget=forms.Select(attrs=INPUT),
    )
    agreed = forms.BooleanField(
        label=_("Each of them agreed to receive this newsletter, and I can show it."),
        error_messages={"required": _("Without their consent they cannot be imported.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consent_date"].widget.attrs["max"] = f"{timezone.localdate():%Y-%m-%d}"
        self.initial.setdefault("language", settings.NEWSLETTER["language"])


class DescribeForm(forms.Form):
    """What the people of a file are; in a file of no known tool, also which column is what."""

    file_state = forms.ChoiceField(
        label=_("Who are the people in this file?"),
        choices=[
            (FILE_STATES[0], _("subscribed: they receive the newsletter")),
            (FILE_STATES[1], _("unsubscribed: they said no, and it is kept")),
            (FILE_STATES[2], _("“cleaned”: their addresses were refused by their servers")),
        ],
        widget=forms.RadioSelect,
    )
    email = forms.ChoiceField(label=_("Column of the addresses"), widget=forms.Select(attrs=INPUT))
    name = forms.ChoiceField(label=_("Column of the names"), required=False, widget=forms.Select(attrs=INPUT))
    last_name = forms.ChoiceField(
        label=_("Column of the last names, if they have their own"),
        required=False,
        widget=forms.Select(attrs=INPUT),
    )
    since = forms.ChoiceField(
        label=_("Column of the date of consent"), required=False, widget=forms.Select(attrs=INPUT)
    )

    def __init__(self, *args: Any, work: Import, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        headings = tuple(heading for heading in work.layout["headings"] if heading)
        self.fields["file_state"].initial = formats.guess_state(headings, work.filename)
        for name, guesses in GUESSES.items():
            if work.format != formats.OTHER.name:
                del self.fields[name]
                continue
            choices = [("", "—"), *((heading.casefold(), heading) for heading in headings)]
            self.fields[name].choices = choices  # type: ignore[attr-defined]
            free = {key for key, _label in choices} - {field.initial for field in self.fields.values()}
            self.fields[name].initial = next((guess for guess in guesses if guess in free), "")

    @property
    def columns(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if name in GUESSES}
