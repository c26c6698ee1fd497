"""How `issues` tells the house that an issue is out, or no longer to be read.

Sent inside the transaction that publishes or withdraws, so that whoever answers writes with it or not at
all. Arguments: `issue`, and for `issue_published` `rendition`, the frozen rendering that readers get, and
`mailed`: whether they are to get it as a mail, or had it by another way before it was put into the archive.
"""

from django.dispatch import Signal

issue_published = Signal()
issue_withdrawn = Signal()


class PublicationRefused(Exception):
    """Raised by who answers the signal: the issue cannot go out, for the reason in the text."""
