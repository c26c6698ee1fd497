"""The made-up readers: the same in the database and in the loop that knows none."""

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

DOMAINS = 50


class Reader(NamedTuple):
    """What differs from one mail to the next."""

    email: str
    number: str
    token: str

    @property
    def name(self) -> str:
        return f"Éloïse Abonnée {self.number}"


# Stands in a message where a reader's values go.
MARKS = Reader("@@EMAIL@@", "@@NAME@@", "@@TOKEN@@")

# The same in SQL; n is the reader's place. Tokens have the length of real ones.
NUMBER_SQL = "lpad(n::text, 7, '0')"
EMAIL_SQL = f"'abonne' || {NUMBER_SQL} || '@dest' || lpad((n % {DOMAINS})::text, 2, '0') || '.example'"
NAME_SQL = f"'Éloïse Abonnée ' || {NUMBER_SQL}"
TOKEN_SQL = "md5('bench' || n)"  # noqa: S105


def readers(count: int) -> Iterator[Reader]:
    """Make so many readers up."""
    for n in range(count):
        yield Reader(
            email=f"abonne{n:07d}@dest{n % DOMAINS:02d}.example",
            number=f"{n:07d}",
            token=hashlib.md5(b"bench%d" % n, usedforsecurity=False).hexdigest(),
        )
