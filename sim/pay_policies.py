"""Policies on pay in force in a month: whom each covers, how far it lifts pay, and who meets what it costs.

Each keeps its own terms, so that who pays for one policy pays for nothing of another. Floors of one role do overlap:
how they share it is a rule (`sim.rules.finance.covers_sooner`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.units import PayCost, Payer, Role

if TYPE_CHECKING:
    from sim.rulebook import Scope

By = tuple[float, ...]


class Contribution(NamedTuple):
    """What a lever did to a field of the rulebook."""

    kind: str
    author: str
    amount: Any
    where: Scope | None


@dataclass(frozen=True)
class PayPolicy:
    """What one lever on pay costs, and who meets it."""

    author: str
    where: Scope
    """Whom it covers."""
    cover: tuple[By, ...]
    """[Y, cost] share of each part of its cost (`PayCost`) that the payer meets."""
    new_money: tuple[bool, ...]
    """[Y] whether that is new money from government."""
    ring_fenced: bool
    """Whether councils and the NHS pay each employer what the policy costs it, and not one rate to all it covers."""
    floors: tuple[Contribution, ...] = ()
    """The floors of pay that it sets."""

    @property
    def place(self) -> tuple[Any, ...]:
        """By what policies are put in order, whatever the order in which levers wrote."""
        amounts = tuple(np.ravel(np.asarray(floor.amount, dtype=np.float64)).tolist() for floor in self.floors)
        return self.author, amounts, self.cover, self.new_money, self.ring_fenced, self.where.providers.tobytes()


def in_law(
    policies: Sequence[PayPolicy],
    statutory: NDArray[np.int64],
    apply: Callable[[NDArray[np.float64], Contribution], None],
) -> dict[str, NDArray[Any]]:
    """Fields of the law that say what policies on pay do, in one order.

    Args:
        policies: those in force, in any order.
        statutory: [P, R] lowest adult pay without any of them, pence/hour.
        apply: makes a contribution to the floors of pay, in place.
    """
    ordered = sorted(policies, key=lambda policy: policy.place)
    size, count = statutory.shape[0], len(ordered)
    floors = np.zeros((count, size, len(Role)), dtype=np.int64)
    binds = np.zeros((count, size), dtype=np.int8)
    agreed = statutory.astype(np.float64)
    for n, policy in enumerate(ordered):
        lifted = _lifted(policy, agreed, apply)
        floors[n] = np.where(lifted > statutory, np.rint(lifted), 0)
        binds[n] = policy.where.providers
    shape = (count, len(Payer), len(PayCost))
    return {
        "policy_floor": floors,
        "policy_binds": binds,
        "policy_cover": np.array([policy.cover for policy in ordered], dtype=np.float64).reshape(shape),
        "policy_new_money": np.array([policy.new_money for policy in ordered], dtype=np.int8).reshape(shape[:2]),
        "policy_ring_fenced": np.array([policy.ring_fenced for policy in ordered], dtype=np.int8),
    }


def _lifted(
    policy: PayPolicy,
    agreed: NDArray[np.float64],
    apply: Callable[[NDArray[np.float64], Contribution], None],
) -> NDArray[np.float64]:
    """[P, R] pay up to which a policy lifts those whom it covers; 0 for others.

    What agreements add comes on top of what those before them have added to `agreed`.
    """
    lifted = np.zeros_like(agreed)
    for floor in policy.floors:
        if floor.kind == "add":
            before = agreed.copy()
            apply(agreed, floor)
            lifted = np.where(agreed > before, agreed, lifted)
        else:
            apply(lifted, floor)
    return lifted
