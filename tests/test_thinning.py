"""Drawing first and judging later is exact only if nobody's chance exceeds the bound drawn against."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.jit import as_record
from sim.parameters import behaviour, parameter_table
from sim.rules.carers import caring_bound, caring_cut_chance, caring_leave_chance, caring_strength
from sim.rules.leaving import (
    dismissal_chance,
    ill_health_chance,
    leaving_bound,
    most_without_work,
    no_work_chance,
    probation_chance,
    retirement_chance,
)
from sim.rules.search import looking_probability, most_looking, returner_looking_chance
from sim.units import Status

RANGES = {name: (row.low, row.high) for name, row in parameter_table().items()}
LEAVING = [name for name, row in parameter_table().items() if row.group == "leaving"]
SEARCH = [name for name in RANGES if name.startswith("search_") or name in ("nhs_look", "wage_weight")]
CARERS = [name for name, row in parameter_table().items() if row.group == "unpaid carers"]
LOOKS = ("nhs_look", "seeking_look", "other_work_look", "not_working_look")


def within_ranges(names: list[str]) -> st.SearchStrategy[dict[str, float]]:
    return st.fixed_dictionaries({name: st.floats(*RANGES[name]) for name in names})


@given(
    within_ranges(LEAVING),
    st.floats(16, 90),
    st.integers(0, 480),
    st.sampled_from([6, 24]),
    st.floats(0.05, 20),
    st.floats(0, 1),
    st.floats(-2, 2),
    st.floats(-2, 2),
)
def test_no_chance_of_leaving_exceeds_its_bound(changes, age, months, qualifying, frailty, strain, belief, surplus):
    p = as_record(behaviour(changes))
    without_work = no_work_chance(age, frailty, strain, belief, surplus, p)
    assert without_work <= most_without_work(frailty, p)
    chance = retirement_chance(age, p) + ill_health_chance(age, strain, frailty, p)
    chance += without_work + probation_chance(months, frailty, belief, False, p)
    chance += dismissal_chance(months, qualifying, frailty, belief, p)
    assert min(chance, 1.0) <= leaving_bound(age, months, qualifying, frailty, p) * (1 + 1e-12)


@given(within_ranges(CARERS), st.floats(16, 90), st.floats(0, 10_000))
def test_no_chance_of_giving_up_hours_to_care_exceeds_its_bound(changes, age, minutes):
    p = as_record(behaviour(changes))
    strength = caring_strength(age, minutes, p)
    assert caring_leave_chance(strength, p) + caring_cut_chance(strength, p) <= caring_bound(p)


def test_rounding_puts_no_chance_of_caring_above_its_bound():
    """A set at which the sum of both chances and the product of their sum differ in the last bit."""
    p = behaviour()._replace(
        carer_leaving=0.0036645404439792913, carer_cutting=0.004339552199896036, carer_share=0.2492699556334539,
        carer_hours_most=8.262525902052982,
    )  # fmt: skip
    numbers = as_record(p)
    strength = caring_strength(p.carer_age_from, 1e6, numbers)
    both = caring_leave_chance(strength, numbers) + caring_cut_chance(strength, numbers)
    assert both == caring_bound(numbers)
    assert both > (p.carer_leaving + p.carer_cutting) * p.carer_share * p.carer_hours_most


@given(within_ranges(SEARCH), st.floats(-5, 5), st.floats(16, 90))
def test_no_chance_of_looking_in_work_exceeds_its_bound(changes, surplus, age):
    p = as_record(behaviour(changes))
    assert looking_probability(surplus, age, p) <= most_looking(age, p)


def test_nobody_out_of_care_looks_more_often_than_those_who_seek_work():
    least = RANGES["seeking_look"][0]
    assert all(RANGES[name][1] <= least for name in LOOKS if name != "seeking_look")
    p = as_record(behaviour())
    others = [status for status in Status if status not in (Status.EMPTY, Status.CARE)]
    assert (
        max(returner_looking_chance(status.value, 3, invited, p) for status in others for invited in (1.0, 100.0))
        <= behaviour().seeking_look
    )
