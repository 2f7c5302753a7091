"""Saved packages side by side: who gains, who pays and where, over the same draws of the parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.app import answers
from sim.app.span import END, START
from sim.app.worker import Looked
from sim.assessment_indicators import CLIENT_GROUP
from sim.doses.study import PAYERS
from sim.intervals import discoveries, weighted_interval
from sim.measures import ALL, ROLE, Floats, areas
from sim.results import year_value
from sim.series import Measured
from sim.units import MONTHS_PER_YEAR, ClientGroup

LAST_APRIL = END + 1 - MONTHS_PER_YEAR - START
"""First month of the last financial year, counted from April 2026."""
CLIENTS = tuple(group.name.lower() for group in ClientGroup)


class Row(NamedTuple):
    """A line of the comparison."""

    label: str
    unit: str
    per: float
    decimals: int
    better: int
    """1 where more is better for those whom the line is about, -1 where less is, 0 where opinions differ."""
    indicators: tuple[str, ...]
    """Added up."""
    area: str = "England"
    groups: tuple[str, ...] = ("all",)
    """Added up."""
    group_type: str = ALL

    def values(self, measured: Measured) -> Floats:
        """By month, from April 2026 on."""
        found = [
            measured.of(indicator, self.area, group, self.group_type)
            for indicator in self.indicators
            for group in self.groups
        ]
        return np.asarray(np.add.reduce(found)) / self.per

    def of_year(self, measured: Measured) -> float:
        """In the last financial year."""
        return float(year_value(self.indicators[0], self.values(measured), LAST_APRIL))


def _percent(label: str, indicator: str, better: int, **where: Any) -> Row:
    return Row(label, "%", 0.01, 1, better, (indicator,), **where)


def _cost(label: str, *payers: str) -> Row:
    return Row(label, "£ billion a year", 1e9, 2, 0, payers)


CARE = (
    _percent("Care not met, of need", "unmet_share", -1),
    _percent("Care waited for, of need", "waiting_share", -1),
    _percent("Care missed, of care bought", "missed_share", -1),
    Row("People waiting for an assessment", "thousand", 1e3, 1, -1, ("people_awaiting_assessment",), groups=CLIENTS,
        group_type=CLIENT_GROUP),
    Row("People in hospital waiting for care", "people a day", 1.0, 0, -1, ("delayed_discharges",)),
    Row("Care left to each unpaid carer", "hours a week", 1.0, 2, -1, ("hours_on_carers",)),
    _percent("Care by staff a year or more in post", "long_service_share", 1),
    _percent("Care by agency staff", "agency_share", -1),
    _percent("Care by staff still in induction", "untrained_share", -1),
)  # fmt: skip
WORK = (
    Row("Posts filled", "thousand", 1e3, 1, 1, ("filled_posts",)),
    _percent("Vacancy rate", "vacancy_rate", 0),
    Row("Mean pay of care workers", "£ an hour", 1.0, 2, 1, ("mean_pay",), groups=("care_worker",), group_type=ROLE),
    _percent("Turnover of care workers", "turnover_all", 0, groups=("care_worker",), group_type=ROLE),
    _percent("Turnover of sponsored staff", "turnover", 0, groups=("sponsored",), group_type="visa"),
    _percent("Turnover of staff of 60 and over", "turnover", 0, groups=("60 and over",), group_type="age"),
    _percent("Jobs on zero-hours contracts", "zero_hours_share", 0),
    Row("Self-employed care workers, in no post", "thousand", 1e3, 1, 0, ("self_employed_workers",)),
)
MONEY = (
    _cost("Cost to all", *PAYERS),
    _cost("Through councils: their own money, clients' and new money from government", "cost_council"),
    _cost("Through the NHS, new money from government included", "cost_nhs"),
    _cost("People who pay for their own care", "cost_self_funder"),
    _cost("Government, for programmes", "cost_programmes"),
    _cost("Of what goes through councils and the NHS: new money from government", "grants"),
    _percent("Margin of independent providers", "provider_margin", 0),
)
PLACES = tuple(
    row
    for region in areas("region")
    for row in (
        Row(f"{region}: posts filled", "thousand", 1e3, 1, 1, ("filled_posts",), area=region),
        _percent(f"{region}: care not met", "unmet_share", -1, area=region),
    )
)
SECTIONS: dict[str, tuple[Row, ...]] = {
    "People who draw on care": CARE,
    "People who work in care": WORK,
    "Who pays, and what providers keep": MONEY,
    "Where": PLACES,
}
DRAWN = ("Care waited for, of need", "Care missed, of care bought", "Care by staff a year or more in post")
"""Lines of `CARE` that are drawn month by month."""


def compared(looks: Mapping[int, Looked], choices: int, shares: Floats) -> dict[str, list[dict[str, Any]]]:
    """Lines by section of one package against today's law, in the last financial year.

    Args:
        looks: by draw.
        choices: packages that were tried; of the most striking of them ranges are wider (Bonferroni).
        shares: by which the draws count, in their order.
    """
    of_draws = [(title, row, *_values(row, looks)) for title, of_title in SECTIONS.items() for row in of_title]
    # Small samples may have nobody of a kind.
    known = [one for one in of_draws if np.isfinite(one[2:]).all()]
    # So many lines are looked at that some would be clear of nothing by luck alone.
    told = discoveries([after - before for _, _, after, before in known], drawn=True, weights=shares)
    found: dict[str, list[dict[str, Any]]] = {title: [] for title in SECTIONS}
    for (title, row, after, before), clear in zip(known, told, strict=True):
        found[title].append(_line(row, after, before, choices, shares, clear))
    return found


def caution(looks: Mapping[int, Looked], shares: Floats) -> str:
    """What must be said of a package beside fewer vacancies (`sim.app.answers.caution`)."""
    change = {}
    for one in answers.FIGURES:
        if one.name in answers.CAUTIONED:
            after, before = _values(Row(one.label, one.unit, one.per, one.decimals, one.better, (one.name,)), looks)
            change[one.name] = answers.told_change(after - before, shares, early=False)
    return answers.caution(change)


def _values(row: Row, looks: Mapping[int, Looked]) -> tuple[Floats, Floats]:
    """[draw] in the last financial year, with the package and under today's law."""
    after = np.array([row.of_year(looks[draw].look.measured) for draw in sorted(looks)])
    before = np.array([row.of_year(looks[draw].baseline.measured) for draw in sorted(looks)])
    return after, before


def _line(row: Row, after: Floats, before: Floats, choices: int, shares: Floats, told: bool) -> dict[str, Any]:
    change = weighted_interval(after - before, shares, choices)
    return {
        "label": row.label, "unit": row.unit, "decimals": row.decimals, "better": row.better,
        "was": float(shares @ before), "mean": change.mean,
        "low": change.low if change.runs > 1 else None, "high": change.high if change.runs > 1 else None,
        "sign": int(np.sign(change.mean)) if told and change.clear else 0,
    }  # fmt: skip


def care_paths(looks: Mapping[int, Looked], shares: Floats) -> list[dict[str, Any]]:
    """Some lines of what people who draw on care get, month by month: means of draws, which count by their shares."""
    draws = sorted(looks)
    return [
        {
            "label": row.label,
            "unit": row.unit,
            "decimals": row.decimals,
            "path": _mean(row, [looks[draw].look.measured for draw in draws], shares),
            "base": _mean(row, [looks[draw].baseline.measured for draw in draws], shares),
        }
        for row in CARE
        if row.label in DRAWN
    ]


def _mean(row: Row, measured: Sequence[Measured], shares: Floats) -> list[float]:
    return [round(float(value), 4) for value in shares @ np.stack([row.values(one) for one in measured])]
