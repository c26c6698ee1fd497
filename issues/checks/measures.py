"""How heavy the mail is, and how long it takes to read."""

import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..rendering import email_size, render_issue
from .dossier import Dossier
from .registry import CheckMessage, register

# Gmail clips a message at about 102 KB of HTML.
MAX_EMAIL_BYTES = 90 * 1024
WARN_EMAIL_BYTES = 80 * 1024
# Silent reading of French prose on a screen (Brysbaert, 2019: 195 to 260 words a minute).
WORDS_PER_MINUTE = 220


@register("issues.E006", "issues.W013")
def weight(dossier: Dossier) -> Iterator[CheckMessage]:
    size = _weigh(_Content(dossier))
    hint = _("Stay under %(size)d KB.") % {"size": MAX_EMAIL_BYTES // 1024}
    if size > MAX_EMAIL_BYTES:
        yield CheckMessage(
            "issues.E006",
            _("The email weighs %(size)d KB; Gmail would cut it.") % {"size": size // 1024},
            dossier.issue,
            hint=hint,
        )
    elif size > WARN_EMAIL_BYTES:
        yield CheckMessage(
            "issues.W013",
            _("The email weighs %(size)d KB; Gmail cuts what is longer than 102.") % {"size": size // 1024},
            dossier.issue,
            hint=hint,
            facts=(str(size // 1024),),
        )


@register("issues.I001", "issues.W014")
def reading_time(dossier: Dossier) -> Iterator[CheckMessage]:
    words = sum(text.anatomy.words for text in dossier.texts)
    minutes = reading_minutes(words)
    too_long = minutes > settings.VEILLE_READING_MINUTES
    yield CheckMessage(
        "issues.W014" if too_long else "issues.I001",
        ngettext(
            "The issue takes about %(minutes)d minute to read.",
            "The issue takes about %(minutes)d minutes to read.",
            minutes,
        )
        % {"minutes": minutes},
        dossier.issue,
        hint=_("Readers were promised %(minutes)d at the most.")
        % {"minutes": settings.VEILLE_READING_MINUTES}
        if too_long
        else ngettext("%(count)d word.", "%(count)d words.", words) % {"count": words},
        facts=(str(minutes),),
    )


def reading_minutes(words: int) -> int:
    """Give the minutes that so many words take to read, rounded up."""
    return -(-words // WORDS_PER_MINUTE)


class _Content:
    """All of a dossier that the mail shows, comparable at no cost."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        issue = dossier.issue
        shown = [
            [issue.number, issue.title, issue.subject, issue.preheader, issue.introduction, issue.closing],
            *(
                [
                    *(section.pk, section.title, section.body, section.rubric_id, str(section.rubric or "")),
                    [(author.name, author.slug) for author in section.byline()],
                    [(source.title, source.publisher, source.url) for source in section.sources.all()],
                ]
                for section in dossier.sections
            ),
        ]
        self.digest = hashlib.sha256(json.dumps(shown).encode()).digest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Content) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)


@lru_cache(maxsize=64)
def _weigh(content: _Content) -> int:
    """Give the bytes of the email's HTML. What was weighed already is not rendered again."""
    return email_size(render_issue(content.dossier.issue, content.dossier.sections))
