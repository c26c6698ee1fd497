"""How messages name what they are about."""

from django.utils.translation import gettext as _

from ..models import Issue, Section


def place_of(obj: Issue | Section, field: str = "") -> str:
    """Name a section by its title, and the words around the sections by what they are."""
    if isinstance(obj, Section):
        return _("“%(title)s”") % {"title": obj.title}
    return {"introduction": _("the introduction"), "closing": _("the closing words")}.get(field, str(obj))
