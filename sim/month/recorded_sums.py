"""Sums that a month's record is made of: kernels, because numpy would copy whole arrays to add them up."""

from __future__ import annotations

import numpy as np

from sim.jit import kernel


@kernel
def add_by_region(values, region, out):
    """Add ``values`` [L, K] of councils to those of their regions, ``out`` [G, K]."""
    for council in range(values.shape[0]):
        sums = out[region[council]]
        for place in range(values.shape[1]):
            sums[place] += values[council, place]


@kernel
def add_over_roles(values, chosen, out):
    """Add the ``chosen`` sums of ``values`` [cells, R, K] over roles to ``out`` [cells, len(chosen)]."""
    for cell in range(values.shape[0]):
        for role in range(values.shape[1]):
            for place in range(chosen.shape[0]):
                out[cell, place] += values[cell, role, chosen[place]]


@kernel
def count_posts(uid, cell, sought, filled, out):
    """Add posts of each provider, [P, R], to ``out`` [cells, R, 3]: sought, filled and vacant.

    A vacancy is a post an establishment seeks to fill in a role in which it has too few people: staff beyond what one
    establishment needs fill no vacancy of another.
    """
    for j in range(uid.shape[0]):
        if uid[j] == 0:
            continue
        for role in range(sought.shape[1]):
            wanted, there = np.int64(sought[j, role]), np.int64(filled[j, role])
            sums = out[cell[j], role]
            sums[0] += wanted
            sums[1] += there
            sums[2] += max(wanted - there, 0)


@kernel
def count_paid(counts, people):
    """Add up ``counts`` [G, R, pence] of people by pay to ``people`` [G + 1, R]: regions, then England."""
    regions, roles, rates = counts.shape
    for region in range(regions):
        for role in range(roles):
            paid = 0
            for pay in range(rates):
                paid += counts[region, role, pay]
            people[region, role] += paid
            people[regions, role] += paid


@kernel
def find_percentiles(counts, people, percentiles, out):
    """Lowest pay that at least so many percent of people do not exceed, 0 for nobody.

    Args:
        counts: [G, R, pence] people by pay.
        people: [G + 1, R] of them in regions, then in England.
        percentiles: in percent, rising.
        out: [G + 1, R, percentile]
    """
    regions, roles, rates = counts.shape
    for place in range(regions + 1):
        first, last = (place, place + 1) if place < regions else (0, regions)
        for role in range(roles):
            below, rank = 0, 0
            for pay in range(rates if people[place, role] > 0 else 0):
                for region in range(first, last):
                    below += counts[region, role, pay]
                while rank < percentiles.shape[0] and below * 100 >= percentiles[rank] * people[place, role]:
                    out[place, role, rank] = pay
                    rank += 1
                if rank == percentiles.shape[0]:
                    break
