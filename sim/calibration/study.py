"""The study: waves of runs, an emulator after each, recovery, the posterior, and its draws run as a check."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.stats import qmc

from sim.calibration.backtest import ORIGINS, Backtest, backtested, early
from sim.calibration.discrepancy import Discrepancy, discrepancy
from sim.calibration.emulator import Emulator, Pair, covariance_on_scale, to_scale, train
from sim.calibration.posterior import Sample, evidence, sample, take
from sim.calibration.priors import Floats
from sim.calibration.recovery import Recovery, recover
from sim.calibration.runs import Job, jobs, run_past
from sim.calibration.sources import decided_by
from sim.calibration.store import RUNS, Store
from sim.calibration.targets import Target, covariance, moments, published_values, targets
from sim.calibration.wide import finish
from sim.parameters import uncertain
from sim.progress import Silent

FIRST_SEED = 100_000
"""Waves have seeds so far apart, so that no two runs share people and luck."""
WIDER = 4.0
"""The second wave is drawn from a posterior whose covariance is so many times too wide, lest it be too narrow; each
later one halves that."""

CANDIDATES = 2
"""Draws of a posterior that are run for each that is kept."""
KEPT = 1000
"""A chain of the posterior is thinned to half so many steps."""


class Plan(NamedTuple):
    """How much a calibration does."""

    scale: float = 0.05
    """Share of England in each run."""
    first: int = 800
    """Runs over the whole prior."""
    later: tuple[int, ...] = (400, 400, 300)
    """Runs of each later wave, where earlier ones say the model may meet the targets."""
    refit: int = 250
    """Runs about the posterior that go on to the last year known, for a posterior of all years."""
    draws: int = 150
    """Draws of each posterior that are kept: of twice as many that are run, those that come nearest to the figures."""
    left_out: int = 60
    """Runs of the first wave that stand in for the truth in the recovery of parameters."""
    quadratic: int = 25
    """Parameters that enter the emulator squared and multiplied with each other."""
    steps: int = 10_000
    """Of each chain from whose draws a later wave is chosen."""
    recovery_steps: int = 1250
    """Of each chain of the recovery of parameters, which has one posterior for each run left out."""
    backtest_steps: int = 4000
    """Of each chain of a posterior of the first years alone."""
    last_steps: int = 60_000
    """Of each chain from whose draws the posterior is chosen."""
    seed: int = 1

    @property
    def candidates(self) -> int:
        """Draws of each posterior that are run."""
        return CANDIDATES * self.draws

    @property
    def runs(self) -> int:
        """All runs."""
        return self.first + sum(self.later) + self.refit + 2 * self.candidates


class Wave(NamedTuple):
    """Runs, and what they show."""

    points: Floats
    """[run, parameter] quantiles of the priors."""
    shows: Floats
    """[run, target]"""


class Calibration(NamedTuple):
    """What a calibration found."""

    plan: Plan
    waves: tuple[Wave, ...]
    emulator: Emulator
    recovery: Recovery
    discrepancy: Discrepancy
    posterior: Sample
    candidates: Wave
    """Draws of the posterior, and what they show when run."""
    backtests: tuple[Backtest, ...]
    """What fits to the first years alone say of the years after that are fitted."""

    @property
    def check(self) -> Wave:
        """Those of them that are kept."""
        return nearest(self.candidates, targets(), self.discrepancy, self.plan.draws)


def first_wave(plan: Plan) -> Floats:
    """Points that fill the whole prior evenly: a Latin hypercube over all uncertain parameters."""
    return np.asarray(qmc.LatinHypercube(len(uncertain()), rng=np.random.default_rng(plan.seed)).random(plan.first))


def wave_jobs(plan: Plan, wave: int, points: Floats) -> list[Job]:
    """Runs of a wave, whose people and luck are those of no other wave."""
    return jobs(uncertain(), points, plan.scale, first_seed=wave * FIRST_SEED)


def calibrate(plan: Plan, folder: Path, workers: int, scheduler: str | None, progress: Silent) -> Calibration:
    """Infer the parameters from the targets; runs finished earlier in the folder are not made again."""
    from threadpoolctl import threadpool_limits

    # Small matrices: several threads wait for each other longer than they work, and their number changes the rounding.
    with threadpool_limits(limits=1):
        return _calibrate(plan, folder, workers, scheduler, progress)


def _calibrate(plan: Plan, folder: Path, workers: int, scheduler: str | None, progress: Silent) -> Calibration:
    store = Store(folder, len(targets()), RUNS, decided_by(run_past, moments(targets())))

    def run_wave(points: Floats) -> Wave:
        work = wave_jobs(plan, len(waves) + 1, points)
        finish(store, run_past, work, workers, scheduler, progress)
        return Wave(points, store.of(work))

    waves: list[Wave] = []
    waves.append(run_wave(first_wave(plan)))
    for number, size in enumerate(plan.later):
        emulator = learn(plan, waves, targets())
        known = evidence(*told(targets()), emulator, max(1.0, WIDER / 2.0**number))
        drawn = sample(known, emulator, len(uncertain()), plan.steps, plan.seed + number)
        waves.append(run_wave(take(drawn, size, plan.seed)))
    emulator = learn(plan, waves, targets())
    progress.say("posterior")
    found, posterior = infer(plan, emulator, targets())
    candidates = run_wave(take(posterior, plan.candidates, plan.seed))
    progress.say("recovery of known parameters")
    recovered = recovery(plan, waves[0])
    progress.say("fits to the first years alone")
    tests = tuple(backtest(plan, emulator, origin) for origin in ORIGINS)
    return Calibration(plan, tuple(waves), emulator, recovered, found, posterior, candidates, tests)


def backtest(plan: Plan, emulator: Emulator, origin: int) -> Backtest:
    """Fit to the figures up to a month alone, and set those after beside what that says."""
    first, of_first = early(targets(), emulator, origin)
    missed, posterior = infer(plan._replace(steps=plan.backtest_steps, last_steps=plan.backtest_steps), of_first, first)
    sizes = {target.series: float(size) for target, size in zip(first, missed.spread, strict=True)}
    return backtested(origin, targets(), emulator, told(targets())[1], posterior.flat, sizes)


def nearest(wave: Wave, of: Sequence[Target], found: Discrepancy, number: int) -> Wave:
    """The draws whose runs come nearest to the figures, as many as asked for, in the order in which they were drawn.

    By the mean square of distances, each in units of the figure's tolerance and of what the model can't meet of it. The
    emulator is off by more for single draws than for their mean; a run tells.
    """
    published, errors = told(of)
    spread = np.sqrt(np.diag(errors + found.covariance()))
    apart = np.nanmean(np.square((to_scale(wave.shows, of) - published) / spread), axis=1)
    kept = np.sort(np.argsort(apart, kind="stable")[:number])
    return Wave(wave.points[kept], wave.shows[kept])


def told(of: Sequence[Target]) -> tuple[Floats, Floats]:
    """What was published of figures, and the covariance of its errors, on the scale of the emulator."""
    return to_scale(published_values(of)[None, :], of)[0], covariance_on_scale(covariance(of), of)


def learn(plan: Plan, waves: Sequence[Wave], of: Sequence[Target]) -> Emulator:
    """Emulator of all runs so far."""
    points = np.concatenate([wave.points for wave in waves])
    shows = to_scale(np.concatenate([wave.shows for wave in waves]), of)
    return train(points, shows, np.sqrt(np.diag(told(of)[1])), plan.quadratic)


def infer(plan: Plan, emulator: Emulator | Pair, of: Sequence[Target]) -> tuple[Discrepancy, Sample]:
    """What the model can't meet, and the posterior with that counted as an error of the figures.

    It is seen where a posterior without it lies, which tries to meet everything. Seen again where one with it lies, a
    series would count ever less the less it counted.
    """
    number = len(uncertain())
    published, errors = told(of)
    known = evidence(published, errors, emulator)
    says = emulator.says(sample(known, emulator, number, plan.steps, plan.seed).flat)
    found = discrepancy(says.mean(axis=0) - published, errors, of)
    known = evidence(published, errors + found.covariance(), emulator)
    every = max(1, plan.last_steps // KEPT)
    return found, sample(known, emulator, number, plan.last_steps, plan.seed + 1, every)


def recovery(plan: Plan, wave: Wave) -> Recovery:
    """Recovery of the parameters of the last runs of a wave by an emulator of the others."""
    kept = Wave(wave.points[: -plan.left_out], wave.shows[: -plan.left_out])
    emulator = learn(plan, [kept], targets())
    truth, shows = wave.points[-plan.left_out :], to_scale(wave.shows, targets())[-plan.left_out :]
    return recover(emulator, truth, shows, told(targets())[1], plan.recovery_steps, plan.seed)
