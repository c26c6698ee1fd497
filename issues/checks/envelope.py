"""What mailboxes show before a mail is opened: subject line and preheader."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from wcwidth import iter_graphemes

from ..models.tag import fold
from .dossier import Dossier
from .registry import CheckMessage, register

# What a phone shows of a subject line.
MAX_SUBJECT_CHARACTERS = 60


def visible_length(text: str) -> int:
    """Count the characters as people see them: a family of emoji is one, and so is an accented letter.

    (Extended grapheme clusters, Unicode Standard Annex 29.)
    """
    return sum(1 for _cluster in iter_graphemes(" ".join(text.split())))


@register("issues.E001", "issues.W001", "issues.W012")
def subject(dossier: Dossier) -> Iterator[CheckMessage]:
    issue = dossier.issue
    if not issue.subject.strip():
        yield CheckMessage("issues.E001", _("The subject line is empty."), issue, field="subject")
        return
    length = visible_length(issue.subject)
    if length > MAX_SUBJECT_CHARACTERS:
        yield CheckMessage(
            "issues.W001",
            _("The subject line has %(count)d characters.") % {"count": length},
            issue,
            hint=_("Phones show about %(count)d.") % {"count": MAX_SUBJECT_CHARACTERS},
            field="subject",
            facts=(issue.subject,),
        )
    for number, former in sorted(dossier.former_subjects.items(), reverse=True):
        if fold(former) == fold(issue.subject):
            yield CheckMessage(
                "issues.W012",
                _("The subject line is that of No. %(number)d.") % {"number": number},
                issue,
                hint=_("Readers take it for a mail they have read already, and some mailboxes pile up both."),
                field="subject",
                facts=(fold(issue.subject), str(number)),
            )
            return


@register("issues.W002")
def preheader(dossier: Dossier) -> Iterator[CheckMessage]:
    if not dossier.issue.preheader.strip():
        yield CheckMessage(
            "issues.W002",
            _("There is no preheader."),
            dossier.issue,
            hint=_("Mailboxes show it after the subject line."),
            field="preheader",
        )
