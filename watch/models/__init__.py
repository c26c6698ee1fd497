"""The words of the watch desk: link, clip, subject, proposal, and the roads by which links come in."""

from .clip import Clip
from .intake import CaptureToken, Hook, SavedFeed, SeenItem
from .link import Link
from .nudge import ChatWebhook, Nudge, Turn
from .proposal import Proposal
from .subject import Subject, SubjectEvent, SubjectNotice

__all__ = [
    "CaptureToken",
    "ChatWebhook",
    "Clip",
    "Hook",
    "Link",
    "Nudge",
    "Proposal",
    "SavedFeed",
    "SeenItem",
    "Subject",
    "SubjectEvent",
    "SubjectNotice",
    "Turn",
]
