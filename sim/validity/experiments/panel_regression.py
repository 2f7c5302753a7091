"""The published panel regression of leaving on pay, run on the model's own staff of 2016 to 2019.

Vadean and Saloniki (2023) follow direct care workers in the Adult Social Care Workforce Data Set. Here the same people
are seen each October from 2016 to 2018, and who has left the employer by the October after. A linear probability model
is fitted pooled with controls, with effects of employers, of employers and workers, and of jobs.
Beside them stands what the regression is an estimate of: the same employers' staff with and without a raise.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calibration.priors import Floats
from sim.draws import Purpose, uniforms
from sim.model import CareLabourModel
from sim.units import MINUTES_PER_HOUR, MONTHS_PER_YEAR, Role, parse_month
from sim.validity.experiments.evidence import setting
from sim.validity.experiments.worlds import (
    EMPLOYING,
    PERCENT,
    TENTH,
    AlteredModel,
    Branch,
    Found,
    Mask,
    Staff,
    direct_care_staff,
    raise_pay,
    still_there,
    walk,
)

WAVES = tuple(parse_month(f"{year}-11") for year in (2016, 2017, 2018))
"""First month after each October at whose end staff are seen."""
TENTH_MORE = float(np.log1p(TENTH))
FULL_TIME = 37.5 * MINUTES_PER_HOUR
"""Unit of the regressor for hours, minutes a week."""
SWEEPS, CLOSE = 150, 1e-3
"""Most sweeps in which constants are taken out, and the largest left, against the spread, at which they count as out.
"""


class Panel(NamedTuple):
    """Staff and years, a row each."""

    left: Floats
    """1 if the job had ended a year later."""
    varying: Floats
    """[row, regressor] log pay first, then what may change within a job."""
    constant: Floats
    """[row, regressor] what does not change within a job, and the intercept."""
    worker: NDArray[np.uint64]
    employer: NDArray[np.int64]


class Wave(NamedTuple):
    """Staff at the end of an October."""

    staff: Staff
    varying: Floats
    constant: Floats


def wave(model: CareLabourModel, number: int) -> Wave:
    """Staff as they stand, with the controls of the published regression that the model has."""
    staff = direct_care_staff(model)
    people, firms = model.workers.columns, model.providers.columns
    rows, employer = staff.row, staff.employer
    years = (model.month - people.job_start[rows]) / MONTHS_PER_YEAR
    age = (model.month - people.birth_month[rows]) / (10.0 * MONTHS_PER_YEAR)
    varying = [
        np.log(staff.pay), people.contract_minutes[rows] == 0, people.worked_minutes[rows] / FULL_TIME,
        years < 1.0, (years >= 1.0) & (years < 3.0), *(np.full(rows.size, number == one) for one in (1, 2)),
    ]  # fmt: skip
    region = model.councils.columns.region[firms.council[employer]]
    constant = [
        np.ones(rows.size), age, age**2, people.gender[rows] == 0, people.qualified[rows],
        firms.sector[employer] == EMPLOYING[1], firms.travel_share[employer],
        *(people.role[rows] == role for role in (Role.SENIOR_CARE_WORKER, Role.REGISTERED_NURSE)),
        *(firms.service[employer] == service for service in (1, 2, 3)), *(region == one for one in range(1, 9)),
    ]  # fmt: skip
    return Wave(staff, np.stack(varying, axis=1).astype(float), np.stack(constant, axis=1).astype(float))


def waves_of(model: AlteredModel) -> Panel:
    """Walk a model through the years and gather the panel."""
    parts: list[Panel] = []
    before: Wave | None = None
    for number, month in enumerate((*WAVES, WAVES[-1] + MONTHS_PER_YEAR)):
        walk(model, month)
        if before is not None:
            left = (~still_there(model, before.staff)).astype(np.float64)
            parts.append(Panel(left, before.varying, before.constant, before.staff.uid, before.staff.employer))
        if number < len(WAVES):
            before = wave(model, number)
    return Panel(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def slope(y: Floats, x: Floats) -> float:
    """Coefficient of the first column by least squares."""
    return float(np.linalg.lstsq(x, y, rcond=None)[0][0])


def within(values: Floats, *groups: NDArray[Any]) -> Floats:
    """[row, column] what is left of values once a constant for every member of each grouping is taken out.

    Means are taken out by each grouping in turn until they all vanish, which is least squares with all the constants.
    """
    codes = [np.unique(group, return_inverse=True)[1] for group in groups]
    counts = [np.bincount(code) for code in codes]
    left = values - values.mean(axis=0)
    spread = np.maximum(left.std(axis=0), np.finfo(float).tiny)
    for _ in range(SWEEPS):
        furthest = 0.0
        for code, count in zip(codes, counts, strict=True):
            means = np.stack([np.bincount(code, weights=column) / count for column in left.T], axis=1)
            left = left - means[code]
            furthest = max(furthest, float((np.abs(means) / spread).max()))
        if furthest < CLOSE:
            break
    return np.asarray(left)


def again(who: NDArray[Any]) -> Mask:
    """Rows of those who are there more than once: a constant for somebody seen once leaves nothing to learn from."""
    _, code, count = np.unique(who, return_inverse=True, return_counts=True)
    return np.asarray(count[code] > 1)


def points(coefficient: float) -> float:
    """Percentage points of leaving for pay a tenth higher."""
    return PERCENT * TENTH_MORE * coefficient


def regressions(panel: Panel) -> Found:
    """Effect of pay a tenth higher on leaving within a year, percentage points, by each regression."""
    both = np.concatenate([panel.varying, panel.constant], axis=1)
    inside = within(np.column_stack([panel.left, both]), panel.employer)
    seen = again(panel.worker)
    outcome_and_varying = np.column_stack([panel.left, panel.varying])[seen]
    twice = within(outcome_and_varying, panel.employer[seen], panel.worker[seen])
    jobs = np.unique(np.stack([panel.worker, panel.employer.astype(np.uint64)]), axis=1, return_inverse=True)[1].ravel()
    stayed = again(jobs)
    same_job = within(np.column_stack([panel.left, panel.varying])[stayed], jobs[stayed])
    return {
        "panel_pooled": points(slope(panel.left, both)),
        "panel_employer_effects": points(slope(inside[:, 0], inside[:, 1:])),
        "panel_both_effects": points(slope(twice[:, 0], twice[:, 1:])),
        "panel_job_effects": points(slope(same_job[:, 0], same_job[:, 1:])),
    }


def chosen(model: CareLabourModel, share: float) -> Mask:
    """A share of employers of the council and independent sectors, drawn by who they are."""
    columns = model.providers.columns
    mask = uniforms(0, columns.uid, 0, Purpose.PHASE_IN) < share
    return np.asarray(mask & (columns.active == 1) & np.isin(columns.sector, EMPLOYING))


def leaving(model: AlteredModel, employers: Mask) -> float:
    """Direct care staff of some employers who have left them a year later, percent."""
    staff = direct_care_staff(model)
    theirs = employers[staff.employer]
    walk(model, model.month + MONTHS_PER_YEAR)
    return float(PERCENT * (1.0 - still_there(model, staff)[theirs].mean()))


def own_raise(start: Branch) -> Found:
    """The same employers' staff after a year, with and without pay a tenth higher from the start of it."""
    share = setting("raised_employers")
    model = start.go()
    employers = chosen(model, share)
    without = leaving(model, employers)
    model = start.go()
    raise_pay(model, TENTH, employers)
    with_raise = leaving(model, employers)
    model = start.go()
    raise_pay(model, TENTH, np.ones_like(employers))
    everybody = leaving(model, employers)
    return {"own_raise": with_raise - without, "raise_for_all": everybody - without}
