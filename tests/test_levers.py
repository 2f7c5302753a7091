"""Levers: their schemas, dates, doses and coverage, and the kind of what they write."""

from __future__ import annotations

import inspect
from typing import Any, get_args

import pytest
from pydantic import ValidationError
from written import LEVERS, START, Recorder, edited, example, make, pay_policies

from sim.catalogue import describe_lever
from sim.coverage import AppliesTo, places
from sim.levers.base import Family, Grade, Lever, all_levers
from sim.model import CareLabourModel
from sim.outlook import ENACTED_CENTRAL
from sim.rulebook import Rulebook
from sim.scenario import ScenarioError, load_scenario, scenario_from, shipped_scenarios
from sim.units import PayCost, Payer, Role, month_index


@pytest.mark.parametrize("name", LEVERS)
def test_catalogue_entry_is_complete(name: str) -> None:
    lever = LEVERS[name]
    assert lever.name == name
    assert lever.grade in get_args(Grade)
    assert lever.family in get_args(Family)
    assert lever.family == lever.__module__.rsplit(".", 1)[-1]
    assert lever.sentence.endswith(".")
    assert lever.case
    assert len(inspect.cleandoc(lever.__dict__["__doc__"]).split("\n\n")) >= 2
    assert lever.dose in lever.model_fields
    assert lever.costs == ("funding" in lever.model_fields)
    assert set(lever.covers) <= set(AppliesTo.model_fields)


@pytest.mark.parametrize("name", LEVERS)
def test_every_field_says_what_it_is(name: str) -> None:
    def check(schema: dict[str, Any]) -> None:
        for field, about in schema.get("properties", {}).items():
            assert about.get("description"), field

    schema = LEVERS[name].model_json_schema()
    check(schema)
    for block in schema.get("$defs", {}).values():
        check(block)


def test_first_levers_are_there() -> None:
    expected = {
        "national_living_wage", "real_living_wage", "zero_hours_ban", "guaranteed_hours_offer", "day_one_flexibility",
        "overseas_recruitment", "sponsor_portability", "fee_uplift", "paid_travel_time", "council_budget",
        "agency_limits", "assessment_teams", "employer_tax", "nhs_recruitment_drive", "sponsor_licensing",
        "settlement_rules", "commissioner_capability", "block_commissioning", "data_integration",
        "staff_benefits", "sick_pay_and_pension", "leadership_programme", "wellbeing_programme",
        "returners_programme", "fair_pay_agreement", "agenda_for_change_parity",
        "portable_qualification", "honest_job_previews",
        "rota_optimisation", "self_managed_teams", "care_technology", "care_technologist", "staff_survey_mandate",
        "targeted_recruitment", "unpaid_carer_support", "peer_network", "referral_scheme",
        "edi_strategy", "reablement_and_assessment", "workforce_plan",
        "pay_progression", "wage_enforcement", "training_offer", "career_pathway", "staffing_mix",
        "workforce_registration", "full_time_with_part_time_flexibility",
        "right_to_work_asylum", "overseas_induction_support", "recruitment_hub", "joint_roles",
        "rural_coastal_offer",
    }  # fmt: skip
    assert expected <= set(LEVERS)


@pytest.mark.parametrize("name", LEVERS)
def test_lever_has_a_scenario_of_its_name(name: str) -> None:
    assert [lever.name for lever in load_scenario(name).levers] == [name]


@pytest.mark.parametrize("name", sorted(shipped_scenarios()))
def test_shipped_scenario_names_its_real_case(name: str) -> None:
    scenario = load_scenario(name)
    assert "Real case:" in scenario.description
    assert scenario.remarks() == []
    own = scenario.levers or scenario.outlook != ENACTED_CENTRAL or scenario.local_data
    assert bool(own) == (name != "baseline")


@pytest.mark.parametrize("name", LEVERS)
def test_lever_writes_known_fields_with_known_verbs(name: str) -> None:
    lever = example(name)
    written = edited(lever, lever.start + lever.phase_in_months)
    assert written
    assert set(written) <= set(Rulebook.fields())


@pytest.mark.parametrize("name", LEVERS)
def test_lever_outside_its_dates_or_at_dose_zero_does_not_touch_the_book(name: str) -> None:
    lever = example(name, {"to": "2029-03"})
    zero: Any = [] if isinstance(getattr(lever, lever.dose), tuple) else 0
    cases = [
        (lever, lever.start - 1),
        (lever, month_index(2029, 4)),
        (example(name, {lever.dose: zero}), lever.start),
    ]
    for each, month in cases:
        book = Recorder()
        each.edit(book, month)  # type: ignore[arg-type]
        assert book.calls == []
    book = Recorder()
    lever.edit(book, month_index(2029, 3))  # type: ignore[arg-type]
    assert book.calls


