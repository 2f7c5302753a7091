"""``strength``: a shipped scenario's levers, from nothing over the real case to more of it."""

from __future__ import annotations

from functools import cache
from typing import Any

from sim.doses.study import with_dose
from sim.levers.base import all_levers
from sim.scenario import load_scenario


@cache
def package(name: str) -> tuple[dict[str, Any], ...]:
    """Levers of a shipped scenario as its file writes them, each by name."""
    return tuple(load_scenario(name).resolved()["scenario"]["levers"])


def has_strength(lever: str, body: dict[str, Any]) -> bool:
    """Whether a lever can be stronger or weaker, and is not just there or not."""
    dose = body.get(all_levers()[lever].dose)
    return isinstance(dose, (int, float)) and not isinstance(dose, bool)


def cannot_be_strengthened(name: str) -> str | None:
    """Lever of a shipped scenario that is there or not, and has no strength; None if all have one."""
    levers = (item for entry in package(name) for item in entry.items())
    return next((lever for lever, body in levers if not has_strength(lever, body)), None)


def strengthened(name: str, strength: float) -> list[tuple[str, dict[str, Any]]]:
    """Levers of a shipped scenario at a strength, each by name: doses in proportion, and their costs with them.

    Doses that are whole numbers are rounded. Nothing is left at strength zero.
    """
    if strength == 0:
        return []
    levers = (item for entry in package(name) for item in entry.items())
    return [(lever, at_strength(lever, body, strength)) for lever, body in levers]


def at_strength(lever: str, body: dict[str, Any], strength: float) -> dict[str, Any]:
    """What a file would write of a lever at a strength; one that is there or not stays as it is."""
    if not has_strength(lever, body):
        return body
    return with_dose(lever, body, body[all_levers()[lever].dose] * strength)
