"""What people send to the desk beside the texts themselves."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from taggit.forms import TagField

from authors.models import User

from ..models import Issue, Review
from ..models.tag import LONGEST_NAME, MOST_OF_A_SECTION, validate_tag
from ..rendering.markdown import MAX_MARKDOWN
from .months import FIRST_YEAR, LAST_YEAR

HIGHEST_KEY = 2**63 - 1
LONG_QUOTE = {"max_length": _("The passage is too long: quote the words that matter.")}


class MarkdownText(forms.CharField):
    """Markdown as it was typed, with the line ends of the web (CRLF) brought back to one character."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs | {"max_length": MAX_MARKDOWN})

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class Tags(TagField):
    """The tags of a section, separated by commas: as many and as long as they may be."""

    def __init__(self, **kwargs: Any) -> None:
        # With a comma and two quotes around each.
        super().__init__(**kwargs | {"max_length": MOST_OF_A_SECTION * (LONGEST_NAME + 3)})

    def clean(self, value: Any) -> list[str]:
        names: list[str] = super().clean(value)
        if len(names) > MOST_OF_A_SECTION:
            raise ValidationError(
                _("A section has %(most)d tags at the most."), params={"most": MOST_OF_A_SECTION}
            )
        for name in names:
            validate_tag(" ".join(name.split()))
        return names


def validate_moment(moment: datetime | None) -> None:
    """Raise ValidationError for a moment that the calendar does not reach, nor PostgreSQL everywhere."""
    if moment is not None and not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValidationError(_("This date is too far away: look at the year."), code="too_far")


class TransitionForm(forms.Form):
    """The comment, the time and the date that some transitions take."""

    comment = forms.CharField(max_length=10_000, required=False, strip=True)
    quote = forms.CharField(max_length=Review.LONGEST_QUOTE, required=False, error_messages=LONG_QUOTE)
    at = forms.DateTimeField(
        required=False,
        validators=[validate_moment],
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={"invalid": _("This is not a date and time.")},
    )
    on = forms.DateField(
        required=False, input_formats=["%Y-%m-%d"], error_messages={"invalid": _("This is not a date.")}
    )


class CommentForm(forms.Form):
    comment = forms.CharField(max_length=10_000, error_messages={"required": _("The comment is empty.")})
    quote = forms.CharField(max_length=Review.LONGEST_QUOTE, required=False, error_messages=LONG_QUOTE)


class SeenForm(forms.Form):
    """Which notices were seen: of a section or an issue, up to a review's key; empty: all."""

    section = forms.IntegerField(min_value=1, max_value=HIGHEST_KEY, required=False)
    issue = forms.IntegerField(min_value=1, max_value=HIGHEST_KEY, required=False)
    until = forms.IntegerField(min_value=0, max_value=HIGHEST_KEY, required=False)


class MailForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("mailed_news",)


class PlaceForm(forms.Form):
    """The issue a section is to stand in; empty for none."""

    issue = forms.ModelChoiceField(Issue.objects.in_the_making(), required=False)


class DuplicateForm(forms.Form):
    """The number and the title of the issue to begin."""

    number = forms.IntegerField(min_value=1, max_value=2_147_483_647)
    title = forms.CharField(max_length=200, required=False)


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
