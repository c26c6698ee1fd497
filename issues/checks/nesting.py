"""Texts whose innermost part readers never see."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from .dossier import Dossier
from .registry import CheckMessage, register
from .wording import place_of


@register("issues.W017")
def all_is_shown(dossier: Dossier) -> Iterator[CheckMessage]:
    for text in dossier.texts:
        if text.anatomy.lost_at is not None:
            yield CheckMessage(
                "issues.W017",
                _("%(place)s has a text so deep in quotes and lists that readers do not get it.")
                % {"place": place_of(text.obj, text.field)},
                text.obj,
                hint=_("Take it out of some of them."),
                field=text.field,
                line=text.anatomy.lost_at,
                facts=(text.field,),
            )
