"""What each lever of a package costs and brings within it: the package with it against the package without it.

Levers work on the same people, so that what each adds depends on the others: prices need not add up to the whole.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.app.answers import FIGURES, told_change
from sim.app.challenge import too_few, weights
from sim.app.choices import Choice, levers_of
from sim.app.pool import Pool
from sim.app.span import HISTORY, SHOWN, START
from sim.app.yearly import by_year
from sim.measures import Floats

PRICED = 8
"""Draws by which a price is told: the first ones, or those nearest to what is believed."""


class Price(NamedTuple):
    """A lever within a package."""

    lever: str
    changes: dict[str, dict[str, Any]]
    """By figure, in the last financial year: what the package has with the lever, less what it has without."""
    package: dict[str, dict[str, Any]]
    """What the whole package changes, over the same draws, so that prices can be taken from it."""
    draws: int


class TooFew(Exception):
    """The draws that share what is believed amount to too few."""


async def prices(
    pool: Pool, person: str, chosen: Sequence[Choice], believed: Mapping[str, float]
) -> AsyncIterator[Price]:
    """Prices of the levers of a package, one by one as they are simulated.

    Raises:
        TooFew: nothing can be told of what is believed.
        RuntimeError: a run went wrong, with what the program said.
        sim.app.pool.GivenUp: the same person has asked something newer.
        sim.app.pool.WorkersGone: a process that should have answered has died.
    """
    draws = nearest(believed, pool.draws)
    shares = weights(believed, draws)
    if too_few(believed, draws):
        raise TooFew
    levers = list(dict.fromkeys(one.lever for one in chosen if one.strength > 0))
    whole = await _last_year(pool, person, chosen, draws)
    package = _changes(whole - await _last_year(pool, person, (), draws), shares)
    for lever in levers:
        without = await _last_year(pool, person, [one for one in chosen if one.lever != lever], draws)
        yield Price(lever, _changes(whole - without, shares), package, len(whole))


def nearest(believed: Mapping[str, float], draws: int) -> list[int]:
    """Draws by which prices are told, in their order."""
    every = list(range(1, draws + 1))
    by_share = np.argsort(-weights(believed, every), kind="stable")
    return sorted(every[place] for place in by_share[:PRICED])


def _changes(differences: Floats, shares: Floats) -> dict[str, dict[str, Any]]:
    """[draw, figure] by figure, as the page shows changes."""
    return {
        one.name: told_change(differences[:, SHOWN.index(one.name)] / one.per, shares, early=False) for one in FIGURES
    }


async def _last_year(pool: Pool, person: str, chosen: Sequence[Choice], draws: list[int]) -> Floats:
    """[draw, figure] in the last financial year."""
    levers = levers_of(chosen)
    if not levers:
        futures = {draw: pool.baselines[draw][:, START - HISTORY :] for draw in draws}
    else:
        async for question in pool.ask(f"{person}/price", levers, draws=draws):
            futures = question.answers
    return np.asarray(by_year(np.stack([futures[draw] for draw in draws]))[..., -1])
