"""The journey of a published issue to its readers: a mailing, its batches, its deliveries."""

from .answer import Reaction, ReaderReply
from .batch import LEASE, SURVIVORS_COME_BACK, Batch
from .bounce import Bounce
from .delivery import Delivery
from .destination import Destination
from .journal import JournalEntry
from .mailing import GIVE_UP_AFTER, Mailing, Minute, a_day_from_now
from .welcome import Welcome, WelcomeText

__all__ = [
    "GIVE_UP_AFTER",
    "LEASE",
    "SURVIVORS_COME_BACK",
    "Batch",
    "Bounce",
    "Delivery",
    "Destination",
    "JournalEntry",
    "Mailing",
    "Minute",
    "Reaction",
    "ReaderReply",
    "Welcome",
    "WelcomeText",
    "a_day_from_now",
]
