"""What the world's name servers say of the sender: whether mails from us are to be believed."""

from . import alignment, dkim, dmarc, receiving, sending_host, spf  # noqa: F401 # they register
