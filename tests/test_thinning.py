"""Drawing first and judging later is exact only if nobody's chance exceeds the bound drawn against."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.jit import as_record
from sim.parameters import behaviour, parameter_table
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
