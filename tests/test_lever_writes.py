"""Levers: the exact entries of each in the rulebook, and what the special ones among them write."""

from __future__ import annotations

from collections.abc import Sequence
from math import log1p
from typing import Any

import numpy as np
import pytest
from written import START, Terms, edited, make, pay_policies

from sim.catalogue import describe_lever
from sim.model import CareLabourModel
from sim.outlook import ENACTED_CENTRAL
from sim.returns import published_returns
from sim.rulebook import Rulebook
from sim.shipped import PACKAGE
from sim.units import PayCost, Role


def paid_by_self_funders(cost: float, each: int = 0) -> dict[str, tuple[str, Any]]:
    """What a lever on terms writes of its funding, where the file says nothing of it."""
    written: dict[str, tuple[str, Any]] = {
        "terms_cover": ("add", (0.0, 0.0, cost)),
        "terms_cover_from_grant": ("add", (0.0, 0.0, 0.0)),
    }
    if each:
        written |= {"establishment_cost": ("add", each), "establishment_cover": ("add", (0.0, 0.0, each))}
        written |= {"establishment_cover_from_grant": ("add", (0.0, 0.0, 0.0))}
    return written


PAY_POLICY = "pay policy"
"""Where it stands among the entries of a lever what it says of who meets its cost."""


def covered(
    shares: tuple[float, ...],
    *costs: PayCost,
    granted: tuple[bool, ...] = (False, False, False),
    floors: Sequence[tuple[str, Any]] = (),
) -> dict[str, tuple[str, Any]]:
    """What a lever on pay says of its funding: shares of payers of these costs, and whose of them is new money."""
    cover = tuple(tuple(share if cost in costs else 0.0 for cost in PayCost) for share in shares)
    return {PAY_POLICY: ("", Terms(cover, granted, False, list(floors)))}


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
            **covered((0.0, 0.0, 1.0), PayCost.FLOOR, floors=[("floor", NHS_PAY)]),
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
            **covered((0.0, 0.0, 1.0), PayCost.SENIOR_POSTS),
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
            **covered((0.0, 0.0, 1.0), PayCost.STEPS),
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
            **covered((1.0, 0.0, 1.0), PayCost.FLOOR, granted=(True, False, False), floors=[("add", 50)]),
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
            **paid_by_self_funders(0.01, each=10_000),
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
            **paid_by_self_funders(0.01, each=10_000),
        },
    ),
    "care_technologist": (
        {"posts_per_100": 2, "pay": 1.5, "hours_back": 0.5, "learning_months": 0},
        {"time_for_care": ("multiply", 1.01), "programme_cost": ("add", 0.03), **paid_by_self_funders(0.03)},
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
        {"programme_cost": ("add", 0.01), **paid_by_self_funders(0.01, each=10_000)},
    ),
}
"""Levers that write one entry a field: what a file says, and what comes of it."""


@pytest.mark.parametrize("name", WRITES)
def test_a_lever_writes_just_this(name: str) -> None:
    keys, expected = WRITES[name]
    written, policies = edited(make(name, **keys)), pay_policies(make(name, **keys))
    assert {field: entries[0][:2] for field, entries in written.items()} == {
        field: (verb, pytest.approx(value)) for field, (verb, value) in expected.items() if field != PAY_POLICY
    }
    assert {len(entries) for entries in written.values()} == {1}
    assert [one._replace(where=None) for one in policies] == (
        [expected[PAY_POLICY][1]] if PAY_POLICY in expected else []
    )


def test_the_law_does_not_depend_on_the_order_of_policies_on_pay() -> None:
    granted = {"council": {"cover": 1.0, "from": "new_grant"}}
    named = {"applies_to": {"service": "home_care"}}
    policies = [
        make("fair_pay_agreement", above_minimum=0.5, funding=granted),
        make("fair_pay_agreement", above_minimum=0.3, **named),
        make("real_living_wage", share_of_employers=0.5, funding=granted),
        make("agenda_for_change_parity"),
        make("paid_travel_time", funding=granted),
    ]

    def law(order: list[Any]) -> Any:
        book = Rulebook(CareLabourModel(scale=0.002).world.statics, START, ENACTED_CENTRAL)
        book.take(order)
        return book.freeze()

    one, other = law(policies), law(policies[::-1])
    for field in one._fields:
        assert np.array_equal(getattr(one, field), getattr(other, field)), field
    assert len(one.policy_cover) == len(policies)


def test_agreements_add_up_and_each_lifts_pay_to_its_own_step() -> None:
    """Two of them on one role are a floor of 80 pence above the law; the first in order reaches 30 of these."""
    statics = CareLabourModel(scale=0.002).world.statics
    book = Rulebook(statics, START, ENACTED_CENTRAL)
    book.take([make("fair_pay_agreement", above_minimum=pounds) for pounds in (0.5, 0.3)])
    law = book.freeze()
    steps = law.policy_floor - law.statutory_floor
    assert [np.unique(step[statics.sites]).tolist() for step in steps] == [[30], [80]]
    assert (law.pay_floor == law.policy_floor[1])[statics.sites].all()


def test_a_longer_wait_for_settlement_grows_by_a_month_each_month() -> None:
    longer = make("settlement_rules", years_more=1)
    added = [edited(longer, START + month)["settlement_months"][0][1] for month in (0, 1, 11, 12, 40)]
    assert added == [1, 2, 12, 12, 12]
    shorter = make("settlement_rules", years_more=-2)
    taken = [edited(shorter, START + month)["settlement_months"][0][1] for month in (0, 1, 23, 24, 40)]
    assert taken == [-1, -2, -24, -24, -24]


def test_nobody_settles_in_less_than_a_year() -> None:
    book = Rulebook(CareLabourModel(scale=0.002).world.statics, START + 240, ENACTED_CENTRAL)
    book.take([make("settlement_rules", years_more=-14)])
    assert book.freeze().settlement_months == 12


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
