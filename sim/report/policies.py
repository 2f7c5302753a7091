"""The policies of each scenario as they are set: how strong, from when, whom they cover, who pays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.levers.base import PERCENT
from sim.report.coverage_words import covered, listed, plain, who_pays
from sim.units import month_name

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from sim.levers.base import Lever
    from sim.scenario import Scenario

ELSEWHERE = ("start", "end", "phase_in_months", "applies_to", "funding")
"""Fields of which other sentences tell."""
ALWAYS = ("paid_by", "share_of_employers")
"""Fields that say how wide or at whose cost, told even where nobody changed them."""
COST = "cost"
BOUNDS = re.compile(r",? -?[\d.,]+(?: \([^)]*\))? to -?[\d.,]+(?: \([^)]*\))?$")
"""What a field may hold, at the end of its description."""
FURTHER = re.compile(r";(?! of )")
"""What follows in a description says how a field is read; "of this or that" says what it holds."""
ASSUMED = re.compile(r", an assumption.*$")
SHARE = re.compile(r"\b(part|share)\b")
"""Descriptions of fields that hold a share of one have one of these words."""


class Told(NamedTuple):
    """One lever of a scenario, in words."""

    lever: str
    sentence: str
    when: str
    settings: str
    """Its strength, and whatever else differs from the default."""
    covers: str
    who_pays: str
    """Nothing where the lever has no say over that."""
    grade: str
    case: str


class Policy(NamedTuple):
    """One scenario."""

    scenario: str
    description: str
    levers: tuple[Told, ...]


def policies(scenarios: Sequence[Scenario], shown: Sequence[str]) -> list[Policy]:
    """Levers of each of the scenarios that are shown, as they are set."""
    return [
        Policy(scenario.name, scenario.description, tuple(_told(lever) for lever in scenario.levers))
        for scenario in scenarios
        if scenario.name in shown
    ]


def _told(lever: Lever) -> Told:
    return Told(
        lever.name, lever.sentence, _when(lever), "; ".join(settings(lever)), covered(lever), who_pays(lever),
        lever.grade, lever.case,
    )  # fmt: skip


def _when(lever: Lever) -> str:
    until = "" if lever.end is None else f" to {month_name(lever.end)}"
    steps = f", in equal steps over {lever.phase_in_months} months" if lever.phase_in_months else ""
    return f"From {month_name(lever.start)}{until}{steps}"


def settings(lever: Lever) -> list[str]:
    """Strength of a lever, and its other settings that differ from the default or say what it costs, in words."""
    fields = {name: field for name, field in type(lever).model_fields.items() if name not in ELSEWHERE}
    return [
        f"{_label(name, field, value)}: {_value(field, value)}"
        for name, field in fields.items()
        if (value := getattr(lever, name)) is not None and _matters(lever, name, field, value)
    ]


def _matters(lever: Lever, name: str, field: FieldInfo, value: Any) -> bool:
    of_note = name == lever.dose or name in ALWAYS or (name in lever.changes and value not in (0, False))
    return of_note or value != field.default or (name.startswith(COST) and value > 0)


def _label(name: str, field: FieldInfo, value: Any) -> str:
    """What a field holds, from its description; the name of those whose description lists what they may hold."""
    told = FURTHER.split(field.description or "")[0]
    if isinstance(value, (str, dict)) or not told or told.startswith("true:"):
        return name.replace("_", " ")
    return ASSUMED.sub("", BOUNDS.sub("", told))


def _value(field: FieldInfo, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return listed([f"{amount:g} from {month_name(month)}" for month, amount in value.items()])
    if isinstance(value, tuple):
        return listed([plain(one) for one in value]) or "none"
    if isinstance(value, str):
        return value.replace("_", " ")
    if isinstance(value, float) and SHARE.search(field.description or ""):
        return f"{PERCENT * value:g}%"
    return f"{value:,}" if isinstance(value, int) else f"{value:,g}"
