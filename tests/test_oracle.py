"""Kernels against the reference: the same market, to the bit, column by column and month by month."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from oracle import PlainPython, month_end

from sim.baselines import ANNOUNCED
from sim.jit import RULES
from sim.levers.base import all_levers
from sim.model import VERBS, CareLabourModel
from sim.outlook import ENACTED_CENTRAL, Outlook, outlook_of
from sim.parameters import Behaviour, behaviour
from sim.reference.model import VERBS as REFERENCE_VERBS
from sim.reference.small_market import small_world
from sim.scenario import load_scenario
from sim.units import LeaveReason, Sector, Source, month_index

SCALE, HALF, TINY = 0.032, 0.016, 0.008
"""Scales at which six councils have some 2,000, 1,000 and 500 workers in post."""
SEED = 1
SPIN_UP = -3
NOT_BEHAVIOUR = {"sim.jit.whole", "sim.draws.normal_quantile", "sim.rules.leaving.most_without_work"}
"""A conversion that only compiled code needs, a draw that only the population of the start uses, and a bound that saves
kernels the value of jobs where it decides nothing."""
EVENTFUL = {
    "rogue_share": 0.6,
    "revocation_rogue": 0.2,
    "licence_base": 1.0,
    "no_work_base": 0.006,
    "carer_leaving": 0.02,
    "substitution_share": 0.8,
    "tender_share": 0.9,
    "tender_error": 0.5,
    "transfer_share": 1.0,
}
"""Sponsors lose licences, people leave and contracts change hands more often than in truth, and two years see all."""

FUNDING = {
    "council": {"cover": 1.0, "from": "new_grant"},
    "nhs": {"cover": 0.5, "from": "own_budget"},
    "self_funder": {"pass_to_fees": 1.0},
    "include": ["on_costs", "differentials"],
}
RING_FENCED = {**FUNDING, "ring_fenced": True}
WAGES_AND_ON_COSTS = {**FUNDING, "include": ["on_costs"]}
OTHERWISE = {
    "council": {"cover": 0.4, "from": "own_budget"},
    "nhs": {"cover": 1.0, "from": "new_grant"},
    "self_funder": {"pass_to_fees": 0.0},
}
TERMS_FUNDING = {name: cover for name, cover in FUNDING.items() if name != "include"}
LEVERS = {
    "assessment_teams": {"from": "2022-04", "percent": -50.0, "applies_to": {"role": "social_worker"}},
    "national_living_wage": {"from": "2022-10", "percent": 2.0},
    "real_living_wage": {"from": "2021-11", "to": "2023-01", "phase_in_months": 6, "funding": FUNDING},
    "zero_hours_ban": {
        "from": "2022-02",
        "phase_in_months": 6,
        "minimum_hours": 16,
        "keep_if_worker_prefers": True,
        "status_enforcement": 0.2,
    },
    "guaranteed_hours_offer": {"from": "2021-12", "reference_weeks": 12, "low_hours_threshold": 20},
    "day_one_flexibility": {"from": "2022-04", "share_of_employers": 0.5},
    "paid_travel_time": {"from": "2022-01", "share": 1.0, "funding": WAGES_AND_ON_COSTS},
    "fee_uplift": {"from": "2022-04", "percent": 4.0, "ring_fenced": 0.7, "funding": {"from": "new_grant"}},
    "council_budget": {"from": "2022-04", "source": "savings", "percent": 8.0},
    "agency_limits": {"from": "2022-06", "highest_share": 0.05, "highest_price": 15.0},
    "sponsor_portability": {"from": "2022-11", "years": 1.0},
    "overseas_recruitment": {"from": "2023-04", "salary_floor": 11.0, "dependants": False, "cap_per_year": 60_000},
    "agenda_for_change_parity": {"from": "2022-01", "share_of_employers": 0.5, "pension": 5, "funding": RING_FENCED},
    "block_commissioning": {"from": "2021-12", "share": 0.6},
    "commissioner_capability": {"from": "2022-01", "price_points": -30, "extra_years": -2},
    "data_integration": {"from": "2022-01", "share": 0.5},
    "employer_tax": {"from": "2022-01", "rate_points": 2, "threshold_change": -2000},
    "fair_pay_agreement": {
        "from": "2022-07",
        "above_minimum": 0.9,
        "phase_in_months": 3,
        "applies_to": {"role": ["senior_care_worker", "other"], "service": "residential"},
        "funding": OTHERWISE,
    },
    "honest_job_previews": {"from": "2022-01", "clearer": 0.7},
    "joint_roles": {"from": "2022-01", "time_in_nhs": 0.3, "paid_by": "employers", "phase_in_months": 4},
    "rural_coastal_offer": {
        "from": "2022-02",
        "distance_taken": 0.4,
        "relocation": 30,
        "micro_enterprises": 0.5,
        "applies_to": {"council": ["Hartlepool", "Middlesbrough"]},  # the first two rows, whatever is there
    },
    "leadership_programme": {"from": "2022-01", "gain": 5, "cost": 2, "phase_in_months": 6, "funding": TERMS_FUNDING},
    "nhs_recruitment_drive": {"from": "2022-01", "percent_a_year": 10},
    "peer_network": {"from": "2022-02", "relief": 0.3, "cost": 1},
    "career_pathway": {"from": "2022-02", "posts": 10, "phase_in_months": 6, "funding": WAGES_AND_ON_COSTS},
    "full_time_with_part_time_flexibility": {"from": "2022-08", "could_work_full_time": 0.5, "wishes_met": 0.8},
    "staffing_mix": {"from": "2022-02", "posts": 25},
    "training_offer": {"from": "2022-02", "hours_a_week": 3, "hours_needed": 80, "worth": 1},
    "workforce_registration": {"from": "2022-02", "fee": 60, "turned_away": 10, "worth_of_status": 1},
    "pay_progression": {
        "from": "2022-02",
        "experience_step": 5,
        "qualification_step": 3,
        "share_of_change": 0.8,
        "funding": {**OTHERWISE, "include": ["on_costs"], "ring_fenced": True},
    },
    "overseas_induction_support": {
        "from": "2022-03",
        "worth": 5,
        "months_sooner": 1,
        "paid_by": "government",
        "share_of_employers": 0.7,
    },
    "portable_qualification": {"from": "2022-01", "months_spared": 2},
    "recruitment_hub": {"from": "2022-01", "joining": 20, "paperwork_taken": 0.5, "matches": 3},
    "referral_scheme": {"from": "2021-12", "share_referred": 0.6, "phase_in_months": 5},
    "right_to_work_asylum": {"from": "2022-01", "people_a_year": 20_000},
    "returners_programme": {"from": "2022-01", "more_looking": 200},
    "settlement_rules": {"from": "2022-01", "years_more": 2},
    "sick_pay_and_pension": {"from": "2022-03", "pension_points": 2, "funding": TERMS_FUNDING},
    "sponsor_licensing": {"from": "2022-01", "readiness_checks": 0.5, "scrutiny_change": 1},
    "staff_benefits": {"from": "2022-01", "worth": 3, "cost": 1},
    "targeted_recruitment": {"from": "2022-01", "group": "men", "more_looking": 50},
    "unpaid_carer_support": {"from": "2022-01", "support": 0.5},
    "wage_enforcement": {"from": "2021-09", "inspected": 100, "arrears_months": 9},
    "wellbeing_programme": {"from": "2022-01", "relief": 0.5, "cost": 1},
    "rota_optimisation": {"from": "2022-02", "travel_saved": 0.3, "wishes_met": 0.4, "phase_in_months": 4},
    "self_managed_teams": {"from": "2022-02", "relief": 0.6, "wishes_met": 0.5, "applies_to": {"service": "home_care"}},
    "care_technology": {
        "from": "2021-12",
        "kind": "digital_records",
        "released": 4,
        "lost": 2,
        "learning_months": 3,
        "phase_in_months": 6,
        "cost_per_establishment": 900,
    },
    "care_technologist": {"from": "2022-02", "posts_per_100": 1, "learning_months": 2},
    "staff_survey_mandate": {"from": "2021-10", "made_up": 0.4},
    "edi_strategy": {"from": "2022-02", "worth": 8, "cost": 1, "phase_in_months": 4},
    "reablement_and_assessment": {"from": "2022-01", "more_therapists": 50, "reabled": 0.5, "less_care": 0.5},
    "workforce_plan": {
        "from": "2022-03",
        "response": 5,
        "target": 1,
        "lead_months": 4,
        "projection_errors": {"2022-03": 5, "2022-09": -2},
    },
}
AGAIN = (
    (
        "recruitment_hub",
        {
            "from": "2022-02",
            "employer_of_record": "nhs_bank",
            "price_saved": 20,
            "more_covered": 0.6,
            "phase_in_months": 6,
        },
    ),
    (
        "overseas_induction_support",
        {"from": "2021-11", "to": "2022-02", "worth": 2, "paid_by": "employers"},
    ),
    ("targeted_recruitment", {"from": "2022-02", "group": "young", "more_looking": 30}),
    ("targeted_recruitment", {"from": "2022-03", "group": "over_50s", "more_looking": 40}),
)
"""Further levers of kinds that stand beside each other."""


def levers() -> list[Any]:
    known = all_levers()
    return [known[name].model_validate(terms) for name, terms in (*LEVERS.items(), *AGAIN)]


@cache
def eventful() -> Behaviour:
    return behaviour(EVENTFUL)


def run_side_by_side(
    other: str,
    scale: float,
    p: Behaviour,
    first: int,
    months: int,
    policies: list[Any],
    outlook: Outlook = ENACTED_CENTRAL,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both models for so many months; what the other one found, and the kernels' ledgers added up."""
    world, blank = small_world(scale, SEED, p, SPIN_UP), small_world(scale, SEED, p, SPIN_UP)
    if first > SPIN_UP:
        before = CareLabourModel(world, seed=SEED, month=SPIN_UP, behaviour=p)
        while before.month < first:
            before.simulate_month()
    terms = {"seed": SEED, "month": first, "levers": policies, "behaviour": p, "outlook": outlook}
    totals: dict[str, Any] = {}
    with PlainPython(other) as process:
        process.send({"world": blank, "state": world.state(), **terms})
        model = CareLabourModel(world, **terms)
        for _ in range(months):
            model.step()
            end = month_end(model)
            process.send(end)
            for name, array in end["ledger"].items():
                totals[name] = totals.get(name, 0) + array
        return process.answer(), totals


