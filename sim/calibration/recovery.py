"""Parameter recovery: would these figures find the parameters, had the model itself made them?

Runs left out when the emulator is trained stand in for the truth: their parameters are known, and what they show, with
errors as large as those of the published figures, is all that is told of them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calibration.emulator import Emulator
from sim.calibration.posterior import evidence, sample
from sim.calibration.priors import TAILS, Floats

IDENTIFIED = 0.25
"""Least share of a parameter's prior variance that the figures must explain for it to count as identified."""


class Recovery(NamedTuple):
    """What was true of runs that stood in for the truth, and what was found of it, as quantiles of the priors."""

    truth: Floats
    """[run, parameter]"""
    found: Floats
    """[run, parameter] posterior means."""
    low: Floats
    high: Floats
    """[run, parameter] ends of 90% intervals."""

    @property
    def explained(self) -> Floats:
        """[parameter] share of the variance of the truth that posterior means explain; below nothing by bad luck."""
        missed = np.square(self.truth - self.found).mean(axis=0)
        return np.asarray(1.0 - missed / self.truth.var(axis=0))

    @property
    def coverage(self) -> Floats:
        """[parameter] share of runs whose truth lies in the 90% interval."""
        return np.asarray(((self.truth >= self.low) & (self.truth <= self.high)).mean(axis=0))

    @property
    def width(self) -> Floats:
        """[parameter] mean width of the 90% intervals over that of the prior."""
        return np.asarray((self.high - self.low).mean(axis=0) / (TAILS[1] - TAILS[0]))

    @property
    def identified(self) -> NDArray[np.bool_]:
        """[parameter] whether the figures tell something of it."""
        return np.asarray(self.explained >= IDENTIFIED)


def recover(emulator: Emulator, truth: Floats, shows: Floats, covariance: Floats, steps: int, seed: int) -> Recovery:
    """Posteriors of runs whose parameters are known.

    Args:
        emulator: trained without these runs.
        truth: [run, parameter] quantiles of the priors.
        shows: [run, target] what the runs show.
        covariance: [target, target] of the errors of published figures, which are added.
        steps: of each chain.
        seed: of the errors and of the chains.
    """
    errors = np.random.default_rng(seed).multivariate_normal(np.zeros(shows.shape[1]), covariance, shows.shape[0])
    found, low, high = [], [], []
    for number, told in enumerate(shows + errors):
        known = evidence(told, covariance, emulator)
        drawn = sample(known, emulator, truth.shape[1], steps, seed + number, every=5).flat
        found.append(drawn.mean(axis=0))
        ends = np.quantile(drawn, TAILS, axis=0)
        low.append(ends[0])
        high.append(ends[1])
    return Recovery(truth, np.array(found), np.array(low), np.array(high))
