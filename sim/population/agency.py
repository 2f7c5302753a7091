"""People who work for agencies at the start: like those of their council in direct care who would gain most by it."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.agents.care_worker import CareWorker
from sim.agents.columns import Table
from sim.agents.provider import Provider
from sim.draws import Purpose
from sim.parameters import Behaviour
from sim.population.inputs import Floats, Ints, figures
from sim.population.keys import draw_normal, identities, places_within, whole
from sim.units import DIRECT_CARE_ROLES, NOBODY, Status, Stream

FIRST_PLACE = 1 << 24
"""Place of the first of them among the identities of a council; people in post come before."""


def add_agency_staff(
    workers: Table[CareWorker], providers: Table[Provider], blocks: Ints, in_post: Ints, seed: int, p: Behaviour
) -> None:
    """Fill the rows of each council that follow those of its residents in post (`in_post`).

    Each has the traits of somebody in post who sets much by a say over shifts and little by guaranteed hours, as those
    do who choose agency work later.
    """
    columns = workers.arrays
    alike = _most_inclined(columns, in_post, blocks.size - 1)
    home = columns["home_council"][alike].astype(np.int64)
    number = places_within(home, blocks.size - 1)
    residents = np.bincount(columns["home_council"][in_post], minlength=blocks.size - 1)
    rows = blocks[home] + residents[home] + number
    employer, role = columns["employer"][alike], columns["role"][alike]
    for values in columns.values():
        values[rows] = values[alike]
    who = identities(Stream.FIRST_POPULATION, home, number + FIRST_PLACE)
    pay = providers.posted_pay[employer, role] * (1.0 + p.agency_premium) * p.agency_on_costs
    new: dict[str, Any] = {
        "uid": who,
        "status": Status.AGENCY,
        "employer": NOBODY,
        "contract_minutes": 0,
        "worked_minutes": 0,
        "distance": 0.0,
        "match": p.match_spread * draw_normal(seed, who, Purpose.AGENCY_SEEN),
        "first_impression": 0.0,
        "pay": np.floor(np.floor(pay + 0.5) * p.agency_worker_share),
    }
    for name, values in new.items():
        columns[name][rows] = values


def _most_inclined(columns: dict[str, np.ndarray], in_post: Ints, councils: int) -> Ints:
    """Rows of those to copy, council by council: a share of people in direct care, the most inclined first.

    What rounding leaves of one council goes to the next.
    """
    direct = np.isin(columns["role"][in_post], DIRECT_CARE_ROLES) & (columns["sponsor"][in_post] == NOBODY)
    rows = in_post[direct]
    home = columns["home_council"][rows].astype(np.int64)
    inclination = columns["value_of_flexibility"][rows] - columns["value_of_guarantee"][rows]
    exact = np.asarray(figures()["agency_staff_at_start"] * np.bincount(home, minlength=councils), dtype=np.float64)
    wanted = whole(exact)
    likely = inclination >= _least_inclined(inclination, home, wanted)[home]
    rows, home, inclination = rows[likely], home[likely], inclination[likely]
    order = np.lexsort((columns["uid"][rows], -inclination, home))
    rows, home = rows[order], home[order]
    chosen: Ints = rows[places_within(home, councils) < wanted[home]]
    return chosen


def _least_inclined(inclination: Floats, home: Ints, wanted: Ints) -> Floats:
    """[L] inclination of the last of those wanted in each council: nobody below it has to be put in order."""
    order = np.argsort(home.astype(np.uint16), kind="stable")  # numbers so small are sorted without comparing any
    least = np.full(wanted.size, np.inf)
    begins = np.searchsorted(home[order], np.arange(1, wanted.size))
    for council, values in enumerate(np.split(inclination[order], begins)):
        if wanted[council] > 0:
            least[council] = np.partition(values, -wanted[council])[-wanted[council]]
    return least
