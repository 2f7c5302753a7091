"""Which employers a person could come across, and which one another's clients: fixed lists of providers.

By council, by distance between councils, and by local markets, in which care is bought.

Jobs are drawn by position in these lists and positions without an open post are skipped. Drawing from the open posts
themselves would reshuffle everybody's luck each time a post closes, and comparisons between scenarios would be noisy.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.agents.columns import Table
from sim.markets import lay_out_markets
from sim.population.inputs import figures
from sim.units import Role


class Reach(NamedTuple):
    """Static lists. `n` providers in all, `R` roles, `L` councils, `E` council pairs in reach."""

    list_start: np.ndarray
    """[L + 1] first place of each council in `provider`."""
    provider: np.ndarray
    """[n] provider rows, council by council in the order of their identities at the start."""
    place: np.ndarray
    """[P] place of each provider row within its council's list."""
    seat_start: np.ndarray
    """[R, L + 1] first place in `seat` of each role and council."""
    seat: np.ndarray
    """One entry for each post there was at the start: the row of its provider. A look falls on one of them."""
    reach_start: np.ndarray
    """[L + 1] first place of each council in `council`."""
    council: np.ndarray
    """[E] councils in reach, the own council first."""
    between: np.ndarray
    """[L, L] distance between population centres of councils in reach, km; out of reach, twice the farthest in it."""
    weight: np.ndarray
    """[R, E] chance that a look falls on this council or one before it in the list."""
    local_km: np.ndarray
    """[L] typical distance from home to a job within the council, km."""
    first_market: np.ndarray
    """[L x S + 1] first local market of each council and service."""
    market_start: np.ndarray
    """[M + 1] first place of each local market in `in_market`."""
    in_market: np.ndarray
    """[n] provider rows, market by market, in the order of their identities at the start."""
    market: np.ndarray
    """[P] local market of each provider row."""


def build_reach(
    providers: Table[Any], geography: object, distance_decay: float, market_size: int | None = None
) -> Reach:
    """Lay out the lists for the providers there are at the start.

    A look falls on a council in proportion to its posts times exp(-decay x km) (Manning and Petrongolo 2017). A local
    market has about `market_size` providers where its council has so many, by default `market_providers`.
    """
    columns = providers.columns
    council_count = len(geography.neighbour_start) - 1  # type: ignore[attr-defined]
    rows = providers.rows()
    order = rows[np.lexsort((columns.uid[rows], columns.council[rows]))]
    counts = np.bincount(columns.council[order], minlength=council_count)
    list_start = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    place = np.zeros(providers.capacity, dtype=np.int32)
    place[order] = np.arange(order.size) - np.repeat(list_start[:-1], counts)

    seat_start, seat = _seats(columns.posts_start, order, list_start)
    size = int(figures()["market_providers"]) if market_size is None else market_size
    markets = lay_out_markets(columns, order, council_count, size)
    return Reach(
        list_start=list_start,
        provider=order.astype(np.int32),
        place=place,
        seat_start=seat_start,
        seat=seat,
        reach_start=np.asarray(geography.neighbour_start, dtype=np.int64),  # type: ignore[attr-defined]
        council=np.asarray(geography.neighbour_council, dtype=np.int32),  # type: ignore[attr-defined]
        between=_distances(geography),
        weight=_look_weights(np.diff(seat_start, axis=1), geography, distance_decay),
        local_km=np.asarray(geography.local_km, dtype=np.float64),  # type: ignore[attr-defined]
        **markets._asdict(),
    )


def _seats(posts: np.ndarray, order: np.ndarray, list_start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Starts [R, L + 1] and provider rows, one for each post, role by role and council by council."""
    starts, seats, filled = [], [], 0
    for role in range(len(Role)):
        counts = posts[order, role].astype(np.int64)
        running = np.concatenate(([0], np.cumsum(counts)))
        starts.append(filled + running[list_start])
        seats.append(np.repeat(order, counts).astype(np.int32))
        filled += int(running[-1])
    return np.array(starts, dtype=np.int64), np.concatenate(seats)


def _distances(geography: object) -> np.ndarray:
    """Distances [L, L] by council of residence and of work."""
    start = np.asarray(geography.neighbour_start)  # type: ignore[attr-defined]
    council = np.asarray(geography.neighbour_council)  # type: ignore[attr-defined]
    km = np.asarray(geography.neighbour_km, dtype=np.float64)  # type: ignore[attr-defined]
    between = np.repeat(2.0 * km[start[1:] - 1][:, None], start.size - 1, axis=1)
    between[np.repeat(np.arange(start.size - 1), np.diff(start)), council] = km
    np.fill_diagonal(between, 0.0)
    return between


def _look_weights(totals: np.ndarray, geography: object, distance_decay: float) -> np.ndarray:
    """Cumulative chances [R, E]; a role with no post in reach keeps zeros and its looks find nothing."""
    start = np.asarray(geography.neighbour_start)  # type: ignore[attr-defined]
    council = np.asarray(geography.neighbour_council)  # type: ignore[attr-defined]
    attraction = totals[:, council] * np.exp(-distance_decay * np.asarray(geography.neighbour_km))  # type: ignore[attr-defined]
    weight = np.zeros_like(attraction)
    for home in range(start.size - 1):
        span = slice(start[home], start[home + 1])
        running = np.cumsum(attraction[:, span], axis=1)
        total = running[:, -1:]
        weight[:, span] = np.divide(running, total, out=np.zeros_like(running), where=total > 0)
    return weight
