"""What stands in the files of results: every file, every column."""

from __future__ import annotations

from typing import NamedTuple

from sim.detail import DIMENSIONS
from sim.documentation.markdown import number
from sim.settings import setting
from sim.units import Payer, Role

Columns = dict[str, str]
BY_ROLE, BY_PAYER, BY_DIMENSION = "{role}", "{payer}", "{dimension}"
"""Stand in the name of a column for each of several."""
EACH: dict[str, tuple[str, ...]] = {
    BY_ROLE: tuple(role.name.lower() for role in Role),
    BY_PAYER: tuple(payer.name.lower() for payer in Payer),
    BY_DIMENSION: DIMENSIONS,
}


class File(NamedTuple):
    """A file, or two that differ in form only."""

    names: tuple[str, ...]
    about: str
    when: str
    """When it is written; empty for always."""
    columns: Columns


RUN: Columns = {
    "scenario": "name of the scenario",
    "draw": "draw of the behavioural parameters, `mean` over several; 0 are their starting values",
    "replicate": "run; the same one of two scenarios has the same seed, and so the same luck; `mean` is their average",
}
SERIES: Columns = {
    "area_type": "`england`, `region` or `council`",
    "area": "name of the area",
    "group_type": "what people or posts are grouped by; `all` for no grouping",
    "group": "the group",
    "indicator": "what is measured ([list](#indicators))",
}
INTERVAL: Columns = {
    "mean": "mean over replicates or draws",
    "low": "lower end of the interval (90%) of the mean, or of another draw; empty for one run",
    "high": "its upper end",
    "replicates": "replicates in which the value is known",
}
MONTH: Columns = {"month": "YYYY-MM"}
YEAR: Columns = {"scenario": RUN["scenario"], "financial_year": "such as 2021/22; whole ones only"}
COMMON: Columns = {**RUN, **MONTH, **YEAR, **SERIES, **INTERVAL}
"""Columns that mean the same in many files."""
MOVE: Columns = {
    "from": "place left ([list](#places))",
    "from_role": "role there, in care jobs",
    "to": "place gone to",
    "to_role": "role there, in care jobs",
    "same_employer": "`yes` for a change of role with the same employer, `no` for everything else",
    "people": "people of England",
}
JOB: Columns = {
    "role": "role in a care job",
    "employer": "employer by kind, place and posts at the start; several may have one name",
    "employer_uid": "identity of the employer",
    "pay": "contract pay, GBP/hour; of providers the rate posted for care workers",
    "contract_hours": "hours guaranteed in a week; 0 is a zero-hours contract; of home-care providers the council care "
    "that their contract guarantees",
    "hours": "hours normally worked in a week; of providers the hours of care bought",
    "distance": "from home to the job, km",
    "beds_closed": "share of its beds that a care home has closed to admission; empty for all others",
}
EVENT: Columns = {
    **RUN, **MONTH,
    "who": "`person` or `provider`",
    "uid": "identity, 16 hexadecimal digits",
    "event": "what happened ([list](#events))",
    "reason": "why a care job was left, or how a job fits now ([list](#events))",
    "from": "place before ([list](#places)); empty for providers",
    "to": "place after",
    **{f"{name}_{when}": f"{meaning}, {when} it" for when in ("before", "after") for name, meaning in JOB.items()},
}  # fmt: skip
PANEL: Columns = {
    **RUN, **MONTH,
    "uid": "identity, 16 hexadecimal digits",
    "place": "where the person stands ([list](#places))",
    "status": "what the person does",
    "role": "occupation",
    "visa": "right to work",
    "gender": "gender",
    "ethnicity": "ethnic group",
    "nationality": "nationality group",
    "employer": "employer by kind, place and posts at the start",
    "employer_uid": "its identity",
    "next_employer": "employer whose offer was accepted and has not started",
    "council": "council of residence",
    "pay": "contract pay, GBP/hour; empty for people without a job",
    "effective_pay": "the same with unpaid travel counted as work",
    "contract_hours": "hours guaranteed in a week; 0 is a zero-hours contract",
    "hours": "hours normally worked in a week",
    "wanted_hours": "hours a week that the person would like",
    "distance": "from home to the job, km",
    "belief_in_match": "how good the match with the job looks by now, log pay",
    "strain_of_team": "shortfall of the employer's own staff, smoothed over months, share of the care bought",
    "value": "what the person has is worth, a job or being without one, log pay",
    "months_in_place": "months in the job, or out of care",
    "months_in_care": "months since the first care job",
    "tied_to_sponsor": "whether the person may work for licensed sponsors only",
    "months_without_sponsor": "months since the sponsor was lost, of people tied to one and out of care",
    "age": "completed years",
}  # fmt: skip
PROVIDER: Columns = {
    **RUN, **MONTH,
    "uid": "identity, 16 hexadecimal digits",
    "name": "kind, place and posts at the start; several may have one name",
    "council": "council in whose area it lies",
    "service": "main service",
    "sector": "who employs",
    "open": "false in the month of closure, the last one told",
    "licensed": "whether it may sponsor people from overseas",
    f"posts_sought_{BY_ROLE}": "posts it would staff at today's fees",
    f"posts_filled_{BY_ROLE}": "people in post",
    f"posts_vacant_{BY_ROLE}": "posts sought and not filled",
    f"posted_pay_{BY_ROLE}": "pay offered to a recruit, GBP/hour",
    "zero_hours_share": "share of care jobs offered on zero hours",
    "hours_bought": "direct care time bought this month, hours/week",
    "hours_delivered": "of which given",
    "hours_missed": "of which not given",
    "hours_shortened": "part of the hours missed by which visits at home were shorter than bought",
    "hours_handed_back": "of which handed back to the council at the end of the month",
    "hours_agency": "direct care time given by agency staff, hours/week",
    "hours_overtime": "direct care time given as overtime, hours/week",
    "hours_guaranteed": "council home care that its contract guarantees, whatever need does, hours/week, or empty",
    "beds_closed": "share of its beds that a care home has closed to admission; empty for other services",
    "strain_of_team": "shortfall of own staff, smoothed over months, share of the care bought",
    f"fee_{BY_PAYER}": "fee for an hour of direct care, GBP",
    f"price_{BY_PAYER}": "what the payer pays this month, supplements of policies included, GBP",
    "wage_bill": "wages, GBP/week",
    "on_costs": "employer's National Insurance, pension and holiday pay, GBP/week",
    "margin": "surplus over income, smoothed over a year",
    "reserves": "money in hand, GBP",
}  # fmt: skip
MONEY: Columns = {
    "side": "`paid`, `received` or `people`; in `money_changes.csv` also `net`",
    "party": "who pays or gets it; `all` for lines of all of them",
    "item": "what it is ([list](#whose-money))",
}
PRICES: Columns = {"prices": "`cash`, or `real` in prices of the year that `price_base` of the settings names"}
FOLLOWED = "asked for with `--people`"
LENGTH = f"it has {number(setting('monthly_rows'))} rows at most, or `--detail months`"
WHOLE_YEAR = "the window holds a whole financial year"

