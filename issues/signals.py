"""The only signal of ours: how `issues` tells the house that an issue is out.

Sent inside the transaction that publishes, so that whoever answers it writes with it or not at all.
Arguments: `issue`, and `rendition`, the frozen rendering that readers get.
"""

from django.dispatch import Signal

issue_published = Signal()


class PublicationRefused(Exception):
    """Raised by who answers the signal: the issue cannot go out, for the reason in the text."""