def test_strength_rises_in_equal_steps_and_ends() -> None:
    lever = make("zero_hours_ban", minimum_hours=16, phase_in_months=4, to="2027-09")
    assert [lever.strength(START + month) for month in range(-1, 7)] == [0, 0.25, 0.5, 0.75, 1, 1, 1, 0]
    assert make("zero_hours_ban", minimum_hours=16).strength(START) == 1.0
    assert make("zero_hours_ban", minimum_hours=16).strength(START + 500) == 1.0


def test_phase_in_covers_a_share_of_employers() -> None:
    lever = make("real_living_wage", phase_in_months=4, share_of_employers=0.5)
    (_, rate, (_, key, strength)), *_ = edited(lever, START + 1)["pay_floor"]
    assert (rate, key, strength) == (1400, "real_living_wage", 0.25)


def test_national_living_wage_by_percent_and_by_path() -> None:
    assert edited(make("national_living_wage", percent=5)) == {"nlw": [("multiply", 1.05, None)]}
    lever = make("national_living_wage", percent=5, phase_in_months=5)
    assert edited(lever) == {"nlw": [("multiply", 1.01, None)]}
    lever = make("national_living_wage", path={"2027-10": 13.8, "2028-04": 14.35})
    assert edited(lever) == {}
    assert edited(lever, month_index(2028, 3)) == {"nlw": [("replace", 1380, None)]}
    assert edited(lever, month_index(2029, 3)) == {"nlw": [("replace", 1435, None)]}


def test_real_living_wage_has_a_london_rate_for_london_only() -> None:
    floors = edited(make("real_living_wage", applies_to={"sector": "independent"}))["pay_floor"]
    assert [(verb, rate) for verb, rate, _ in floors] == [("floor", 1400), ("floor", 1500)]
    (everybody, _, _), (london, _, _) = (where for _, _, where in floors)
    assert len(everybody.council_codes()) == len(places())
    assert {row["region"] for row in places() if row["code"] in london.council_codes()} == {"London"}
    assert london.sector == everybody.sector
    outside = edited(make("real_living_wage", applies_to={"region": "North West"}))["pay_floor"]
    assert [rate for _, rate, _ in outside] == [1400]


def test_funding_is_written_by_payer() -> None:
    funding = {
        "council": {"cover": 0.8, "from": "new_grant"},
        "nhs": {"cover": 0.5, "from": "own_budget"},
        "self_funder": {"pass_to_fees": 0.25},
        "include": ["on_costs"],
        "ring_fenced": True,
    }
    wage = make("real_living_wage", funding=funding)
    assert tuple(Payer) == (Payer.COUNCIL, Payer.NHS, Payer.SELF_FUNDER)
    (terms,) = pay_policies(wage)
    counted = {PayCost.FLOOR, PayCost.FLOOR_ON_COSTS}
    for cost in PayCost:
        assert tuple(row[cost] for row in terms.cover) == ((0.8, 0.5, 0.25) if cost in counted else (0.0, 0.0, 0.0))
    assert terms.new_money == (True, False, False)
    assert terms.ring_fenced
    assert terms.floors == [("floor", 1400), ("floor", 1500)]
    assert set(edited(wage)) == {"pay_floor"}


def test_unfunded_lever_is_paid_by_employers_and_self_funders() -> None:
    (terms,) = pay_policies(make("real_living_wage"))
    assert [row[PayCost.FLOOR] for row in terms.cover] == [0.0, 0.0, 1.0]
    assert not any(terms.new_money)
    assert not terms.ring_fenced


def test_contracts_are_written_in_minutes_and_months() -> None:
    ban = edited(make("zero_hours_ban", minimum_hours=7.5, keep_if_worker_prefers=True))
    assert ban["minimum_contract_minutes"][0][:2] == ("floor", 450)
    assert ban["keep_zero_hours_if_preferred"][0][:2] == ("switch", True)
    offer = edited(make("guaranteed_hours_offer", low_hours_threshold=16, reference_weeks=12))
    assert offer["offer_threshold_minutes"][0][:2] == ("floor", 16 * 60 - 1)
    assert offer["offer_reference_months"][0][:2] == ("cap", 3)


