"""Stylised facts: figures are counted as published, scores keep fitted and unfitted apart, failures are explained."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.calibration.runs import Job
from sim.calibration.targets import LAST_FITTED, LEVEL, targets
from sim.history import Origin, Walk, spin_up
from sim.parameters import behaviour
from sim.units import MONTHS_PER_YEAR, LeaveReason, Role, Sector
from sim.validity import stylised, stylised_tally
from sim.validity.report import as_html, as_markdown
from sim.validity.stylised_facts import (
    EXPERIMENTS,
    FITTED,
    GIVEN,
    NONE,
    UNFITTED,
    Figure,
    all_figures,
    measured_figures,
)
from sim.validity.stylised_looks import poisson
from sim.validity.stylised_measures import LAST, MEASURES, run_facts
from sim.validity.stylised_score import ELSEWHERE, FAIL, PASS, UNMEASURED, expected, passed, scored, written
from sim.validity.stylised_tally import GROUPS, Tally
from sim.validity.visits import alone

JOB = Job((), (), 0.005, 3)
MONTHS = 18


@pytest.fixture(scope="module")
def followed() -> Iterator[tuple[Walk, Tally]]:
    """A year and a half of a small England, with everybody of the independent sector as one more group."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(stylised_tally.GROUPS, "everybody", lambda people, rate: people.pay >= 0)
        walk, tally = spin_up(Origin(JOB.scale, JOB.seed, behaviour())), Tally(MONTHS)
        walk.model.watchers.append(tally)
        yield walk.to(MONTHS), tally


def care_workers(counts: Any, sectors: list[int]) -> Any:
    """Sum over regions, services and reasons of care workers in some sectors."""
    return counts[:, :, sectors, int(Role.CARE_WORKER)].sum()


def test_leavers_and_staff_of_the_groups_are_those_of_the_books(followed: tuple[Walk, Tally]) -> None:
    walk, tally = followed
    place = list(GROUPS).index("everybody")
    months = [record for record in walk.records if record.month >= 0]
    closed = [care_workers(record.leavers[..., LeaveReason.CLOSURE, None], [Sector.INDEPENDENT]) for record in months]
    assert sum(closed) > 0
    for month, record in enumerate(months):
        left = care_workers(record.leavers, [Sector.INDEPENDENT])
        assert tally.left[month, place] == left - closed[month], "employers that closed tell of nobody"
        assert tally.in_post[month, place] == care_workers(record.people[..., 0], [Sector.INDEPENDENT])
    assert tally.left[:, place].sum() > 0
    year = slice(0, MONTHS_PER_YEAR)
    rate = tally.left[year, place].sum() / tally.in_post[MONTHS_PER_YEAR - 1, place]
    assert tally.turnover("everybody", 0, MONTHS_PER_YEAR - 1) == pytest.approx(rate)


def test_groups_that_exclude_each_other_do_and_each_has_people(followed: tuple[Walk, Tally]) -> None:
    _, tally = followed
    here = dict(zip(GROUPS, tally.in_post.sum(axis=0), strict=True))
    assert here["at_minimum"] + here["well_above"] < here["everybody"]
    assert 0 < here["no_factor"] < here["at_minimum"]
    assert 0 < here["all_factors"] < here["everybody"] - here["at_minimum"]
    assert 0 < here["young"] < here["everybody"] / 2


def test_who_leaves_early_is_followed_from_the_start(followed: tuple[Walk, Tally]) -> None:
    walk, tally = followed
    sectors = [int(Sector.INDEPENDENT), int(Sector.COUNCIL)]
    for month, record in enumerate(record for record in walk.records if record.month >= 0):
        assert tally.started[month] == care_workers(record.starters, sectors)
    shares = [tally.left_within(months, 0, 5) for months in (1, 3, 6, 12)]
    assert 0.0 < shares[0] < shares[1] < shares[2] < shares[3] < 1.0
    probation = sum(care_workers(record.leavers[..., LeaveReason.PROBATION, None], sectors) for record in walk.records)
    assert probation > 0
    assert tally.left_early.sum() <= sum(care_workers(record.leavers, sectors) for record in walk.records)
    assert math.isnan(Tally(3).left_within(3, 0, 2))


def test_a_fork_counts_by_itself(followed: tuple[Walk, Tally]) -> None:
    _, tally = followed
    other = tally.fork()
    other.left += 1
    assert other.left.sum() > tally.left.sum()
    assert np.array_equal(other.started, tally.started)


def test_poisson_regression_finds_the_effect_that_was_put_in() -> None:
    rng = np.random.default_rng(1)
    pay, region = rng.normal(0.0, 0.1, 4000), rng.integers(3, size=4000)
    exposure = rng.uniform(1.0, 30.0, 4000)
    causes = np.column_stack([pay, region == 0, region == 1, region == 2]).astype(float)
    counts = rng.poisson(exposure * np.exp(causes @ np.array([2.0, -1.0, -0.5, -0.2])))
    assert poisson(causes, counts, exposure)[0] == pytest.approx(2.0, abs=0.15)


# The file of facts


