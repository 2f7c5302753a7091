"""Sums of a recorded history over areas and groups: what indicators are computed from.

Every array has axes [months, areas, groups]. A *base* says which sectors count, because published rates differ by it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.geography import load_places
from sim.month.ledger import COST_KINDS, told_by_employers
from sim.recording import COUNCIL_STOCKS, MARGIN_UNIT, STOCKS, Record
from sim.units import MINUTES_PER_HOUR, MONTHS_PER_YEAR, PENCE_PER_POUND, Payer, Role, Sector, Service

Floats = NDArray[np.float64]
ENGLAND, REGION, COUNCIL = "england", "region", "council"
ALL, SERVICE, SECTOR, ROLE = "all", "service", "sector", "role"
SOUGHT, FILLED, VACANT = 0, 1, 2
NEED, BOUGHT, WAITING, TRIMMED = 0, 1, 2, 3
MISSED, RETURNED, AGENCY, OVERTIME, SHORTENED, NEARBY = 0, 1, 2, 3, 4, 5
OPEN, CLOSED, OPENED = 0, 1, 2
BEDS, BEDS_CLOSED, SPENT_DOWN = 0, 1, 2
FIRST_SERVICE = np.eye(len(Service))[0]
"""[S] all of a sum of services in one of them."""


class Base(Enum):
    """Sectors that count (Skills for Care; filled posts of the NHS and of agencies are in none)."""

    INDEPENDENT = (int(Sector.INDEPENDENT),)
    COUNCIL_INDEPENDENT = (int(Sector.INDEPENDENT), int(Sector.COUNCIL))
    ALL_EMPLOYED = (int(Sector.INDEPENDENT), int(Sector.COUNCIL), int(Sector.DIRECT_PAYMENT))

    def holds(self, group_type: str, group: str) -> bool:
        """Whether anybody of a group is in the base: personal assistants are all employed by direct payments."""
        if group_type == SERVICE and group == Service.PERSONAL_ASSISTANTS.name.lower():
            return Sector.DIRECT_PAYMENT in self.value
        return group_type != SECTOR or Sector[group.upper()] in self.value


class Groups(NamedTuple):
    """One way of grouping: its name, its members, and how an array [months, areas, S, X, R] is summed to it."""

    kind: str
    names: tuple[str, ...]
    summed: tuple[int, ...]
    """Axes of service, sector and role that are added up."""


def _names(codes: type) -> tuple[str, ...]:
    return tuple(code.name.lower() for code in codes)  # type: ignore[attr-defined]


GROUPS = {
    ALL: Groups(ALL, (ALL,), (2, 3, 4)),
    SERVICE: Groups(SERVICE, _names(Service), (3, 4)),
    SECTOR: Groups(SECTOR, _names(Sector), (2, 4)),
    ROLE: Groups(ROLE, _names(Role), (2, 3)),
}


def share(part: Floats, whole: Floats) -> Floats:
    """Part over whole; missing where the whole is nothing."""
    out = np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan)
    np.divide(part, whole, out=out, where=np.asarray(whole) > 0)
    return out


def over_a_year(monthly: Floats) -> Floats:
    """Sum of the last twelve months; missing in the first eleven. It does not depend on where the history begins."""
    out = np.full(monthly.shape, np.nan)
    whole = max(len(monthly) - MONTHS_PER_YEAR + 1, 0)
    if whole:
        out[-whole:] = np.add.reduce([monthly[ago : ago + whole] for ago in range(MONTHS_PER_YEAR)])
    return out


def areas(area_type: str) -> tuple[str, ...]:
    """Names of the areas of a type, in the order of every array."""
    places = load_places()
    return {ENGLAND: ("England",), REGION: places.regions, COUNCIL: places.councils}[area_type]


_added_up: list[tuple[NDArray[Any], NDArray[Any]]] = []
KEPT = 4


def _of_all_sources(starters: NDArray[Any]) -> NDArray[Any]:
    """[...] starters [..., source] from anywhere."""
    return np.asarray(starters.sum(axis=-1, dtype=np.int64))


def _once(add_up: Callable[[NDArray[Any]], NDArray[Any]], values: NDArray[np.int32]) -> NDArray[Any]:
    """What every base and grouping asks for: the last few sums are kept, told by the array."""
    for known, kept in _added_up:
        if known is values:
            return kept
    total = add_up(values)
    _added_up.append((values, total))
    del _added_up[:-KEPT]
    return total


class Labour:
    """Posts, people and their coming and going, by area and group. Counts are for England's size, not the model's."""

    def __init__(self, history: Record, area_type: str, groups: str, scale: float, base: Base) -> None:
        self.history = history
        self.area_type = area_type
        self.groups = GROUPS[groups]
        self.weight = 1.0 / scale
        self.base = base
        self._known: dict[int | str, Floats] = {}

    def posts(self, kind: int) -> Floats:
        """Posts sought, filled or vacant at the end of the month."""
        if kind not in self._known:
            posts = self.history.council_posts if self.area_type == COUNCIL else self.history.posts
            self._known[kind] = self._sum(posts[..., kind])
        return self._known[kind]

    def people(self, name: str) -> Floats:
        """Sum over people in post of one of `sim.recording.STOCKS`."""
        if name not in self._known:
            if self.area_type == COUNCIL:
                values = self.history.council_people[..., COUNCIL_STOCKS.index(name)]
            else:
                values = self.history.people[..., STOCKS.index(name)]
            self._known[name] = self._sum(values)
        return self._known[name]

    def leavers(self) -> Floats:
        """People who left a care job this month, for another one in care or for anything else, as employers tell."""
        if self.area_type == COUNCIL:
            return self._sum(self.history.council_flows[..., 0])
        return self._sum(_once(told_by_employers, self.history.leavers))

    def starters(self) -> Floats:
        """People who started a care job this month."""
        if self.area_type == COUNCIL:
            return self._sum(self.history.council_flows[..., 1])
        return self._sum(_once(_of_all_sources, self.history.starters))

    def leavers_by_reason(self) -> Floats:
        """[months, areas, reason] leavers of the month."""
        return self._by_last(self.history.leavers)

    def starters_by_source(self) -> Floats:
        """[months, areas, source] starters of the month."""
        return self._by_last(self.history.starters)

    def _by_last(self, values: NDArray[np.int32]) -> Floats:
        counted = values[:, :, :, list(self.base.value)].sum(axis=(2, 3, 4), dtype=np.int64)
        if self.area_type == ENGLAND:
            counted = counted.sum(axis=1, keepdims=True)
        return np.asarray(counted * self.weight, dtype=np.float64)

    def _sum(self, values: NDArray[Any]) -> Floats:
        """Sum [months, areas, S, X(, R)] over what is not grouped by; sectors outside the base count nothing."""
        if values.ndim == 4:
            values = values[..., None]
        # Sectors that count stand side by side, so that the others need not be copied.
        counted = values[:, :, :, self.base.value[0] : self.base.value[-1] + 1]
        if self.area_type == ENGLAND:
            counted = counted.sum(axis=1, keepdims=True, dtype=np.int64)
        summed = counted.sum(axis=self.groups.summed, dtype=np.int64)
        if self.groups.kind == SECTOR:
            of_base, summed = summed, np.zeros((*summed.shape[:2], len(Sector)), dtype=np.int64)
            summed[:, :, list(self.base.value)] = of_base
        by_group = summed.reshape(*summed.shape[:2], len(self.groups.names))
        return np.asarray(by_group * self.weight, dtype=np.float64)


class Care:
    """Care needed, bought and delivered, and the money, by area and service. Amounts are for England's size."""

    def __init__(self, history: Record, area_type: str, groups: str, scale: float) -> None:
        self.history = history
        self.area_type = area_type
        self.groups = GROUPS[groups]
        self.weight = 1.0 / scale
        self._hours: dict[tuple[int, tuple[Payer, ...]], Floats] = {}

    def hours(self, kind: int, payers: Sequence[Payer] = tuple(Payer)) -> Floats:
        """Hours a week of direct care needed, bought or waited for."""
        asked = kind, tuple(payers)
        if asked not in self._hours:
            of_kind = self.history.care[..., kind]
            minutes = of_kind.sum(axis=-1) if len(payers) == len(Payer) else of_kind[..., list(payers)].sum(axis=-1)
            self._hours[asked] = self._sum(minutes) / MINUTES_PER_HOUR
        return self._hours[asked]

    def delivery(self, kind: int) -> Floats:
        """Hours a week missed, handed back, given by agencies or as overtime."""
        return self._sum(self.history.delivery[..., kind]) / MINUTES_PER_HOUR

    def paid(self, payer: Payer) -> Floats:
        """Paid for care this month, GBP, grants included."""
        return self._sum(self.history.money[..., payer, 0]) / PENCE_PER_POUND

    def granted(self, *payers: Payer) -> Floats:
        """New money from government in what these payers, or all if none is named, paid this month, GBP."""
        return self._sum(self.history.money[..., list(payers or Payer), 1].sum(axis=-1)) / PENCE_PER_POUND

    def new_grants(self) -> Floats:
        """What policies add this month to government grants to councils and to what the NHS passes on, GBP.

        Grants are for no service; they are shared among services as what the council pays for care, if it pays any.
        """
        came, part = self.history.new_grants.sum(axis=-1), FIRST_SERVICE
        if self.groups.kind == SERVICE:
            paid = self.history.money[..., Payer.COUNCIL, 0]
            of_all = paid.sum(axis=-1, keepdims=True)
            part = np.where(of_all > 0, share(paid, of_all), FIRST_SERVICE)
        return self._sum(np.rint(came[..., None] * part)) / PENCE_PER_POUND

    def spent(self, *kinds: str) -> Floats:
        """Spent by providers this month, GBP, on kinds of cost."""
        return self._sum(self.history.costs[..., [COST_KINDS.index(kind) for kind in kinds]].sum(axis=-1)) / (
            PENCE_PER_POUND
        )

    def income(self) -> Floats:
        """A week's income of independent providers, GBP."""
        return self._sum(self.history.surplus[..., 0]) / PENCE_PER_POUND

    def surplus(self) -> Floats:
        """A week's surplus of independent providers at their margin smoothed over a year, GBP."""
        return self._sum(self.history.surplus[..., 1]) / PENCE_PER_POUND

    def establishments(self, kind: int) -> Floats:
        """Establishments open, closed this month or opened this month; personal assistants' employers not counted."""
        return self._sum(self.history.establishments[..., kind])

    def strain(self) -> Floats:
        """Strain of teams, millionths of demand, summed over posts filled."""
        return self._sum(self.history.strain)

    def homes(self, kind: int) -> Floats:
        """Care homes, hours a week of direct care: beds, beds closed, or care spent down."""
        return self._sum(self.history.homes[..., kind]) / MINUTES_PER_HOUR

    def delayed(self) -> Floats:
        """People who wait in hospital for care on an average day."""
        return self._sum(self.history.delayed) / MARGIN_UNIT

    def staff(self) -> Floats:
        """Posts filled at the establishments of which `strain` is the sum."""
        return self._sum(self.history.council_posts[..., FILLED].sum(axis=3, dtype=np.int64))

    def _sum(self, values: NDArray[np.int64]) -> Floats:
        """Sum [months, councils, S] to areas and to all services or each."""
        counted = summed_to(self.area_type, np.asarray(values, dtype=np.int64))
        if self.groups.kind == ALL:
            counted = counted.sum(axis=2, keepdims=True)
        return np.asarray(counted * self.weight, dtype=np.float64)


def summed_to(area_type: str, values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sum [months, councils, ...] to areas of a type."""
    if area_type == ENGLAND:
        return np.asarray(values.sum(axis=1, keepdims=True))
    if area_type == REGION:
        return np.asarray(np.add.reduceat(values[:, _by_region()[0]], _by_region()[1], axis=1))
    return values


def _by_region() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Council rows region by region, and where each region starts."""
    from sim.geography import council_rows

    codes = load_places().region_codes
    region = np.array([codes.index(row["region_code"]) for row in council_rows()])
    order = np.argsort(region, kind="stable")
    return order, np.searchsorted(region[order], np.arange(len(codes)))
