"""Rows of a form, as many as a page can hold."""

from typing import Any

# A form says itself how many rows it has: to show thousands that nobody filled in takes a minute.
MOST = 200


class FewRows:
    """An inline that reads no more rows than a person fills in, whatever number the form gives."""

    max_num = MOST

    def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, **kwargs | {"absolute_max": MOST})  # type: ignore[misc]