def test_overseas_recruitment_changes_only_the_terms_named() -> None:
    written = edited(make("overseas_recruitment", open=True, roles="registered_nurse"))
    assert set(written) == {"visa_open"}
    (_, on, (applies_to, _, strength)) = written["visa_open"][0]
    assert (on, applies_to.role, strength) == (True, (Role.REGISTERED_NURSE,), 1.0)
    terms = edited(make("overseas_recruitment", salary_floor=12.82, dependants=False, employer_cost=3000))
    assert terms["visa_floor"][0][:2] == ("replace", 1282)
    assert terms["visa_dependants"][0][:2] == ("switch", False)
    assert terms["visa_cost"][0][:2] == ("replace", 300_000)


def test_yearly_cap_adds_up_over_the_months() -> None:
    lever = make("overseas_recruitment", cap_per_year=1000)
    months = [edited(lever, START + place)["visa_limit"][0][1] for place in range(12)]
    assert edited(lever)["visa_limit"][0][0] == "cap"
    assert edited(lever)["visa_cap"][0][:2] == ("floor", edited(lever)["visa_limit"][0][1])
    assert edited(lever)["visa_cap_of"][0][1] == Role.CARE_WORKER, "care workers and seniors share the cap"
    assert sum(months) == 1000
    assert max(months) - min(months) == 1


def test_fee_uplift_rises_step_by_step_for_every_council_covered() -> None:
    lever = make("fee_uplift", percent=10, phase_in_months=2, ring_fenced=0.8, funding={"from": "new_grant"})
    written = edited(lever)
    verb, factor, (_, _, strength) = written["council_fee"][0]
    assert (verb, factor, strength) == ("multiply", 1.05, 1.0)
    assert written["council_fee_from_grant"][0][:2] == ("switch", True)
    assert written["fee_ring_fenced"][0][:2] == ("replace", 0.8)


def test_assessment_teams_grow_step_by_step_in_roles_that_assess_only() -> None:
    lever = make("assessment_teams", percent=50, phase_in_months=2, applies_to={"role": "occupational_therapist"})
    assert [edited(lever, START + place)["assessment_posts"][0][1] for place in range(2)] == [1.25, 1.5]
    with pytest.raises(ValidationError, match="social_worker, occupational_therapist or both"):
        make("assessment_teams", percent=50, applies_to={"role": "care_worker"})


def test_portability_is_in_months() -> None:
    assert edited(make("sponsor_portability", years=2.5)) == {"portability_months": [("replace", 30, None)]}


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        ({}, {}, True),
        ({"to": "2028-03"}, {"from": "2028-04"}, False),
        ({"to": "2028-04"}, {"from": "2028-04"}, True),
        ({"from": "2030-04"}, {"to": "2030-03"}, False),
        ({"applies_to": {"region": "London"}}, {"applies_to": {"council": "Leeds"}}, False),
        ({"applies_to": {"region": "London"}}, {"applies_to": {"council": ["Leeds", "Camden"]}}, True),
        ({"applies_to": {"ics": "Sussex"}}, {"applies_to": {"council": "Brighton and Hove"}}, True),
        ({"applies_to": {"service": "home_care"}}, {"applies_to": {"service": ["day", "nursing"]}}, False),
        ({"applies_to": {"service": "home_care"}}, {"applies_to": {"sector": "council"}}, True),
        ({"applies_to": {"size": "micro"}}, {"applies_to": {"size": ["small", "micro"]}}, True),
        ({"applies_to": {"area": "rural"}}, {"applies_to": {"council": "Cornwall"}}, True),
        ({"applies_to": {"area": "rural"}}, {"applies_to": {"council": "Leeds"}}, False),
    ],
)
def test_same_lever_twice_is_wrong_only_where_dates_and_coverage_overlap(
    first: dict[str, Any], second: dict[str, Any], overlap: bool
) -> None:
    base = {"from": "2027-04", "minimum_hours": 8}
    for one, other in ((first, second), (second, first)):
        levers = [{"zero_hours_ban": base | one}, {"zero_hours_ban": base | other}]
        if overlap:
            with pytest.raises(ScenarioError, match=r"levers\[1\].zero_hours_ban: overlaps with"):
                scenario_from({"name": "x", "levers": levers})
        else:
            assert len(scenario_from({"name": "x", "levers": levers}).levers) == 2


def test_visa_routes_overlap_by_role() -> None:
    nurses = make("overseas_recruitment", roles="registered_nurse", open=True)
    carers = make("overseas_recruitment", roles="care_worker", open=True, cap_per_year=10)
    capped = make("overseas_recruitment", roles="registered_nurse", cap_per_year=20)
    assert not nurses.overlaps(carers)
    assert nurses.overlaps(nurses)
    assert not carers.overlaps(capped)
    barred = make("overseas_recruitment", roles="care_worker", dependants=False)
    assert not barred.overlaps(make("overseas_recruitment", roles="registered_nurse", dependants=True))
    assert barred.overlaps(carers)


