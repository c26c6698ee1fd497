"""What people send to the board."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from authors.models import Author
from issues.desk.forms import HIGHEST_KEY, validate_moment
from issues.models import Issue, Rubric, Section
from issues.models.link import LONGEST_URL
from issues.permissions import visible_sections

from ..models import Subject

MOST_LINKS = 20
LOCAL_TIME = "%Y-%m-%dT%H:%M"


class Moment(forms.DateTimeField):
    """A day and an hour, as a browser's own field gives them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            validators=[validate_moment],
            input_formats=[LOCAL_TIME, "%Y-%m-%dT%H:%M:%S"],
            error_messages={"invalid": _("This is not a date and time.")},
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL_TIME),
            **kwargs,
        )


class PlaceField(forms.CharField):
    """Where on the board: `issue:rubric`, each a key or nothing. Gives a pair, (None, …) for an idea."""

    default_error_messages = {"nowhere": _("Choose a place that is on the board.")}

    def to_python(self, value: Any) -> tuple[Issue | None, Rubric | None]:  # type: ignore[override]
        issue, _colon, rubric = str(value or "").partition(":")
        return self._one(Issue.objects.in_the_making(), issue), self._one(Rubric.objects.all(), rubric)

    def run_validators(self, value: Any) -> None:
        """It was looked up already."""

    def _one(self, rows: Any, key: str) -> Any:
        if not key:
            return None
        found = rows.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None
        if found is None:
            raise ValidationError(self.error_messages["nowhere"], code="nowhere")
        return found


class SubjectForm(forms.Form):
    """A new subject, or what one says."""

    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        error_messages={"required": _("Give the subject a title.")},
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    due = Moment(label=_("To be begun by"))

    def clean_title(self) -> str:
        title = " ".join(self.cleaned_data["title"].split())
        if not title:
            raise ValidationError(_("Give the subject a title."))
        return title


class NewSubjectForm(SubjectForm):
    place = PlaceField(label=_("Under"), required=False, empty_value=":")
    links = forms.CharField(
        label=_("Links"),
        required=False,
        max_length=MOST_LINKS * LONGEST_URL,
        widget=forms.Textarea(attrs={"rows": 2, "data-covered": ""}),
        help_text=_("One address a line."),
    )

    field_order = ("title", "place", "links", "note", "due")

    def clean_links(self) -> list[str]:
        addresses = self.cleaned_data["links"].split()
        if len(addresses) > MOST_LINKS:
            raise ValidationError(
                _("A subject begins with %(most)d links at the most."), params={"most": MOST_LINKS}
            )
        return addresses


class EditSubjectForm(SubjectForm):
    """`seen` says what the person had before her: nothing saved since is written over unseen."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, subject: Subject) -> None:
        initial = {
            "title": subject.title,
            "note": subject.note,
            "due": subject.due,
            "seen": words_of(subject),
        }
        super().__init__(data, initial=initial)
        self.subject = subject

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        now = words_of(self.subject)
        if cleaned.get("seen") != now:
            # Whoever saves again has seen it.
            self.data = {**self.data.dict(), "seen": now}  # type: ignore[attr-defined]
            raise ValidationError(
                _(
                    "Somebody changed this subject since you opened the page. It says now: “%(title)s”, with "
                    "the note “%(note)s”. Save again to write over it."
                ),
                params={"title": self.subject.title, "note": self.subject.note},
                code="changed",
            )
        return cleaned


class ProposeForm(forms.Form):
    author = forms.ModelChoiceField(
        Author.objects.all(),
        error_messages={"required": _("Choose an author."), "invalid_choice": _("Choose an author.")},
    )


class AttachForm(forms.Form):
    section = forms.ModelChoiceField(
        Section.objects.none(),
        error_messages={"required": _("Choose a section."), "invalid_choice": _("Choose a section.")},
    )

    def __init__(self, data: QueryDict, *, person: Any) -> None:
        super().__init__(data)
        field: Any = self.fields["section"]
        field.queryset = visible_sections(person)


class MoveForm(forms.Form):
    place = PlaceField(required=False, empty_value=":")
    before = forms.IntegerField(min_value=1, max_value=HIGHEST_KEY, required=False)


class LinkForm(forms.Form):
    url = forms.CharField(max_length=LONGEST_URL * 2, error_messages={"required": _("Paste an address.")})


def words_of(subject: Subject) -> str:
    """A digest of what the form of a subject shows."""
    due: datetime | None = subject.due
    return sha256(repr((subject.title, subject.note, due and due.timestamp())).encode()).hexdigest()
