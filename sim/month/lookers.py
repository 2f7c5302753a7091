"""The people who look at jobs this month, agents and people of the pools alike, side by side in one table."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Purpose, logistic_quantile, normal, person_id, uniform
from sim.jit import kernel, part
from sim.month.ahead import fetch_standing, fetch_traits, next_of
from sim.month.newcomers import draw_traits
from sim.month.people import CARE, HEALTH_ROLES, seeks_sponsor
from sim.month.present_job import months_in_sector
from sim.rules.entry import (
    arrivals_looking,
    asylum_looking,
    pay_elsewhere,
    people_looking,
    people_moving,
    present_value_outside,
)
from sim.rules.migration import sponsored_here, tied_to_sponsor
from sim.rules.search import value_needed
from sim.units import NEVER, NOBODY, Stream

NO_APPLICATION, TO_CARE, TO_NHS, TO_OUTSIDE, TO_AGENCY = 0, 1, 2, 3, 4
SPARE = 1.25
"""Room made when the table is too short, against the people there are."""


class Lookers(NamedTuple):
    """One place for each person who looks: who they are, what they come across, and where they apply.

    Agents come first, in the order of rows, then the pools in the order of identities. A sight is the own employer or
    one of the looks of the month.
    """

    row: np.ndarray
    """Row of the person, or -1 for someone still in a pool."""
    stream: np.ndarray
    """Stream of identities a person of a pool comes from."""
    uid: np.ndarray
    home: np.ndarray
    role: np.ndarray
    experience: np.ndarray
    """Months in the sector."""
    qualified: np.ndarray
    """1 with a relevant qualification; 0 for people of the pools, whose employers don't know yet."""
    wanted_minutes: np.ndarray
    value_of_guarantee: np.ndarray
    value_of_flexibility: np.ndarray
    ethnicity: np.ndarray
    """Of agents; 0 for people from the pools, who learn how an employer treats them once they are there."""
    nationality: np.ndarray
    tied: np.ndarray
    """1 for those who may work for licensed sponsors only, and those who have to find one."""
    visa_month: np.ndarray
    visa_floor: np.ndarray
    employer: np.ndarray
    """Row of the present employer in care, or -1."""
    looks: np.ndarray
    """Nearby employers looked at."""
    needed: np.ndarray
    """Value a job must exceed to be worth applying for, log pay."""
    seen: np.ndarray
    """[n, sight] row of the provider come across, or -1."""
    promise: np.ndarray
    """[n, sight, 2] value at first sight, log pay, of an open post there: the next role up, and the present role."""
    kind: np.ndarray
    """Where the person applies: 0 nowhere, 1 care, 2 the NHS, 3 outside, 4 an agency."""
    provider: np.ndarray
    """Row of the provider, or of the NHS employer, applied to."""
    post: np.ndarray
    """Role applied for."""
    priority: np.ndarray
    chosen: np.ndarray
    """1 if a care employer takes the applicant."""


def room_for(people: int, sights: int) -> Lookers:
    """A table with so many places."""

    def column(kind: type, *shape: int) -> np.ndarray:
        return np.zeros((people, *shape), dtype=kind)

    return Lookers(
        row=column(np.int64),
        stream=column(np.int8),
        uid=column(np.uint64),
        home=column(np.int32),
        role=column(np.int8),
        experience=column(np.int32),
        qualified=column(np.int8),
        wanted_minutes=column(np.int32),
        value_of_guarantee=column(np.float64),
        value_of_flexibility=column(np.float64),
        ethnicity=column(np.int8),
        nationality=column(np.int8),
        tied=column(np.int8),
        visa_month=column(np.int16),
        visa_floor=column(np.int32),
        employer=column(np.int32),
        looks=column(np.int8),
        needed=column(np.float64),
        seen=column(np.int32, sights),
        promise=column(np.float64, sights, 2),
        kind=column(np.int8),
        provider=column(np.int32),
        post=column(np.int8),
        priority=column(np.float64),
        chosen=column(np.int8),
    )


