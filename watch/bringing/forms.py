"""The forms of the sources of links. What they hold is secret: no browser keeps it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from issues.models.link import LONGEST_URL

from ..models import Hook

_SECRET = {"class": "desk-input", "autocomplete": "off", "spellcheck": "false"}


class FeedForm(forms.Form):
    url = forms.CharField(
        label=_("Address of the feed"),
        help_text=_("RSS, Atom or JSON Feed. It often holds a key: you alone see it."),
        max_length=LONGEST_URL,
        widget=forms.TextInput(attrs={**_SECRET, "inputmode": "url"}),
        error_messages={"required": _("Paste the address of the feed.")},
    )


class KindForm(forms.Form):
    kind = forms.ChoiceField(choices=Hook.Kind.choices)


class SecretForm(forms.Form):
    secret = forms.CharField(
        label=_("Secret that Miniflux shows"),
        max_length=200,
        widget=forms.TextInput(attrs=_SECRET),
        error_messages={"required": _("Paste the secret that Miniflux shows.")},
    )


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "Bookmarks of any browser, Pinboard, linkding or Shaarli (HTML), OPML, CSV of Pocket, Raindrop "
            "or Instapaper, the zip of Pocket, or a list of addresses. Up to 10 MB and 20,000 links."
        ),
        widget=forms.FileInput(attrs={"class": "desk-input"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
