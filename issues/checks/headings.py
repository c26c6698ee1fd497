"""Headings that lead a reader, and a screen reader, from one level to the next."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from .dossier import Dossier
from .registry import CheckMessage, register
from .wording import place_of

# The section's title is an h2.
TITLE_LEVEL = 2


@register("issues.W010")
def no_jumps(dossier: Dossier) -> Iterator[CheckMessage]:
    for text in dossier.texts:
        before = TITLE_LEVEL
        for heading in text.anatomy.headings:
            if heading.level > before + 1:
                yield CheckMessage(
                    "issues.W010",
                    _("A heading of %(place)s skips a level: “%(marks)s” comes where “%(wanted)s” should.")
                    % {
                        "place": place_of(text.obj, text.field),
                        "marks": "#" * (heading.level - 1),
                        "wanted": "#" * before,
                    },
                    text.obj,
                    hint=_("Who listens to the page takes it for a part that is missing."),
                    field=text.field,
                    line=heading.line,
                    facts=(text.field, str(before), str(heading.level)),
                )
            before = heading.level


@register("issues.W011")
def below_the_title(dossier: Dossier) -> Iterator[CheckMessage]:
    for text in dossier.texts:
        heading = next((heading for heading in text.anatomy.headings if heading.tag == "h1"), None)
        if heading:
            yield CheckMessage(
                "issues.W011",
                _("%(place)s has a heading of the level of its title (“#”).")
                % {"place": place_of(text.obj, text.field)},
                text.obj,
                hint=_("It is shown one level lower; begin with “##”."),
                field=text.field,
                line=heading.line,
                facts=(text.field,),
            )
