"""What a visitor fills in to propose a subject, and what an editor does to accept one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from issues.links.addresses import request_url
from issues.models import Issue
from issues.models.link import LONGEST_URL
from issues.rendering.cleaning import clean_line, clean_text
from veille.stamped_form import StampedForm

from ..models import Proposal

MOST_LINKS = 10
LONGEST_TEXT = 3000


class ProposalForm(StampedForm, forms.ModelForm):
    """Propose a subject: what it is, where to read of it, why, and what one has to do with it."""

    salt = "watch.proposals"

    class Meta:
        model = Proposal
        fields = ("title", "rubric", "links", "reason", "interest", "name", "email")
        widgets = {
            "links": forms.Textarea(attrs={"rows": 4}),
            "reason": forms.Textarea(attrs={"rows": 5}),
            "interest": forms.Textarea(attrs={"rows": 3}),
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rubric = self.fields["rubric"]
        assert isinstance(rubric, forms.ModelChoiceField)  # noqa: S101
        rubric.empty_label = _("I do not know")
        self.fields["links"].max_length = MOST_LINKS * (LONGEST_URL + 2)  # type: ignore[attr-defined]
        for name in ("reason", "interest"):
            self.fields[name].widget.attrs["maxlength"] = LONGEST_TEXT

    def clean_title(self) -> str:
        title = clean_line(self.cleaned_data["title"])
        if not title:
            raise ValidationError(_("Say in a few words what it is about."))
        return title

    def clean_name(self) -> str:
        return clean_line(self.cleaned_data["name"])

    def clean_reason(self) -> str:
        return self._text("reason")

    def clean_interest(self) -> str:
        return self._text("interest")

    def clean_links(self) -> str:
        links = list(dict.fromkeys(self.cleaned_data["links"].split()))
        if len(links) > MOST_LINKS:
            raise ValidationError(
                _("Ten links at the most: keep those that tell the most."), code="too_many_links"
            )
        for link in links:
            _need_web_address(link)
        return "\n".join(links)

    def _text(self, name: str) -> str:
        text = clean_text(self.cleaned_data[name]).strip()
        if len(text) > LONGEST_TEXT:
            raise ValidationError(
                _("%(most)d characters at the most."), params={"most": LONGEST_TEXT}, code="too_long"
            )
        return text


def _need_web_address(link: str) -> None:
    wrong = ValidationError(
        _("“%(link)s” is no address of the web: one begins with http:// or https://."),
        params={"link": link[:60]},
        code="no_address",
    )
    try:
        URLValidator(schemes=["http", "https"])(link)
    except ValidationError:
        raise wrong from None
    if len(link) > LONGEST_URL or not request_url(link):
        raise wrong


class AcceptForm(forms.Form):
    """For which issue a proposal becomes a subject; empty: an idea for later."""

    issue = forms.ModelChoiceField(Issue.objects.in_the_making(), required=False)
