"""How `authors` tells the house that somebody's name was changed on the desk.

Sent inside the transaction that saves it. Arguments: `author`, and `by`, the account that did it.
"""

from django.dispatch import Signal

author_renamed = Signal()
