"""Local markets: the few providers of a service among whom care of one place is bought.

Families choose among care homes near by, and home care is given on rounds: contracts are let by area, and a provider
with staff to spare at one end of a county is of no use at the other. So each council's providers of a service are
divided into markets of a few.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.units import Service


class Markets(NamedTuple):
    """Static lists, as `sim.reach.Reach` holds them."""

    first_market: NDArray[np.int64]
    market_start: NDArray[np.int64]
    in_market: NDArray[np.int32]
    market: NDArray[np.int32]


def lay_out_markets(columns: Any, order: NDArray[Any], councils: int, size: int) -> Markets:
    """Deal out each council's providers of a service to markets of about `size`, as even as can be.

    Args:
        columns: of the table of providers at the start; empty sites are dealt out after establishments, on from the
            market at which these end.
        order: [n] rows of providers and sites, council by council in the order of their identities.
        councils: how many there are.
        size: providers of a market.
    """
    cell = columns.council[order].astype(np.int64) * len(Service) + columns.service[order]
    is_open = columns.active[order] == 1
    open_there = np.bincount(cell, weights=is_open, minlength=councils * len(Service)).astype(np.int64)
    markets = np.maximum((2 * open_there + size) // (2 * size), 1)
    first_market = np.concatenate(([0], np.cumsum(markets))).astype(np.int64)

    by_cell = np.lexsort((np.arange(order.size), ~is_open, cell))
    sizes = np.bincount(cell, minlength=markets.size)
    turn = np.arange(order.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    number = np.empty(order.size, dtype=np.int64)
    number[by_cell] = first_market[cell[by_cell]] + turn % markets[cell[by_cell]]

    into = np.argsort(number, kind="stable")
    counts = np.bincount(number, minlength=int(first_market[-1]))
    market = np.zeros(columns.council.size, dtype=np.int32)
    market[order] = number
    return Markets(
        first_market=first_market,
        market_start=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        in_market=order[into].astype(np.int32),
        market=market,
    )
