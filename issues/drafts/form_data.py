"""What a form of the desk posts, as a dictionary of texts, and the rows in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

LONGEST = 700_000
"""Characters in one draft: three texts of the greatest length, and what stands around them."""

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,99}", re.IGNORECASE)
_OURS = ("csrfmiddlewaretoken", "draft_key", "action", "select_across", "index")
_ROW = re.compile(r"(?P<prefix>[a-z_]+)-(?P<number>[0-9]{1,4})-(?P<field>[A-Za-z_]+)")


class TooLong(ValueError):
    """More text than a draft may hold, in words for the person who typed it."""


def form_data(posted: Mapping[str, str]) -> dict[str, str]:
    """Take the fields out of a posted form: no token, no button, no template of a row."""
    data = {
        name: value.replace("\x00", "").replace("\r\n", "\n")
        for name, value in posted.items()
        if _NAME.fullmatch(name) and name not in _OURS and "__prefix__" not in name
    }
    if sum(len(name) + len(value) for name, value in data.items()) > LONGEST:
        raise TooLong(_("This text is too long to be kept: more than %d characters.") % LONGEST)
    return data


def opened_version(data: Mapping[str, str]) -> int | None:
    """The version that the form was opened with; None for a form that says nothing sensible."""
    version = data.get("opened_version", "")
    return int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None


def plain(text: str) -> str:
    """A text without what the way through a browser adds or takes away."""
    return text.replace("\r\n", "\n").strip()


def rows(data: Mapping[str, str], prefix: str) -> list[dict[str, str]] | None:
    """The rows of one inline, in the order of their numbers; None where the form has no such inline."""
    if f"{prefix}-TOTAL_FORMS" not in data:
        return None
    found: dict[int, dict[str, str]] = {}
    for name, value in data.items():
        match = _ROW.fullmatch(name)
        if match and match["prefix"] == prefix:
            found.setdefault(int(match["number"]), {})[match["field"]] = value
    return [found[number] for number in sorted(found)]


def with_rows(
    data: Mapping[str, str], prefix: str, saved: list[dict[str, Any]], added: list[dict[str, Any]]
) -> dict[str, str]:
    """Put other rows into a form: first those that exist, then those that are new."""
    kept = {
        name: value
        for name, value in data.items()
        if not ((match := _ROW.fullmatch(name)) and match["prefix"] == prefix)
    }
    kept[f"{prefix}-TOTAL_FORMS"] = str(len(saved) + len(added))
    kept[f"{prefix}-INITIAL_FORMS"] = str(len(saved))
    for number, row in enumerate([*saved, *added]):
        for field, value in row.items():
            kept[f"{prefix}-{number}-{field}"] = "" if value is None else str(value)
    return kept
