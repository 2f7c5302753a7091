"""What does not change in a run and the rulebook needs: who is where, and how places differ."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.coverage import SIZES, places
from sim.geography import load_places
from sim.pay_policies import in_law
from sim.units import Role, Sector

LONDON = "London"


@dataclass(frozen=True)
class Statics:
    """Arrays over provider rows (`P`) and councils (`L`)."""

    sites: NDArray[np.bool_]
    """[P] rows that hold an establishment or the site of one."""
    site_uid: NDArray[np.uint64]
    """[P] identity of the site at the start."""
    council: NDArray[np.int64]
    service: NDArray[np.int64]
    sector: NDArray[np.int64]
    posts: NDArray[np.int64]
    """[P] posts at the start."""
    outside_factor: NDArray[np.float64]
    """[L] local outside pay over England's."""
    origin_weight: NDArray[np.float64]
    """[L] people from abroad in the care workforce, against England's."""
    unemployment_factor: NDArray[np.float64]
    """[L] local unemployment over England's."""

    def __getstate__(self) -> dict[str, Any]:
        """What was found on the way is not stored."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @cached_property
    def scopes(self) -> dict[Any, Any]:
        """What levers were found to cover (`sim.rulebook`)."""
        return {}

    @cached_property
    def shared(self) -> dict[tuple[float, type, tuple[int, ...]], NDArray[Any]]:
        """Arrays of one value each, by value, kind and shape (`constant`)."""
        return {}

    def constant(self, value: float, kind: type, *along: int) -> NDArray[Any]:
        """[P, ...] the same value for every provider: one array for whoever asks, which nobody may change.

        Most fields of the law say nothing of most providers. With an array of its own for each, made anew every month,
        kernels met their rows in as many places of memory.
        """
        shape = (self.sector.size, *along)
        key = (value, kind, shape)
        if key not in self.shared:
            self.shared[key] = np.full(shape, value, dtype=kind)
        return self.shared[key]

    @cached_property
    def no_pay_policies(self) -> dict[str, NDArray[Any]]:
        """What the law says of policies on pay where there are none."""
        return in_law((), np.zeros((self.sector.size, len(Role)), dtype=np.int64), lambda floors, contribution: None)

    @cached_property
    def council_sector(self) -> NDArray[np.bool_]:
        """[P] employed by a council."""
        return np.asarray(self.sector == int(Sector.COUNCIL), dtype=bool)

    @cached_property
    def residents(self) -> NDArray[np.float64]:
        """[L] residents of each council, Census 2021."""
        known = {row["code"]: float(row["pop_census2021"]) for row in places()}
        return np.array([known[code] for code in load_places().council_codes])[: self.outside_factor.size]

    def councils_covered(self, codes: frozenset[str]) -> NDArray[np.bool_]:
        """[L] mask of councils by ONS code."""
        return np.array([code in codes for code in load_places().council_codes])[: self.outside_factor.size]

    def of_size(self, bands: tuple[str, ...]) -> NDArray[np.bool_]:
        """[P] mask of establishments by size band."""
        mask = np.zeros(self.posts.size, dtype=bool)
        for band in bands:
            least, most = SIZES[band]
            mask |= (self.posts >= least) & (self.posts <= (most or self.posts.max()))
        return mask
