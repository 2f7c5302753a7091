"""Posterior: parameters at which the emulator meets the targets as well as their tolerances ask.

Quantiles of the priors are turned into normal deviates, so that the prior is a standard normal distribution and
elliptical slice sampling (Murray, Adams and MacKay 2010) applies, which needs no tuning in two hundred dimensions. Many
chains go side by side.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.linalg import solve_triangular
from scipy.special import ndtr

from sim.calibration.emulator import Emulator, Pair
from sim.calibration.priors import Floats

CHAINS = 40
HALVES = 2


class Evidence(NamedTuple):
    """What is known: published figures, and how the model's errors about them are spread."""

    published: Floats
    """[target]"""
    whitening: Floats
    """[target, target] inverse Cholesky factor of the covariance of published figures and the emulator's error."""
    widening: float
    """Factor by which the covariance is widened, where draws shall lie about the posterior and not in it."""

    def misfit(self, shown: Floats) -> Floats:
        """[point] squared distance of what is shown from what was published, in units of the covariance."""
        return np.asarray(np.square((shown - self.published) @ self.whitening.T).sum(axis=1))

    def log_likelihood(self, shown: Floats) -> Floats:
        """[point] up to a constant."""
        return -0.5 * self.misfit(shown) / self.widening


def evidence(published: Floats, covariance: Floats, emulator: Emulator | Pair, widening: float = 1.0) -> Evidence:
    """Evidence as the emulator can weigh it."""
    root = np.linalg.cholesky(covariance + emulator.covariance)
    return Evidence(published, solve_triangular(root, np.eye(root.shape[0]), lower=True), widening)


class Sample(NamedTuple):
    """Draws from a posterior."""

    points: Floats
    """[step, chain, parameter] quantiles of the priors."""

    @property
    def flat(self) -> Floats:
        """[draw, parameter] draws of all chains."""
        return self.points.reshape(-1, self.points.shape[2])

    def spread_between_chains(self) -> Floats:
        """[parameter] split R-hat (Gelman et al. 2013): near 1 once chains tell the same story."""
        steps = self.points.shape[0] // HALVES
        halves = np.concatenate([self.points[:steps], self.points[steps : HALVES * steps]], axis=1)
        within = halves.var(axis=0, ddof=1).mean(axis=0)
        between = halves.mean(axis=0).var(axis=0, ddof=1)
        return np.asarray(np.sqrt((steps - 1) / steps + between / within))


def sample(
    known: Evidence, emulator: Emulator | Pair, parameters: int, steps: int, seed: int, every: int = 10
) -> Sample:
    """Draw from the posterior; the first half of the steps is left out, and of the rest every so many are kept."""
    rng = np.random.default_rng(seed)
    now = rng.standard_normal((CHAINS, parameters))
    level = known.log_likelihood(emulator.says(ndtr(now)))
    points = []
    for step in range(steps):
        now, level = _slice(known, emulator, now, level, rng)
        if step >= steps // 2 and step % every == 0:
            points.append(ndtr(now))
    return Sample(np.array(points))


def _slice(
    known: Evidence, emulator: Emulator | Pair, now: Floats, level: Floats, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """One step of every chain: a point on an ellipse through the present one, where the likelihood is high enough."""
    other = rng.standard_normal(now.shape)
    least = level + np.log(rng.random(CHAINS))
    angle = rng.random(CHAINS) * 2.0 * np.pi
    low, high = angle - 2.0 * np.pi, angle.copy()
    new, found = now.copy(), level.copy()
    going = np.arange(CHAINS)
    while going.size:
        turn = angle[going, None]
        proposed = now[going] * np.cos(turn) + other[going] * np.sin(turn)
        reached = known.log_likelihood(emulator.says(ndtr(proposed)))
        accepted = reached > least[going]
        new[going[accepted]], found[going[accepted]] = proposed[accepted], reached[accepted]
        going = going[~accepted]
        low[going] = np.where(angle[going] < 0.0, angle[going], low[going])
        high[going] = np.where(angle[going] >= 0.0, angle[going], high[going])
        angle[going] = low[going] + rng.random(going.size) * (high[going] - low[going])
    return new, found


def take(sampled: Sample, draws: int, seed: int) -> Floats:
    """[draw, parameter] so many draws, taken at random."""
    flat = sampled.flat
    return np.asarray(flat[np.random.default_rng(seed).choice(flat.shape[0], draws, replace=False)])
