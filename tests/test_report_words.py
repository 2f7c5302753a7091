"""What a report says in words: policies as they are set, the places they cover, and titles of charts; without runs."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim import charts
from sim.charts import CHARTS, finding
from sim.inheritance import shipped_scenarios
from sim.intervals import Interval
from sim.report.coverage_words import places_covered
from sim.report.findings import sentence_of_places
from sim.report.policies import Told, policies
from sim.report.spillovers import Moved, zones
from sim.scenario import load_scenario, scenario_from
from sim.units import month_index

YORKSHIRE = {"region": "Yorkshire and The Humber", "sector": "independent"}
PAY = next(chart for chart in CHARTS if chart.name == "pay")
NOISE = np.array([-0.01, 0.01, 0.0, 0.02, -0.02])


def told_of(lever: str, **fields: Any) -> Told:
    scenario = scenario_from({"name": "One", "levers": [{lever: {"from": "2027-04", **fields}}]})
    (policy,) = policies([scenario], ["One"])
    return policy.levers[0]


def test_a_funded_lever_reads_otherwise_than_an_unfunded_one() -> None:
    new = {"cover": 1.0, "from": "new_grant"}
    paid = {"council": new, "nhs": new, "self_funder": {"pass_to_fees": 0.0}, "ring_fenced": True}
    funded, bare = (told_of("real_living_wage", **given) for given in ({"funding": paid}, {}))
    assert funded.who_pays.startswith(
        "councils and the NHS meet all of it from new money for the care they buy; self-funders' fees carry none of it"
    )
    assert "to be spent on staff" in funded.who_pays
    # Without a funding block self-funders pay, and nobody else.
    assert bare.who_pays == (
        "councils and the NHS meet none of it for the care they buy; self-funders' fees carry all of it for their own "
        "care; counted as its cost: wages alone; what nobody meets comes out of employers' margins"
    )


def test_payers_who_meet_different_parts_are_told_apart() -> None:
    funding = {
        "council": {"cover": 0.8, "from": "own_budget"},
        "nhs": {"cover": 1.0, "from": "new_grant"},
        "include": ["on_costs"],
    }
    said = told_of("real_living_wage", funding=funding).who_pays
    assert "councils meet 80% of it from their own budgets and the NHS all of it from new money" in said
    assert "counted as its cost: wages and employers' on-costs" in said
    assert "at one rate" in said
    assert told_of("fee_uplift", percent=5.0).who_pays == "councils' own budgets, which then buy fewer hours of care"
    assert told_of("zero_hours_ban", minimum_hours=16).who_pays == ""


def test_a_lever_says_whom_it_covers_and_how_strong_it_is() -> None:
    half = told_of("real_living_wage", applies_to=YORKSHIRE, share_of_employers=0.5, phase_in_months=12)
    assert half.covers == "Yorkshire and The Humber; the independent sector; every service, size and role"
    assert half.settings == "share of the employers covered that must pay it: 50%"
    assert half.when == "From 2027-04, in equal steps over 12 months"
    rise = told_of("fee_uplift", percent=5.0, ring_fenced=0.8, applies_to={"service": "home_care"}, to="2029-03")
    assert rise.settings == (
        "percent on councils' fees, on top of what is already due: 5; share of the rise that must go to pay: 80%"
    )
    assert (rise.covers, rise.when) == ("all of England; home care", "From 2027-04 to 2029-03")
    law = told_of("national_living_wage", path={"2027-04": 13.8, "2028-04": 14.25})
    assert law.settings == "path: 13.8 from 2027-04 and 14.25 from 2028-04"
    assert law.covers == "all of England, as it holds for the whole country"
    small = told_of("staff_benefits", worth=1, applies_to={"size": ["micro", "large"], "area": ["rural", "coastal"]})
    assert small.covers == (
        "rural or coastal councils; establishments of 1 to 9 posts and establishments of 250 or more posts; "
        "every sector and service"
    )


def test_every_lever_that_ships_says_how_it_is_set() -> None:
    scenarios = [load_scenario(name) for name in shipped_scenarios()]
    for policy in policies(scenarios, [one.name for one in scenarios]):
        for lever in policy.levers:
            assert lever.settings, lever.lever
            assert not re.search(r"assumption|_|\b0 to|none\b|None", lever.settings.replace("(nhs_bank)", "")), lever


def test_places_covered_are_named_where_they_are_not_all_of_england() -> None:
    assert places_covered(load_scenario("real_living_wage_cambridgeshire").levers) == "Cambridgeshire and Peterborough"
    assert places_covered(load_scenario("ethical_care_charter_islington").levers) == "Islington"
    for name in shipped_scenarios():
        scenario = load_scenario(name)
        assert bool(places_covered(scenario.levers)) == (zones(scenario.levers) is not None), name
    names = (
        "Barnsley, Bradford, Calderdale, Doncaster, Kirklees, Leeds, Rotherham, Sheffield, Wakefield, York, Hartlepool"
    )
    many = {"council": names.split(", ")}
    lever = {"zero_hours_ban": {"from": "2027-04", "minimum_hours": 16, "applies_to": many}}
    assert places_covered(scenario_from({"name": "Many", "levers": [lever]}).levers) == "11 councils"


def test_the_sentence_of_the_places_covered_is_no_stronger_than_its_intervals() -> None:
    moved = [
        Moved("mean pay", "pounds", Interval(0.31, 0.2, 0.42, 5)),
        Moved("turnover", "percent", Interval(-0.012, -0.02, -0.004, 5)),
        Moved("the vacancy rate", "percent", Interval(-0.01, -0.03, 0.01, 5)),
    ]
    assert sentence_of_places("Islington", moved) == (
        "In the places covered (Islington), mean pay rises by £0.31 an hour (0.20 to 0.42); turnover falls by 1.20 "
        "percentage points (0.40 to 2.00); no effect on the vacancy rate can be told from none."
    )
    still = [one._replace(change=Interval(0.0, 0.0, 0.0, 5)) for one in moved]
    assert (
        sentence_of_places("Islington", still) == "In the places covered (Islington) nothing of this changes, either."
    )


def title_of(monkeypatch: pytest.MonkeyPatch, ends: dict[str, Any]) -> str:
    """Title of the chart of pay where each scenario, the base first, ends at these values in its runs."""
    base, *others = ends
    runs = len(ends[base])
    results = SimpleNamespace(months=range(month_index(2030, 4), month_index(2031, 4)))
    comparison: Any = SimpleNamespace(base=base, others=tuple(others), replicates=runs, drawn=False, results=results)
    monkeypatch.setattr(charts, "shown_values", lambda _, chart, name: np.asarray(ends[name])[:, None])
    return finding(comparison, PAY)


def test_a_title_says_most_only_where_the_runner_up_is_clearly_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    base = 14.80 + 5.0 * NOISE
    ahead, close, behind = base + 0.13, base + 0.12 + NOISE, base + 0.05 + NOISE[::-1]
    told = title_of(monkeypatch, {"As it was": base, "New money": ahead, "Own money": behind})
    assert told.startswith("“New money” raises the median pay of care workers most: £14.93 against £14.80")
    told = title_of(monkeypatch, {"As it was": base, "Own money": close, "New money": ahead, "Less": behind})
    assert told.startswith("“New money” and “Own money” both raise the median pay of care workers: £14.93 and £14.92")
    third = base + 0.125 + NOISE
    told = title_of(monkeypatch, {"As it was": base, "A": ahead, "B": close, "C": third})
    assert told.startswith(
        "No one policy can be told to raise the median pay of care workers most: £14.92 to £14.93 under 3 of 3"
    )
    # A runner-up of whom nothing is clear, not even that it moves anything, may still be the first.
    wide = base + 0.1 + 20.0 * NOISE
    told = title_of(monkeypatch, {"As it was": base, "New money": ahead, "Who knows": wide})
    assert told.startswith("“New money” raises the median pay of care workers: £14.93")
    # Names for which there is no room on two lines are counted.
    long = {"As it was": base, "New money " + "x" * 60: ahead, "Own money " + "y" * 60: close}
    assert "under 2 of 2 against" in title_of(monkeypatch, long)
