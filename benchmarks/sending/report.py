"""The table: medians (least–most) of the rounds, beside what must be reached."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from .results import Round, Run

Runs = dict[str, Run]


@dataclass(frozen=True)
class Row:
    """One figure of a measure; in its title, {run} stands for that run's number of recipients.

    Ratios are taken within a round, where the machine is the same for both runs.
    """

    measure: str
    title: str
    figure: Callable[[Runs], float]
    decimals: int = 0
    at_least: float | None = None
    at_most: float | None = None


def _ratio_to_loop(runs: Runs) -> float:
    return runs["workers"].rate / runs["loop"].rate


def _growth_of_time(runs: Runs) -> float:
    return runs["small"].rate / runs["large"].rate


def _growth_of_memory(runs: Runs) -> float:
    return runs["large"].peak_bytes / runs["small"].peak_bytes


ROWS = [
    Row("one-worker", "a bare smtplib loop, messages a second", lambda runs: runs["loop"].rate),
    Row("one-worker", "one worker process, messages a second", lambda runs: runs["workers"].rate),
    Row("one-worker", "the same, as a ratio to the loop", _ratio_to_loop, 2, at_least=1.2),
    Row("two-workers", "two worker processes, messages a second", lambda runs: runs["workers"].rate),
    Row("two-workers", "the same, as a ratio to the loop", _ratio_to_loop, 2, at_least=2.0),
    Row("one-worker", "CPU of a bare smtplib loop per message, ms", lambda runs: runs["loop"].cpu_ms, 3),
    Row(
        "one-worker",
        "CPU of the sender per message, ms",
        lambda runs: runs["workers"].cpu_ms,
        3,
        at_most=0.45,
    ),
    Row(
        "growth",
        "peak memory of a worker, {small} recipients, MB",
        lambda runs: runs["small"].peak_mb,
        at_most=120,
    ),
    Row(
        "growth",
        "peak memory of a worker, {large} recipients, MB",
        lambda runs: runs["large"].peak_mb,
        at_most=120,
    ),
    Row("growth", "the latter, as a ratio to the former", _growth_of_memory, 2, at_most=1.05),
    Row(
        "planning",
        "time to plan {planning} recipients, s",
        lambda runs: runs["planning"].seconds,
        1,
        at_most=10,
    ),
    Row("planning", "peak memory of planning, MB", lambda runs: runs["planning"].peak_mb, at_most=150),
    Row(
        "growth",
        "time per message, {large} recipients, as a ratio to {small}",
        _growth_of_time,
        2,
        at_most=1.1,
    ),
]


def table(rounds: Sequence[Round]) -> str:
    """Give the rows that these rounds can fill, in Markdown. Whether a row is reached, its median says."""
    lines = ["| measure | median (least–most) | must reach | reached |", "| --- | --- | --- | --- |"]
    for row in ROWS:
        runs = [made.runs for made in rounds if made.measure == row.measure]
        if runs:
            lines.append(_line(row, runs))
    return "\n".join(lines)


def in_short(made: Round) -> str:
    """Give the figures of one round, in one line."""
    figures = [
        f"{_title(row, made.runs)}: {row.figure(made.runs):,.{row.decimals}f}"
        for row in ROWS
        if row.measure == made.measure
    ]
    return f"{made.measure}, round {made.number}: " + "; ".join(figures)


def _line(row: Row, runs: list[Runs]) -> str:
    values = [row.figure(one) for one in runs]
    middle, least, most = (
        f"{value:,.{row.decimals}f}" for value in (median(values), min(values), max(values))
    )
    return f"| {_title(row, runs[0])} | {middle} ({least}–{most}) | {_wanted(row, median(values))} |"


def _title(row: Row, runs: Runs) -> str:
    return row.title.format(**{name: f"{run.recipients:,}" for name, run in runs.items()})


def _wanted(row: Row, value: float) -> str:
    if row.at_least is not None:
        return f"≥ {row.at_least:g} | {_yes(value >= row.at_least)}"
    if row.at_most is not None:
        return f"≤ {row.at_most:g} | {_yes(value <= row.at_most)}"
    return " | "


def _yes(reached: bool) -> str:
    return "yes" if reached else "no"
