"""The Markdown editor and the tag field, dressed as the rest of the admin."""

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from markdownx.widgets import MarkdownxWidget
from taggit.forms import TagWidgetMixin
from unfold.widgets import TEXTAREA_CLASSES, UnfoldAdminTextInputWidget


class MarkdownEditor(MarkdownxWidget):
    """Text on one side, what readers will see on the other."""

    template_name = "admin/issues/markdown_editor.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        classes = " ".join(name for name in TEXTAREA_CLASSES if not name.startswith("max-w"))
        super().__init__({"class": classes, "rows": "14", "data-covered": True, **(attrs or {})})

    @property
    def media(self) -> forms.Media:
        return super().media + forms.Media(js=["desk/editor.js"], css={"all": ["desk/desk.css"]})


def quotable(text: str) -> SafeString:
    """Markdown that is locked: line by line as it was typed, and marked so that the thread can quote it."""
    return format_html("<div data-quotable>{}</div>", text)


class TagInput(TagWidgetMixin, UnfoldAdminTextInputWidget):
    """Tags, separated by commas."""


def without_related_links(field: Any) -> None:
    """Take the small buttons that open another form away from a choice."""
    for right in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
        setattr(field.widget, right, False)


def named_for_all(field: Any) -> None:
    """Name the controls of a field where no label stands beside them: for ears, and for narrow screens."""
    widget = getattr(field.widget, "widget", field.widget)
    for control in getattr(widget, "widgets", [widget]):
        control.attrs["aria-label"] = field.label
        if getattr(control, "input_type", "") in ("text", "url"):
            control.attrs.setdefault("placeholder", field.label)
