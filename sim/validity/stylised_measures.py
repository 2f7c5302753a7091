"""Stylised facts measured in one run of the baseline, April 2016 to December 2025."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import NamedTuple

import numpy as np

from sim.calibration.priors import Floats
from sim.calibration.runs import Job
from sim.history import Walk
from sim.measures import ALL, BOUGHT, CLOSED, ENGLAND, MISSED, OPEN, Base, Labour, over_a_year, share
from sim.month.groups import BANDS, GroupKind
from sim.month.ledger import COST_KINDS, told_by_employers
from sim.month.moves import OUT_OF_CARE
from sim.recording import Record, stack
from sim.series import Measured, measure
from sim.units import DAYS_PER_YEAR, MONTHS_PER_YEAR, Role, Service, Source, Status, parse_month
from sim.validity.stylised_facts import Figure, measured_figures
from sim.validity.stylised_looks import (
    Openings,
    below,
    books,
    fee_rise,
    home_care_pay,
    low_payers_kept,
    pay_spread,
    roster,
)
from sim.validity.stylised_tally import Tally
from sim.validity.visits import Looking

LAST = parse_month("2025-12")
HALF_YEAR, QUARTER = MONTHS_PER_YEAR // 2, MONTHS_PER_YEAR // 4
OVERSEAS = (int(Source.OVERSEAS_SPONSORED), int(Source.OVERSEAS_OTHER))
HOMES = (int(Service.RESIDENTIAL), int(Service.NURSING))
LOOKED_AFTER = (*HOMES, int(Service.HOME_CARE))
"""Services whose closures councils are asked about."""


class Run(NamedTuple):
    """What a run leaves to be measured."""

    measured: Measured
    history: Record
    """Months from April 2015 on; those before April 2016 are of the spin-up."""
    tally: Tally
    looks: dict[str, float]
    """What was asked of agents on the way, by name."""
    scale: float
    agency_premium: float

    def of(self, figure: Figure, group: str = "", indicator: str = "") -> Floats:
        """[month] a national series: that of a figure, or of another group or indicator."""
        name = indicator or figure.indicator
        return self.measured.of(name, group=group or figure.group, group_type=figure.group_type or None)

    def recorded(self, month: int) -> int:
        """Place of a month in the history."""
        return int(np.searchsorted(self.history.month, month))


def run_facts(job: Job) -> Looking:
    """[figure] what a draw shows, in the order of `measured_figures`: a visit (`sim.validity.visits`)."""
    behaviour, tally = job.behaviour, Tally(LAST + 1)
    walk = yield 0
    walk.model.watchers.append(tally)
    looks = yield from look_on_the_way()
    walk = yield LAST + 1
    walk.model.watchers.remove(tally)
    history = stack(walk.records)
    run = Run(measure(history, job.scale, 0, LAST), history, tally, looks, job.scale, behaviour.agency_premium)
    return np.array([value_of(run, figure) for figure in measured_figures()])


def value_of(run: Run, figure: Figure) -> float:
    """What a run shows of a figure; NaN where it has nobody to say it of."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(MEASURES[figure.measure](run, figure))


def look_on_the_way() -> Generator[int, Walk, dict[str, float]]:
    """Ask agents in the months that the figures name."""
    when = {figure.group: figure for figure in measured_figures() if figure.measure == "look"}
    spread, kept, filling = (when[name] for name in ("pay_spread", "low_payers_kept", "duration_elasticity"))
    looks: dict[str, float] = {}
    model = (yield spread.month + 1).model
    looks["pay_spread"], then = pay_spread(model), roster(model)
    openings = Openings(model)
    yield filling.first_month
    for month in range(filling.first_month, filling.month + 1):
        yield month + 1
        openings.add(model)
    looks["duration_elasticity"] = openings.duration_elasticity(model)
    yield kept.month + 1
    looks["low_payers_kept"] = low_payers_kept(model, then)
    yield when["hour_home_over_residential"].month + 1
    looks |= home_care_pay(model)
    april = when["fee_rise"].month
    yield april
    before = books(model)
    yield april + 1
    now = books(model)
    looks["fee_rise"] = fee_rise(before, now)
    looks["below_direct_cost"] = below(now, when["below_direct_cost"].against)
    return looks


def _level(run: Run, figure: Figure) -> float:
    return float(run.of(figure)[figure.month])


