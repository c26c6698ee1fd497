"""Figures as the admin's own chart takes them, and as a table for who sees no chart."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Told apart in light and in dark, and by who sees no red beside green.
COLOURS = ("#2563eb", "#d97706", "#64748b")


@dataclass(frozen=True)
class Chart:
    """Bars over labels: one series for each name, all of the length of the labels."""

    labels: Sequence[str]
    series: Mapping[str, Sequence[int]]

    @property
    def data(self) -> str:
        """JSON, in the form of Chart.js."""
        datasets = [
            {"label": name, "data": list(figures), "backgroundColor": colour}
            for (name, figures), colour in zip(self.series.items(), COLOURS, strict=False)
        ]
        return json.dumps({"labels": list(self.labels), "datasets": datasets})

    @property
    def rows(self) -> list[tuple[str, list[int]]]:
        """The same as rows of a table."""
        figures = zip(*self.series.values(), strict=True)
        return [(label, list(row)) for label, row in zip(self.labels, figures, strict=True)]
