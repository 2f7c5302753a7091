"""What a scenario has otherwise than the one it is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.outlook import CENTRAL

if TYPE_CHECKING:
    from sim.levers.base import Lever
    from sim.scenario import Scenario


def added(scenario: Scenario, base: Scenario) -> tuple[Lever, ...]:
    """Levers of a scenario that the base has not, or has with other terms."""
    return tuple(lever for lever in scenario.levers if lever not in base.levers)


def left_out(scenario: Scenario, base: Scenario) -> tuple[Lever, ...]:
    """Levers of the base that a scenario has not, or has with other terms."""
    return added(base, scenario)


def outlook_differs(scenario: Scenario, base: Scenario) -> list[str]:
    """Names of what a scenario takes for law, or assumes of the future, otherwise than the base."""
    chosen, usual = (one.assumptions.chosen() for one in (scenario, base))
    names = ["baseline"] if scenario.baseline != base.baseline else []
    return names + [name for name in {**chosen, **usual} if chosen.get(name, CENTRAL) != usual.get(name, CENTRAL)]
