"""Priors: the evidence range of each behavioural parameter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.parameters import Behaviour, behaviour, parameter_table

Floats = NDArray[np.float64]
DIGITS = 10
"""Of values of parameters."""
TAILS = (0.05, 0.95)
"""Ends of the intervals of 90% of draws that all studies tell."""


def value_at(name: str, quantile: float) -> float:
    """Value of a parameter at a quantile of its prior.

    Half of the prior lies evenly between the low and the central value, half between the central and the high one, so
    that the central value is the median and a range may be lopsided.
    """
    row = parameter_table()[name]
    if quantile <= 0.5:
        value = row.low + (row.central - row.low) * 2.0 * quantile
    else:
        value = row.central + (row.high - row.central) * (2.0 * quantile - 1.0)
    # A value of fewer digits in a file comes back from its quantile to the bit.
    return float(f"{value:.{DIGITS}g}")


def quantile_of(name: str, value: float) -> float:
    """Quantile of a value: the inverse of `value_at`."""
    row = parameter_table()[name]
    if value <= row.central:
        return 0.5 * (value - row.low) / (row.central - row.low) if row.central > row.low else 0.5
    return 0.5 + 0.5 * (value - row.central) / (row.high - row.central)


def behaviour_at(names: Sequence[str], quantiles: Floats) -> Behaviour:
    """Parameters with the named ones at quantiles of their priors, and the others at their central values."""
    return behaviour({name: value_at(name, float(at)) for name, at in zip(names, quantiles, strict=True)})


def parameter_values(names: Sequence[str], points: Floats) -> Floats:
    """[draw, parameter] values at quantiles of the priors."""
    return np.array([[value_at(name, float(at)) for name, at in zip(names, row, strict=True)] for row in points])
