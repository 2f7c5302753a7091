"""Levers: their schemas, dates, doses and coverage, and what each writes into the rulebook."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from math import log1p
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from sim.catalogue import describe_lever
from sim.coverage import AppliesTo, places
from sim.levers.base import Family, Grade, Lever, all_levers
from sim.model import CareLabourModel
from sim.outlook import ENACTED_CENTRAL
from sim.returns import published_returns
from sim.rulebook import Rulebook
from sim.scenario import ScenarioError, load_scenario, scenario_from, shipped_scenarios
from sim.shipped import PACKAGE
from sim.units import Payer, Role, month_index

LEVERS = all_levers()
START = month_index(2027, 4)


class Recorder:
    """Stands in for the rulebook and writes down everything that is done to it."""

    def __init__(self) -> None:
        self.rates = {"real_living_wage_uk": 1400, "real_living_wage_london": 1500}
        self.calls: list[tuple[str, ...]] = []
        self.written: dict[str, list[tuple[str, Any, Any]]] = {}

    def scope(self, applies_to: AppliesTo, key: str, strength: float) -> tuple[AppliesTo, str, float]:
        self.calls.append(("scope", key))
        return applies_to, key, strength

    def published(self, series: str, month: int) -> int:
        self.calls.append(("published", series))
        return self.rates[series]

    def by_population(self, people: float, where: Any) -> float:
        self.calls.append(("by_population", str(people)))
        return people

    def nhs_rates(self, month: int) -> tuple[int, ...]:
        self.calls.append(("nhs_rates", str(month)))
        return (1300,) * len(Role)

    def __getattr__(self, field: str) -> Any:
        if field.startswith("_"):
            raise AttributeError(field)
        self.calls.append(("field", field))
        return Verbs(self.written.setdefault(field, []))


class Verbs:
    """The verbs of one field."""

    def __init__(self, written: list[tuple[str, Any, Any]]) -> None:
        self._written = written

    def __getattr__(self, verb: str) -> Any:
        if verb not in ("replace", "add", "multiply", "floor", "cap", "switch"):
            raise AttributeError(verb)
        return lambda value, where=None: self._written.append((verb, value, where))


def example(name: str, changes: Mapping[str, Any] | None = None) -> Lever:
    """The lever of the shipped scenario of that name, with some keys changed."""
    bodies = [entry[name] for entry in load_scenario(name).resolved()["scenario"]["levers"] if name in entry]
    return LEVERS[name].model_validate({**bodies[0], **(changes or {})})


def make(name: str, **keys: Any) -> Lever:
    start = {"from": keys.pop("start", "2027-04")}
    return LEVERS[name].model_validate(start | keys)


def edited(lever: Lever, month: int = START) -> dict[str, list[tuple[str, Any, Any]]]:
    book = Recorder()
    lever.edit(book, month)  # type: ignore[arg-type]
    return book.written


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
    written = edited(make("real_living_wage", funding=funding))
    assert tuple(Payer) == (Payer.COUNCIL, Payer.NHS, Payer.SELF_FUNDER)
    assert written["floor_cover"][0][:2] == ("floor", (0.8, 0.5, 0.25))
    assert written["cover_from_grant"][0][:2] == ("floor", (True, False, False))
    assert written["cover_on_costs"][0][:2] == ("switch", True)
    assert written["fee_ring_fenced"][0][:2] == ("replace", 1.0)
    assert "cover_differentials" not in written


def test_unfunded_lever_is_paid_by_employers_and_self_funders() -> None:
    written = edited(make("real_living_wage"))
    assert written["floor_cover"][0][1] == (0.0, 0.0, 1.0)
    assert written["cover_from_grant"][0][1] == (False, False, False)
    assert "fee_ring_fenced" not in written


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
    months = [edited(lever, START + place)["visa_cap"][0][1] for place in range(12)]
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


def test_visa_routes_overlap_by_role_or_by_terms_for_all() -> None:
    nurses = make("overseas_recruitment", roles="registered_nurse", open=True)
    carers = make("overseas_recruitment", roles="care_worker", open=True, cap_per_year=10)
    capped = make("overseas_recruitment", roles="registered_nurse", cap_per_year=20)
    assert not nurses.overlaps(carers)
    assert nurses.overlaps(nurses)
    assert not carers.overlaps(capped)
    barred = make("overseas_recruitment", roles="care_worker", dependants=False)
    assert barred.overlaps(make("overseas_recruitment", roles="registered_nurse", dependants=True))


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


def paid_by_self_funders(cost: float) -> dict[str, tuple[str, Any]]:
    """What a lever on terms writes of its funding, where the file says nothing of it."""
    return {"terms_cover": ("add", (0.0, 0.0, cost)), "terms_cover_from_grant": ("add", (0.0, 0.0, 0.0))}


NHS_PAY = (1300,) * len(Role)
WRITES: dict[str, tuple[dict[str, Any], dict[str, tuple[str, Any]]]] = {
    "staff_benefits": (
        {"worth": 2, "cost": 0.5},
        {"extra_benefits": ("add", log1p(0.02)), "benefit_cost": ("add", 0.005), **paid_by_self_funders(0.005)},
    ),
    "sick_pay_and_pension": (
        {
            "pension_points": 3,
            "sick_pay": 1,
            "worth_of_a_pound": 0.5,
            "share_of_change": 0.5,
            "funding": {"council": {"cover": 0.5, "from": "new_grant"}, "nhs": {"cover": 1.0, "from": "own_budget"}},
        },
        {
            "benefit_cost": ("add", 0.02),
            "extra_benefits": ("add", log1p(0.01)),
            "terms_cover": ("add", (0.01, 0.02, 0.02)),
            "terms_cover_from_grant": ("add", (0.01, 0.0, 0.0)),
        },
    ),
    "agenda_for_change_parity": (
        {"unsocial_hours": 9, "pension": 20, "sick_pay": 1, "worth_of_a_pound": 0.5},
        {
            "pay_floor": ("floor", NHS_PAY),
            "floor_cover": ("floor", (0.0, 0.0, 1.0)),
            "cover_from_grant": ("floor", (False, False, False)),
            "benefit_cost": ("add", 0.3),
            "extra_benefits": ("add", log1p(0.195)),
            **paid_by_self_funders(0.3),
        },
    ),
    "training_offer": (
        {"hours_a_week": 1.5, "hours_needed": 65, "worth": 2, "cost": 0.5},
        {
            "training_release": ("floor", 90),
            "qualifying_chance": ("floor", 0.1),
            "extra_benefits": ("add", log1p(0.02)),
            "programme_cost": ("add", 0.005),
            **paid_by_self_funders(0.005),
        },
    ),
    "career_pathway": (
        {"posts": 10},
        {
            "senior_posts_share": ("floor", 0.1),
            "floor_cover": ("floor", (0.0, 0.0, 1.0)),
            "cover_from_grant": ("floor", (False, False, False)),
        },
    ),
    "staffing_mix": ({"posts": 20}, {"nurse_posts_handed": ("floor", 0.2)}),
    "workforce_registration": (
        {"fee": 30, "turned_away": 10, "worth_of_status": 2, "share_of_change": 0.5, "cost_per_year": 24},
        {
            "register_fee": ("add", 1500),
            "entry_standard": ("floor", 0.05),
            "extra_benefits": ("add", log1p(0.01)),
            "public_programmes": ("add", 100_000_000),
        },
    ),
    "full_time_with_part_time_flexibility": (
        {"could_work_full_time": 0.3, "hours": 37.5, "wishes_met": 0.8, "cost": 0.5},
        {
            "full_time_minutes": ("replace", 2250),
            "full_time_wishes": ("floor", 0.8),
            "full_time_reach": ("floor", 0.3),
            "programme_cost": ("add", 0.005),
            **paid_by_self_funders(0.005),
        },
    ),
    "pay_progression": (
        {"experience_step": 5, "qualification_step": 2, "share_of_change": 0.5},
        {
            "experience_step": ("floor", 0.025),
            "qualification_step": ("floor", 0.01),
            "floor_cover": ("floor", (0.0, 0.0, 1.0)),
            "cover_from_grant": ("floor", (False, False, False)),
        },
    ),
    "wage_enforcement": (
        {"inspected": 10, "arrears_months": 6, "penalty": 1, "cost_per_year": 12},
        {
            "wage_inspections": ("add", 0.1),
            "arrears_months": ("floor", 6),
            "underpayment_penalty": ("floor", 1.0),
            "public_programmes": ("add", 100_000_000),
        },
    ),
    "fair_pay_agreement": (
        {"above_minimum": 0.5, "funding": {"council": {"cover": 1.0, "from": "new_grant"}}},
        {
            "pay_floor": ("add", 50),
            "floor_cover": ("floor", (1.0, 0.0, 1.0)),
            "cover_from_grant": ("floor", (True, False, False)),
        },
    ),
    "leadership_programme": (
        {"gain": 3, "cost": 0.5},
        {"management_gain": ("add", log1p(0.03)), "programme_cost": ("add", 0.005), **paid_by_self_funders(0.005)},
    ),
    "wellbeing_programme": (
        {"relief": 0.4, "cost": 0.5},
        {"strain_felt": ("multiply", 0.6), "programme_cost": ("add", 0.005), **paid_by_self_funders(0.005)},
    ),
    "peer_network": (
        {"relief": 0.25, "cost": 0.5},
        {"strain_felt": ("multiply", 0.75), "programme_cost": ("add", 0.005), **paid_by_self_funders(0.005)},
    ),
    "referral_scheme": (
        {"share_referred": 0.3, "clearer": 0.5, "bonus": 100},
        {
            "referred_share": ("replace", 0.3),
            "referral_clarity": ("replace", 0.5),
            "referral_bonus": ("replace", 10_000),
        },
    ),
    "joint_roles": (
        {"time_in_nhs": 0.2, "paid_by": "employers"},
        {"joint_time": ("floor", 0.2), "joint_terms": ("floor", 0.2), "joint_public": ("switch", False)},
    ),
    "rural_coastal_offer": (
        {
            "distance_taken": 0.4,
            "transport_cost": 1,
            "relocation": 10,
            "cost_per_move": 20,
            "micro_enterprises": 0.6,
            "micro_price": 18,
            "share_of_change": 0.5,
        },
        {
            "micro_share": ("floor", 0.3),
            "micro_price": ("replace", 1800),
            "distance_felt": ("multiply", 0.8),
            "programme_cost": ("add", 0.005),
            **paid_by_self_funders(0.005),
            "relocation": ("add", 0.05),
            "relocation_cost": ("replace", 2000),
        },
    ),
    "recruitment_hub": (
        {"joining": 10, "paperwork_taken": 0.4, "matches": 6, "share_of_change": 0.5, "cost_per_year": 24},
        {
            "hub_joining": ("floor", 0.05),
            "hub_paperwork": ("floor", 0.2),
            "hub_matches": ("floor", 3),
            "public_programmes": ("add", 100_000_000),
        },
    ),
    "right_to_work_asylum": (
        {"people_a_year": 1200, "cost_per_person": 50},
        {"asylum_arrivals": ("add", 100.0), "public_programmes": ("add", 500_000)},
    ),
    "overseas_induction_support": (
        {"worth": 4, "months_sooner": 1, "cost_per_recruit": 1500, "paid_by": "government"},
        {
            "reception_worth": ("add", log1p(0.04)),
            "reception_months": ("add", 1),
            "reception_grant": ("add", 150_000),
        },
    ),
    "portable_qualification": ({"months_spared": 2}, {"induction_spared": ("replace", 2)}),
    "nhs_recruitment_drive": ({"percent_a_year": 3}, {"nhs_posts_growth": ("add", 0.03)}),
    "returners_programme": (
        {"more_looking": 50, "cost_per_year": 12},
        {"returners_invited": ("multiply", 1.5), "public_programmes": ("add", 100_000_000)},
    ),
    "targeted_recruitment": (
        {"group": "men", "more_looking": 10, "cost_per_year": 12},
        {"pool_interest_men": ("add", 0.1), "public_programmes": ("add", 100_000_000)},
    ),
    "honest_job_previews": ({"clearer": 0.25}, {"preview_blur": ("multiply", 0.75)}),
    "unpaid_carer_support": (
        {"support": 0.25, "cost_per_year": 12},
        {"carer_support": ("floor", 0.25), "public_programmes": ("add", 100_000_000)},
    ),
    "block_commissioning": ({"share": 0.5}, {"block_share": ("floor", 0.5)}),
    "data_integration": ({"share": 0.75}, {"tender_noise": ("multiply", 0.25)}),
    "rota_optimisation": (
        {"travel_saved": 0.25, "wishes_met": 0.5, "cost": 1, "cost_per_establishment": 1200},
        {
            "travel_time": ("multiply", 0.75),
            "unmet_wishes": ("multiply", 0.5),
            "programme_cost": ("add", 0.01),
            **paid_by_self_funders(0.01),
            "establishment_cost": ("add", 10_000),
        },
    ),
    "self_managed_teams": (
        {"relief": 0.4, "wishes_met": 0.25, "cost": 2},
        {
            "flexibility_wait_months": ("cap", 0),
            "unmet_wishes": ("multiply", 0.75),
            "strain_felt": ("multiply", 0.6),
            "programme_cost": ("add", 0.02),
            **paid_by_self_funders(0.02),
        },
    ),
    "care_technology": (
        {"kind": "telecare", "released": 4, "learning_months": 0, "cost": 1, "cost_per_establishment": 1200},
        {
            "time_for_care": ("multiply", 1.04),
            "programme_cost": ("add", 0.01),
            **paid_by_self_funders(0.01),
            "establishment_cost": ("add", 10_000),
        },
    ),
    "care_technologist": (
        {"posts_per_100": 2, "pay": 1.5, "hours_back": 3, "learning_months": 0},
        {"time_for_care": ("multiply", 1.06), "programme_cost": ("add", 0.03), **paid_by_self_funders(0.03)},
    ),
    "edi_strategy": (
        {"worth": 3, "cost": 0.5},
        {"fair_treatment": ("add", log1p(0.03)), "programme_cost": ("add", 0.005), **paid_by_self_funders(0.005)},
    ),
    "reablement_and_assessment": (
        {"more_therapists": 40, "reabled": 0.5, "less_care": 0.4, "share_of_change": 0.5, "cost_per_year": 24},
        {
            "assessment_posts": ("multiply", 1.2),
            "reablement": ("floor", 0.1),
            "public_programmes": ("add", 100_000_000),
        },
    ),
    "workforce_plan": (
        {"response": 4, "target": 2.5, "lead_months": 6, "projection_error": -5, "cost_per_place": 250.5},
        {
            "plan_response": ("replace", 4.0),
            "plan_target": ("replace", 0.025),
            "plan_lead_months": ("replace", 6),
            "plan_error": ("replace", -0.05),
            "plan_place_cost": ("replace", 25_050),
        },
    ),
    "staff_survey_mandate": (
        {"made_up": 0.2, "cost": 1, "cost_per_establishment": 1200},
        {"programme_cost": ("add", 0.01), "establishment_cost": ("add", 10_000), **paid_by_self_funders(0.01)},
    ),
}
"""Levers that write one entry a field: what a file says, and what comes of it."""


@pytest.mark.parametrize("name", WRITES)
def test_a_lever_writes_just_this(name: str) -> None:
    keys, expected = WRITES[name]
    written = edited(make(name, **keys))
    assert {field: entries[0][:2] for field, entries in written.items()} == {
        field: (verb, pytest.approx(value)) for field, (verb, value) in expected.items()
    }
    assert {len(entries) for entries in written.values()} == {1}


def test_of_two_funded_floors_what_covers_most_counts_whatever_their_names() -> None:
    granted = {"council": {"cover": 1.0, "from": "new_grant"}}
    agreement = make("fair_pay_agreement", above_minimum=0.5, funding=granted)
    for unfunded in (make("real_living_wage"), make("agenda_for_change_parity")):
        book = Rulebook(CareLabourModel(scale=0.002).world.statics, START, ENACTED_CENTRAL)
        book.take([agreement, unfunded])
        law = book.freeze()
        assert law.floor_cover[:, Payer.COUNCIL].max() == 1.0
        assert law.cover_from_grant[:, Payer.COUNCIL].max() == 1


def test_a_longer_wait_for_settlement_grows_by_a_month_each_month() -> None:
    longer = make("settlement_rules", years_more=1)
    added = [edited(longer, START + month)["settlement_months"][0][1] for month in (0, 1, 11, 12, 40)]
    assert added == [1, 2, 12, 12, 12]
    assert edited(make("settlement_rules", years_more=-2))["settlement_months"][0][1] == -24


def strengths(entries: list[tuple[str, Any, Any]]) -> list[tuple[float, float]]:
    """Factors of one field, each with the share of employers whom it covers."""
    return [(pytest.approx(factor), strength) for verb, factor, (_, _, strength) in entries if verb == "multiply"]


def test_each_employer_learns_a_tool_from_its_own_adoption_on() -> None:
    tool = make("care_technology", kind="telecare", released=8, lost=10, learning_months=3, phase_in_months=4)
    found = [strengths(edited(tool, START + month)["time_for_care"]) for month in (0, 2, 3, 4, 7)]
    assert found == [
        [(0.9, 0.25)],
        [(0.9, 0.75)],
        [(0.9, 1.0), (1.2, 0.25)],
        [(0.9, 1.0), (1.2, 0.5)],
        [(0.9, 1.0), (1.2, 1.0)],
    ]
    without_loss = make("care_technology", kind="telecare", released=8, lost=0, learning_months=3)
    assert "time_for_care" not in edited(without_loss, START + 2)
    assert strengths(edited(without_loss, START + 3)["time_for_care"]) == [(1.08, 1.0)]


def test_what_badly_managed_employers_lack_shrinks_after_every_survey() -> None:
    survey = make("staff_survey_mandate", made_up=0.2, phase_in_months=24)
    assert "management_gap" not in edited(survey, START + 11)
    assert strengths(edited(survey, START + 12)["management_gap"]) == [(0.8, 1 / 24)]
    assert strengths(edited(survey, START + 25)["management_gap"]) == [(0.8, 14 / 24), (0.8, 2 / 24)]


def test_returns_that_others_published_are_told_and_not_used() -> None:
    told = describe_lever("care_technology")
    kinds = make("care_technology", kind="telecare", released=1).model_json_schema()["properties"]["kind"]["enum"]
    assert {each.technology for each in published_returns("care_technology")} == set(kinds)
    assert "assistive: 4.21 (provider)" in told
    assert "digital_records: 6.77" in told
    assert "published" not in describe_lever("wellbeing_programme")
    readers = [path.name for path in (PACKAGE).rglob("*.py") if "published_returns" in path.read_text("utf-8")]
    assert sorted(readers) == ["catalogue.py", "levers.py", "returns.py"]


def test_kinds_of_technology_stand_side_by_side() -> None:
    tools = [make("care_technology", kind=kind, released=1) for kind in ("telecare", "assistive")]
    assert not tools[0].overlaps(tools[1])
    assert tools[0].overlaps(tools[0])


def test_more_therapists_are_therapists_alone() -> None:
    written = edited(make("reablement_and_assessment", more_therapists=40, applies_to={"council": "Kirklees"}))
    (_, _, (applies_to, _, _)) = written["assessment_posts"][0]
    assert applies_to.role == (Role.OCCUPATIONAL_THERAPIST,)
    assert (
        applies_to.council_codes()
        == make("fee_uplift", percent=1, applies_to={"council": "Kirklees"}).applies_to.council_codes()
    )


def test_errors_of_a_projection_hold_from_their_months_on() -> None:
    plan = make("workforce_plan", response=1, projection_error=2, projection_errors={"2028-04": 10, "2029-04": -10})
    found = [edited(plan, START + months)["plan_error"][0][1] for months in (0, 11, 12, 23, 24, 60)]
    assert found == [0.02, 0.02, 0.1, 0.1, -0.1, -0.1]


def test_the_fee_of_a_register_falls_on_whom_the_file_names() -> None:
    written = edited(make("workforce_registration", fee=30, paid_by="employer"))
    assert written["register_fee_employer"][0][:2] == ("add", 3000)
    assert "register_fee" not in written
