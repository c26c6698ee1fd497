"""The columns of our own files, declared once for both ways, and cells that a spreadsheet must not run.

`SubscriberResource` is django-import-export's declaration of columns. Its own import and export are not
used: they hold the whole table in memory, ask the database for each row, and cut a leading `=` off.
"""

import json
import re
from datetime import datetime
from typing import Any

from django.core.validators import validate_ipv46_address
from django.utils.dateparse import parse_datetime
from import_export.fields import Field
from import_export.resources import Resource
from import_export.widgets import Widget

from .models import ConsentEvent, Subscriber

# OWASP, "CSV injection": a spreadsheet takes a cell that begins so for a formula, or begins another cell.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
EVENT_TEXTS = ("kind", "wording", "wording_version", "language", "page", "ip", "network")


def defuse(cell: str) -> str:
    """Give a cell that no spreadsheet takes for a formula. `restore` undoes it exactly."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def restore(cell: str) -> str:
    """Give what stood in a cell before `defuse`."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


class MomentWidget(Widget):
    """A point in time, in ISO 8601 with its offset."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> datetime | None:
        """Raises `ValueError` for what is no moment, has no offset, or is none in some other time zone."""
        if not value:
            return None
        moment = parse_datetime(value)
        if moment is None or moment.utcoffset() is None or not 1 < moment.year < 9999:
            raise ValueError(value)
        return moment

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.isoformat() if value else ""


class HistoryWidget(Widget):
    """The consent history, as JSON: a list of objects."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[dict[str, Any]]:
        """Raises `ValueError` for what is no such list, or holds an event that is none of ours."""
        events = json.loads(value) if value else []
        if not isinstance(events, list):
            raise ValueError(value)
        return [_event(event) for event in events]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        events = [
            {"at": event.at.isoformat()}
            | {name: getattr(event, name) for name in EVENT_TEXTS if getattr(event, name)}
            for event in value.all()
        ]
        return json.dumps(events, ensure_ascii=False)


class TopicsWidget(Widget):
    """The slugs of topics, as JSON: a list of texts."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[str]:
        """Raises `ValueError` for what is no such list."""
        slugs = json.loads(value) if value else []
        if not isinstance(slugs, list):
            raise ValueError(value)
        return [_storable(str(slug))[:100] for slug in slugs[:100]]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return json.dumps(value, ensure_ascii=False) if value else ""


class SubscriberResource(Resource):
    """One reader, one row. Without the token: it is the key to her page."""

    email = Field("email", "email")
    name = Field("name", "name")
    language = Field("language", "language")
    state = Field("state", "state")
    created_at = Field("created_at", "created_at", MomentWidget())
    confirmed_at = Field("confirmed_at", "confirmed_at", MomentWidget())
    left_at = Field("left_at", "left_at", MomentWidget())
    format = Field("format", "format")
    topics = Field("topics", "topics", TopicsWidget())
    paused_until = Field("paused_until", "paused_until", MomentWidget())
    consent_events = Field("consent_events", "consent_history", HistoryWidget())

    class Meta:
        export_order = (
            "email",
            "name",
            "language",
            "state",
            "created_at",
            "confirmed_at",
            "left_at",
            "format",
            "topics",
            "paused_until",
            "consent_events",
        )


COLUMNS: tuple[str, ...] = tuple(SubscriberResource().get_export_headers())


def cells_of(resource: SubscriberResource, subscriber: Subscriber) -> list[str]:
    """Give a reader's row, defused. The consent events are best fetched before."""
    return [defuse(str(cell)) for cell in resource.export_resource(subscriber)]


def _event(event: Any) -> dict[str, Any]:
    if not isinstance(event, dict) or event.get("kind") not in ConsentEvent.Kind.values:
        raise ValueError(event)
    at = MomentWidget().clean(str(event.get("at") or ""))
    if at is None:
        raise ValueError(event)
    texts = {name: str(event.get(name) or "") for name in EVENT_TEXTS}
    kept = {name: _fitting(name, text) for name, text in texts.items()}
    return kept | {"at": at, "ip": kept["ip"] or None}


def _storable(text: str) -> str:
    """PostgreSQL takes neither NUL nor half a surrogate pair."""
    return text.replace("\0", "").encode(errors="replace").decode()


def _fitting(name: str, text: str) -> str:
    """Cut a text to what its column takes."""
    text = _storable(text)
    if name == "ip" and text:
        validate_ipv46_address(text)
    return text[: getattr(ConsentEvent._meta.get_field(name), "max_length", None)]
