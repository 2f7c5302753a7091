"""Outcomes: what a study looks at, by financial year."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import numpy as np

from sim.assessment_indicators import BY_GROUP, OF_ALL
from sim.doses.study import PAYERS
from sim.experiments.schema import DEFAULT_OUTCOMES, OutcomeChoice
from sim.experiments.wording import change_unit
from sim.indicators import INDICATORS, SUM
from sim.loader import Node
from sim.measures import ALL, COUNCIL, ENGLAND, GROUPS, REGION, areas
from sim.month.groups import BANDS, GroupKind
from sim.problems import Problem, describe, nearest_name, one_of
from sim.results import of_year, unit_of, whole_years, year_value
from sim.series import Measured
from sim.special_indicators import PER_PERSON_GROUPS, SPECIAL
from sim.units import ClientGroup, LeaveReason, Role, Source
from sim.validation import validated

MILLION = 1e6
THOUSAND = 1e3
PERCENT = 0.01


class Outcome(NamedTuple):
    """A column of the results of a study."""

    name: str
    label: str
    unit: str
    per: float
    """Divides values where they are shown in the unit; tables hold them undivided."""
    indicators: tuple[str, ...]
    """Indicators of results that are added up."""
    area: str = "England"
    group: str = ALL

    @property
    def unit_of_change(self) -> str:
        """Unit of a difference of two values."""
        return change_unit(self.unit)


SHIPPED = (
    Outcome("vacancy_rate", "vacancy rate", "%", PERCENT, ("vacancy_rate",)),
    Outcome("vacancies", "vacant posts", "thousand", THOUSAND, ("vacancies",)),
    Outcome("turnover", "turnover a year", "%", PERCENT, ("turnover_all",)),
    Outcome("filled_posts", "filled posts", "thousand", THOUSAND, ("filled_posts",)),
    Outcome("unmet_share", "care not met", "% of assessed need", PERCENT, ("unmet_share",)),
    Outcome("missed_share", "care missed", "% of care bought", PERCENT, ("missed_share",)),
    Outcome("waiting", "people waiting for assessment", "thousand", THOUSAND, ("people_awaiting_assessment",)),
    Outcome(
        "long_service_share", "work by staff a year or more in post", "% of hours", PERCENT, ("long_service_share",)
    ),
    Outcome("qualified_share", "work by qualified staff", "% of hours", PERCENT, ("qualified_share",)),
    Outcome("agency_share", "care by agency staff", "% of hours", PERCENT, ("agency_share",)),
    Outcome("delayed_discharges", "delayed discharges", "thousand people a day", THOUSAND, ("delayed_discharges",)),
    Outcome("zero_hours_share", "zero-hours contracts", "% of jobs", PERCENT, ("zero_hours_share",)),
    Outcome("sponsored_workers", "sponsored workers", "thousand", THOUSAND, ("sponsored_workers",)),
    Outcome("provider_margin", "providers' margin", "%", PERCENT, ("provider_margin",)),
    Outcome("cost", "cost to payers", "£ million", MILLION, PAYERS),
    Outcome("cost_council", "cost to councils", "£ million", MILLION, ("cost_council",)),
    Outcome("cost_nhs", "cost to the NHS", "£ million", MILLION, ("cost_nhs",)),
    Outcome("cost_self_funder", "cost to self-funders", "£ million", MILLION, ("cost_self_funder",)),
    Outcome("cost_programmes", "cost of programmes", "£ million", MILLION, ("cost_programmes",)),
    Outcome("public_cost", "cost to councils, the NHS and government", "£ million", MILLION, PAYERS[:2] + PAYERS[3:]),
    Outcome("grants", "new government money", "£ million", MILLION, ("grants",)),
)
"""Outcomes with names and units of their own; any other indicator of results is one by its own name."""


def shipped_outcomes() -> dict[str, Outcome]:
    """Those with names of their own, by name."""
    return {outcome.name: outcome for outcome in SHIPPED}


def read_outcomes(block: Node | None) -> tuple[tuple[Outcome, ...], list[str], list[Problem]]:
    """Outcomes that a study asks for, names of which the rest of it may speak, and what is wrong with single ones.

    Args:
        block: where they stand in the file; None for those that are asked for if nothing else is. How they are written
            is told with the rest of the study.
    """
    items = [Node(name, "study", 0, "outcomes") for name in DEFAULT_OUTCOMES] if block is None else block.value
    found: list[Outcome] = []
    names: list[str] = []
    problems: list[Problem] = []
    for node in items if isinstance(items, list) else []:
        choice, _ = validated(OutcomeChoice, _in_full(node))
        outcome, problem = (None, None) if choice is None else _outcome(choice, node)
        found += [outcome] if outcome else []
        problems += [problem] if problem else []
        # A name of one's own is right whatever is wrong with what it stands for.
        names += [outcome.name] if outcome else _own_name(node)
    return tuple(found), names, problems


def _in_full(node: Node) -> Node:
    """An outcome as a mapping; a name alone is that of its column and of its indicator."""
    if isinstance(node.value, dict):
        return node
    return Node({"name": node, "indicator": node}, node.file, node.line, node.field)


def _own_name(node: Node) -> list[str]:
    """The name that a study gives an outcome, if it does and may."""
    named = node.value.get("name") if isinstance(node.value, dict) else None
    choice = None if named is None else validated(OutcomeChoice, _in_full(named))[0]
    return [] if choice is None else [choice.name]


def known_outcomes() -> list[str]:
    """Everything that may be an outcome, by name."""
    return [*shipped_outcomes(), *INDICATORS, *SPECIAL]


def _outcome(choice: OutcomeChoice, node: Node) -> tuple[Outcome | None, Problem | None]:
    named, known = shipped_outcomes(), known_outcomes()
    inside = node.value if isinstance(node.value, dict) else {}
    if choice.indicator not in known:
        at = inside.get("indicator", node)
        near = nearest_name(choice.indicator, known)
        return None, at.problem(describe(choice.indicator), one_of(known, "indicators and outcomes"), near)
    if choice.name in known and choice.name != choice.indicator:
        expected = f"a name of its own: {choice.name} is measured as such"
        return None, inside.get("name", node).problem(f"{choice.name}, of indicator {choice.indicator}", expected)
    area_type = next((kind for kind in (ENGLAND, REGION, COUNCIL) if choice.area in areas(kind)), None)
    if area_type is None:
        known_areas = [name for kind in (ENGLAND, REGION, COUNCIL) for name in areas(kind)]
        expected = "England, a region or a council"
        return None, inside.get("area", node).problem(
            describe(choice.area), expected, nearest_name(choice.area, known_areas)
        )
    made = [named[choice.indicator]] if choice.indicator in named else []
    if choice.indicator in INDICATORS or choice.indicator in SPECIAL:
        made.append(_of_indicator(choice.indicator))
    for one in made:
        if all(choice.group in groups_of(indicator, area_type) for indicator in one.indicators):
            label = one.label if (choice.area, choice.group) == ("England", ALL) else _narrowed(one.label, choice)
            return one._replace(name=choice.name, label=label, area=choice.area, group=choice.group), None
    groups = _groups_of_all(made[0], area_type)
    if not groups:
        where = {ENGLAND: "England", REGION: "a region", COUNCIL: "a council"}
        has = " or ".join(words for kind, words in where.items() if _groups_of_all(made[0], kind))
        expected = f"an area for which {choice.indicator} is measured: {has}"
        return None, inside.get("area", node).problem(describe(choice.area), expected)
    near = nearest_name(choice.group, groups)
    return None, inside.get("group", node).problem(describe(choice.group), one_of(groups, "groups"), near)


def _of_indicator(name: str) -> Outcome:
    """An indicator as an outcome, in its own unit; of a financial year, sums are no longer by month."""
    unit = unit_of(name)
    if of_year(name) == SUM:
        unit = unit.replace("/month", "")
    return Outcome(name, name.replace("_", " "), unit, 1.0, (name,))


def _narrowed(label: str, choice: OutcomeChoice) -> str:
    words = [choice.group.replace("_", " ")] if choice.group != ALL else []
    return f"{label}, {', '.join([*words, choice.area])}"


def _groups_of_all(outcome: Outcome, area_type: str) -> list[str]:
    """Groups that all indicators of an outcome have."""
    of_each = [groups_of(indicator, area_type) for indicator in outcome.indicators]
    return [group for group in of_each[0] if all(group in groups for groups in of_each)]


@cache
def groups_of(indicator: str, area_type: str) -> tuple[str, ...]:
    """Groups for which an indicator is measured in areas of a type; none where it is not measured at all."""
    if indicator not in INDICATORS:
        return _groups_of_special(indicator, area_type)
    about = INDICATORS[indicator]
    if area_type not in about.areas:
        return ()
    kinds = (ALL,) if area_type == COUNCIL else about.groups
    return tuple(
        group for kind in kinds for group in GROUPS[kind].names if about.base is None or about.base.holds(kind, group)
    )


def _groups_of_special(indicator: str, area_type: str) -> tuple[str, ...]:
    """The same for indicators that are more than sums (`sim.special_indicators`)."""
    if indicator in BY_GROUP or indicator in OF_ALL:
        by_client = indicator in BY_GROUP and area_type != COUNCIL
        return (ALL, *(group.name.lower() for group in ClientGroup)) if by_client else (ALL,)
    regional = {
        "senior_premium": (ALL,),
        "moves_out_of_care": (ALL,),
        "leavers_share": tuple(reason.name.lower() for reason in list(LeaveReason)[1:]),
        "starters_share": tuple(source.name.lower() for source in Source),
    }
    if indicator.startswith("pay_p"):
        regional[indicator] = tuple(role.name.lower() for role in Role)
    if indicator in regional:
        return () if area_type == COUNCIL else regional[indicator]
    if area_type != ENGLAND:
        return ()
    if indicator == "contract_share":
        return BANDS[GroupKind.CONTRACT]
    if indicator in PER_PERSON_GROUPS:
        return tuple(band for bands in BANDS.values() for band in bands)
    return (ALL,)


def yearly(measured: Measured, outcomes: Iterable[Outcome]) -> dict[int, list[float]]:
    """Values of a run by financial year, the way results sum years up.

    Returns:
        By April month: a value for each outcome, in their order, in the unit of the indicators.
    """
    asked = list(outcomes)
    last = measured.first_month + measured.values.shape[1] - 1
    return {
        april: [_in_year(measured, outcome, april - measured.first_month) for outcome in asked]
        for april in whole_years(measured.first_month, last)
    }


def _in_year(measured: Measured, outcome: Outcome, start: int) -> float:
    parts = [
        year_value(indicator, measured.of(indicator, outcome.area, outcome.group), start)
        for indicator in outcome.indicators
    ]
    return float(np.add.reduce(parts))
