"""Content types and permissions by what they are called: their numbers differ from database to database."""

from __future__ import annotations

from typing import Any

from django.apps.registry import Apps
from django.db.models import Field

CONTENT_TYPE, PERMISSION = "contenttypes.contenttype", "auth.permission"


class Names:
    """What a database calls its content types (`issues.section`) and permissions (`….view_section`)."""

    def __init__(self, apps: Apps) -> None:
        self._types: Any = apps.get_model(CONTENT_TYPE)._base_manager
        self._permissions: Any = apps.get_model(PERMISSION)._base_manager
        types = self._types.values_list("app_label", "model", "pk")
        permissions = self._permissions.values_list(
            "content_type__app_label", "content_type__model", "codename", "pk"
        )
        self._numbers = {
            CONTENT_TYPE: {".".join(name): number for *name, number in types},
            PERMISSION: {".".join(name): number for *name, number in permissions},
        }

    def of(self, field: Field[Any, Any]) -> dict[int, str] | None:
        """Give the name behind each number of this column; None for a column that holds no such numbers."""
        numbers = self._numbers.get(_refers_to(field))
        return None if numbers is None else {number: name for name, number in numbers.items()}

    def number(self, field: Field[Any, Any], name: str) -> int:
        """Give the number of a name, for a column. What nothing installed has any more is made again."""
        label = _refers_to(field)
        numbers = self._numbers[label]
        if name not in numbers:
            app_label, model, *codename = name.split(".", 2)
            if label == CONTENT_TYPE:
                numbers[name] = self._types.create(app_label=app_label, model=model).pk
            else:
                numbers[name] = self._permissions.create(
                    content_type_id=self._content_type(app_label, model),
                    codename=codename[0],
                    name=codename[0],
                ).pk
        return numbers[name]

    def _content_type(self, app_label: str, model: str) -> int:
        kind, _made = self._types.get_or_create(app_label=app_label, model=model)
        return int(kind.pk)


def _refers_to(field: Field[Any, Any]) -> str:
    related = field.related_model
    return related._meta.label_lower if isinstance(related, type) else ""
