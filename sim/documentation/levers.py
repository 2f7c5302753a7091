"""``docs/levers.md``: what each lever does and may be told, from its class."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any

from sim.catalogue import kind_of
from sim.documentation.markdown import prose, table
from sim.doses.command import read_doses
from sim.doses.pictures import finding
from sim.doses.study import Response
from sim.levers.base import Lever, all_levers
from sim.returns import SAID, published_returns
from sim.scenario import load_scenario, shipped_scenarios
from sim.shipped import PACKAGE

DOCS = PACKAGE.parent / "docs"
OPENING = """# Levers

Written by `python -m sim.documentation` from `sim/levers/`; do not edit by hand.

A lever is a policy that a scenario file switches on. It writes the rulebook, the law and funding that rules read, and
never an outcome. Every lever takes `from` (first month in force, YYYY-MM) and `to` (last month; without it, no end).
Where a lever covers employers it takes `phase_in_months` (equal steps: a growing share of the employers covered) and
`applies_to`, which narrows whom it covers. *Evidence* grades what is known of policies of this kind, not of this
model's answer. `caresim levers NAME` prints what a lever is and may be told. Figures show what this model answers at
several doses of the scenario of that name, its cost in proportion: from a quarter or half of the case up to all of it
or twice as much. `caresim doses` makes them.
"""
COMMON = ("from", "to", "phase_in_months", "applies_to")


def levers_page() -> str:
    """The page."""
    levers = list(all_levers().values())
    rows = [[f"[{each.name}](#{each.name})", each.family, each.grade, each.sentence] for each in levers]
    overview = table(("lever", "family", "evidence", "what it does"), rows)
    return "\n".join([OPENING, overview, "", *(_lever(each) for each in levers)])


def _lever(lever: type[Lever]) -> str:
    narrowed = ", ".join(f"`{line}`" for line in lever.covers) or "nothing: it holds for the whole country"
    lines = [
        f"## {lever.name}\n",
        prose(inspect.getdoc(lever) or ""),
        "",
        f"- Evidence: {lever.grade}. Real case: {lever.case}",
        f"- Off at `{lever.dose}` = 0. `applies_to` may narrow it by {narrowed}.",
        f"- Phase-in: {'yes' if lever.phases_in else 'no, it starts on a date'}.",
        f"- Scenario files that use it: {_scenarios(lever)}.",
        "",
        table(("field", "meaning", "kind and bounds", "if left out"), _fields(lever)),
        "",
        *_returns(lever.name),
        *_doses(lever.name),
    ]
    return "\n".join(lines)


def _returns(name: str) -> list[str]:
    """A table of what others published of a lever's returns, if anybody did."""
    found = published_returns(name)
    if not found:
        return []
    rows = [[f"`{each.technology}`", each.to, each.value] for each in found]
    source = f"Source: {found[0].source} ({found[0].status})."
    return [f"{SAID} {source}\n", table(("technology", "to whom", "return"), rows), ""]


def _doses(name: str) -> list[str]:
    """The figure of what doses of a lever change, where one was made, with its finding for those who cannot see it."""
    found = _measured().get(name)
    if found is None:
        return []
    said = finding(name, found)
    return [f"![{said[0].upper()}{said[1:]}; figures are in doses.csv](figures/dose_{name}.png)", ""]


@cache
def _measured() -> dict[str, list[Response]]:
    return read_doses(DOCS / "doses.csv")


def _scenarios(lever: type[Lever]) -> str:
    found = [
        f"[`scenarios/{name}.yaml`](../scenarios/{name}.yaml)"
        for name, path in shipped_scenarios().items()
        if any(each.name == lever.name for each in load_scenario(path).levers)
    ]
    return ", ".join(found) or "none"


def _fields(lever: type[Lever]) -> list[list[str]]:
    schema = lever.model_json_schema()
    rows = []
    for name, field in schema["properties"].items():
        if name not in COMMON:
            rows += _rows(name, field, name in schema.get("required", ()), schema.get("$defs", {}))
    return rows


def _rows(name: str, field: dict[str, Any], required: bool, blocks: dict[str, Any]) -> list[list[str]]:
    """A field, and below it those of the block it stands for."""
    block = blocks.get(str(field.get("$ref", "")).rsplit("/", 1)[-1])
    kind = "a block" if block else kind_of(field, "`")
    rows = [[f"`{name}`", field.get("description", ""), kind, "required" if required else _default(field, bool(block))]]
    for inner, each in (block or {}).get("properties", {}).items():
        rows += _rows(f"{name}.{inner}", each, inner in (block or {}).get("required", ()), blocks)
    return rows


def _default(field: dict[str, Any], block: bool) -> str:
    default = field.get("default")
    if block or isinstance(default, dict):
        return "see its fields"
    if default is None:
        return "unchanged or not used"
    if isinstance(default, (list, tuple)):
        return ", ".join(f"`{each}`" for each in default) or "none"
    return f"`{str(default).lower()}`"
