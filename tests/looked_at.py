"""What the tests of a module look at and leave as it is, made once for all of them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from pytest_django import DjangoDbBlocker


@contextmanager
def rows_for_a_module(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Keep what is written in the block before the `yield` of a module's fixture until its tests are over.

    What the tests write is undone after each, as always. They may not be transactional ones.
    """
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
