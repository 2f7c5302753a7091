"""Sums that a month's record is made of: kernels, because numpy would copy whole arrays to add them up."""

from __future__ import annotations

import numpy as np

from sim.jit import kernel, part

SPAN = 64
"""Rates of pay, pence, of which people are added up at once."""


@kernel
def add_by_region(values, region, by_region):
    """Add ``values`` [L, K] of councils to those of their regions, [G, K]."""
    for council in range(values.shape[0]):
        sums = by_region[region[council]]
        for place in range(values.shape[1]):
            sums[place] += values[council, place]


@kernel
def add_by_service(values, chosen, council, service, by_service):
    """Add ``values`` [P] of the chosen providers to their councils and services, [L, S].

    Whole numbers below 2^53 add up exactly as float64.
    """
    for j in range(values.shape[0]):
        if chosen[j]:
            by_service[council[j], service[j]] += values[j]


@kernel
def add_up_people(values, region, chosen, by_region, by_council):
    """Add ``values`` [L, C, R, K] of councils, cells and roles to regions, [G, C, R, K].

    The ``chosen`` of the K sums are also added over roles, [L, C, len(chosen)].
    """
    for council in range(values.shape[0]):
        for cell in range(values.shape[1]):
            for role in range(values.shape[2]):
                here, sums = values[council, cell, role], by_region[region[council], cell, role]
                for place in range(values.shape[3]):
                    sums[place] += here[place]
                for place in range(chosen.shape[0]):
                    by_council[council, cell, place] += here[chosen[place]]


@kernel
def add_up_flows(values, region, by_region, by_council):
    """Add ``values`` [L, C, K] of councils and cells to regions, [G, C, K], and over K to ``by_council`` [L, C]."""
    for council in range(values.shape[0]):
        for cell in range(values.shape[1]):
            sums, total = by_region[region[council], cell], 0
            for place in range(values.shape[2]):
                sums[place] += values[council, cell, place]
                total += values[council, cell, place]
            by_council[council, cell] += total


@kernel
def count_posts(uid, council, cell, region, sought, filled, by_region, by_council):
    """Add posts of each provider, [P, R]: sought, filled and vacant, [G, C, R, 3], and over roles [L, C, 3].

    A vacancy is a post an establishment seeks to fill in a role in which it has too few people: staff beyond what one
    establishment needs fill no vacancy of another.
    """
    for j in range(uid.shape[0]):
        if uid[j] == 0:
            continue
        for role in range(sought.shape[1]):
            wanted, there = np.int64(sought[j, role]), np.int64(filled[j, role])
            for sums in (by_region[region[council[j]], cell[j], role], by_council[council[j], cell[j]]):
                sums[0] += wanted
                sums[1] += there
                sums[2] += max(wanted - there, 0)


@part
def people_paid(counts, first, last, role, lowest, highest):
    """People of a role in regions [first, last) paid from `lowest` to below `highest`."""
    people = 0
    for region in range(first, last):
        paid = counts[region, role, lowest:highest]
        for place in range(paid.shape[0]):
            people += paid[place]
    return people


@kernel
def find_percentiles(counts, people, percentiles, out):
    """Lowest pay that at least so many percent of people do not exceed, 0 for nobody.

    Rates are looked at one by one only within spans of them in which a percentile lies.

    Args:
        counts: [G, R, pence] people by pay.
        people: [G + 1, R] of them in regions, then in England.
        percentiles: in percent, rising.
        out: [G + 1, R, percentile]
    """
    regions, roles, rates = counts.shape
    ranks = percentiles.shape[0]
    for place in range(regions + 1):
        first, last = (place, place + 1) if place < regions else (0, regions)
        for role in range(roles):
            below, rank, lowest = 0, 0 if people[place, role] > 0 else ranks, 0
            while rank < ranks and lowest < rates:
                highest = min(lowest + SPAN, rates)
                within = people_paid(counts, first, last, role, lowest, highest)
                if (below + within) * 100 >= percentiles[rank] * people[place, role]:
                    for pay in range(lowest, highest):
                        below += people_paid(counts, first, last, role, pay, pay + 1)
                        while rank < ranks and below * 100 >= percentiles[rank] * people[place, role]:
                            out[place, role, rank] = pay
                            rank += 1
                else:
                    below += within
                lowest = highest
