"""The posterior for use: once later years have served as a test, they are fitted as well.

Runs about the posterior of the years up to 2021/22 go on to March 2025 and teach an emulator of the later figures. With
that of the earlier ones, it gives a posterior of all years. What the model can't meet is seen anew, over all of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from sim.calibration.discrepancy import Discrepancy
from sim.calibration.emulator import Pair
from sim.calibration.posterior import evidence, sample, take
from sim.calibration.priors import Floats
from sim.calibration.runs import jobs
from sim.calibration.sources import decided_by
from sim.calibration.store import Store
from sim.calibration.study import FIRST_SEED, WIDER, Calibration, Plan, Wave, infer, learn, nearest, told
from sim.calibration.targets import Target, moments, targets
from sim.calibration.wide import finish
from sim.parameters import uncertain
from sim.progress import Silent
from sim.validity.later import all_figures, later_figures, run_all_years

RUNS = "refit"
WAVE = 8
"""Place of its people and luck after those of all waves of a calibration."""


class Refit(NamedTuple):
    """What all years say."""

    figures: tuple[Target, ...]
    discrepancy: Discrepancy
    between_chains: float
    check: Wave
    """Draws that are kept, and what they show when run."""


def refit(plan: Plan, done: Calibration, folder: Path, workers: int, scheduler: str | None, progress: Silent) -> Refit:
    """Infer the parameters from all years; runs finished earlier in the folder are not made again."""
    from threadpoolctl import threadpool_limits

    figures = all_figures()
    store = Store(folder, len(figures), RUNS, decided_by(run_all_years, moments(figures)))

    def run_wave(place: int, points: Floats) -> Wave:
        work = jobs(uncertain(), points, plan.scale, first_seed=(WAVE + place) * FIRST_SEED)
        finish(store, run_all_years, work, workers, scheduler, progress)
        return Wave(points, store.of(work))

    with threadpool_limits(limits=1):
        published, errors = told(targets())
        wide = evidence(published, errors + done.discrepancy.covariance(), done.emulator, WIDER)
        around = sample(wide, done.emulator, len(uncertain()), plan.steps, plan.seed)
        wave = run_wave(0, take(around, plan.refit, plan.seed))
        progress.say("posterior of all years")
        later = Wave(wave.points, wave.shows[:, len(targets()) :])
        emulator = Pair(done.emulator, learn(plan, [later], later_figures()))
        found, posterior = infer(plan, emulator, figures)
        candidates = run_wave(1, take(posterior, plan.candidates, plan.seed))
        check = nearest(candidates, figures, found, plan.draws)
    return Refit(figures, found, float(posterior.spread_between_chains().max()), check)
