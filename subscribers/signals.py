"""How this room tells the house that somebody joined, inside the transaction in which they did.

Argument: `subscriber`, the key of a reader who has just confirmed.
"""

from django.dispatch import Signal

joined = Signal()
