"""What a row holds comes back from its line of JSON, whatever it is."""

from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from hypothesis import given, settings
from hypothesis import strategies as st

from subscribers.models import Import
from veille.backup.names import Names
from veille.backup.rows import Table, line_of

pytestmark = pytest.mark.django_db

texts = st.text(st.characters(exclude_categories=["Cs"]))
times = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def tables():
    """The table of imports, made once; it has columns of nearly every kind."""
    return {}


@settings(max_examples=40, deadline=None)
@given(key=st.uuids(), text=texts, at=times, day=st.dates(), number=st.integers(0, 2**31 - 1), data=st.data())
def test_every_value_comes_back(tables, key, text, at, day, number, data):
    table = tables.setdefault("imports", Table(Import, Names(apps)))
    json = data.draw(values.filter(lambda value: value is not None))
    import_ = Import(pk=number, key=key, source=text, lease_until=at, consent_date=day, layout=json)
    line = line_of([getattr(import_, column) for column in table.columns])
    assert line.count(b"\n") == 1
    read = table.row(line, 1)
    assert [getattr(read, column) for column in table.columns] == [
        getattr(import_, column) for column in table.columns
    ]
    assert type(read.consent_date) is date


def test_bytes_and_microseconds_come_back():
    table = Table(apps.get_model("mailings.mailing"), Names(apps))
    at = datetime(2026, 10, 25, 1, 30, 0, 1, tzinfo=UTC)
    mailing = table.model(pk=1, message=memoryview(bytes(range(256))), created_at=at, next_slot=0.1 + 0.2)
    read = table.row(line_of([getattr(mailing, column) for column in table.columns]), 1)
    assert (bytes(read.message), read.created_at, read.next_slot) == (bytes(range(256)), at, 0.1 + 0.2)
