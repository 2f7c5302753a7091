"""Scenarios that go along with others: a funded policy without its funding, and the parts of a package alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.differences import added, left_out, outlook_differs

if TYPE_CHECKING:
    from sim.levers.base import Lever
    from sim.scenario import Scenario

UNFUNDED, ALONE = "unfunded", "alone"
LONGEST_NAME = 100
OUTLOOK = ("baseline", "assumptions")
"""Keys of a scenario that say what law holds anyway and what the future brings."""
ASSUMED = "law and assumptions"
OWN = "this file"
"""Origin of what a scenario's own file says."""


class Companion(NamedTuple):
    """One scenario that goes along with another."""

    kind: str
    """`UNFUNDED` or `ALONE`."""
    of: str
    """Name of the scenario with which it goes."""
    name: str
    part: str
    """For a part of a package: the lever, or `ASSUMED`."""


def companions_of(
    scenarios: Sequence[Scenario], unfunded: bool, parts: bool
) -> tuple[list[Scenario], list[dict[str, str]]]:
    """Scenarios that go along with some, and for each of them what it is, as manifests keep it.

    The first scenario is the one that the others are compared with.
    """
    found: list[Scenario] = []
    told: list[dict[str, str]] = []
    taken = {scenario.name for scenario in scenarios}
    for place, scenario in enumerate(scenarios):
        for companion, of_kind, part in (
            *(_unfunded(scenario) if unfunded else ()),
            *(_parts(scenario, scenarios[0]) if parts and place > 0 else ()),
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


def _parts(scenario: Scenario, base: Scenario) -> list[tuple[Scenario, str, str]]:
    """What a scenario adds to the one it is compared with, one thing at a time, where these are several.

    Each of its levers, and what it assumes of the future or takes for law, is laid over the base alone. Where it leaves
    out a lever of the base, there are no parts that add up to it.
    """
    levers, departs = added(scenario, base), outlook_differs(scenario, base)
    if len(levers) + bool(departs) < 2 or left_out(scenario, base):
        return []
    names = [lever.name for lever in levers]
    found = []
    for number, lever in enumerate(levers):
        part = lever.name + (f" ({names[:number].count(lever.name) + 1})" if names.count(lever.name) > 1 else "")
        alone = _part(base, scenario, part, {"levers": (*base.levers, lever)})
        there, here = (f"levers[{place}]" for place in (scenario.levers.index(lever), len(base.levers)))
        alone._origins |= {path.replace(there, here): of for path, of in scenario._origins.items() if there in path}
        found.append((alone, ALONE, part))
    if departs:
        alone = _part(base, scenario, ASSUMED, {key: getattr(scenario, key) for key in OUTLOOK})
        alone._origins = {path: of for path, of in alone._origins.items() if not path.startswith(OUTLOOK)}
        alone._origins |= {path: of for path, of in scenario._origins.items() if path.startswith(OUTLOOK)}
        found.append((alone, ALONE, ASSUMED))
    return found


def _part(base: Scenario, scenario: Scenario, part: str, what: dict[str, Any]) -> Scenario:
    """The base with a part of a scenario, under that one's name; what the base's own file says is a parent's word."""
    alone = base.model_copy(update={"name": _name_with(scenario, f"only {part}"), **what})
    parent = f"parent file {base._files[0]}" if base._files else OWN
    alone._origins = {path: parent if of == OWN else of for path, of in base._origins.items()}
    alone._files = tuple(dict.fromkeys((*scenario._files, *base._files)))
    return alone


def _renamed(scenario: Scenario, what: str, levers: tuple[Lever, ...]) -> Scenario:
    return scenario.model_copy(update={"name": _name_with(scenario, what), "levers": levers})


def _name_with(scenario: Scenario, what: str) -> str:
    name = scenario.name
    if len(name) + len(what) + 2 > LONGEST_NAME:
        name = name[: LONGEST_NAME - len(what) - 3].rstrip() + "\N{HORIZONTAL ELLIPSIS}"
    return f"{name}: {what}"
