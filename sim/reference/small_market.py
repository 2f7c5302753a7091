"""A small market: six neighbouring councils, cut out of England with everybody who works there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.columns import Table
from sim.geography import Geography, load_places
from sim.month.newcomers import Mix
from sim.parameters import Behaviour
from sim.population import build_population
from sim.reach import build_reach
from sim.statics import Statics
from sim.units import NOBODY, Status
from sim.world import World, build_world

COUNCILS = ("Leeds", "Bradford", "Wakefield", "Kirklees", "Calderdale", "York")
"""Short names: one region, two integrated care systems, all within an hour of one another."""
IN_MARKET = 1
"""Providers of a local market, so few that these councils have several markets, as those of England do."""

Rows = NDArray[np.int64]


def small_world(scale: float, seed: int, p: Behaviour, month: int = 0) -> World:
    """England at a scale, of which only `COUNCILS` remain; `month` is the one the run starts from.

    People who came to work from elsewhere live in the council of their job, and people who left to work elsewhere are
    left out, so that posts and people still match. National flows (visas, arrivals) are cut to the share of England's
    workers. Levers must not be narrowed to places, because rows of councils are no longer those of England.
    """
    population = build_population(scale, seed, p, month)
    everybody = len(population.workers)
    england = build_world(population, p, scale)
    names = load_places().short_names
    kept = np.array(sorted(names.index(name) for name in COUNCILS))
    areas = np.unique(population.geography.ics[kept]).astype(np.int64)
    sites = np.flatnonzero(np.isin(england.providers.council, kept))
    geography = _cut_geography(population.geography, kept, areas)
    providers, workers = _cut(england.providers, sites), _cut_workers(england, sites, kept)
    providers.council = _places(kept, providers.council)
    councils, nhs = _cut(england.councils, kept), _cut(england.nhs, areas)
    councils.ics, nhs.ics = geography.ics, np.arange(areas.size)
    share = len(workers) / everybody
    return World(
        workers=workers,
        providers=providers,
        nhs=nhs,
        councils=councils,
        reach=build_reach(providers, geography, p.distance_decay, IN_MARKET),
        statics=_cut_statics(england.statics, sites, kept),
        mix=_copy(england.mix),
        arrivals_share=england.arrivals_share[kept] / england.arrivals_share[kept].sum(),
        scale=scale * share,
        regions=england.regions,
    )


def _places(kept: Rows, values: NDArray[np.generic]) -> Rows:
    """Place of each value among those kept."""
    return np.searchsorted(kept, np.asarray(values, dtype=np.int64))


def _cut(table: Table, rows: Rows) -> Table:  # type: ignore[type-arg]
    """Table of the rows given, in their order."""
    state = {name: array[rows] for name, array in table.arrays.items()}
    return Table.from_state(table.agent_class, state)


def _cut_workers(england: World, sites: Rows, kept: Rows) -> Table:  # type: ignore[type-arg]
    """People in post at the sites, with as much room for newcomers as there is in England."""
    table = england.workers
    in_post = (table.status == Status.CARE) & np.isin(table.employer, sites)
    rows = np.flatnonzero(in_post)
    room = round(table.capacity / len(table) * rows.size) - rows.size
    workers = _cut(table, rows)
    job_council = england.providers.council[workers.employer]
    moved = ~np.isin(workers.home_council, kept)
    workers.home_council[moved] = job_council[moved]
    workers.home_council = _places(kept, workers.home_council)
    workers.employer = _places(sites, workers.employer)
    sponsored = workers.sponsor != NOBODY
    workers.sponsor[sponsored] = _places(sites, workers.sponsor[sponsored])
    workers.grow(rows.size + room)
    return workers


def _cut_geography(geography: Geography, kept: Rows, areas: Rows) -> Geography:
    """The map of the councils kept; lists of neighbours hold only these."""
    start, pairs = [0], []
    for council in kept:
        span = range(geography.neighbour_start[council], geography.neighbour_start[council + 1])
        pairs += [place for place in span if geography.neighbour_council[place] in kept]
        start.append(len(pairs))
    by_council = {
        name: getattr(geography, name)[kept]
        for name in geography._fields
        if not name.startswith("neighbour") and name != "ics"
    }
    return Geography(
        **by_council,
        ics=_places(areas, geography.ics[kept]).astype(np.int16),
        neighbour_start=np.array(start, dtype=np.int32),
        neighbour_council=_places(kept, geography.neighbour_council[pairs]).astype(np.int16),
        neighbour_km=geography.neighbour_km[pairs],
        neighbour_border=geography.neighbour_border[pairs],
    )


def _cut_statics(statics: Statics, sites: Rows, kept: Rows) -> Statics:
    """What does not change in a run, for the sites and councils kept."""
    return Statics(
        sites=statics.sites[sites],
        site_uid=statics.site_uid[sites],
        council=_places(kept, statics.council[sites]),
        service=statics.service[sites],
        sector=statics.sector[sites],
        posts=statics.posts[sites],
        outside_factor=statics.outside_factor[kept],
        origin_weight=statics.origin_weight[kept],
        unemployment_factor=statics.unemployment_factor[kept],
    )


def _copy(mix: Mix) -> Mix:
    return Mix(*(array.copy() for array in mix))
