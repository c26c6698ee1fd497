"""Addresses that stop working after minutes: allowed, since some have good reasons, with a word."""

from disposable_email_domains import blocklist

from .addresses import normalise


def is_disposable(email: str) -> bool:
    """Tell whether the domain, or one above it, lends addresses to everybody for a while.

    By the list of the project disposable-email-domains. Raises `ValidationError` for what is no address.
    """
    labels = normalise(email).rpartition("@")[2].split(".")
    return any(".".join(labels[start:]) in blocklist for start in range(len(labels) - 1))
