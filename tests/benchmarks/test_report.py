"""The table that `make bench` prints."""

import pytest

from benchmarks.sending.report import in_short, table
from benchmarks.sending.results import Round, Run


def a_round(number, *, loop_seconds, worker_seconds):
    runs = {
        "loop": Run(1200, seconds=loop_seconds, cpu_seconds=0.6),
        "workers": Run(1200, seconds=worker_seconds, cpu_seconds=0.48),
    }
    return Round("one-worker", number, runs)


@pytest.fixture
def rounds():
    return [
        a_round(1, loop_seconds=1, worker_seconds=0.5),
        a_round(2, loop_seconds=2, worker_seconds=0.5),
        a_round(3, loop_seconds=3, worker_seconds=2),
    ]


def cells(rounds, title):
    (line,) = [line for line in table(rounds).splitlines() if line.startswith(f"| {title} |")]
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


def test_a_figure_is_the_median_of_its_rounds_with_the_least_and_the_most(rounds):
    assert cells(rounds, "one worker process, messages a second") == ["2,400 (600–2,400)", "", ""]


def test_a_ratio_is_taken_within_each_round(rounds):
    # The medians of both would give 4.
    assert cells(rounds, "the same, as a ratio to the loop") == ["2.00 (1.50–4.00)", "≥ 1.2", "yes"]


def test_a_median_on_the_wrong_side_is_not_reached():
    slow = [a_round(1, loop_seconds=1, worker_seconds=0.9)]
    assert cells(slow, "the same, as a ratio to the loop") == ["1.11 (1.11–1.11)", "≥ 1.2", "no"]


def test_time_per_message_is_what_grows():
    small = Run(1_000, seconds=1, cpu_seconds=0.4, peak_bytes=100 * 2**20)
    large = Run(10_000, seconds=12, cpu_seconds=4, peak_bytes=110 * 2**20)
    grown = [Round("growth", 1, {"small": small, "large": large})]
    title = "time per message, 10,000 recipients, as a ratio to 1,000"
    assert cells(grown, title) == ["1.20 (1.20–1.20)", "≤ 1.1", "no"]
    assert cells(grown, "peak memory of a worker, 10,000 recipients, MB")[0] == "110 (110–110)"


def test_measures_that_were_left_out_have_no_row(rounds):
    assert "plan" not in table(rounds)


def test_a_round_is_told_in_one_line(rounds):
    told = in_short(rounds[0])
    assert told.startswith("one-worker, round 1: a bare smtplib loop, messages a second: 1,200; ")
    assert "\n" not in told