def test_the_month_has_the_same_verbs_in_the_same_order():
    assert [verb.__name__ for verb in REFERENCE_VERBS] == [verb.__name__ for verb in VERBS]


def test_two_eventful_years_agree_to_the_bit_and_reach_every_rule():
    found, books = run_side_by_side("reference", SCALE, eventful(), month_index(2021, 9), 24, levers())
    assert found["differences"] == []
    assert sorted(set(RULES) - NOT_BEHAVIOUR - found["called"]) == []
    assert_everything_happened(books)


def assert_everything_happened(books: dict[str, Any]) -> None:
    """Every kind of event occurred, so that agreement says something about each."""
    by_reason = books["leavers"].sum(axis=(0, 1, 2, 3))
    assert [reason.name for reason in LeaveReason if reason and not by_reason[reason]] == []
    by_source = books["starters"].sum(axis=(0, 1, 2, 3))
    assert [source.name for source in Source if not by_source[source]] == []
    never = [
        name
        for name in (
            "promoted",
            "payments",
            "grants",
            "returned",
            "ended",
            "closures",
            "openings",
            "transferred",
            "relet",
            "taxes",
            "taxes",
        )
        if not books[name].any()
    ]
    assert never == []
    for name in ("nhs_in", "nhs_out", "displaced"):
        assert books[name].all(), name
    assert books["leavers"].sum(axis=(0, 1, 3, 4)).all(), f"leavers in each of {[sector.name for sector in Sector]}"


def test_history_and_a_future_of_announced_law_agree_to_the_bit():
    outlook = outlook_of(ANNOUNCED, load_scenario("recession").assumptions.chosen())
    found, _ = run_side_by_side("reference", HALF, behaviour(), SPIN_UP, month_index(2029, 6) - SPIN_UP, [], outlook)
    assert found["differences"] == []


@pytest.mark.parametrize("first", [SPIN_UP, month_index(2022, 3)])
def test_kernels_agree_with_themselves_uncompiled(first: int):
    policies = levers() if first > 0 else []
    found, _ = run_side_by_side("kernels", TINY, eventful(), first, 6, policies)
    assert found["differences"] == []
