"""What can be chosen on the page: levers as they are offered, and files that are brought."""

from __future__ import annotations

import pytest

from sim.app import choices, uploads
from sim.app.span import START
from sim.experiments.packages import has_strength
from sim.problems import ScenarioError


def test_a_lever_says_what_it_does_in_full_whatever_the_real_case_was():
    of = {one.lever: one for family in choices.offered().values() for one in family}
    assert of["employer_tax"].example == "Employers' National Insurance as before April 2025"
    assert of["nhs_recruitment_drive"].title == "NHS recruitment drive"
    assert choices.in_words(choices.Choice("fee_uplift", "fee_uplift", 0.5)).startswith(
        "50% of \u201cCouncil fees 5% higher"
    )
    assert "Low-cost retention" in choices.in_words(choices.Choice("low_cost_retention", "staff_benefits", 1.0))
    assert all(one.example and one.told for one in of.values())
    assert {name for name in choices.TITLES if name not in of} == set()


def test_a_file_that_is_brought_is_the_package_of_the_file():
    text = "name: Ours\nextends: real_living_wage\nlevers:\n  - fee_uplift: {from: 2028-04, percent: 7.5}\n"
    found = uploads.upload(text)
    chosen = [choices.Choice(found.source, name, 1.0) for entry in found.entries for name in entry]
    levers = choices.levers_of(chosen)
    assert {lever.name for lever in levers} == {"real_living_wage", "fee_uplift"}
    assert next(lever for lever in levers if lever.name == "fee_uplift").percent == 7.5
    half = choices.levers_of([choices.Choice(found.source, "fee_uplift", 0.5)])
    assert half[0].percent == 3.75
    assert found.notes == ()


def test_a_file_with_half_a_letter_is_refused_like_any_other():
    with pytest.raises(ScenarioError):
        uploads.upload("name: '\ud800'\n")


def test_what_the_page_leaves_out_of_a_file_is_said():
    found = uploads.upload("name: Ours\nextends: fee_uplift\nbaseline: announced\n")
    assert any("baseline" in note for note in found.notes)


@pytest.mark.parametrize(
    "text",
    [
        "name: X\nextends: ../../../etc/passwd\n",
        "name: X\nlocal_data: /etc/passwd\n",
        "name: X\nlevers:\n  - fee_uplfit: {from: 2028-04, percent: 7.5}\n",
        "a: &a [1]\nb: [*a, *a]\n",
        "!!python/object/apply:os.system ['true']\n",
        "\x00",
        "",
    ],
)
def test_a_broken_file_is_refused_and_says_nothing_of_this_machine(text):
    with pytest.raises(ScenarioError) as problem:
        uploads.upload(text)
    assert uploads.SHOWN in str(problem.value)
    assert "/tmp" not in str(problem.value)


def test_levers_of_a_file_act_in_the_months_of_the_page_and_it_says_so():
    first = "fee_uplift: {from: 2024-04, to: 2027-03, phase_in_months: 30, percent: 5}"
    found = uploads.upload(f"name: Two rises\nlevers:\n  - {first}\n  - fee_uplift: {{from: 2027-04, percent: 3}}\n")
    assert [body["fee_uplift"]["from"] for body in found.entries] == ["2026-04", "2027-04"]
    assert [body["fee_uplift"]["phase_in_months"] for body in found.entries] == [6, 0]
    assert found.notes == ("fee_uplift acts from 2026-04 on here, not from 2024-04: the past stays as it was.",)
    chosen = [choices.Choice(found.source, "fee_uplift", 1.0)]
    assert [lever.start for lever in choices.levers_of(chosen)] == [START, START + 12]
    late = uploads.upload("name: Late\nlevers:\n  - zero_hours_ban: {from: 2033-04, minimum_hours: 16}\n"
                          "  - paid_travel_time: {from: 2027-04, share: 1.0}\n")  # fmt: skip
    assert [list(entry) for entry in late.entries] == [["paid_travel_time"]]
    assert "zero_hours_ban from 2033-04 is left out" in late.notes[0]


def test_a_path_of_wages_that_began_before_the_months_of_the_page_goes_on_in_them():
    path = "{2024-04: 12.0, 2025-10: 13.0, 2027-04: 14.5}"
    found = uploads.upload(f"name: A path\nlevers:\n  - national_living_wage: {{from: 2024-04, path: {path}}}\n")
    (lever,) = choices.levers_of([choices.Choice(found.source, "national_living_wage", 1.0)])
    assert lever.start == START
    assert lever.path == {START: 13.0, START + 12: 14.5}
    assert not has_strength("national_living_wage", found.entries[0]["national_living_wage"])
    half = choices.Choice(found.source, "national_living_wage", 0.5)
    assert choices.in_words(half) == "as in the file that was brought"


@pytest.mark.parametrize(
    "text", ["name: Nothing\n", "name: Past\nlevers:\n  - paid_travel_time: {from: 2020-04, to: 2023-03, share: 1.0}\n"]
)
def test_a_file_without_levers_for_the_page_is_refused(text):
    with pytest.raises(ScenarioError, match="none that the page could show"):
        uploads.upload(text)
