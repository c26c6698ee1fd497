"""Emoji that were cut or torn: joiners, tones, flags and keycaps without what they belong to."""

import re
from collections.abc import Iterator

import emoji
from django.utils.translation import gettext as _
from wcwidth import iter_graphemes

from ..models import Issue, Section
from .dossier import Dossier
from .registry import CheckMessage, register
from .wording import place_of

ZWJ = "\u200d"
VARIATION = "\ufe0e\ufe0f"
KEYCAP = "\u20e3"
TONES = "\U0001f3fb-\U0001f3ff"
FLAG_LETTERS = "\U0001f1e6-\U0001f1ff"
TAGS = "\U000e0020-\U000e007f"

_PARTS = re.compile(f"[{ZWJ}{VARIATION}{KEYCAP}{TONES}{FLAG_LETTERS}{TAGS}]")
_KEYCAP = re.compile(f"[0-9#*]\ufe0f?{KEYCAP}")
_FLAG = re.compile(f"[{FLAG_LETTERS}]{{2}}")
_JOINED_LETTERS = re.compile(
    f"[^\\W\\d_a-zA-Z\u00c0-\u024f](?:[^\\s{VARIATION}{TONES}{FLAG_LETTERS}{TAGS}])*"
)
# Signs that are text by themselves, and become emoji by what follows; digits are so in keycaps alone.
_DIGITS = re.compile(r"[0-9#*]")


@register("issues.W015")
def whole_emoji(dossier: Dossier) -> Iterator[CheckMessage]:
    issue = dossier.issue
    lines: list[tuple[Issue | Section, str, str]] = [
        (issue, "subject", issue.subject),
        (issue, "preheader", issue.preheader),
        (issue, "title", issue.title),
        *((section, "title", section.title) for section in dossier.sections),
    ]
    for obj, field, text in lines:
        torn = torn_sequences(text)
        if torn:
            yield CheckMessage(
                "issues.W015",
                _("An emoji of %(place)s is torn: %(signs)s")
                % {"place": _place(obj, field), "signs": ", ".join(_spelt_out(part) for part in torn)},
                obj,
                hint=_("Readers see an empty box or a stray sign. Delete it, and insert the emoji anew."),
                field=field,
                facts=(field, *torn),
            )


def torn_sequences(text: str) -> list[str]:
    """Give the clusters of a text that hold a part of an emoji without the rest.

    That is a zero-width joiner that joins nothing, a variation selector or a skin tone that follows nothing
    it can change, half a flag, and parts of a keycap. (Unicode Technical Standard 51, ED-13 to ED-17.)
    """
    if not _PARTS.search(text):
        return []
    return [cluster for cluster in iter_graphemes(text) if _PARTS.search(cluster) and not _is_whole(cluster)]


def _is_whole(cluster: str) -> bool:
    if emoji.is_emoji(cluster) and not re.fullmatch(f"[{TONES}{FLAG_LETTERS}]", cluster):
        return True
    if KEYCAP in cluster or _FLAG.match(cluster):
        return bool(_KEYCAP.fullmatch(cluster))
    if ZWJ in cluster and not _has_emoji(cluster):
        # Scripts of India and Persia join letters by it.
        return bool(_JOINED_LETTERS.fullmatch(cluster))
    return all(_is_whole_part(part) for part in cluster.split(ZWJ))


def _is_whole_part(part: str) -> bool:
    """Whether what stands between joiners is an emoji by itself, in whichever of its styles."""
    bare = part.translate(dict.fromkeys(map(ord, VARIATION)))
    if len(part) - len(bare) > 1 or re.search(f"[{FLAG_LETTERS}{TAGS}]", bare) or _DIGITS.match(bare):
        return False
    if re.fullmatch(f"[{TONES}]", bare):
        return False
    return emoji.is_emoji(bare) or emoji.is_emoji(f"{bare}\ufe0f")


def _has_emoji(cluster: str) -> bool:
    return any(emoji.is_emoji(sign) or emoji.is_emoji(f"{sign}\ufe0f") for sign in cluster)


def _place(obj: Issue | Section, field: str) -> str:
    if isinstance(obj, Section):
        return place_of(obj)
    return {
        "subject": _("the subject line"),
        "preheader": _("the preheader"),
        "title": _("the title of the issue"),
    }[field]


def _spelt_out(cluster: str) -> str:
    """Name signs that cannot be seen by their numbers."""
    return " ".join(f"U+{ord(sign):04X}" for sign in cluster)
