"""What readers answered, for the pages of the desk."""

from typing import Any

from django import template

from issues.models import Issue, Section

from ..models import Reaction

register = template.Library()


@register.simple_tag
def reactions_to(thing: Section | Issue) -> list[dict[str, Any]]:
    """How many found each section useful, or not for them; sections nobody reacted to are left out."""
    key = {"section": thing} if isinstance(thing, Section) else {"section__issue": thing}
    return Reaction.objects.filter(**key).totals()
