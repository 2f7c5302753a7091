"""The rulebook: how contributions of several levers are resolved, and whom a coverage reaches."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from markets import Policy
from written import make

from sim.coverage import SIZES, AppliesTo, places
from sim.geography import load_places
from sim.law import Law
from sim.model import CareLabourModel
from sim.outlook import ENACTED_CENTRAL
from sim.rulebook import Rulebook
from sim.statics import Statics
from sim.units import Sector, month_index

APRIL_2027 = month_index(2027, 4)
MONTHS = 12


@cache
def statics() -> Statics:
    """Employers of a small England, with posts from none to 400."""
    found = CareLabourModel(scale=0.002).world.statics
    return replace(found, posts=np.arange(found.posts.size) % 401)


def book(month: int = APRIL_2027) -> Rulebook:
    return Rulebook(statics(), month, ENACTED_CENTRAL)


def law(*policies: Policy) -> Law:
    written = book()
    written.take(policies)
    return written.freeze()


def test_kinds_of_contribution_are_taken_in_one_order_whatever_the_order_of_levers() -> None:
    put = Policy(lambda book: book.time_for_care.replace(2.0), "z")
    add = Policy(lambda book: book.time_for_care.add(1.0), "y")
    multiply = Policy(lambda book: book.time_for_care.multiply(10.0), "x")
    floor = Policy(lambda book: book.time_for_care.floor(50.0), "w")
    cap = Policy(lambda book: book.time_for_care.cap(40.0), "v")
    packages: list[tuple[tuple[Policy, ...], float]] = [
        ((put, add), 3.0),
        ((put, add, multiply), 30.0),
        ((put, add, multiply, floor), 50.0),
        ((put, add, multiply, floor, cap), 40.0),
    ]
    for policies, expected in packages:
        for order in permutations(policies):
            assert set(law(*order).time_for_care) == {expected}


def test_products_of_decimals_do_not_depend_on_which_lever_came_first() -> None:
    factors = [
        Policy(lambda book, by=by: book.travel_time.multiply(by), name)
        for name, by in zip("abc", (0.1, 0.7, 0.3), strict=True)
    ]
    results = {float(law(*order).travel_time[0]) for order in permutations(factors)}
    assert len(results) == 1


def test_nor_on_which_of_two_levers_of_one_name_stands_first_in_the_file() -> None:
    tools = [make("care_technology", kind=kind, released=by) for kind, by in (("telecare", 2), ("assistive", 4))]
    results = set()
    for levers in permutations(tools):
        written = book(tools[0].start + 12)
        written.take(levers)
        results.add(float(written.freeze().time_for_care[0]))
    assert len(results) == 1


def test_the_highest_floor_and_the_lowest_cap_hold() -> None:
    floors = [
        Policy(lambda book, by=by: book.block_share.floor(by), name)
        for name, by in (("a", 0.3), ("b", 0.9), ("c", 0.6))
    ]
    caps = [
        Policy(lambda book, by=by: book.agency_share_cap.cap(by), name)
        for name, by in (("a", 0.03), ("b", 0.01), ("c", 0.02))
    ]
    assert set(law(*floors).block_share) == {0.9}
    assert set(law(*caps).agency_share_cap) == {0.01}


def reached(key: str, strength: float, month: int = APRIL_2027) -> np.ndarray:
    return book(month).scope(AppliesTo(), key, strength).providers


def test_employers_whom_a_policy_has_reached_stay_reached_while_others_join() -> None:
    before = reached("one", 0.0)
    assert not before.any()
    for month in range(MONTHS):
        now = reached("one", (month + 1) / MONTHS, APRIL_2027 + month)
        assert now[before].all()
        assert now.sum() > before.sum()
        before = now
    assert (before == statics().sites).all()


def test_policies_reach_different_employers_first() -> None:
    one, other = reached("one", 0.5), reached("other", 0.5)
    assert one.mean() == pytest.approx(0.5, abs=0.06)
    assert (one & other).mean() == pytest.approx(0.25, abs=0.06)


@pytest.mark.parametrize("size", SIZES)
def test_a_size_covers_the_establishments_that_had_so_many_posts(size: str) -> None:
    least, most = SIZES[size]
    posts = statics().posts
    covered = book().scope(AppliesTo(size=(size,)), "x", 1.0).providers
    assert (covered == (statics().sites & (posts >= least) & (posts <= (most or posts.max())))).all()
    assert 0 < covered.sum() < statics().sites.sum()


def test_every_line_of_a_coverage_narrows_it_further() -> None:
    lines: dict[str, Any] = {
        "region": "South West",
        "sector": "independent",
        "area": "coastal",
        "service": "residential",
        "size": ["micro", "small", "medium"],
    }
    chosen: dict[str, Any] = {}
    before = statics().sites
    for line, value in lines.items():
        chosen[line] = value
        now = book().scope(AppliesTo.model_validate(chosen), "x", 1.0).providers
        assert before[now].all(), line
        assert 0 < now.sum() < before.sum(), line
        before = now
    assert (statics().sector[before] == Sector.INDEPENDENT).all()


def test_people_are_shared_among_the_councils_covered_by_their_residents() -> None:
    written = book()
    shared = written.by_population(1200.0, written.scope(AppliesTo(ics=("Greater Manchester",)), "x", 1.0))
    residents = {row["code"]: float(row["pop_census2021"]) for row in places() if row["ics"] == "Greater Manchester"}
    expected = [1200.0 * residents.get(code, 0.0) / sum(residents.values()) for code in load_places().council_codes]
    assert shared == pytest.approx(expected)