def test_coverage_by_place() -> None:
    def councils(**lines: Any) -> set[str]:
        codes = AppliesTo.model_validate(lines).council_codes()
        return {row["short_name"] for row in places() if row["code"] in codes}

    assert len(councils()) == 153
    assert councils(council="Bristol") == councils(council="Bristol, City of") == {"Bristol"}
    assert councils(region="North East", council=["Gateshead", "Leeds"]) == {"Gateshead"}
    assert len(councils(ics="Greater Manchester")) == 10
    assert {"Cornwall", "Rutland"} <= councils(area="rural")
    assert "Rutland" not in councils(area="coastal")
    assert councils(area=["rural", "coastal"]) == councils(area="rural") | councils(area="coastal")


def test_a_new_lever_is_one_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.levers.base._registry", dict(LEVERS))

    class Trial(Lever):
        """A lever of this test."""

        name = "trial"
        family = "pay"
        grade = "assumption"
        sentence = "Does nothing much."
        case = "None."
        dose = "phase_in_months"

        def write(self, book: Rulebook, month: int, strength: float) -> None:
            book.nlw.add(1)

    assert all_levers()["trial"] is Trial
    scenario = scenario_from({"name": "x", "levers": [{"trial": {"from": "2027-04", "phase_in_months": 1}}]})
    assert edited(scenario.levers[0]) == {"nlw": [("add", 1, None)]}
    with pytest.raises(TypeError, match="two levers are called trial"):
        type("Other", (Trial,), {"__module__": __name__, "name": "trial"})


def test_agency_limits_are_caps_for_those_who_keep_to_them() -> None:
    lever = make("agency_limits", highest_share=0.02, highest_price=18.5, compliance=0.5)
    where = (AppliesTo(), "agency_limits", 0.5)
    assert edited(lever) == {"agency_share_cap": [("cap", 0.02, where)], "agency_price_cap": [("cap", 1850, where)]}


def test_employer_tax_moves_the_rate_by_points_and_the_threshold_by_pence_a_week() -> None:
    assert edited(make("employer_tax", rate_points=-1.2, threshold_change=4160, share_of_change=0.5)) == {
        "nic_rate": [("add", -0.006, None), ("floor", 0.0, None)],
        "nic_threshold": [("add", 4000, None), ("floor", 0, None)],
    }


def test_sponsor_licensing_leaves_the_clock_alone_unless_it_is_named() -> None:
    changes = {"licence_checks": [("floor", 0.9, None)], "enforcement": [("add", -1.0, None), ("floor", 0.0, None)]}
    assert edited(make("sponsor_licensing", readiness_checks=0.9, scrutiny_change=-1)) == changes
    changes["clock_paused"] = [("switch", False, None)]
    assert edited(make("sponsor_licensing", readiness_checks=0.9, scrutiny_change=-1, clock_paused=False)) == changes


def test_weights_in_tenders_stay_between_nothing_and_all() -> None:
    book = Rulebook(CareLabourModel(scale=0.002).world.statics, START, ENACTED_CENTRAL)
    book.take([make("commissioner_capability", price_points=-90, extra_years=-3)])
    law = book.freeze()
    assert law.tender_price_weight.min() == law.tender_price_weight.max() == 0.0
    assert law.contract_years.min() == 1


@pytest.mark.parametrize("name", sorted(name for name, lever in LEVERS.items() if lever.changes))
def test_a_lever_that_would_change_nothing_is_refused(name: str) -> None:
    nothing = {"base_pay": False} if name == "agenda_for_change_parity" else {}
    with pytest.raises(ValidationError, match="at least one of"):
        make(name, **nothing)


def test_a_hub_does_what_its_kind_does_and_nothing_else() -> None:
    bank = edited(make("recruitment_hub", employer_of_record="nhs_bank", price_saved=20, more_covered=0.5))
    assert {field: entries[0][:2] for field, entries in bank.items()} == {
        "bank_price": ("cap", 0.8),
        "bank_cover": ("floor", 0.5),
        "public_programmes": ("add", round(110_000_000 / 12)),
    }
    with pytest.raises(ValidationError, match="0 where employer_of_record is nhs_bank"):
        make("recruitment_hub", employer_of_record="nhs_bank", matches=3)
    with pytest.raises(ValidationError, match="0 where employer_of_record is provider"):
        make("recruitment_hub", joining=5, price_saved=3)


def test_describing_a_lever_tells_bounds_and_choices() -> None:
    assert "[one of everybody, men, young, over_50s]" in describe_lever("targeted_recruitment")
    assert "[whole number, -14 to 15]" in describe_lever("settlement_rules")
