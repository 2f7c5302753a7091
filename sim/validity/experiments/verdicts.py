"""Draws beside what was published: means, intervals and verdicts."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.calibration.priors import TAILS, Floats
from sim.validity.experiments.evidence import Figure
from sim.validity.report import Row

SURE = TAILS[1] - TAILS[0]
"""Share of the draws that must have a sign where nothing but a sign is known."""
PASS, FAIL = "pass", "fail"


class Seen(NamedTuple):
    """One figure and what the draws show of it."""

    figure: Figure
    draws: Floats

    @property
    def mean(self) -> float:
        """Mean of the draws; NaN if none shows anything."""
        return float(np.nanmean(self.draws)) if np.isfinite(self.draws).any() else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Ends of the middle 90% of the draws."""
        if not np.isfinite(self.draws).any():
            return math.nan, math.nan
        low, high = np.nanquantile(self.draws, TAILS)
        return float(low), float(high)

    @property
    def inside(self) -> float:
        """Share of the draws in the published range."""
        shown = self.draws[np.isfinite(self.draws)]
        return float(np.mean([self.figure.holds(value) for value in shown])) if shown.size else math.nan

    @property
    def verdict(self) -> str:
        """Pass if the mean lies in the published range, and where that is a mere sign if 90% of the draws have it."""
        if not self.figure.judged or math.isnan(self.mean):
            return ""
        one_sided = math.isinf(self.figure.low) or math.isinf(self.figure.high)
        held = self.figure.holds(self.mean) and not (one_sided and self.inside < SURE)
        return PASS if held else FAIL

    def row(self) -> Row:
        """For programs."""
        low, high = self.interval
        figure = self.figure
        return Row(
            figure.name, "", figure.unit, _known(figure.value), _known(figure.low), _known(figure.high),
            _known(self.mean), _known(low), _known(high), self.verdict, figure.source,
        )  # fmt: skip


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def seen(figures: tuple[Figure, ...], shows: Floats) -> dict[str, Seen]:
    """What [draw, value] shows of each figure, by name."""
    return {figure.name: Seen(figure, shows[:, place]) for place, figure in enumerate(figures)}


def told(value: float) -> str:
    """A number for people."""
    return "" if not math.isfinite(value) else f"{value:.2f}" if abs(value) < 10.0 else f"{value:.1f}"


def published(figure: Figure) -> str:
    """The published range in words."""
    if math.isfinite(figure.low) and math.isfinite(figure.high):
        return f"{told(figure.low)} to {told(figure.high)}"
    if math.isfinite(figure.low):
        return "above 0" if figure.low == 0.0 else f"above {told(figure.low)}"
    if math.isfinite(figure.high):
        return "below 0" if figure.high == 0.0 else f"below {told(figure.high)}"
    return "no bounds" if figure.source else ""