class LookersTable:
    """Lookers of a month; the arrays are kept from month to month."""

    def __init__(self) -> None:
        self._room = room_for(0, 0)
        self.members = self.places = np.zeros(0, dtype=np.int64)
        self.agents = 0
        """How many of them are agents."""
        self.people = 0

    def open_for(self, agents: int, pool: int, sights: int) -> Lookers:
        """Make room for a month's people."""
        self.agents, self.people = agents, agents + pool
        if self.people > self._room.row.size or sights != self._room.seen.shape[1]:
            self._room = room_for(int(SPARE * self.people), sights)
            self.members, self.places = np.zeros((2, self._room.row.size), dtype=np.int64)
        return self.columns

    @property
    def columns(self) -> Lookers:
        """One entry for each person."""
        return Lookers(*(array[: self.people] for array in self._room))


@kernel
def gather_agents(lo, hi, month, rows, workers, providers, needed, law, p, out):
    """Agents who look stand in places [lo, hi): those in `rows`, whose value needed lies in `needed` by row."""
    for place in range(lo, hi):
        ahead = next_of(rows, place, hi)
        fetch_standing(workers, ahead)
        fetch_traits(workers, ahead)
        i = rows[place]
        in_care = workers.status[i] == CARE
        tied = tied_to_sponsor(workers.visa[i], workers.visa_month[i], month, law.settlement_months)
        looks = int(p.looks_employed) if in_care else int(p.looks_out_of_work)
        role = workers.role[i]
        portable = month - workers.visa_month[i] < law.portability_months
        if tied and not in_care:
            looks += int(law.hub_matches[workers.home_council[i]])
        if tied and not portable and not sponsored_here(law.visa_open[role], law.in_country_switching[role]):
            looks = 0
        out.row[place] = i
        out.stream[place] = 0
        out.uid[place] = workers.uid[i]
        out.home[place] = workers.home_council[i]
        out.role[place] = workers.role[i]
        out.experience[place] = months_in_sector(workers, i, month)
        out.qualified[place] = workers.qualified[i]
        out.wanted_minutes[place] = workers.wanted_minutes[i]
        out.value_of_guarantee[place] = workers.value_of_guarantee[i]
        out.value_of_flexibility[place] = workers.value_of_flexibility[i]
        out.ethnicity[place] = workers.ethnicity[i]
        out.nationality[place] = workers.nationality[i]
        out.tied[place] = 1 if tied or seeks_sponsor(workers, i, month, providers, law, p) else 0
        out.visa_month[place] = workers.visa_month[i]
        out.visa_floor[place] = workers.visa_floor[i]
        out.employer[place] = workers.employer[i] if in_care else NOBODY
        out.looks[place] = looks
        out.needed[place] = needed[i]


@kernel
def count_local_lookers(seed, month, councils, law, p, found):
    """People of each council's pool who look at care jobs this month; those among them whom a plan brings."""
    for c in range(found.shape[0]):
        u = uniform(seed, councils.uid[c], month, Purpose.POOL)
        campaigns = (
            law.pool_interest[c] + law.pool_interest_men[c] + law.pool_interest_young[c] + law.pool_interest_over_50s[c]
        )
        planned = councils.planned_interest[c]
        found[c] = local_lookers(c, councils, law, campaigns + planned, u, p)
        councils.planned_people[c] = 0
        if planned > 0.0:
            councils.planned_people[c] = found[c] - local_lookers(c, councils, law, campaigns, u, p)


@kernel
def relocate(seed, month, councils, reach, law, ledger, found):
    """Some people who look in councils nearby move to those covered by a policy: one pool loses what the other gains.

    `found` are the people who look in each council. Those of one council are shared among the places in its reach.
    """
    for origin in range(found.shape[0]):
        first, last = reach.reach_start[origin], reach.reach_start[origin + 1]
        places = 0
        for e in range(first, last):
            places += law.relocation[reach.council[e]] > 0.0
        if places == 0 or law.relocation[origin] > 0.0:
            continue
        looking = int(found[origin])
        for e in range(first, last):
            there = reach.council[e]
            if law.relocation[there] > 0.0:
                u = uniform(seed, councils.uid[origin], month, Purpose.RELOCATION + 256 * (e - first))
                moved = min(people_moving(looking, law.relocation[there] / places, u), found[origin])
                move_people(councils, ledger, law, origin, there, moved, found)


