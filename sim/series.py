"""Series: everything measured of one run, as a matrix of series by months and an index of what each series is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from sim.indicators import INDICATORS, Indicator
from sim.measures import ALL, COUNCIL, ENGLAND, GROUPS, REGION, SERVICE, Base, Care, Floats, Labour, areas
from sim.money import money_table
from sim.moves import move_tables
from sim.recording import TOLD_IN_BRIEF, Record
from sim.special_indicators import specials
from sim.units import MONTHS_PER_YEAR

AREA_TYPES = (ENGLAND, REGION, COUNCIL)


class Key(NamedTuple):
    """What a series is."""

    area_type: str
    area: str
    group_type: str
    group: str
    indicator: str


class Keys(tuple[Key, ...]):
    """What the rows of a matrix of series are. Runs share one, so that its index is made once."""

    @classmethod
    def shared(cls, keys: Iterable[Key]) -> Keys:
        """The same keys as of a run before, if there was one with these."""
        made = cls(keys)
        return _shared.setdefault(made, made)

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process shares them, too, and makes its own index."""
        return Keys.shared, (tuple(self),)

    @cached_property
    def places(self) -> dict[tuple[str, str, str], dict[str, int]]:
        """Row of each series by indicator, area and group, and by the type of the group."""
        found: dict[tuple[str, str, str], dict[str, int]] = {}
        for place, key in enumerate(self):
            found.setdefault((key.indicator, key.area, key.group), {}).setdefault(key.group_type, place)
        return found


_shared: dict[Keys, Keys] = {}


class Measured(NamedTuple):
    """One run: `values` [series, months] with an entry of `keys` for each row; missing where nothing can be said."""

    keys: Keys
    first_month: int
    values: Floats
    tables: dict[str, Any]
    """Arrow tables of what is no series by name: moves, and whatever else was asked for."""

    def of(self, indicator: str, area: str = "England", group: str = "all", group_type: str | None = None) -> Floats:
        """Values by month of one series; KeyError if there is none. Of several types of group, the first counts."""
        of_types = self.keys.places[indicator, area, group]
        place = next(iter(of_types.values())) if group_type is None else of_types[group_type]
        return np.asarray(self.values[place])


class Wanted(NamedTuple):
    """What is measured where a study asks for little."""

    indicators: frozenset[str]
    area_types: frozenset[str] = frozenset({ENGLAND})
    group_types: frozenset[str] | None = None
    """All types of group, if none is named."""

    def holds(self, indicator: str, area_type: str) -> bool:
        """Whether an indicator in areas of a type is asked for."""
        return indicator in self.indicators and area_type in self.area_types

    def groups(self, group_type: str) -> bool:
        """Whether indicators by groups of a type are asked for."""
        return self.group_types is None or group_type in self.group_types

    def tells(self, group_type: str, group: str) -> bool:
        """Whether a series is asked for: of a group, or of all of the groups of a type together."""
        return self.groups(group_type) or (group == ALL and self.groups(ALL))

    @property
    def brief(self) -> bool:
        """Whether records in brief tell it all."""
        whole = self.area_types == {ENGLAND} and self.group_types == frozenset({ALL})
        return whole and self.indicators <= TOLD_IN_BRIEF


def measure(
    history: Record,
    scale: float,
    first: int,
    last: int,
    *,
    councils_in_full: bool = True,
    goes_on: bool = False,
    wanted: Wanted | None = None,
) -> Measured:
    """Indicators in the months `first` to `last` of a recorded history, which reaches back a year further.

    All of them with the tables of moves and money, or those that are wanted without. Unless in full, councils are told
    as a whole, and not by service and client group. What goes on from a run measured up to `first` is to be `joined`
    to it.
    """
    history = _of_months(history, first - MONTHS_PER_YEAR, last)
    months = history.month
    begin, end = int(np.searchsorted(months, first)), int(np.searchsorted(months, last)) + 1
    keys: list[Key] = []
    rows: list[Floats] = []
    for key, values in _all_series(history, scale, councils_in_full, wanted):
        keys.append(key)
        rows.append(values[begin:end])
    tables: dict[str, Any] = {}
    if wanted is None:
        tables = move_tables(history, scale, first, last, goes_on)
        tables["money"] = money_table(history, scale, first, last)
    return Measured(Keys.shared(keys), first, np.stack(rows), tables)


def _of_months(history: Record, first: int, last: int) -> Record:
    """What is recorded of these months; nothing that is measured looks back further than a year."""
    begin, end = (int(np.searchsorted(history.month, month)) for month in (first, last + 1))
    return Record(*(values[begin:end] for values in history))


def joined(before: Measured, after: Measured) -> Measured:
    """A run measured in two parts, the second of which goes on where the first ends."""
    import pyarrow as pa

    if before.keys != after.keys or before.first_month + before.values.shape[1] != after.first_month:
        message = "these are no parts of one run"
        raise ValueError(message)
    tables = {
        name: pa.concat_tables([before.tables[name], table]).unify_dictionaries().combine_chunks()
        for name, table in after.tables.items()
    }
    return Measured(before.keys, before.first_month, np.concatenate([before.values, after.values], axis=1), tables)


def _all_series(
    history: Record, scale: float, councils_in_full: bool, wanted: Wanted | None
) -> Iterator[tuple[Key, Floats]]:
    for area_type in AREA_TYPES:
        for group_type in (ALL,) if area_type == COUNCIL and not councils_in_full else GROUPS:
            if wanted is not None and not wanted.groups(group_type):
                continue
            sums = Sums(history, area_type, group_type, scale)
            for name, indicator in INDICATORS.items():
                asked = wanted is None or wanted.holds(name, area_type)
                if asked and area_type in indicator.areas and _grouped(indicator, area_type, group_type):
                    yield from _series(sums, indicator)
    names, area_types = (None, AREA_TYPES) if wanted is None else (wanted.indicators, wanted.area_types)
    for one in specials(history, scale, councils_in_full, names, area_types):
        if wanted is None or (wanted.holds(one.indicator, one.area_type) and wanted.tells(one.group_type, one.group)):
            yield Key(one.area_type, one.area, one.group_type, one.group, one.indicator), one.values


def _grouped(indicator: Indicator, area_type: str, group_type: str) -> bool:
    """Whether an indicator is shown by a grouping in areas of a type: councils by service only."""
    return group_type in indicator.groups and (area_type != COUNCIL or group_type in (ALL, SERVICE))


class Sums:
    """The sums that formulas take, made once for each base."""

    def __init__(self, history: Record, area_type: str, group_type: str, scale: float) -> None:
        self.area_type, self.group_type = area_type, group_type
        self._care = Care(history, area_type, group_type, scale)
        self._labour = {base: Labour(history, area_type, group_type, scale, base) for base in Base}

    def of(self, indicator: Indicator) -> Labour | Care:
        """Sums for one indicator."""
        return self._care if indicator.base is None else self._labour[indicator.base]


def _series(sums: Sums, indicator: Indicator) -> Iterator[tuple[Key, Floats]]:
    values = indicator.formula(sums.of(indicator))
    for which, group in enumerate(GROUPS[sums.group_type].names):
        if indicator.base is not None and not indicator.base.holds(sums.group_type, group):
            continue
        for place, area in enumerate(areas(sums.area_type)):
            yield Key(sums.area_type, area, sums.group_type, group, indicator.name), values[:, place, which]
