"""Scenarios that go along with others: a funded policy without its funding, and the parts of a package alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sim.levers.base import Lever
    from sim.scenario import Scenario

UNFUNDED, ALONE = "unfunded", "alone"
LONGEST_NAME = 100


class Companion(NamedTuple):
    """One scenario that goes along with another."""

    kind: str
    """`UNFUNDED` or `ALONE`."""
    of: str
    """Name of the scenario with which it goes."""
    name: str
    part: str
    """For a part of a package: the lever."""


def companions_of(
    scenarios: Sequence[Scenario], unfunded: bool, parts: bool
) -> tuple[list[Scenario], list[dict[str, str]]]:
    """Scenarios that go along with some, and for each of them what it is, as manifests keep it."""
    found: list[Scenario] = []
    told: list[dict[str, str]] = []
    taken = {scenario.name for scenario in scenarios}
    for scenario in scenarios:
        for companion, of_kind, part in (
            *(_unfunded(scenario) if unfunded else ()),
            *(_parts(scenario) if parts else ()),
        ):
            # Who names the twin as a scenario of its own gets it once.
            if companion.name not in taken:
                taken.add(companion.name)
                found.append(companion)
                told.append(Companion(of_kind, scenario.name, companion.name, part)._asdict())
    return found, told


def _unfunded(scenario: Scenario) -> list[tuple[Scenario, str, str]]:
    """The scenario with no public payer meeting costs, where one does."""
    levers = tuple(_without_funding(lever) for lever in scenario.levers)
    if all(new is old for new, old in zip(levers, scenario.levers, strict=True)):
        return []
    return [(_renamed(scenario, "unfunded", levers), UNFUNDED, "")]


def _without_funding(lever: Lever) -> Lever:
    funding = getattr(lever, "funding", None)
    public = [getattr(funding, payer, None) for payer in ("council", "nhs")]
    if not any(getattr(payer, "cover", 0.0) for payer in public):
        return lever
    nobody: Any = {
        name: payer.model_copy(update={"cover": 0.0})
        for name, payer in zip(("council", "nhs"), public, strict=True)
        if payer is not None
    }
    assert funding is not None
    # Without public money there is nothing to ring-fence.
    bare = funding.model_copy(update={**nobody, "ring_fenced": False})
    return lever.model_copy(update={"funding": bare})


def _parts(scenario: Scenario) -> list[tuple[Scenario, str, str]]:
    """The scenario with one of its levers at a time, where it has several."""
    if len(scenario.levers) < 2:
        return []
    names = [lever.name for lever in scenario.levers]
    found = []
    for place, lever in enumerate(scenario.levers):
        again = names[:place].count(lever.name)
        part = lever.name + (f" ({again + 1})" if names.count(lever.name) > 1 else "")
        alone = _renamed(scenario, f"only {part}", (lever,))
        alone._origins = {path.replace(f"levers[{place}]", "levers[0]"): of for path, of in alone._origins.items()}
        found.append((alone, ALONE, part))
    return found


def _renamed(scenario: Scenario, what: str, levers: tuple[Lever, ...]) -> Scenario:
    name = scenario.name
    if len(name) + len(what) + 2 > LONGEST_NAME:
        name = name[: LONGEST_NAME - len(what) - 3].rstrip() + "\N{HORIZONTAL ELLIPSIS}"
    return scenario.model_copy(update={"name": f"{name}: {what}", "levers": levers})
