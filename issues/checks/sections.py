"""Whether each section is there, signed and approved."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ..anatomy import anatomy
from ..models import Section
from .dossier import Dossier
from .registry import CheckMessage, register


@register("issues.E002")
def some_sections(dossier: Dossier) -> Iterator[CheckMessage]:
    if not dossier.sections:
        yield CheckMessage("issues.E002", _("The issue has no section."), dossier.issue)


@register("issues.E003")
def approved(dossier: Dossier) -> Iterator[CheckMessage]:
    for section in dossier.sections:
        if section.state != Section.State.APPROVED:
            yield CheckMessage(
                "issues.E003",
                _("“%(title)s” is not approved.") % {"title": section.title},
                section,
                hint=_("Its state is “%(state)s”.") % {"state": section.get_state_display()},
            )


@register("issues.E004")
def signed(dossier: Dossier) -> Iterator[CheckMessage]:
    for section in dossier.sections:
        if not section.byline():
            yield CheckMessage(
                "issues.E004",
                _("Nobody signs “%(title)s”.") % {"title": section.title},
                section,
                field="bylines-group",
            )


@register("issues.E005")
def written(dossier: Dossier) -> Iterator[CheckMessage]:
    for section in dossier.sections:
        if anatomy(section.body).is_empty:
            yield CheckMessage(
                "issues.E005", _("“%(title)s” has no text.") % {"title": section.title}, section, field="body"
            )


@register("issues.W004")
def sources_with_addresses(dossier: Dossier) -> Iterator[CheckMessage]:
    for section in dossier.sections:
        for number, source in enumerate(section.sources.all()):
            if not source.url:
                yield CheckMessage(
                    "issues.W004",
                    _("The source “%(source)s” of “%(title)s” has no address.")
                    % {"source": source.title, "title": section.title},
                    section,
                    hint=_("That is well for a book; a page needs its address."),
                    field=f"sources-{number}-url",
                    facts=(source.title,),
                )
