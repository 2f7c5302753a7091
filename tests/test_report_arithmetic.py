"""What a report works out by itself: ratios, prices, discoveries, neighbours and frontiers, without any runs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.intervals import Interval, discoveries, interval
from sim.report.blocks import ratio
from sim.report.ledger import costings, more, priced, uncosted, unit_values
from sim.report.spillovers import zones
from sim.report.tradeoffs import Point, frontier, title
from sim.scenario import load_scenario
from sim.units import month_index


def test_the_ratio_of_two_differences_is_fiellers() -> None:
    above, below = np.array([9.0, 11.0, 10.0, 10.5, 9.5]), np.array([2.0, 2.2, 1.9, 2.1, 1.8])
    found = ratio(above, below, drawn=False)
    assert found is not None
    assert found.mean == pytest.approx(5.0)
    for limit in (found.low, found.high):
        # By its definition the difference of what stands above and `limit` times below is just clear of nothing.
        edge = interval(above - limit * below)
        assert edge is not None
        assert min(abs(edge.low), abs(edge.high)) == pytest.approx(0.0, abs=1e-9)
    assert ratio(above, np.array([1.0, -1.0, 0.5, -0.4, 0.2]), drawn=False) is None
    assert ratio(above[:1], below[:1], drawn=False) is None


def test_unit_values_follow_prices() -> None:
    april = unit_values()["bed_night"].april
    assert april == month_index(2025, 4)
    assert priced("bed_night", april) == 562.0
    assert priced("bed_night", april + 12) > 562.0


def test_published_costings_are_those_of_the_levers() -> None:
    assert {one.policy for one in costings({"wage_enforcement"})} == {
        "Enforcing the minimum wage and paid travel",
        "Ending underpayment of the minimum wage",
    }
    assert costings({"returners_programme"}) == []
    assert any(one.amount == "£500 million" for one in costings({"fair_pay_agreement"}))


def test_neighbours_of_a_place_are_those_that_border_on_it() -> None:
    islington = zones(load_scenario("ethical_care_charter_islington").levers)
    assert islington is not None
    assert islington["Covered"] == ["Islington"]
    assert set(islington["Neighbours"]) == {"Camden", "City of London", "Hackney", "Haringey"}
    assert sum(len(places) for places in islington.values()) == 153
    assert zones(load_scenario("real_living_wage").levers) is None
    assert zones(load_scenario("baseline").levers) is None


def test_of_many_differences_few_of_those_named_are_luck() -> None:
    draw = np.random.default_rng(5)
    nothing = [draw.normal(size=12) for _ in range(400)]
    assert sum(discoveries(nothing)) <= 4
    some = [draw.normal(loc=3.0, size=12) for _ in range(100)]
    named = discoveries([*nothing, *some])
    assert sum(named[400:]) == 100
    assert sum(named[:400]) <= 25
    alone = [bool((one := interval(values)) and one.clear) for values in nothing]
    assert sum(alone) > 20  # looked at one by one, a tenth of them

    # Steps up: the larger of two chances passes its own step, so the smaller one is named with it.
    def with_chance(chance: float) -> np.ndarray:
        shape = np.array([-1.0, 0.0, 1.0])
        return shape + float(stats.t.isf(chance / 2.0, 2)) / np.sqrt(3)

    assert discoveries([with_chance(0.06), with_chance(0.09)]) == [True, True]
    assert discoveries([with_chance(0.06), with_chance(0.5)]) == [False, False]
    assert discoveries([np.zeros(5), np.full(5, np.nan), np.ones(1)]) == [False, False, False]


def test_the_frontier_leaves_out_whatever_another_beats() -> None:
    def point(name: str, cost: float, unmet: float) -> Point:
        return Point(name, Interval(cost, cost, cost, 2), Interval(unmet, unmet, unmet, 2))

    found = [point("base", 0, 0), point("dear", 5, -1), point("good", 3, -2), point("cheap", -1, 1), point("bad", 1, 1)]
    best = frontier(found)
    assert [one.scenario for one in best] == ["cheap", "base", "good"]
    assert title(found, best) == "By their means, 3 of these 5 are not beaten on both care not met and public cost"
    assert title(found, best[:2]).startswith("By their means, \u201ccheap\u201d and \u201cbase\u201d are not beaten")
    long = [one._replace(scenario=one.scenario + "x" * 40) for one in best[:2]]
    assert title(found, long).startswith("By their means, 2 of these 5 are not beaten")
    assert title(best, best).startswith("By their means, none of these 3 is beaten")
    assert title(found, best[2:]).startswith("By their means, \u201cgood\u201d beats all others")


def test_a_frontier_on_which_care_differs_nowhere_clearly_says_that_it_rests_on_means_alone() -> None:
    nothing = Interval(0.0, 0.0, 0.0, 5)
    found = [
        Point("base", nothing, nothing),
        Point("dear", Interval(5, 4, 6, 5), Interval(-1, -3, 1, 5)),
        Point("cheap", Interval(-1, -2, -0.5, 5), Interval(1, -1, 3, 5)),
    ]
    assert title(found, frontier(found)).startswith("By their means alone, none of these 3 is beaten")
    found[1] = found[1]._replace(unmet=Interval(-1, -1.5, -0.5, 5))
    assert title(found, frontier(found)).startswith("By their means, none")
    once = [one._replace(cost=one.cost._replace(runs=1), unmet=one.unmet._replace(runs=1)) for one in found]
    assert title(once, frontier(once)).startswith("None of these 3 is beaten")


def test_costs_set_beside_published_ones_say_what_their_interval_allows() -> None:
    assert more(Interval(150e6, 120e6, 180e6, 5)) == "£150 million more (120 to 180)"
    assert more(Interval(-150e6, -180e6, -120e6, 5)) == "£150 million less (120 to 180)"
    assert (
        more(Interval(-25e6, -80e6, 30e6, 5)) == "cannot be told from none: from £80 million less to £30 million more"
    )
    assert more(Interval(-25e6, np.nan, np.nan, 1)) == "£25 million less, in one run of each"


def test_scenarios_of_whose_kind_nothing_was_published_are_named_once() -> None:
    scenarios = [load_scenario(name) for name in ("real_living_wage", "wellbeing_programme", "baseline")]
    assert uncosted(scenarios, [one.name for one in scenarios]) == [scenarios[1].name]
