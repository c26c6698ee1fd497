"""Each account that writes has an entry among the authors: without one she would not see what she wrote."""

from itertools import count

from django.db import transaction

from .models import Author, User

LONGEST = Author._meta.get_field("name").max_length or 0


@transaction.atomic
def entry_of(user: User) -> tuple[Author, bool]:
    """Give the account's author, and whether it was made just now, of the name in the account.

    A guest of the same name stays a guest: that it is the same person is for an editor to say.
    """
    # Two first texts saved at once make one entry.
    User.objects.select_for_update().get(pk=user.pk)
    author = Author.objects.filter(user=user).first()
    if author:
        return author, False
    return Author.objects.create(user=user, name=_free_name(user)), True


def _free_name(user: User) -> str:
    wanted = " ".join((user.get_full_name() or user.get_username()).split())
    name = wanted[:LONGEST]
    numbers = count(2)
    while Author.objects.filter(name=name).exists():
        ending = f" ({next(numbers)})"
        name = wanted[: LONGEST - len(ending)] + ending
    return name
