"""Indicators of what people who draw on care get: assessed, waiting for assessment, bought, by client group.

Care not met is told in two parts that are never added up silently: of assessed need, what waits for a provider or for
money or is missed (`unmet_share`); and beside it what people need who wait for assessment (`unassessed_share`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.indicators import AT_END, HOURS, MEAN, PEOPLE, PERCENT_SHARE, POSTS, POUNDS, SUM
from sim.measures import ALL, COUNCIL, ENGLAND, REGION, Floats, areas, share, summed_to
from sim.recording import PEOPLE_UNIT, Record
from sim.units import MINUTES_PER_HOUR, PENCE_PER_POUND, ClientGroup

CLIENT_GROUP = "client_group"
MONTHS = "months"
BY_GROUP: dict[str, tuple[str, str, str]] = {
    "people_assessed": (
        PEOPLE, AT_END, "People whom councils have assessed as in need of long-term care, by client group.",
    ),
    "people_awaiting_assessment": (
        PEOPLE, AT_END,
        "People in need of long-term care who wait for a council's assessment; no requests that come to nothing.",
    ),
    "wait_for_assessment": (
        MONTHS, MEAN, "Mean wait for assessment at the month's pace: people waiting over people assessed in the month.",
    ),
    "hours_assessed": (HOURS, MEAN, "Direct care time that people assessed by councils need, by client group."),
    "hours_commissioned": (
        HOURS, MEAN,
        "Direct care time that councils buy, by client group: from each service in proportion to assessed need.",
    ),
    "hours_unassessed": (
        HOURS, MEAN, "Direct care time that people who wait for assessment need, by client group; in no other need.",
    ),
}  # fmt: skip
"""Unit, value of a financial year, and definition of what is told by client group, and for `all` of them."""
OF_ALL: dict[str, tuple[str, str, str]] = {
    "unassessed_share": (
        PERCENT_SHARE, MEAN,
        "Care that people who wait for assessment need, over that and all care needed; the unmet share is beside it.",
    ),
    "assessor_posts": (
        POSTS, MEAN, "Time of councils' assessment teams, agency staff included, in full posts.",
    ),
    "assessor_agency_share": (PERCENT_SHARE, MEAN, "Agency staff's share of the time of councils' assessment teams."),
    "cost_agency_assessors": (
        POUNDS, SUM, "What councils pay for agency assessors: in the account, but no part of what care costs councils.",
    ),
    "unpaid_carers": (PEOPLE, AT_END, "People who care for somebody without pay (Census 2021, held constant)."),
    "hours_on_carers": (
        "hours/week", MEAN,
        "Care of last month that was not assessed, waited, was missed or left out of packages, for each unpaid carer.",
    ),
}  # fmt: skip
WHERE = (ENGLAND, REGION, COUNCIL)
NEED = 0
Row = tuple[str, str, str, str, str, Floats]


class _Sums(NamedTuple):
    """A history's sums over areas of one type, for England's size; [months, areas, ...]."""

    clients: Floats
    care: Floats
    assessment: Floats
    carers: Floats
    need: Floats


def assessment_series(
    history: Record, scale: float, councils_in_full: bool, area_types: Collection[str] = WHERE
) -> Iterator[Row]:
    """Series of areas of these types: indicator, area type, area, group type, group, values by month."""
    for area_type in (one for one in WHERE if one in area_types):
        sums = _sums(history, area_type, scale)
        for place, area in enumerate(areas(area_type)):
            every = area_type != COUNCIL or councils_in_full
            for name, group, values in (*_by_group(sums, place, every), *_of_all(sums, place)):
                group_type = CLIENT_GROUP if name in BY_GROUP else ALL
                yield name, area_type, area, group_type, group, values


def _sums(history: Record, area_type: str, scale: float) -> _Sums:
    def summed(values: NDArray[np.int64]) -> Floats:
        return np.asarray(summed_to(area_type, np.asarray(values, dtype=np.int64)) / scale)

    need = history.care[..., NEED].sum(axis=(2, 3), dtype=np.int64)
    values = (history.clients, history.client_care, history.assessment, history.carers, need)
    return _Sums(*(summed(one) for one in values))


def _by_group(sums: _Sums, place: int, every: bool) -> Iterator[tuple[str, str, Floats]]:
    """Each client group, if `every` one is wanted, and all of them together."""
    groups: list[tuple[str, list[int]]] = [(group.name.lower(), [int(group)]) for group in ClientGroup if every]
    for name, members in [*groups, (ALL, [int(group) for group in ClientGroup])]:
        in_need, awaiting, assessed = sums.clients[:, place, members].sum(axis=1).T
        needed, bought, unassessed = sums.care[:, place, members].sum(axis=1).T
        yield "people_assessed", name, in_need / PEOPLE_UNIT
        yield "people_awaiting_assessment", name, awaiting / PEOPLE_UNIT
        yield "wait_for_assessment", name, share(awaiting, assessed)
        yield "hours_assessed", name, needed / MINUTES_PER_HOUR
        yield "hours_commissioned", name, bought / MINUTES_PER_HOUR
        yield "hours_unassessed", name, unassessed / MINUTES_PER_HOUR


def _of_all(sums: _Sums, place: int) -> Iterator[tuple[str, str, Floats]]:
    time, agency, cost = sums.assessment[:, place].T
    people, unmet = sums.carers[:, place].T
    unassessed = sums.care[:, place, :, 2].sum(axis=1)
    yield "unassessed_share", ALL, share(unassessed, unassessed + sums.need[:, place])
    yield "assessor_posts", ALL, time / PEOPLE_UNIT
    yield "assessor_agency_share", ALL, share(agency, time)
    yield "cost_agency_assessors", ALL, cost / PENCE_PER_POUND
    yield "unpaid_carers", ALL, people / PEOPLE_UNIT
    yield "hours_on_carers", ALL, share(unmet / MINUTES_PER_HOUR, people / PEOPLE_UNIT)