def _mean(run: Run, figure: Figure) -> float:
    return float(run.of(figure)[figure.first_month : figure.month + 1].mean())


def _march_mean(run: Run, figure: Figure) -> float:
    return float(np.nanmean(run.of(figure)[marches(figure)]))


def marches(figure: Figure) -> range:
    """The same month of each year from the first to the last."""
    return range(figure.first_month, figure.month + 1, MONTHS_PER_YEAR)


def _year_sum(run: Run, figure: Figure) -> float:
    return float(run.of(figure)[figure.month - MONTHS_PER_YEAR + 1 : figure.month + 1].sum())


def _change(run: Run, figure: Figure) -> float:
    values = run.of(figure)
    return float(values[figure.month] - values[figure.first_month])


def _over(run: Run, figure: Figure) -> float:
    return _level(run, figure) / figure.against


def _recruits_from_abroad(run: Run, figure: Figure) -> float:
    months = slice(run.recorded(figure.first_month), run.recorded(figure.month) + 1)
    return float(run.history.starters[months][..., OVERSEAS].sum()) / run.scale


def _british_for_each_recruit(run: Run, figure: Figure) -> float:
    british = run.measured.of("people", group="British", group_type="nationality")
    return float(british[figure.month] - british[figure.first_month - 1]) / _recruits_from_abroad(run, figure)


def _growth_for_each_starter(run: Run, figure: Figure) -> float:
    posts, starters = run.measured.of("filled_posts_all"), run.measured.of("starters")
    rise = posts[figure.month] - posts[figure.first_month]
    return float(rise / starters[figure.first_month + 1 : figure.month + 1].sum())


def _experience_steps(run: Run, figure: Figure) -> float:
    bands = BANDS[GroupKind.EXPERIENCE]
    by_band = [np.mean(run.of(figure, group=band)[marches(figure)]) for band in bands]
    return float(np.diff(by_band).max())


def _left_within_12(run: Run, figure: Figure) -> float:
    return run.tally.left_within(MONTHS_PER_YEAR, figure.first_month, figure.month)


def _left_within_3(run: Run, figure: Figure) -> float:
    return run.tally.left_within(3, figure.first_month, figure.month)


def _both_years(values: Floats) -> float:
    """Mean of the two years in which Skills for Care published turnover by age and distance."""
    return float(np.mean([values[parse_month(month)] for month in ("2019-03", "2022-03")]))


def _young_over_old(run: Run, figure: Figure) -> float:
    return _both_years(run.of(figure, "under 20") / run.of(figure, "60 and over"))


def _far_less_near(run: Run, figure: Figure) -> float:
    return _both_years(run.of(figure, "20 km and over") - run.of(figure, "under 1 km"))


def _zero_hours_gap(run: Run, figure: Figure) -> float:
    none, *others = BANDS[GroupKind.CONTRACT]
    rates = [run.of(figure, band)[figure.month] for band in others]
    people = [run.of(figure, band, "people")[figure.month] for band in others]
    known = np.isfinite(rates)
    guaranteed = np.average(np.array(rates)[known], weights=np.array(people)[known])
    return float(run.of(figure, none)[figure.month] - guaranteed)


def _tally(run: Run, figure: Figure) -> float:
    return run.tally.turnover(figure.group, figure.first_month, figure.month)


def _two(run: Run, figure: Figure) -> tuple[float, float]:
    first, second = (run.tally.turnover(group, figure.first_month, figure.month) for group in figure.group.split("/"))
    return first, second


def _tally_ratio(run: Run, figure: Figure) -> float:
    first, second = _two(run, figure)
    return first / second if second > 0.0 else float("nan")


def _tally_difference(run: Run, figure: Figure) -> float:
    first, second = _two(run, figure)
    return first - second


def _nhs_share(run: Run, figure: Figure) -> float:
    """Of the jobs outside care that people who left it took, at once or after a time without work."""
    months = slice(run.recorded(figure.first_month), run.recorded(figure.month) + 1)
    moves = run.history.moves[months].sum(axis=0, dtype=np.int64)
    statuses = (Status.NHS, Status.OTHER_WORK, Status.SEEKING, Status.NOT_WORKING, Status.AGENCY)
    nhs, other, *without = (OUT_OF_CARE + int(status) - int(Status.NHS) for status in statuses)
    came_from = [*range(OUT_OF_CARE), *without]
    to_nhs, elsewhere = moves[came_from, nhs].sum(), moves[came_from, other].sum()
    return float(to_nhs / (to_nhs + elsewhere))


