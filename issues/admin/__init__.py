"""The desk: doors to the workflow. No rule lives here."""

from . import issue, section, vocabulary

__all__ = ["issue", "section", "vocabulary"]
