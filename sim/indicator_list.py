"""What an indicator is, and the list of them: formulas enter themselves when their file is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sim.measures import (
    ALL,
    COUNCIL,
    ENGLAND,
    REGION,
    ROLE,
    SECTOR,
    SERVICE,
    Base,
    Floats,
)

AT_END, MEAN, SUM = "at end", "mean", "sum"
"""Value of a financial year: that of its March, the mean of its months, or their sum."""
EVERYWHERE = (ENGLAND, REGION, COUNCIL)
NOT_COUNCILS = (ENGLAND, REGION)
PERCENT_SHARE, POSTS, PEOPLE, HOURS, POUNDS, PAY, PLACES = (
    "share", "posts", "people", "hours/week", "GBP/month", "GBP/hour", "establishments",
)  # fmt: skip
INDEPENDENT, COUNCIL_INDEPENDENT, ALL_EMPLOYED = Base
Formula = Callable[[Any], Floats]


@dataclass(frozen=True)
class Indicator:
    """What is measured, in which unit, where, and how a financial year is summed up."""

    name: str
    unit: str
    of_year: str
    formula: Formula
    base: Base | None
    """Sectors that count, for indicators of `Labour`; None for those of `Care`."""
    areas: tuple[str, ...]
    groups: tuple[str, ...]

    @property
    def definition(self) -> str:
        """The definition, in one paragraph."""
        return " ".join((self.formula.__doc__ or "").split())


LABOUR: dict[str, Indicator] = {}
CARE: dict[str, Indicator] = {}
"""What formulas enter themselves in, by name."""


def labour(
    unit: str,
    base: Base,
    of_year: str = AT_END,
    where: tuple[str, ...] = NOT_COUNCILS,
    groups: tuple[str, ...] = (ALL, SERVICE, SECTOR, ROLE),
) -> Callable[[Formula], Formula]:
    """Enter a formula over `Labour` in the list."""

    def enter(formula: Formula) -> Formula:
        LABOUR[formula.__name__] = Indicator(formula.__name__, unit, of_year, formula, base, where, groups)
        return formula

    return enter


def care(unit: str, of_year: str = MEAN, where: tuple[str, ...] = NOT_COUNCILS) -> Callable[[Formula], Formula]:
    """Enter a formula over `Care` in the list."""

    def enter(formula: Formula) -> Formula:
        groups = (ALL, SERVICE)
        CARE[formula.__name__] = Indicator(formula.__name__, unit, of_year, formula, None, where, groups)
        return formula

    return enter
