"""What came back and waits for a decision, for the home of the desk."""

from django import template

from ..models import Bounce

register = template.Library()


@register.simple_tag
def held_bounces() -> int:
    """How many events are held until a person decides."""
    return Bounce.objects.filter(state=Bounce.State.HELD).count()
