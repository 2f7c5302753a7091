"""Axes: what varies in a study, between which bounds or over which values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.calibration.priors import DIGITS

if TYPE_CHECKING:
    from sim.experiments.schema import Study

UNCERTAINTY: Literal["uncertainty"] = "uncertainty"
LEVER: Literal["lever"] = "lever"
SETTING: Literal["setting"] = "setting"
Kind = Literal["uncertainty", "lever", "setting"]
HALF = 0.5


@dataclass(frozen=True)
class Axis:
    """One thing that varies: over listed `values`, or between `low` and `high`."""

    name: str
    """Its column in the table of points."""
    kind: Kind
    label: str
    unit: str
    values: tuple[Any, ...] | None
    """What it may be; None for a range."""
    low: float | None = None
    high: float | None = None
    central: float | None = None
    """Median of a range, where it is not the middle: half of all quantiles lie below."""
    step: float | None = None
    """Values of a range are multiples of it: 1 for whole numbers, 0.01 for pounds and pence; None for any number."""
    steps: int | None = None
    """How many values of a range a grid takes, ends included."""
    place: tuple[Any, ...] = ()
    """What it sets (`sim.experiments.specification`)."""

    @property
    def is_range(self) -> bool:
        """Whether any value between two bounds is possible."""
        return self.values is None

    def at(self, quantile: float) -> Any:
        """Value at a quantile, 0 to 1; listed values have equal parts of it, in their order."""
        if self.values is not None:
            return self.values[min(int(quantile * len(self.values)), len(self.values) - 1)]
        low, middle, high = self._marks()
        if quantile <= HALF:
            value = low + (middle - low) * quantile / HALF
        else:
            value = middle + (high - middle) * (quantile - HALF) / HALF
        return self._written(min(high, max(low, value)))

    def quantile(self, value: Any) -> float:
        """Quantile of a value: the inverse of `at`; for a listed value, the middle of its part."""
        if self.values is not None:
            return (self.values.index(value) + HALF) / len(self.values)
        low, middle, high = self._marks()
        if value <= middle:
            return HALF * (float(value) - low) / (middle - low) if middle > low else HALF
        return HALF + HALF * (float(value) - middle) / (high - middle)

    def holds(self, value: Any) -> bool:
        """Whether it may have a value."""
        if self.values is not None:
            return any(value == one and isinstance(value, bool) == isinstance(one, bool) for one in self.values)
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return number and self.low is not None and self.high is not None and self.low <= value <= self.high

    def exactly(self, value: Any) -> Any:
        """The axis's own value for one that stands in a table, in the type that levers and parameters take."""
        if self.values is not None:
            return next(one for one in self.values if one == value)
        return self._written(float(value))

    def levels(self) -> tuple[Any, ...]:
        """Values that a grid takes.

        Raises:
            ValueError: for a range without `steps`.
        """
        if self.values is not None:
            return self.values
        if self.steps is None or self.low is None or self.high is None:
            message = f"{self.name} is a range without steps"
            raise ValueError(message)
        return tuple(
            dict.fromkeys(self._written(float(value)) for value in np.linspace(self.low, self.high, self.steps))
        )

    def middle(self) -> Any:
        """Value around which one axis at a time is moved: the first one listed, or the median of a range."""
        return self.values[0] if self.values is not None else self.at(HALF)

    def _marks(self) -> tuple[float, float, float]:
        """Low end, median and high end of a range."""
        low, high = float(self.low or 0.0), float(self.high or 0.0)
        return low, (low + high) * HALF if self.central is None else self.central, high

    def _written(self, value: float) -> float | int:
        """A value in whole steps, and of no more digits than a file would have."""
        if self.step is None:
            return float(f"{value:.{DIGITS}g}")
        return round(value) if self.step == 1.0 else round(round(value / self.step) * self.step, DIGITS)


def axes_of(study: Study) -> tuple[Axis, ...]:
    """Axes of a study: uncertainties, then levers and scenarios, then settings."""
    return study.parts.axes


def columns(axes: tuple[Axis, ...], kind: Kind) -> list[str]:
    """Names of the axes of one kind."""
    return [axis.name for axis in axes if axis.kind == kind]
