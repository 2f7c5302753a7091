"""The score: which figures of which facts lie in their ranges, fitted and unfitted apart."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.calibration.priors import TAILS, Floats
from sim.validity.report import Row
from sim.validity.stylised_facts import EXPERIMENTS, Figure, all_figures

PASS, FAIL, ELSEWHERE, UNMEASURED = "pass", "fail", "see virtual experiments", "not measured"
PERCENT = 100.0


class Seen(NamedTuple):
    """A figure and what the draws show of it."""

    figure: Figure
    draws: Floats
    """[draw]; empty where nothing is measured."""

    @property
    def known(self) -> Floats:
        """Draws that have somebody to say it of."""
        return np.asarray(self.draws[np.isfinite(self.draws)])

    @property
    def mean(self) -> float:
        """Mean of the draws; NaN if none shows anything."""
        return float(self.known.mean()) if self.known.size else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Ends of the middle 90% of the draws."""
        if not self.known.size:
            return math.nan, math.nan
        low, high = np.quantile(self.known, TAILS)
        return float(low), float(high)

    @property
    def inside(self) -> float:
        """Share of the draws in the expected range."""
        return float(np.mean([self.figure.holds(value) for value in self.known])) if self.known.size else math.nan

    @property
    def verdict(self) -> str:
        """Pass if the mean of the draws lies in the expected range."""
        if self.figure.measure == EXPERIMENTS:
            return ELSEWHERE
        if not self.known.size:
            return UNMEASURED
        return PASS if self.figure.holds(self.mean) else FAIL

    def row(self) -> Row:
        """For programs."""
        judged = self.verdict if self.verdict in (PASS, FAIL) else ""
        figure, (low, high) = self.figure, self.interval
        return Row(
            f"{figure.row} {figure.quantity} ({figure.use})", "", figure.unit, None, _finite(figure.low),
            _finite(figure.high), _finite(self.mean), _finite(low), _finite(high), judged, figure.source,
        )  # fmt: skip


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


class Fact(NamedTuple):
    """A fact with all its figures."""

    id: str
    fact: str
    figures: tuple[Seen, ...]

    def verdict(self, unseen: bool) -> str:
        """Of its unfitted figures, or of those fitted or given: pass if all that are measured do; empty if none is."""
        verdicts = [one.verdict for one in self.figures if one.figure.unseen == unseen]
        judged = [verdict for verdict in verdicts if verdict in (PASS, FAIL)]
        if judged:
            return FAIL if FAIL in judged else PASS
        return verdicts[0] if verdicts else ""

    @property
    def failed(self) -> tuple[Seen, ...]:
        """Figures outside their ranges."""
        return tuple(one for one in self.figures if one.verdict == FAIL)


def scored(figures: tuple[Figure, ...], shows: Floats) -> tuple[Fact, ...]:
    """Facts in the order of their figures.

    Args:
        figures: measured or not.
        shows: [draw, figure] of those that are measured, in their order.
    """
    columns = iter(shows.T)
    seen = [Seen(figure, next(columns) if figure.measured else np.empty(0)) for figure in figures]
    names = dict.fromkeys(figure.id for figure in figures)
    by_fact = {name: tuple(one for one in seen if one.figure.id == name) for name in names}
    return tuple(Fact(name, found[0].figure.fact, found) for name, found in by_fact.items())


def scorecard(shows: Floats) -> tuple[Fact, ...]:
    """All facts of the file."""
    return scored(all_figures(), shows)


def passed(facts: tuple[Fact, ...], unseen: bool) -> tuple[int, int]:
    """Facts that pass, and facts that are judged, by their unfitted figures or by those fitted or given."""
    judged = [verdict for fact in facts if (verdict := fact.verdict(unseen)) in (PASS, FAIL)]
    return judged.count(PASS), len(judged)


def written(figure: Figure, value: float) -> str:
    """A value in the unit of its figure."""
    if not math.isfinite(value):
        return ""
    if figure.unit == "share":
        return f"{PERCENT * value:.1f}%"
    if figure.unit == "difference of shares":
        return f"{PERCENT * value:+.1f} points"
    if figure.unit in ("people", "posts"):
        return f"{round(value, -3):,.0f}"
    if figure.unit == "days":
        return f"{value:.0f}"
    return f"{value:.1f}p" if figure.unit == "pence/hour" else f"{value:.2f}"


def expected(figure: Figure) -> str:
    """The expected range in words."""
    low, high = written(figure, figure.low), written(figure, figure.high)
    if low and high:
        return f"{low} to {high}"
    return f"at least {low}" if low else f"at most {high}" if high else ""
