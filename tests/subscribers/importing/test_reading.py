"""Whatever bytes people bring: rows, or a clear word; never a traceback, never the whole file in memory."""

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from subscribers.columns import defuse, restore
from subscribers.importing import reading, work
from subscribers.importing.reading import Unreadable, look_at, rows

TABLE = [["email", "nom"], ["zoe@example.org", "Zoé, l’été"], ["noe@example.org", 'dit « "Noé" »']]


def written(table, separator=","):
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(table)
    return out.getvalue()


def read(path):
    layout = look_at(path)
    return [list(layout.headings), *(cells for _number, cells in rows(path, layout))]


@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "liste.csv"
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_table_is_read_in_whatever_dress(file, encoding, separator):
    assert read(file(written(TABLE, separator).encode(encoding))) == TABLE


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
def test_lines_may_end_as_they_like(file, ending):
    assert read(file(f"email,nom{ending}a@b.example,A{ending}".encode())) == [
        ["email", "nom"],
        ["a@b.example", "A"],
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\xef\xbb\xbf",
        b"PK\x03\x04zip",
        b"%PDF-1.7",
        b"email\na\0b@example.org\n",
        b'email\n"never closed\n',
        b"email,Email\na@b.example,\n",
        b"email\n" + b"x" * (reading.LONGEST_ROW + 1) + b"\n",
        b'email\n"' + b"x\n" * (reading.LONGEST_ROW // 2) + b'"\n',
        b"email\n" + b'"\n",' * (reading.LONGEST_ROW // 4),
        b'"\n",' * (reading.LONGEST_ROW // 4),
        b"," * 600 + b"\n",
        b"\xff\xfee\x00m\x00a\x00i\x00l\x00\n\x00\x00\xd8",
    ],
    ids=range(14),
)
def test_what_is_no_list_is_refused_with_a_word(file, content):
    with pytest.raises(Unreadable) as refused:
        read(file(content))
    assert refused.value.messages[0]


def test_a_large_file_of_small_rows_is_read_to_its_end(file, monkeypatch):
    monkeypatch.setattr(reading, "LONGEST_ROW", 50)
    assert len(read(file(b'email\n"a@b.example\n"\n' * 20))) == 40


def test_long_rows_are_taken_a_few_at_a_time(monkeypatch):
    monkeypatch.setattr(work, "CHUNK", 3)
    monkeypatch.setattr(work, "CHUNK_WEIGHT", 100)
    found = [(number, ["x" * length]) for number, length in enumerate([1, 1, 1, 1, 99, 200, 5])]
    portions = list(work._portions(iter(found)))
    assert [[number for number, _cells in portion] for portion in portions] == [[0, 1, 2], [3, 4], [5], [6]]


def test_the_row_numbers_are_those_of_a_spreadsheet(file):
    path = file(b'email\na@b.example\n\n"c@d.example"\n')
    layout = look_at(path)
    assert [number for number, _cells in rows(path, layout)] == [2, 3, 4]
    assert [number for number, _cells in rows(path, layout, skip=2)] == [4]


@given(
    content=st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode(errors="replace"))
)
@hypothesis_settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_bytes_are_rows_or_refused(tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with suppress(Unreadable):
        assert read(path)


@given(cell=st.text(max_size=20))
@hypothesis_settings(max_examples=200, deadline=None)
def test_a_defused_cell_is_no_formula_and_comes_back(cell):
    assert not defuse(cell).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert restore(defuse(cell)) == cell


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "'=1", "''+1"])
def test_each_beginning_of_a_formula_is_defused(cell):
    assert defuse(cell) == f"'{cell}"
    assert restore(f"'{cell}") == cell


@pytest.mark.parametrize("cell", ["", "l'été", "'quoted'", "a=1", "Zoé"])
def test_other_cells_stay_as_they_are(cell):
    assert defuse(cell) == cell == restore(cell)
