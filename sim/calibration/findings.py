"""What a calibration found, as figures that can be told."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calibration.backtest import Backtest
from sim.calibration.emulator import to_scale
from sim.calibration.priors import Floats
from sim.calibration.recovery import Recovery
from sim.calibration.study import Calibration
from sim.calibration.study import told as told_on_scale
from sim.calibration.targets import WITHIN, Target, covariance, published_values, targets
from sim.parameters import uncertain


class Findings(NamedTuple):
    """Everything told on the page."""

    targets: tuple[Target, ...]
    names: tuple[str, ...]
    """Of the parameters."""
    before: Floats
    """[run, target] what runs of the first wave show less what was published, in tolerances."""
    after: Floats
    """[draw, target] the same of draws of the posterior, when run."""
    shows: Floats
    """[draw, target] what draws of the posterior show."""
    points: Floats
    """[draw, parameter] quantiles of the priors."""
    recovery: Recovery
    discrepancy: Floats
    """[target] what the model can't meet, a standard deviation in tolerances; one value for a series."""
    between_chains: float
    """Largest split R-hat."""
    emulator_error: float
    """Median of the emulator's errors, in tolerances."""
    backtests: tuple[Backtest, ...]
    emulator_apart: float
    """Furthest that the mean of runs of the draws lies from what the emulator says of them, in tolerances."""

    @property
    def met(self) -> int:
        """Figures that the mean of the draws meets."""
        return int((np.abs(self.middle) <= WITHIN).sum())

    @property
    def middle(self) -> Floats:
        """[target] mean of the draws less what was published, in tolerances; draws without people in a group aside."""
        return np.asarray(np.nanmean(self.after, axis=0))

    @property
    def met_by_each(self) -> float:
        """Share of figures that single draws meet."""
        return float((np.abs(self.after[~np.isnan(self.after)]) <= WITHIN).mean())

    @property
    def met_before(self) -> int:
        """Figures that the mean of the runs over the whole prior meets."""
        return int((np.abs(np.nanmean(self.before, axis=0)) <= WITHIN).sum())

    @property
    def identified(self) -> NDArray[np.int64]:
        """Parameters that can be told, best first."""
        order = np.argsort(-self.recovery.explained, kind="stable")
        return order[self.recovery.identified[order]]


def findings(done: Calibration) -> Findings:
    """Findings of a calibration."""
    of, check = targets(), done.check
    tolerance, told = np.sqrt(np.diag(covariance(of))), published_values(of)
    return Findings(
        of,
        uncertain(),
        (done.waves[0].shows - told) / tolerance,
        (check.shows - told) / tolerance,
        check.shows,
        check.points,
        done.recovery,
        done.discrepancy.spread / np.sqrt(np.diag(told_on_scale(of)[1])),
        float(done.posterior.spread_between_chains().max()),
        float(np.median(done.emulator.error / np.sqrt(np.diag(told_on_scale(of)[1])))),
        done.backtests,
        float(np.abs(emulator_bias(done)).max()),
    )


def emulator_bias(done: Calibration) -> Floats:
    """[target] mean of all runs of the posterior less what the emulator says of them, in tolerances."""
    of, runs = targets(), done.candidates
    said = done.emulator.says(runs.points).mean(axis=0)
    return np.asarray((to_scale(runs.shows, of).mean(axis=0) - said) / np.sqrt(np.diag(told_on_scale(of)[1])))
