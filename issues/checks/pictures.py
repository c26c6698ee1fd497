"""Pictures: whether they are there, described, and light enough."""

from collections.abc import Iterator
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from pictures.stored import own_picture, picture_bytes

from ..anatomy import Picture
from ..models.tag import fold
from ..rendering.markdown import leads_outside
from .dossier import Dossier, Text
from .registry import CheckMessage, register
from .wording import place_of

MAX_BYTES = 1024 * 1024


@register("issues.W003")
def alternative(dossier: Dossier) -> Iterator[CheckMessage]:
    for text, picture in _pictures(dossier):
        if fold(picture.alternative) in _placeholders():
            yield CheckMessage(
                "issues.W003",
                _("A picture of %(place)s has no alternative text.")
                % {"place": place_of(text.obj, text.field)},
                text.obj,
                hint=_("Say what it shows, between the brackets: ![text](address)."),
                field=text.field,
                line=picture.line,
                facts=(text.field, picture.address),
            )


@register("issues.E008", "issues.W005", "issues.W006")
def files(dossier: Dossier) -> Iterator[CheckMessage]:
    for text, picture in _pictures(dossier):
        path = own_picture(picture.address)
        size = picture_bytes(path) if path else None
        place = {"place": place_of(text.obj, text.field)}
        where = {"field": text.field, "line": picture.line}
        if path and size is None:
            yield CheckMessage(
                "issues.E008",
                _("A picture of %(place)s is not there any more.") % place,
                text.obj,
                hint=_("Drop it into the text again."),
                facts=(text.field, picture.address),
                **where,  # type: ignore[arg-type]
            )
        elif size and size > MAX_BYTES:
            yield CheckMessage(
                "issues.W005",
                _("A picture of %(place)s weighs %(size)s MB.")
                % {**place, "size": number_format(size / MAX_BYTES, 1)},
                text.obj,
                hint=_("Over 1 MB, readers on the road wait for it."),
                facts=(text.field, picture.address),
                **where,  # type: ignore[arg-type]
            )
        elif not path and leads_outside(picture.address):
            yield CheckMessage(
                "issues.W006",
                _("A picture of %(place)s is on another site: readers get a link to it instead.") % place,
                text.obj,
                hint=_("Drop the file into the text to show it, if its licence allows that."),
                facts=(text.field, picture.address),
                **where,  # type: ignore[arg-type]
            )
        elif not path:
            yield CheckMessage(
                "issues.E008",
                _("A picture of %(place)s has no address that leads to one: readers see nothing.") % place,
                text.obj,
                hint=_("Drop it into the text again."),
                facts=(text.field, picture.address),
                **where,  # type: ignore[arg-type]
            )


def _pictures(dossier: Dossier) -> Iterator[tuple[Text, Picture]]:
    for text in dossier.texts:
        for picture in text.anatomy.pictures:
            yield text, picture


@cache
def _placeholders() -> set[str]:
    """What stands between the brackets where nobody has written anything, in every language of the desk."""
    found = {""}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.add(fold(_("Say what the picture shows")))
    return found