@part
def move_people(councils, ledger, law, origin, there, moved, found):
    """So many people who look move from one council's pool to another's."""
    found[origin] -= moved
    found[there] += moved
    councils.pool[origin] -= moved
    councils.pool[there] += moved
    ledger.relocated[origin] -= moved
    ledger.relocated[there] += moved
    ledger.programmes[there] += moved * law.relocation_cost[there]


@part
def local_lookers(c, councils, law, interest, u, p):
    """People of council `c`'s pool who look, where so many more are brought to."""
    return people_looking(
        councils.pool[c],
        law.unemployment[c],
        law.tightness,
        law.free_movement,
        law.origin_weight[c],
        interest,
        u,
        p,
    )


@kernel
def count_other_arrivals(seed, month, councils, shares, scale, law, p, found):
    """People who arrived by other routes and look for care work: councils have shares of them like their pools."""
    for c in range(found.shape[0]):
        u = uniform(seed, councils.uid[c], month, Purpose.OVERSEAS_RETURN)
        found[c] = arrivals_looking(law.other_route_arrivals, scale, shares[c], u, p)


@kernel
def count_granted_asylum(seed, month, councils, scale, law, found):
    """People granted asylum whom a policy puts in touch with care employers, by council."""
    for c in range(found.shape[0]):
        u = uniform(seed, councils.uid[c], month, Purpose.GRANTED_ASYLUM)
        found[c] = asylum_looking(law.asylum_arrivals[c], scale, u)


class Pool(NamedTuple):
    """People who are not agents yet and look at care jobs this month, in the order of their identities."""

    stream: NDArray[np.int8]
    home: NDArray[np.int64]
    """Row of the council of residence."""
    number: NDArray[np.int64]
    """Place among those of the same stream and council this month."""


def pool_of(counts: dict[Stream, NDArray[np.int64]]) -> Pool:
    """People who look, from their number by council in each stream."""
    streams, homes, numbers = [], [], []
    for stream, count in counts.items():
        home = np.repeat(np.arange(count.size), count)
        first = np.cumsum(count) - count
        streams.append(np.full(home.size, int(stream), dtype=np.int8))
        homes.append(home)
        numbers.append(np.arange(home.size) - first[home])
    return Pool(np.concatenate(streams), np.concatenate(homes), np.concatenate(numbers))


@kernel
def draw_from_pool(lo, hi, seed, month, pool, mix, law, p, first, out):
    """People [lo, hi) of the pools take their places, from `first` on; who they are is drawn."""
    for k in range(lo, hi):
        place = first + k
        home = int(pool.home[k])
        uid = person_id(int(pool.stream[k]), home, month, int(pool.number[k]))
        traits = draw_traits(seed, uid, mix, p)
        going = pay_elsewhere(int(law.outside_pay[home]), int(law.nhs_pay[traits.role]), traits.role in HEALTH_ROLES)
        present = present_value_outside(
            going,
            normal(seed, uid, month, Purpose.OUTSIDE_PAY),
            traits.taste_for_care,
            logistic_quantile(uniform(seed, uid, month, Purpose.BACKGROUND)),
            p,
        )
        out.row[place] = NOBODY
        out.stream[place] = pool.stream[k]
        out.uid[place] = uid
        out.home[place] = home
        out.role[place] = traits.role
        out.experience[place] = 0
        out.qualified[place] = 0
        out.wanted_minutes[place] = traits.wanted_minutes
        out.value_of_guarantee[place] = traits.value_of_guarantee
        out.value_of_flexibility[place] = traits.value_of_flexibility
        out.ethnicity[place] = 0
        out.nationality[place] = 0
        out.tied[place] = 0
        out.visa_month[place] = NEVER
        out.visa_floor[place] = 0
        out.employer[place] = NOBODY
        out.looks[place] = int(p.looks_out_of_work)
        out.needed[place] = value_needed(present, p.entry_cost)