def test_every_fact_is_told_once_and_can_be_measured() -> None:
    rows = [figure.row for figure in all_figures()]
    assert len(set(rows)) == len(rows)
    for figure in all_figures():
        assert figure.row.startswith(figure.id)
        assert figure.use in (FITTED, GIVEN, UNFITTED)
        assert figure.source
        assert figure.why
        assert figure.measure in MEASURES or figure.measure in (EXPERIMENTS, NONE)
        if figure.measured:
            assert figure.low < figure.high, figure.row
            assert figure.month <= LAST
            assert figure.why_it_fails, f"{figure.row}: should it fail, nobody would know why"
        if figure.measure == NONE:
            assert figure.note, f"{figure.row}: not measured, and no reason given"


def test_figures_that_calibration_fits_are_not_called_unfitted() -> None:
    fitted = {(one.indicator, one.group_type, one.group, one.month) for one in targets()
              if one.kind == LEVEL and one.area == "England"}  # fmt: skip
    levels = [figure for figure in measured_figures() if figure.measure == "level"]
    for figure in levels:
        if (figure.indicator, figure.group_type, figure.group, figure.month) in fitted:
            assert figure.use == FITTED, figure.row
    assert not any(figure.use == FITTED and figure.month > LAST_FITTED for figure in measured_figures())


# Scores


def figure_of(row: str, use: str = UNFITTED, measure: str = "level", why_it_fails: str = "") -> Figure:
    return all_figures()[0]._replace(
        row=row, id=row[:4], fact=f"fact {row[:4]}", use=use, measure=measure, low=0.0, high=1.0,
        why_it_fails=why_it_fails,
    )  # fmt: skip


def test_fitted_and_unfitted_figures_of_a_fact_are_scored_apart() -> None:
    figures = (figure_of("XX01a", FITTED), figure_of("XX01b"), figure_of("XX02"), figure_of("XX03", GIVEN),
               figure_of("XX04", measure=EXPERIMENTS), figure_of("XX05", measure=NONE))  # fmt: skip
    facts = scored(figures, np.array([[0.5, 2.0, 0.5, 3.0], [0.5, 2.0, 0.7, 3.0]]))
    assert [fact.verdict(unseen=True) for fact in facts] == [FAIL, PASS, "", ELSEWHERE, UNMEASURED]
    assert [fact.verdict(unseen=False) for fact in facts] == [PASS, "", FAIL, "", ""]
    assert passed(facts, unseen=True) == (1, 2)
    assert passed(facts, unseen=False) == (1, 2)


def test_a_fact_passes_only_if_all_its_figures_do_and_by_the_mean_of_the_draws() -> None:
    figures = (figure_of("XX01a"), figure_of("XX01b"))
    inside, outside = np.array([[0.2, 0.9], [0.2, 1.05]]), np.array([[0.2, 0.9], [0.2, 1.2]])
    assert scored(figures, inside)[0].verdict(unseen=True) == PASS
    assert scored(figures, outside)[0].verdict(unseen=True) == FAIL
    assert scored(figures, inside)[0].figures[1].inside == 0.5
    nobody = scored(figures, np.array([[0.2, np.nan], [0.2, np.nan]]))[0]
    assert nobody.figures[1].verdict == UNMEASURED


def test_ranges_are_told_in_their_units() -> None:
    share = figure_of("XX01")._replace(unit="share", low=0.22, high=0.25)
    assert expected(share) == "22.0% to 25.0%"
    assert expected(share._replace(low=-math.inf)) == "at most 25.0%"
    assert written(share._replace(unit="difference of shares"), 0.041) == "+4.1 points"
    assert written(share._replace(unit="people"), 401234.0) == "401,000"


def test_the_section_explains_every_failure_and_tells_open_ones(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    middle = [np.clip(figure.high - 1e-9, figure.low, figure.low + 1e-9) for figure in measured_figures()]
    places = [figure.row for figure in measured_figures()]
    shows = np.array([middle, middle])
    shows[:, places.index("SF17")] = 0.3
    section = stylised.section([JOB, JOB], shows, tmp_path)
    page = as_markdown([], [section], "Page")
    assert "**SF17 " in page
    reason = next(figure.why_it_fails for figure in all_figures() if figure.row == "SF17")
    assert reason in page
    other = next(figure.why_it_fails for figure in all_figures() if figure.row == "SF21a")
    assert other not in page, "only failures are explained"
    assert (tmp_path / "validation_stylised_facts.png").stat().st_size > 0
    assert len(section.rows) == len(all_figures())
    assert "the aim of 80% is met" in section.verdict
    assert "SF17" in section.verdict
    assert "SF17" in as_html([], [section], "Page")
    silent = tuple(figure._replace(why_it_fails="") for figure in all_figures())
    monkeypatch.setattr("sim.validity.stylised_score.all_figures", lambda: silent)
    assert stylised.NO_REASON in as_markdown([], [stylised.section([JOB, JOB], shows, tmp_path)], "Page")


def test_a_reason_is_told_for_the_side_it_explains_alone() -> None:
    figure = figure_of("XX01", why_it_fails="too many come")._replace(fails="above")
    assert figure.reason(1.5) == "too many come"
    assert figure.reason(-0.5) == ""
    assert figure._replace(fails="").reason(-0.5) == "too many come"


def test_a_draw_gives_a_number_for_nearly_every_figure() -> None:
    shows = alone(run_facts, JOB)
    assert shows.shape == (stylised.study().values,)
    unknown = [figure.row for figure, value in zip(measured_figures(), shows, strict=True) if not np.isfinite(value)]
    assert len(unknown) <= 4, unknown
