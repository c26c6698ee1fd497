"""Numbers as people read them."""

from django.utils.formats import number_format


def grouped(number: int) -> str:
    """A whole number with its thousands apart: 12 000."""
    return number_format(number, force_grouping=True)
