"""From links that people kept to a section in the making."""

from .drafting import draft

__all__ = ["draft"]