FILES = (
    File(("monthly.parquet",), "every indicator by month, area and group; one row group for each run", LENGTH,
         {**RUN, **MONTH, **SERIES, "value": "value; empty where nothing can be said"}),
    File(("monthly_england.csv",), "the same for England, mean over replicates", "",
         {**RUN, **MONTH, **SERIES, "value": "value"}),
    File(("monthly_regions.csv",), "the same for the regions, all groups together", "",
         {**RUN, **MONTH, **SERIES, "value": "value"}),
    File(("yearly.csv",), "financial years of England, and of the regions with all groups together", "",
         {**YEAR, **SERIES, "unit": "unit", **INTERVAL}),
    File(("definitions.csv",), "what each indicator is", "",
         {"indicator": "name", "unit": "unit", "financial_year": "how a financial year is summed up",
          "definition": "definition, with its publisher"}),
    File(("moves.parquet",), "who went from where to where in each month", "", {**RUN, **MONTH, **MOVE}),
    File(("moves.csv",), "the same by financial year, mean over replicates", WHOLE_YEAR, {**YEAR, **MOVE}),
    File(("places.parquet",),
         "people by place, where anybody is, at the end of each month, and of the month before the first", "",
         {**RUN, **MONTH, "place": "place ([list](#places))", "role": "role, in care jobs",
          "people": "people of England"}),
    File(("places.csv",), "people by place over financial years, mean over replicates: end = start + came - went",
         WHOLE_YEAR,
         {**YEAR, "place": "place ([list](#places))", "role": "role, in care jobs",
          "start": "people there before April; empty for places beyond, where nobody is followed",
          "came": "moves to the place", "went": "moves from it", "end": "people there at the end of March"}),
    File(("money.parquet",), "who pays for care and where the money goes, by month, GBP", "",
         {**RUN, **MONTH, **MONEY, "value": "GBP of England in cash; of `people`, people"}),
    File(("money.csv",), "the same by financial year, with the totals of both sides, which are equal", WHOLE_YEAR,
         {**YEAR, **MONEY, **PRICES, **INTERVAL}),
    File(("money_changes.csv",), "whose money changes against the base, and what it costs government on balance",
         f"scenarios are compared, and {WHOLE_YEAR}",
         {"scenario": RUN["scenario"], "base": "what it is compared with", "financial_year": YEAR["financial_year"],
          **MONEY, **PRICES, "base_value": "value of the base, mean over replicates; empty on balance",
          "change": "mean difference over pairs of replicates", "low": "lower end of its interval", "high": "upper end",
          "replicates": "pairs"}),
    File(("crossings.parquet",), "crossings of groups by month", "asked for with `--detail`",
         {**RUN, **MONTH, "crossing": "dimensions crossed", BY_DIMENSION: "band ([list](#crossings)); `all` where the "
          "crossing of the row does not have the dimension; a column for each dimension that was asked for",
          "indicator": "what is measured ([list](#crossings))", "value": "value"}),
    File(("crossings.csv",), "the same by financial year", f"asked for, and {WHOLE_YEAR}",
         {**YEAR, "crossing": "dimensions crossed", BY_DIMENSION: "band, as above", "indicator": "what is measured",
          "unit": "unit", **INTERVAL}),
    File(("simulated_events.parquet", "simulated_events.csv"), "what happened to people and providers who are followed",
         "asked for with `--people` or `--providers`", EVENT),
    File(("simulated_people.parquet", "simulated_people.csv"), "people who are followed, at the end of each month",
         FOLLOWED, PANEL),
    File(("simulated_providers.parquet", "simulated_providers.csv"),
         "establishments that are followed, at the end of each month", "asked for with `--providers`", PROVIDER),
    File(("comparison.csv",), "differences from the base", "scenarios are compared",
         {"when": "`end of window` or `last financial year`", "period": "month or financial year",
          "scenario": "name of the scenario", "base": "what it is compared with", "indicator": "what is measured",
          "group": "the group", "unit": "unit", "base_value": "value of the base, mean over replicates",
          "value": "value of the scenario", "change": "mean difference over pairs of replicates",
          "low": "lower end of its interval", "high": "upper end", "replicates": "pairs",
          "interval": "coverage of the interval"}),
)  # fmt: skip
"""Every table, in the order in which the page tells of them."""


def column_names(columns: Columns) -> list[str]:
    """Names of columns, those that stand for several written out."""
    names = []
    for name in columns:
        mark = next((each for each in EACH if each in name), None)
        names += [name] if mark is None else [name.replace(mark, each) for each in EACH[mark]]
    return names
