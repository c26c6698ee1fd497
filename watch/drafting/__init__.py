"""From links that people kept to a section in the making."""

from .making import draft

__all__ = ["draft"]
