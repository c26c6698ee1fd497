import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english():
    """What the tests compare messages with."""
    with translation.override("en"):
        yield
