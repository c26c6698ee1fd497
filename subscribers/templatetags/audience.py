"""The audience over time, for the home of the desk."""

from typing import Any

from django import template

from ..audience import audience

register = template.Library()


@register.simple_tag
def audience_over_time() -> dict[str, Any]:
    """The number of active readers, and the chart of who joined, left and was suppressed."""
    return audience()
