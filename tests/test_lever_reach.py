"""Levers: whom each reaches, how far it has come in, and who pays, by the law of England that comes of it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from written import LEVERS, START, example

from sim.coverage import places
from sim.geography import load_places
from sim.law import Law
from sim.levers.funding import Funding, TermsFunding
from sim.model import CareLabourModel
from sim.outlook import ENACTED_CENTRAL
from sim.rulebook import Rulebook
from sim.statics import Statics
from sim.units import ON_COSTS, PayCost, Payer, Role, Sector, Service

LATER = START + 13
"""A month by which every lever that begins at the start shows in the law."""
PHASE_IN = 28
"""Months of a phase-in of which just half has passed then."""
BODIES: dict[str, dict[str, Any]] = {
    "agency_limits": {"highest_price": 20.0},
    "care_technologist": {"learning_months": 3},
    "care_technology": {"learning_months": 3, "cost_per_establishment": 900},
    "fair_pay_agreement": {"above_minimum": 2.0},
    "full_time_with_part_time_flexibility": {"cost": 1.0},
    "guaranteed_hours_offer": {"low_hours_threshold": 24, "reference_weeks": 4},
    "overseas_induction_support": {"paid_by": "government"},
    "rota_optimisation": {"share_of_employers": 1.0},
    "self_managed_teams": {"share_of_employers": 1.0},
    "zero_hours_ban": {"status_enforcement": 1.0},
}
"""What is said beside the shipped scenario of a lever, so that every part of it shows."""
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "fee of a register on employers": ("workforce_registration", {"paid_by": "employer"}),
    "precept": ("council_budget", {"source": "precept"}),
    "reception paid by employers": ("overseas_induction_support", {"paid_by": "employers"}),
    "shared bank": (
        "recruitment_hub",
        {"employer_of_record": "nhs_bank", "joining": 0, "paperwork_taken": 0, "matches": 0, "price_saved": 20,
         "more_covered": 0.5},
    ),
    "young people": ("targeted_recruitment", {"group": "young"}),
}  # fmt: skip
"""Levers that do something else where the file says so."""
CASES = {**{name: (name, BODIES.get(name, {})) for name in LEVERS}, **VARIANTS}
CHOSEN = {"region": "North West", "service": "home_care", "sector": "independent"}
"""Coverage asked for, as far as a lever may be narrowed so."""


@cache
def statics() -> Statics:
    return CareLabourModel(scale=0.002).world.statics


@cache
def usual(month: int) -> Law:
    return Rulebook(statics(), month, ENACTED_CENTRAL).freeze()


def body(case: str, **changes: Any) -> dict[str, Any]:
    """What a file says of a lever that begins at the start, for everybody and at once unless changed."""
    return {"from": "2027-04", "to": None, "phase_in_months": 0, "applies_to": {}, **CASES[case][1], **changes}


def law_of(case: str, month: int = LATER, **changes: Any) -> Law:
    """The law of a month with a lever."""
    book = Rulebook(statics(), month, ENACTED_CENTRAL)
    book.take([example(CASES[case][0], body(case, **changes))])
    return book.freeze()


def changed(case: str, month: int = LATER, **changes: Any) -> dict[str, Any]:
    """How far a lever moves the law of a month, by field, as absolute differences.

    Fields it leaves are left out, and so are terms of policies on pay, of which the month has none without it.
    """
    law, before = law_of(case, month, **changes), usual(month)
    fields = [name for name in Law._fields if not name.startswith("policy_")]
    moved = {name: np.abs(np.asarray(getattr(law, name), dtype=float) - getattr(before, name)) for name in fields}
    return {name: by for name, by in moved.items() if by.any()}


def rows_chosen(covers: tuple[str, ...]) -> dict[str, Any]:
    """Providers and councils in the coverage asked for."""
    here = {row["code"] for row in places() if row["region"] == CHOSEN["region"]}
    councils = np.array([code in here for code in load_places().council_codes])
    providers = councils[statics().council]
    if "service" in covers:
        providers = providers & (statics().service == Service.HOME_CARE)
    if "sector" in covers:
        providers = providers & (statics().sector == Sector.INDEPENDENT)
    return {"provider": providers, "council": councils}


@pytest.mark.parametrize("case", sorted(case for case, (name, _) in CASES.items() if "region" in LEVERS[name].covers))
def test_a_lever_leaves_those_whom_it_does_not_cover_as_they_were(case: str) -> None:
    covers = LEVERS[CASES[case][0]].covers
    narrowed = changed(case, applies_to={line: value for line, value in CHOSEN.items() if line in covers})
    chosen, everywhere = rows_chosen(covers), changed(case)
    local = [name for name in everywhere if Rulebook.fields()[name].index[:1] in (("provider",), ("council",))]
    assert local
    for name in local:
        reached = chosen[Rulebook.fields()[name].index[0]]
        by, whole = (moved[name].reshape(reached.size, -1).sum(axis=1) for moved in (narrowed, everywhere))
        assert (by[~reached] == 0).all(), name
        assert ((by > 0) == (reached & (whole > 0))).all(), name
        if "service" in Rulebook.fields()[name].index:
            assert narrowed[name].any(axis=0).nonzero()[0].tolist() == [Service.HOME_CARE], name


STEADY = {
    "arrears_months", "clock_paused", "council_fee_from_grant", "fee_ring_fenced", "micro_price", "plan_error",
    "plan_lead_months", "plan_place_cost", "plan_target", "relocation_cost", "underpayment_penalty",
}  # fmt: skip
"""Terms of a policy and who pays: they may hold in full from its first month on."""
BEHIND = {"block_share", "management_gap", "nhs_pay", "time_for_care"}
"""What follows adoption by months, or shows only above what there is anyway."""


def parts(case: str, **changes: Any) -> dict[str, float]:
    """What part of the change that a whole lever makes is made by part of it, by field, terms of it left out."""
    whole, part = changed(case), changed(case, **changes)
    assert set(part) <= set(whole)
    found = {name: float(part[name].sum() / by.sum()) if name in part else 0.0 for name, by in whole.items()}
    return {name: share for name, share in found.items() if name not in STEADY}


@pytest.mark.parametrize("case", sorted(case for case, (name, _) in CASES.items() if LEVERS[name].phases_in))
def test_a_lever_that_has_half_come_in_changes_half(case: str) -> None:
    found = parts(case, phase_in_months=PHASE_IN)
    assert found
    for name, part in found.items():
        assert 0.0 < part < 0.47 if name in BEHIND else part == pytest.approx(0.5, abs=0.05), name


@pytest.mark.parametrize("field", ["share_of_employers", "share_of_change", "compliance"])
def test_half_the_dose_of_a_lever_on_a_share_changes_half(field: str) -> None:
    cases = [case for case, (name, _) in CASES.items() if LEVERS[name].dose == field]
    assert cases
    for case in cases:
        found = parts(case, **{field: 0.5})
        assert found == {name: pytest.approx(0.5, abs=0.05) for name in found}, case


@pytest.mark.parametrize("case", sorted(CASES))
def test_what_a_lever_costs_is_due_from_its_first_month_on(case: str) -> None:
    costs = ("benefit_cost", "programme_cost", "establishment_cost", "public_programmes")
    first, later = changed(case, START), changed(case)
    assert {cost: first[cost].max() for cost in costs if cost in first} == {
        cost: later[cost].max() for cost in costs if cost in later
    }


PAYERS = {
    "council": {"cover": 1.0, "from": "new_grant"},
    "nhs": {"cover": 0.5, "from": "own_budget"},
    "self_funder": {"pass_to_fees": 0.25},
}
COVERED = {"programme_cost": "terms_cover", "benefit_cost": "terms_cover",
           "establishment_cost": "establishment_cover"}  # fmt: skip
"""By which field of the law what a lever on terms costs is met."""
OF_ONE_COST = {"pay_progression": PayCost.STEPS, "career_pathway": PayCost.SENIOR_POSTS,
               "paid_travel_time": PayCost.TRAVEL}  # fmt: skip
"""Levers that make another part of the cost of pay than a floor does, and no differentials."""
FUNDED = sorted(name for name, lever in LEVERS.items() if lever.costs and name != "fee_uplift")


TERMS_ALONE = [name for name in FUNDED if LEVERS[name].model_fields["funding"].annotation is TermsFunding]
ON_PAY = [name for name in FUNDED if LEVERS[name].model_fields["funding"].annotation is Funding]


@pytest.mark.parametrize("case", [*TERMS_ALONE, "agenda_for_change_parity"])
def test_each_payer_meets_the_part_that_the_file_says(case: str) -> None:
    found = changed(case, funding=PAYERS)
    covers = {COVERED[name] for name in found if name in COVERED}
    assert covers
    for name in covers:
        met = found[name].max(axis=0)
        assert met / met[Payer.COUNCIL] == pytest.approx([1.0, 0.5, 0.25], rel=0.001), name
        assert (found[f"{name}_from_grant"].max(axis=0) > 0).tolist() == [True, False, False], name
    costs = sum(found[name] for name in ("benefit_cost", "programme_cost") if name in found)
    if "terms_cover" in covers:
        assert found["terms_cover"][:, Payer.COUNCIL] == pytest.approx(costs)
    if "establishment_cover" in covers:
        assert (found["establishment_cover"][:, Payer.COUNCIL] == found["establishment_cost"]).all()


@pytest.mark.parametrize("case", ON_PAY)
def test_a_policy_on_pay_is_covered_as_the_file_says_and_nothing_else_is(case: str) -> None:
    floors = case not in OF_ONE_COST
    own = {OF_ONE_COST.get(case, PayCost.FLOOR)}
    for include in [[], ["on_costs"], *([["differentials"], ["on_costs", "differentials"]] if floors else [])]:
        law = law_of(case, funding={**PAYERS, "include": include})
        counted = own | ({PayCost.DIFFERENTIALS} if "differentials" in include else set())
        counted |= {PayCost(cost + ON_COSTS) for cost in counted} if "on_costs" in include else set()
        (cover,) = law.policy_cover
        assert set(np.flatnonzero(cover.any(axis=0))) == counted
        assert cover[:, sorted(counted)].T.tolist() == [[1.0, 0.5, 0.25]] * len(counted)
        assert law.policy_new_money.tolist() == [[1, 0, 0]]
        assert law.policy_ring_fenced.tolist() == [0]
    assert law_of(case, funding={**PAYERS, "ring_fenced": True}).policy_ring_fenced.tolist() == [1]


@pytest.mark.parametrize("case", ON_PAY)
def test_a_policy_on_pay_binds_whom_it_covers_and_lifts_them_to_its_floor(case: str) -> None:
    covers = LEVERS[CASES[case][0]].covers
    law = law_of(case, applies_to={line: value for line, value in CHOSEN.items() if line in covers})
    bound = rows_chosen(covers)["provider"] & statics().sites
    assert (law.policy_binds[0] == bound).all()
    if case not in OF_ONE_COST:
        lifted = law.pay_floor > law.statutory_floor
        assert lifted[bound].any()
        assert (law.policy_floor[0] == np.where(lifted, law.pay_floor, 0)).all()


BY_ROLE = sorted(name for name, one in LEVERS.items() if "roles" in one.model_fields or "role" in one.covers)


@pytest.mark.parametrize("name", BY_ROLE)
def test_a_lever_on_some_roles_leaves_the_others_as_they_were(name: str) -> None:
    role = Role.SOCIAL_WORKER if name == "assessment_teams" else Role.CARE_WORKER
    said = {"roles": [role.name.lower()]}
    found = changed(name, **(said if "roles" in LEVERS[name].model_fields else {"applies_to": {"role": said["roles"]}}))
    by_role = [field for field in found if "role" in Rulebook.fields()[field].index]
    assert by_role
    for field in by_role:
        assert found[field].reshape(-1, len(Role)).any(axis=0).nonzero()[0].tolist() == [role], field
