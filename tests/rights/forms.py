"""What a browser would send back from a form of the admin, whoever sends it then."""

from typing import Any

from django.db.models.fields.files import FieldFile
from django.forms import BaseForm, MultiWidget
from django.test import Client

from tests.factories import UserFactory


def filled_form(url: str, **changes: Any) -> dict[str, Any]:
    """Read the form at a URL as somebody who may do everything, and change some fields of it."""
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    context = client.get(url).context
    data: dict[str, Any] = {}
    _read(context["adminform"].form, data)
    for inline in context["inline_admin_formsets"]:
        _read(inline.formset.management_form, data)
        for form in inline.formset.forms:
            _read(form, data)
    assert not context["has_change_permission"] or set(changes) <= set(data), set(changes) - set(data)
    return data | changes


def _read(form: BaseForm, data: dict[str, Any]) -> None:
    for field in form:
        value = field.value()
        if isinstance(field.field.widget, MultiWidget):
            for n, part in enumerate(field.field.widget.decompress(value)):
                data[f"{field.html_name}_{n}"] = part or ""
        elif field.name == "tags":
            data[field.html_name] = ", ".join(tag.name for tag in value or [])
        else:
            # A browser sends no file of its own accord, and a false value of one is no file.
            data[field.html_name] = "" if value is None or isinstance(value, FieldFile) else value
