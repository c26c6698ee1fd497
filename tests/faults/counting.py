"""Counted at the sink: who got it, who got it twice, and whether the rows say the same.

planned = sum of the terminal states; missed = planned who neither got it nor came to another end;
doubled = copies beyond the first; of the doubled, Message-ID and hash are equal; rows "sent" = received
without the uncertain; each reader's links are their own.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from mailings.models import Delivery, Mailing
from subscribers.models import Subscriber

OTHER_ENDS = {"refused", "skipped", "expired", "uncertain"}


@dataclass(frozen=True)
class Count:
    """What came of one mailing, or of several together."""

    planned: int
    received: int
    missed: int
    doubled: int
    uncertain: int

    def __add__(self, other: Count) -> Count:
        return Count(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


def count(mailing: Mailing, received) -> Count:
    """Count a mailing that has come to its end, from what the sink received of it and of others.

    Raises AssertionError where rows and sink tell different stories, or a mail holds what is not its
    reader's.
    """
    copies = defaultdict(list)
    for mail in received:
        # <delivery>.<mailing>@<our domain>
        if mail.id.partition("@")[0].endswith(f".{mailing.pk}"):
            copies[mail.to].append(mail)
    states = dict(mailing.deliveries.values_list("address", "state"))
    mailing.refresh_from_db()
    assert len(states) == mailing.planned
    assert set(states.values()) <= {"sent", *OTHER_ENDS}, "every journey has come to an end"
    assert copies.keys() <= states.keys(), "nobody got it who was not planned"
    missed = [to for to, state in states.items() if to not in copies and state not in OTHER_ENDS]
    uncertain = {to for to, state in states.items() if state == "uncertain"}
    sent = {to for to, state in states.items() if state == "sent"}
    assert sent - set(missed) == copies.keys() - uncertain, "sent is what was received and is certain"
    for to, mails in copies.items():
        assert len({(mail.id, mail.hash) for mail in mails}) == 1, f"the copies of {to} differ"
    _everybody_has_the_same_text_and_links_of_their_own(copies)
    return Count(
        planned=mailing.planned,
        received=len(copies),
        missed=len(missed),
        doubled=sum(map(len, copies.values())) - len(copies),
        uncertain=len(uncertain),
    )


def _everybody_has_the_same_text_and_links_of_their_own(copies) -> None:
    tokens = dict(Subscriber.objects.values_list("address", "token"))
    readers = tokens.keys()
    for to, (mail, *_others) in copies.items():
        assert mail.tokens == [tokens[to]]
        assert readers & set(mail.addresses) == {to}
    assert len({mails[0].text for mails in copies.values()}) <= 1, "all got the same text"
    assert len({mails[0].id for mails in copies.values()}) == len(copies)


def open_deliveries(mailing: Mailing) -> int:
    """How many readers have not come to an end."""
    return Delivery.objects.open().filter(mailing=mailing).count()
