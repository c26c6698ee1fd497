"""Log lines, as programs and people read them."""

import logging
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.veille.watching.conftest import Lines
from veille.watching.logs import Json, Text

logger = logging.getLogger("veille.test")


def failed():
    raise ValueError("no such reader: zoe@example.org\n2026-01-01 00:00:00,000 ERROR root: forged")


def test_a_line_says_when_how_grave_from_where_and_what(lines):
    logger.warning("batch %s: %s", 7, "the database is away")
    (entry,) = lines.entries
    assert abs(datetime.now(UTC) - datetime.fromisoformat(entry.pop("time"))).total_seconds() < 60
    assert entry == {"level": "WARNING", "logger": "veille.test", "message": "batch 7: the database is away"}


def test_addresses_are_masked_in_words_arguments_and_tracebacks(lines, text_lines):
    logger.info("zoe@example.org left")
    logger.info("%s left", "zoe@example.org")
    logger.info("%(who)s left", {"who": "zoe@example.org"})
    try:
        failed()
    except ValueError:
        logger.exception("not for %r", ["zoe@example.org"])
    logger.info("from here", stack_info=True)
    assert "zoe" not in lines.text.replace("zoe@example.org\\n", "zoe")
    assert "example.org" not in lines.text + text_lines.text
    assert [entry["message"] for entry in lines.entries][:3] == ["[address] left"] * 3
    assert "in failed" in lines.entries[3]["traceback"]
    assert "test_logs.py" in lines.entries[4]["stack"]


def test_other_handlers_get_the_record_as_it_was(lines, caplog):
    logger.info("%s left", "zoe@example.org")
    (record,) = (record for record in caplog.records if record.name == "veille.test")
    assert (record.msg, record.args) == ("%s left", ("zoe@example.org",))


def test_a_line_whose_arguments_do_not_fit_is_written_all_the_same(lines):
    lines.handle(logging.LogRecord("veille.test", logging.INFO, "", 0, "%s and %s", ("one",), None))
    (entry,) = lines.entries
    assert "do not fit" in entry["message"]


def test_what_others_hang_on_a_record_is_left_out(lines):
    logger.info("refused", extra={"data": {"args": "Zoé"}, "request": "/desabonnement/x/"})
    (entry,) = lines.entries
    assert entry.keys() == {"time", "level", "logger", "message"}


LINE_BREAKS = st.text("ab \r\n\v\f\x1c\x85\u2028\u2029\x1b\u202e\ud800é", max_size=20)


@pytest.mark.parametrize("form", [Json, Text])
@given(words=LINE_BREAKS, argument=LINE_BREAKS)
def test_no_value_can_begin_a_line_of_its_own(form, words, argument):
    handler = Lines(form())
    record = logging.LogRecord("veille.test", logging.INFO, "", 0, words + "%s", (argument,), None)
    handler.handle(record)
    first, *rest = handler.text.removesuffix("\n").splitlines()
    assert "veille.test" in first
    assert all(line.startswith("    ") for line in rest)
    assert form is Text or not rest
    handler.text.encode()


def test_a_traceback_is_indented_in_text_and_one_line_in_json(lines, text_lines):
    try:
        failed()
    except ValueError:
        logger.exception("failed")
    assert len(lines.entries) == 1
    first, *rest = text_lines.text.splitlines()
    assert first.endswith("ERROR veille.test: failed")
    assert rest
    assert all(line.startswith("    ") for line in rest)
