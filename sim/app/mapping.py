"""Months on a map of the 153 councils: what a package changes there, where the draws tell it from nothing.

Single councils are small samples, and the model does not rank them (docs/validation.md): a place has a strong colour
only where a change can be told, having looked at all places of its kind, and a pale one where nearly all draws go the
same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.app.span import END, START
from sim.app.worker import Looked
from sim.geography import council_rows
from sim.intervals import discoveries, effective_number
from sim.measures import COUNCIL, REGION, Floats, areas
from sim.units import MONTHS_PER_YEAR, month_name

if TYPE_CHECKING:
    from sim.app.branches import Look


class Mapped(NamedTuple):
    """What a map shows."""

    name: str
    label: str
    unit: str
    per: float
    better: int
    relative: bool
    """Whether the change is told as a share of what would be otherwise."""


MAPS = (
    Mapped("filled_posts", "Posts filled", "%", 0.01, 1, relative=True),
    Mapped("unmet_share", "Care not met", "points", 0.01, -1, relative=False),
    Mapped("vacancy_rate", "Vacancy rate", "points", 0.01, 0, relative=False),
)

DECIMALS = 3
AGREEING = 0.9
"""Share of draws that go the same way where a place has a pale colour."""
ROUNDING = 1e-9
"""Shares of draws add up to nine tenths but for the last bits."""
FEWEST = 8
"""Draws, or what they amount to, from which such a share says anything: fewer all go the same way by luck alone."""
UNTOLD, LIKELY, CLEAR = range(3)
"""How sure a change is."""


@cache
def tiles() -> tuple[dict[str, Any], ...]:
    """Councils in their order: name, region and place on the map of hexagons, rows counted upwards."""
    return tuple(
        {"name": row["short_name"], "region": row["region"], "column": int(row["tile_q"]), "row": int(row["tile_r"])}
        for row in council_rows()
    )


def frames(looks: Mapping[int, Looked], shares: Floats) -> dict[str, Any]:
    """Maps by month: mean change of each place over the twelve months before, and whether it can be told.

    Args:
        looks: by draw.
        shares: by which the draws count, in their order.

    Returns:
        ``months``, ``regions`` in their order, and by map and type of area ``change`` [month][area] in its unit and
        ``told`` [month][area]: `UNTOLD`, `LIKELY` or `CLEAR`.
    """
    maps = {one.name: {kind: _frames(one, looks, shares, kind) for kind in (COUNCIL, REGION)} for one in MAPS}
    months = [month_name(month) for month in range(START, END + 1)]
    return {"months": months, "regions": areas(REGION), "maps": maps}


def _frames(one: Mapped, looks: Mapping[int, Looked], shares: Floats, kind: str) -> dict[str, Any]:
    changes = np.stack([_changes(one, looks[draw], kind) for draw in sorted(looks)])
    months = range(changes.shape[2])
    clear = np.array([discoveries(list(changes[:, :, month].T), drawn=True, weights=shares) for month in months])
    shown = np.round(np.nan_to_num(np.tensordot(shares, changes, 1)).T, DECIMALS)
    # Colours follow the mean: where most draws go the other way, or it is nothing, there is none.
    agreeing = np.tensordot(shares, np.sign(changes) == np.sign(shown).T, 1).T >= AGREEING - ROUNDING
    told = np.where(clear, CLEAR, np.where(agreeing & (effective_number(shares) >= FEWEST), LIKELY, UNTOLD))
    return {"change": shown.tolist(), "told": np.where(shown == 0, UNTOLD, told).tolist()}


def _changes(one: Mapped, told: Looked, kind: str) -> Floats:
    """[area, month] change in a draw, in the unit of the map."""
    after, before = (_smoothed(one.name, look, kind) for look in (told.look, told.baseline))
    change = after - before
    if one.relative:
        change = np.divide(change, before, out=np.full_like(change, np.nan), where=before > 0)
    return np.asarray(change / one.per)


def _smoothed(indicator: str, look: Look, kind: str) -> Floats:
    """[area, month] mean of twelve months, or of as many as there are since April 2026."""
    values = np.stack([look.measured.of(indicator, area) for area in areas(kind)])
    total = np.cumsum(values, axis=1)
    total[:, MONTHS_PER_YEAR:] -= np.cumsum(values, axis=1)[:, :-MONTHS_PER_YEAR]
    return np.asarray(total / np.minimum(np.arange(1, values.shape[1] + 1), MONTHS_PER_YEAR))
