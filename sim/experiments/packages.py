"""``strength``: a shipped scenario's levers, from nothing over the real case to more of it."""

from __future__ import annotations

from functools import cache
from typing import Any

from sim.doses.study import COSTS, IN_PROPORTION
from sim.levers.base import Lever, all_levers
from sim.scenario import load_scenario

PER_STRENGTH = 1.0
"""Strength at which levers are as their scenario has them."""


@cache
def package(name: str) -> tuple[dict[str, Any], ...]:
    """Levers of a shipped scenario as its file writes them, each by name."""
    return tuple(load_scenario(name).resolved()["scenario"]["levers"])


def cannot_be_strengthened(name: str) -> str | None:
    """Lever of a shipped scenario that is there or not, and has no strength; None if all have one."""
    for entry in package(name):
        ((lever, body),) = entry.items()
        dose = body[all_levers()[lever].dose]
        if isinstance(dose, bool) or not isinstance(dose, (int, float)):
            return lever
    return None


def strengthened(name: str, strength: float) -> list[tuple[str, dict[str, Any]]]:
    """Levers of a shipped scenario at a strength, each by name: doses in proportion, and their costs with them.

    Doses that are whole numbers are rounded. Nothing is left at strength zero.
    """
    if strength == 0:
        return []
    found = []
    for entry in package(name):
        ((lever, body),) = entry.items()
        found.append((lever, _at(all_levers()[lever], dict(body), strength)))
    return found


def _at(lever: type[Lever], body: dict[str, Any], strength: float) -> dict[str, Any]:
    dose = body[lever.dose] * strength
    whole = lever.model_fields[lever.dose].annotation is int
    body[lever.dose] = round(dose) if whole else dose
    if lever.dose not in IN_PROPORTION:
        for cost in COSTS:
            if body.get(cost) is not None:
                body[cost] *= strength
    return body
