"""How much and how often: a short version for CI, and the numbers of the fault table.

`VEILLE_FAULTS=long` (`make faults`) takes the second. Tests ask for both beside each other, so that a
reader sees what CI leaves out.
"""

import os

LONG = os.environ.get("VEILLE_FAULTS") == "long"


def size[T](short: T, long: T) -> T:
    """The number for this run."""
    return long if LONG else short
