"""The scale study: bias and luck are told apart, and the scale that serves follows from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.calibration.draws import draws
from sim.calibration.runs import Job
from sim.drawn import FILE
from sim.validity import scale_page
from sim.validity.report import Grid
from sim.validity.scale import COUNCILS, LEVELS, NATIONAL, POLICY, REGIONS, SEEDS, jobs, run_scale, series
from sim.validity.scale_numbers import Found, found_in, serves
from tests.small import SCALE

SCALES = (0.02, 0.05, 0.1, 0.25, 1.0)
LUCK_OF_COUNCILS = 0.20
"""At full scale, a share of the figure."""


def made(luck: float = 0.002, bias: float = 0.0, seeds: int = 30) -> tuple[list[Job], np.ndarray]:
    """Runs with luck that falls with the people simulated, and a bias below a scale of 0.1."""
    rng = np.random.default_rng(1)
    of_series = np.array([LUCK_OF_COUNCILS if one.level == COUNCILS else luck for one in series()])
    made_jobs = [Job((), (), scale, seed) for scale in reversed(SCALES) for seed in range(seeds)]
    shows = [
        10.0 * (1.0 + bias * (job.scale < 0.1) + of_series / np.sqrt(job.scale) * rng.standard_normal(of_series.size))
        for job in made_jobs
    ]
    return made_jobs, np.array(shows)


def found_with(luck: float, bias: float = 0.0) -> Found:
    return found_in(*made(luck, bias))


def test_bias_and_luck_are_told_apart() -> None:
    found = found_with(luck=0.002, bias=0.10)
    national = found.of(NATIONAL)
    assert found.scales == SCALES
    assert found.bias[0, national] == pytest.approx(np.full(len(national), 0.10), abs=0.012)
    assert np.abs(found.bias[2:, national]).max() < 0.01
    luck = np.sqrt(np.square(found.relative_spread[:, national]).mean(axis=1))
    assert luck == pytest.approx(0.002 / np.sqrt(SCALES), rel=0.1)
    assert found.bias_clear[:2, national].all()
    assert found.bias_clear[2:4, national].mean() < 0.2
    assert not found.bias_clear[4].any()


def test_more_runs_shrink_luck_and_leave_bias() -> None:
    unbiased, biased = found_with(luck=0.01), found_with(luck=0.01, bias=0.10)
    places = unbiased.of(NATIONAL)
    one, many = (np.median(unbiased.error(runs)[0, places]) for runs in (1, 100))
    assert one == pytest.approx(0.07, abs=0.02)
    assert many < 0.3 * one
    assert np.median(biased.error(100)[0, places]) == pytest.approx(0.10, abs=0.03)


def test_the_scale_that_serves_is_the_smallest_that_is_near_enough() -> None:
    found = found_with(luck=0.002)
    assert serves(found, NATIONAL, 5, 0.05, 0.9) == 0.02
    assert serves(found, COUNCILS, 5, 0.05, 0.9) is None
    assert serves(found, COUNCILS, 30, 0.05, 0.9) == 1.0
    assert serves(found_with(luck=0.002, bias=0.10), NATIONAL, 5, 0.05, 0.9) == 0.1


def test_a_figure_that_is_nothing_or_unknown_is_left_out() -> None:
    made_jobs, shows = made()
    shows[:, 0] = 0.0
    shows[-1, 1] = np.nan
    found = found_in(made_jobs, shows)
    assert {0, 1}.isdisjoint(found.of(NATIONAL))
    assert {2, 3} <= set(found.of(NATIONAL))


def test_runs_differ_in_scale_and_seed_alone() -> None:
    made_jobs = jobs()
    assert len({(job.scale, job.seed) for job in made_jobs}) == len(made_jobs) == sum(SEEDS.values())
    assert {job.quantiles for job in made_jobs} == {made_jobs[0].quantiles}
    assert made_jobs[0].scale == 1.0
    assert made_jobs[0].quantiles in {job.quantiles for job in draws(FILE)}
    assert min(SEEDS.values()) > 1


def test_a_run_shows_every_figure() -> None:
    shown = run_scale(jobs()[0]._replace(scale=SCALE, seed=1))
    assert shown.size == len(series()) == scale_page.study().values
    level = np.array([one.level for one in series()])
    for name in LEVELS:
        assert np.isfinite(shown[level == name]).mean() > (0.8 if name == COUNCILS else 0.99), name
    at = {(one.level, one.indicator, one.area): value for one, value in zip(series(), shown, strict=True)}
    assert 0.0 < at[NATIONAL, "vacancy_rate", "England"] < 0.3
    assert 1e6 < at[NATIONAL, "filled_posts", "England"] < 2e6
    regions = [value for one, value in zip(series(), shown, strict=True)
               if (one.level, one.indicator) == (REGIONS, "filled_posts")]  # fmt: skip
    assert sum(regions) == pytest.approx(at[NATIONAL, "filled_posts", "England"])
    assert at[POLICY, "cost_council", "England"] > 0.0


def test_section_recommends_from_the_numbers(tmp_path: Path) -> None:
    made_jobs, shows = made(luck=0.002, bias=0.10)
    found = scale_page.section(made_jobs, shows, tmp_path)
    assert "national figures: 10% of England" in found.verdict
    assert "councils: no scale" in found.verdict
    recommended, typical, every = [piece for piece in found.pieces if isinstance(piece, Grid)]
    assert recommended.rows[0][2:] == ("10% of England", "10% of England", "10% of England")
    assert float(typical.rows[0][2].split("%")[0]) == pytest.approx(10.0, abs=1.0)
    assert every.rows[0][3].startswith("**+")
    assert not any(row.item.startswith("Vacancy rate, Hartlepool") for row in found.rows)
    assert (tmp_path / "validation_scale.png").exists()