def _senior_over_care(run: Run, figure: Figure) -> float:
    senior, care = (run.of(figure, role.name.lower()) for role in (Role.SENIOR_CARE_WORKER, Role.CARE_WORKER))
    return float(senior[figure.month] / care[figure.month] - 1.0)


def _home_care_gap(run: Run, figure: Figure) -> float:
    """Turnover of care workers, council and independent sector."""
    place, posts, left = run.recorded(figure.month), run.history.posts, told_by_employers(run.history.leavers)
    counted, role = list(Base.COUNCIL_INDEPENDENT.value), int(Role.CARE_WORKER)
    year = slice(place - MONTHS_PER_YEAR + 1, place + 1)
    leavers = left[year][:, :, :, counted, role].sum(axis=(0, 1, 3)).astype(np.float64)
    staff = posts[place][:, :, counted, role, 1].sum(axis=(0, 2)).astype(np.float64)
    home = int(Service.HOME_CARE)
    return float(leavers[home] / staff[home] - leavers.sum() / staff.sum())


def _service_gap(run: Run, figure: Figure) -> float:
    residential, home = (run.of(figure, name)[figure.month] for name in ("residential", "home_care"))
    return float(residential - home)


def _vacancy_days(run: Run, figure: Figure) -> float:
    labour = Labour(run.history, ENGLAND, ALL, run.scale, Base.COUNCIL_INDEPENDENT)
    a_year = share(run.measured.of("vacancies"), over_a_year(labour.starters())[-LAST - 1 :, 0, 0])
    return float(a_year[marches(figure)].mean()) * DAYS_PER_YEAR


def _look(run: Run, figure: Figure) -> float:
    return run.looks[figure.group]


def _agency_premium(run: Run, figure: Figure) -> float:
    return run.agency_premium


def _cost_rise(run: Run, figure: Figure) -> float:
    """Cost of an hour of home care given, from the quarter before April to the one after it."""
    home, counted = (
        int(Service.HOME_CARE),
        [COST_KINDS.index(kind) for kind in ("wages", "on_costs", "agency", "other")],
    )
    given = run.history.care[:, :, home, :, BOUGHT].sum(axis=(1, 2)) - run.history.delivery[:, :, home, MISSED].sum(
        axis=1
    )
    spent = run.history.costs[:, :, home, counted].sum(axis=(1, 2))
    first, last = run.recorded(figure.first_month), run.recorded(figure.month) + 1
    before, after = (
        spent[months].sum() / given[months].sum()
        for months in (slice(first, first + QUARTER), slice(last - QUARTER, last))
    )
    return float(after / before - 1.0)


def _closures(run: Run, figure: Figure) -> float:
    months = slice(run.recorded(figure.first_month), run.recorded(figure.month) + 1)
    counts = run.history.establishments[months][:, :, HOMES].sum(axis=(1, 2))
    return float(counts[:, CLOSED].sum() / counts[:, OPEN].sum()) * MONTHS_PER_YEAR


def _councils_with_closure(run: Run, figure: Figure) -> float:
    """Closures come one by one: with so many expected in half a year, the chance that there is any."""
    months = slice(run.recorded(figure.first_month), run.recorded(figure.month) + 1)
    counts = run.history.establishments[months][:, :, LOOKED_AFTER].sum(axis=2).astype(np.float64)
    monthly = counts[..., CLOSED].sum() / counts[..., OPEN].sum()
    expected = HALF_YEAR * monthly * counts[..., OPEN].mean(axis=0) / run.scale
    return float((1.0 - np.exp(-expected)).mean())


MEASURES: dict[str, Callable[[Run, Figure], float]] = {
    function.__name__.lstrip("_"): function
    for function in (
        _level, _mean, _march_mean, _year_sum, _change, _over, _recruits_from_abroad, _british_for_each_recruit,
        _growth_for_each_starter, _experience_steps, _left_within_12, _left_within_3, _young_over_old, _far_less_near,
        _zero_hours_gap, _tally, _tally_ratio, _tally_difference, _nhs_share, _senior_over_care, _home_care_gap,
        _service_gap, _vacancy_days, _look, _agency_premium, _cost_rise, _closures, _councils_with_closure,
    )
}  # fmt: skip
"""Ways to measure, by the names that the file of facts uses."""
