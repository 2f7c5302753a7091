"""Contrasts between groups in one month: services, roles, sectors, regions, ages, contracts, sizes of employers.

Published ones are in ``sim/data/cross_section.csv``. A contrast is a difference or a ratio of two figures of the same
source as far as there is one, so that what an edition changes in both falls out.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from sim.calibration.priors import Floats
from sim.calibration.runs import Job
from sim.calibration.targets import GAP, LEVEL, WITHIN, targets
from sim.recording import stack
from sim.series import Key, Measured, measure
from sim.shipped import PACKAGE
from sim.units import Sector, Service, month_name, parse_month
from sim.validity.visits import Looking

DIFFERENCE, RATIO = "difference", "ratio"
"""One figure less another, over another, or a figure that is looked at on its own."""
LAST = parse_month("2025-03")
SMALL_ORGANISATION = 50
"""Skills for Care counts organisations with fewer employees as micro or small."""
PLAIN = {
    "pay_p50": "median pay", "turnover_all": "turnover", "filled_posts_all": "filled posts",
    "turnover_council_independent": "turnover (council and independent)",
    "turnover_independent": "turnover (independent)",
    "small_organisations": "organisations with fewer than 50 employees",
}  # fmt: skip
FITTED, START, OPEN = "fitted", "start", "not used"
"""Whether both figures of a contrast are targets, one shaped the starting population, or neither."""


class Side(NamedTuple):
    """One figure of a contrast."""

    indicator: str
    area: str
    group_type: str
    group: str
    """Groups joined by ``+`` count together."""
    month: int


class Contrast(NamedTuple):
    """A published contrast and how closely the model should meet it."""

    topic: str
    one: Side
    other: Side | None
    measure: str
    value: float
    tolerance: float
    """Standard deviation of the published contrast about the truth."""
    unit: str
    use: str
    """``input`` if a figure of it, or of the same series in another year, shaped the starting population."""
    why: str
    source: str
    status: str

    @property
    def name(self) -> str:
        """In words, without the month."""
        one, other = self.one, self.other
        if other is None:
            return plain(one.indicator)
        if one.indicator == "people":
            return f"share of people who are {_who(one)}"
        where = "" if one.area == "England" else f" in {one.area}"
        sides = f"{_who(one)}{where} {'less' if self.measure == DIFFERENCE else 'over'} {_against(one, other)}"
        return f"{plain(one.indicator)}, {sides}"

    @property
    def used(self) -> str:
        """What the figures have been used for before."""
        if self.use:
            return START
        sides = (self.one, self.other or self.one)
        told = {(one.indicator, one.area, one.group_type, one.group, one.month) for one in _levels()}
        gaps = {(one.indicator, one.group, one.against, one.month) for one in targets() if one.kind == GAP}
        gap = (self.one.indicator, self.one.group, sides[1].group, self.one.month)
        return FITTED if all(tuple(side) in told for side in sides) or gap in gaps else OPEN


def _levels() -> list[Any]:
    return [one for one in targets() if one.kind == LEVEL]


def _who(side: Side) -> str:
    return "all staff" if side.group == "all" else plain(side.group.replace("+", " or "))


def _against(one: Side, other: Side) -> str:
    """What a figure is set beside: the same at another time, in another place or by another base, or another group."""
    if other.month != one.month:
        return f"the same in {month_name(other.month)}"
    if other.area != one.area:
        return other.area
    return f"{plain(other.indicator)} of all employed" if other.indicator != one.indicator else _who(other)


def plain(name: str) -> str:
    """Name of an indicator or a group in words."""
    return PLAIN.get(name, name.replace("_", " "))


@cache
def contrasts() -> tuple[Contrast, ...]:
    """All of them, in the order of the file."""
    with (PACKAGE / "data" / "cross_section.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(_read(row) for row in csv.DictReader(lines))


def _read(row: dict[str, str]) -> Contrast:
    def side(before: str = "") -> Side:
        indicator, area, kind, group = (row[f"{before}{name}"] for name in ("indicator", "area", "group_type", "group"))
        return Side(indicator, area, kind, group, parse_month(row[f"{before}month"]))

    one, other = side(), side("against_") if row["against_indicator"] else None
    return Contrast(
        row["topic"], one, other, row["measure"], float(row["value"]), float(row["tolerance"]), row["unit"],
        row["use"], row["why"], row["source"], row["status"],
    )  # fmt: skip


def run_contrasts(job: Job) -> Looking:
    """[contrast] what a draw shows, from a run up to March 2025: a visit (`sim.validity.visits`)."""
    of_agents: dict[tuple[str, int], float] = {}
    for indicator, month in sorted(_asked_of_agents(), key=lambda asked: asked[1]):
        walk = yield month + 1
        of_agents[indicator, month] = OF_AGENTS[indicator](walk.model.providers.columns)
    walk = yield LAST + 1
    measured = measure(stack(walk.records), job.scale, 0, LAST)
    return shown(measured, of_agents)


def _asked_of_agents() -> set[tuple[str, int]]:
    return {(one.one.indicator, one.one.month) for one in contrasts() if one.one.indicator in OF_AGENTS}


def shown(measured: Measured, of_agents: dict[tuple[str, int], float]) -> Floats:
    """[contrast] from the series of a run and what was asked of its agents."""
    places = {key: place for place, key in enumerate(measured.keys) if key.area_type != "council"}

    def single(side: Side, indicator: str, group: str) -> float:
        area_type = "england" if side.area == "England" else "region"
        key = Key(area_type, side.area, side.group_type, group, indicator)
        return float(measured.values[places[key], side.month - measured.first_month])

    def figure(side: Side) -> float:
        if side.indicator in OF_AGENTS:
            return of_agents[side.indicator, side.month]
        groups = side.group.split("+")
        values = [single(side, side.indicator, group) for group in groups]
        if len(groups) == 1 or side.indicator != "turnover":  # of several groups: counts
            return float(np.sum(values))
        people = np.array([single(side, "people", group) for group in groups])
        return float(np.nansum(people * values) / people.sum()) if people.sum() > 0.0 else float("nan")

    def contrast(one: Contrast) -> float:
        here = figure(one.one)
        if one.other is None:
            return here
        there = figure(one.other)
        if one.measure == RATIO:
            return here / there if there > 0.0 else float("nan")
        return here - there

    return np.array([contrast(one) for one in contrasts()])


def _small_organisations(providers: Any) -> float:
    """Share of independent organisations with fewer than 50 people in post.

    Councils are left out: they are 153 at any scale.
    """
    open_ones = (providers.uid != 0) & (providers.active == 1) & (providers.sector == int(Sector.INDEPENDENT))
    _, organisation = np.unique(providers.organisation[open_ones], return_inverse=True)
    size = np.bincount(organisation, weights=providers.posts_filled[open_ones].sum(axis=1))
    return float((size < SMALL_ORGANISATION).mean())


def _staff_per_care_home(providers: Any) -> float:
    """People in post at a care home, independent and council."""
    homes = (providers.uid != 0) & (providers.active == 1) & (providers.service <= int(Service.NURSING))
    return float(providers.posts_filled[homes].sum() / homes.sum())


OF_AGENTS: dict[str, Callable[[Any], float]] = {
    "small_organisations": _small_organisations, "staff_per_care_home": _staff_per_care_home,
}  # fmt: skip
"""Figures that no series has: taken from the agents in the month told."""


class Found(NamedTuple):
    """What draws show of the contrasts."""

    contrasts: tuple[Contrast, ...]
    shows: Floats
    """[draw, contrast]"""

    @property
    def published(self) -> Floats:
        """[contrast] what was published."""
        return np.array([one.value for one in self.contrasts])

    @property
    def middle(self) -> Floats:
        """[contrast] mean of the draws."""
        return np.asarray(np.nanmean(self.shows, axis=0))

    @property
    def apart(self) -> Floats:
        """[contrast] mean of the draws less what was published, in tolerances."""
        return np.asarray((self.middle - self.published) / np.array([one.tolerance for one in self.contrasts]))

    @property
    def met(self) -> Any:
        """[contrast] whether the mean lies within the tolerances that calibration allows."""
        return np.abs(self.apart) <= WITHIN

    @property
    def same_sign(self) -> Any:
        """[contrast] whether the model has the group ahead that is ahead."""
        return np.sign(self.middle) == np.sign(self.published)

    def of(self, topic: str = "", used: str = "") -> list[int]:
        """Places of the contrasts of a topic, and of a use, if told."""
        return [
            place
            for place, one in enumerate(self.contrasts)
            if topic in ("", one.topic) and used in ("", one.used)
        ]  # fmt: skip


def clear(found: Found, places: list[int]) -> list[int]:
    """Differences larger than their tolerances: of these, it is known which group is ahead."""
    return [
        place
        for place in places
        if found.contrasts[place].measure == DIFFERENCE
        and abs(found.contrasts[place].value) > found.contrasts[place].tolerance
    ]
