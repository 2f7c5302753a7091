"""The books close: for England, for any policy, every month; and the audit sees it when they do not."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.audit import Audit, BooksDoNotClose
from sim.levers.base import all_levers
from sim.model import CareLabourModel
from sim.month.moves import GONE, OUT_OF_CARE, OVERSEAS_SPONSORED
from sim.scenario import load_scenario, scenario_from
from sim.units import (
    NOBODY,
    ClientGroup,
    LeaveReason,
    Payer,
    Role,
    Sector,
    Service,
    Source,
    Status,
    month_index,
    month_name,
)
from sim.virtual_market import virtual_market

SCALE = 0.004
LAST_MONTH = 150
PACKAGES = int(os.environ.get("PACKAGES", "60"))
"""Random packages of levers that are tried; `make packages` tries 500."""


@pytest.mark.parametrize("seed", [1, 2])
def test_books_of_england_close_through_the_published_past(seed: int) -> None:
    model = CareLabourModel(scale=SCALE, seed=seed, audit=True)
    while model.month < month_index(2026, 4):
        model.step()
    assert model.ledger.payments.sum() > 0


def test_books_close_under_a_package_of_policies() -> None:
    model = CareLabourModel(scenario="pay_and_security", scale=SCALE, audit=True)
    model.run_model()
    assert model.month > model.levers[0].start


# Random rulebooks

share = st.integers(0, 20).map(lambda twentieth: twentieth / 20)
purse = st.sampled_from(["new_grant", "own_budget"])
public_cover = st.fixed_dictionaries({"cover": share, "from": purse})
paid_by = {"council": public_cover, "nhs": public_cover, "self_funder": st.fixed_dictionaries({"pass_to_fees": share})}
terms_funding = st.fixed_dictionaries(paid_by)
costs = st.sampled_from([[], ["on_costs"], ["on_costs", "differentials"]])
BODIES = {
    "national_living_wage": {"percent": st.integers(-20, 50)},
    "real_living_wage": {
        "share_of_employers": share,
        "funding": st.fixed_dictionaries({**paid_by, "include": costs, "ring_fenced": st.booleans()}),
    },
    "zero_hours_ban": {"minimum_hours": st.integers(0, 40), "keep_if_worker_prefers": st.booleans()},
    "guaranteed_hours_offer": {"low_hours_threshold": st.integers(0, 40), "reference_weeks": st.integers(1, 52)},
    "day_one_flexibility": {"share_of_employers": share},
    "overseas_recruitment": {
        "open": st.booleans(),
        "in_country": st.booleans(),
        "cap_per_year": st.integers(0, 200_000),
        "salary_floor": st.integers(6, 30),
        "employer_cost": st.integers(0, 9000),
    },
    "sponsor_portability": {"years": st.integers(0, 5)},
    "assessment_teams": {"percent": st.integers(-90, 200)},
    "fee_uplift": {
        "percent": st.integers(-30, 60),
        "ring_fenced": share,
        "funding": st.fixed_dictionaries({"from": purse}),
    },
    "council_budget": {
        "source": st.sampled_from(["precept", "grants", "client_contributions", "better_care_fund", "savings"]),
        "percent": st.integers(-30, 60),
    },
    "paid_travel_time": {"share": share, "funding": st.fixed_dictionaries(paid_by)},
    "fair_pay_agreement": {
        "above_minimum": st.integers(0, 6),
        "funding": st.fixed_dictionaries({**paid_by, "include": costs, "ring_fenced": st.booleans()}),
    },
    "agenda_for_change_parity": {
        "base_pay": st.booleans(),
        "unsocial_hours": st.integers(0, 30),
        "pension": st.integers(0, 30),
        "funding": st.fixed_dictionaries({**paid_by, "include": costs}),
    },
    "staff_benefits": {"worth": st.integers(0, 10), "cost": st.integers(0, 10), "funding": terms_funding},
    "sick_pay_and_pension": {
        "pension_points": st.integers(0, 25),
        "sick_pay": st.integers(0, 5),
        "funding": terms_funding,
    },
    "career_pathway": {
        "posts": st.integers(0, 50),
        "funding": st.fixed_dictionaries({**paid_by, "include": costs}),
    },
    "full_time_with_part_time_flexibility": {
        "could_work_full_time": share,
        "hours": st.integers(30, 40),
        "wishes_met": share,
        "funding": terms_funding,
    },
    "staffing_mix": {"posts": st.integers(0, 50)},
    "training_offer": {
        "hours_a_week": st.integers(0, 10),
        "hours_needed": st.integers(10, 2000),
        "cost": st.integers(0, 10),
        "funding": terms_funding,
    },
    "workforce_registration": {
        "fee": st.integers(1, 500),
        "paid_by": st.sampled_from(["worker", "employer"]),
        "turned_away": st.integers(0, 50),
    },
    "pay_progression": {
        "experience_step": st.integers(0, 30),
        "qualification_step": st.integers(1, 30),
        "funding": st.fixed_dictionaries({**paid_by, "include": costs}),
    },
    "wage_enforcement": {
        "inspected": st.integers(0, 100),
        "arrears_months": st.integers(0, 72),
        "penalty": st.integers(0, 5),
    },
    "employer_tax": {"rate_points": st.integers(-15, 15), "threshold_change": st.integers(-5000, 50_000)},
    "commissioner_capability": {"price_points": st.integers(-100, 100), "extra_years": st.integers(-3, 10)},
    "block_commissioning": {"share": share},
    "data_integration": {"share": share},
    "unpaid_carer_support": {"support": share},
    "sponsor_licensing": {
        "readiness_checks": share,
        "scrutiny_change": st.integers(-1, 4),
        "clock_paused": st.booleans(),
    },
    "settlement_rules": {"years_more": st.integers(-14, 15)},
    "nhs_recruitment_drive": {"percent_a_year": st.integers(-20, 50)},
    "leadership_programme": {"gain": st.integers(0, 20), "cost": st.integers(0, 10), "funding": terms_funding},
    "wellbeing_programme": {"relief": share, "cost": st.integers(0, 10), "funding": terms_funding},
    "peer_network": {"relief": share, "cost": st.integers(0, 10), "funding": terms_funding},
    "portable_qualification": {"months_spared": st.integers(0, 6)},
    "joint_roles": {
        "time_in_nhs": st.integers(0, 10).map(lambda part: part / 20),
        "terms": st.integers(0, 50),
        "paid_by": st.sampled_from(["employers", "government"]),
    },
    "rural_coastal_offer": {
        "distance_taken": share,
        "relocation": st.integers(0, 50),
        "micro_enterprises": share,
        "applies_to": st.just({"council": "Hartlepool"}),
        "funding": terms_funding,
    },
    "recruitment_hub": {"joining": st.integers(0, 100), "paperwork_taken": share, "matches": st.integers(0, 20)},
    "referral_scheme": {"share_referred": share, "bonus": st.integers(0, 5000)},
    "right_to_work_asylum": {"people_a_year": st.integers(0, 50_000)},
    "overseas_induction_support": {
        "worth": st.integers(0, 20),
        "months_sooner": st.integers(0, 3),
        "paid_by": st.sampled_from(["employers", "government"]),
    },
    "returners_programme": {"more_looking": st.integers(0, 500), "cost_per_year": st.integers(0, 1000)},
    "honest_job_previews": {"clearer": share},
    "targeted_recruitment": {
        "group": st.sampled_from(["everybody", "men", "young", "over_50s"]),
        "more_looking": st.integers(0, 200),
    },
    "rota_optimisation": {"travel_saved": share, "wishes_met": share, "cost_per_establishment": st.integers(0, 9000)},
    "self_managed_teams": {"relief": share, "wishes_met": share, "share_of_employers": share},
    "care_technology": {
        "kind": st.sampled_from(["telecare", "assistive"]),
        "released": st.integers(0, 20),
        "learning_months": st.integers(0, 12),
        "lost": st.integers(0, 20),
    },
    "care_technologist": {"posts_per_100": st.integers(0, 10), "learning_months": st.integers(0, 12)},
    "edi_strategy": {"worth": st.integers(0, 20), "cost": st.integers(0, 10)},
    "reablement_and_assessment": {
        "more_therapists": st.integers(0, 200),
        "reabled": share,
        "less_care": share,
        "share_of_change": share,
    },
    "workforce_plan": {
        "response": st.integers(0, 50),
        "lead_months": st.integers(0, 35),
        "projection_error": st.integers(-30, 30),
    },
    "staff_survey_mandate": {"made_up": share, "cost": st.integers(0, 10)},
}
"""What a scenario file may say of each lever, over the whole legal range."""


def example(name: str) -> dict[str, Any]:
    """The lever as its shipped scenario has it: for levers that have no ranges here."""
    bodies = [entry[name] for entry in load_scenario(name).resolved()["scenario"]["levers"] if name in entry]
    return dict(bodies[0])


def bodies(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """What a file may say of a lever, without what is refused because it would change nothing."""
    drawn, changes = st.fixed_dictionaries(BODIES[name]), all_levers()[name].changes
    return drawn.filter(lambda body: any(body.get(key) for key in changes)) if changes else drawn


@st.composite
def policies(draw: st.DrawFn, month: int) -> list[dict[str, Any]]:
    """A few levers that begin within half a year of a month."""
    names = draw(st.lists(st.sampled_from(sorted(all_levers())), min_size=1, max_size=4, unique=True))
    return [
        {
            name: {
                **(draw(bodies(name)) if name in BODIES else example(name)),
                "from": month_name(month + draw(st.integers(0, 6))),
            }
        }
        for name in names
    ]


@settings(max_examples=PACKAGES)
@given(data=st.data(), seed=st.integers(0, 10_000), month=st.integers(0, LAST_MONTH), length=st.integers(12, 24))
def test_books_close_under_any_rulebook(data: st.DataObject, seed: int, month: int, length: int) -> None:
    levers = scenario_from({"name": "any", "levers": data.draw(policies(month))}).levers
    model = virtual_market(
        councils=2,
        providers=15,
        workers_per_provider=[4, 12, 25],
        service=[Service.HOME_CARE, Service.RESIDENTIAL, Service.NURSING, Service.COMMUNITY],
        sector=[Sector.INDEPENDENT, Sector.INDEPENDENT, Sector.INDEPENDENT, Sector.COUNCIL],
        travel=0.2,
        margin=[-0.1, 0.05, 0.2],
        vacancies=[0.02, 0.3],
        sponsored=data.draw(share) / 2,
        levers=levers,
        month=month,
        seed=seed,
        audit=True,
    )
    for _ in range(length):
        model.step()


# The audit sees it


def add(table: str, column: str, amount: float = 1, place: Any = 0) -> Callable[[CareLabourModel], None]:
    """Spoil one entry of a table, of the ledger or of the stock."""

    def spoil(model: CareLabourModel) -> None:
        getattr(getattr(model, table), column)[place] += amount

    return spoil


def person(status: Status, column: str, value: float) -> Callable[[CareLabourModel], None]:
    """Spoil one entry of somebody with this status."""

    def spoil(model: CareLabourModel) -> None:
        row = np.flatnonzero(model.workers.status == status)[0]
        model.workers.arrays[column][row] = value

    return spoil


def recruit(column: str, value: float) -> Callable[[CareLabourModel], None]:
    """Spoil one entry of somebody who has accepted a job."""

    def spoil(model: CareLabourModel) -> None:
        row = np.flatnonzero(model.workers.next_employer != NOBODY)[0]
        model.workers.arrays[column][row] = value

    return spoil


def twin(model: CareLabourModel) -> None:
    """Give one person the identity of another."""
    rows = np.flatnonzero(model.workers.uid)
    model.workers.uid[rows[0]] = model.workers.uid[rows[1]]


def more_from_care_than_staff(model: CareLabourModel) -> None:
    """Have more NHS staff from care than staff."""
    model.nhs_employers.filled[0, Role.CARE_WORKER] = model.nhs_employers.from_care[0, Role.CARE_WORKER] - 1


CARE_WORK = (0, Service.HOME_CARE, Sector.INDEPENDENT, Role.CARE_WORKER)
SPOILT: list[tuple[str, Callable[[CareLabourModel], None]]] = [
    ("people by council", person(Status.SEEKING, "uid", 0)),
    ("people by council", person(Status.CARE, "home_council", 1)),
    ("pools", add("councils", "pool")),
    ("pools", add("ledger", "people_out", place=(0, LeaveReason.NONE))),
    ("people by place", add("ledger", "moves", place=(OUT_OF_CARE, OUT_OF_CARE + 1))),
    ("people by place", person(Status.SEEKING, "status", Status.NOT_WORKING)),
    ("moves out of care against leavers", add("ledger", "moves", place=(0, GONE))),
    ("moves into care against starters", add("ledger", "moves", place=(OVERSEAS_SPONSORED, 0))),
    ("one identity twice", twin),
    ("status without a person", person(Status.SEEKING, "status", Status.EMPTY)),
    ("employer against status", person(Status.CARE, "employer", NOBODY)),
    ("employer against status", person(Status.SEEKING, "employer", 0)),
    ("paid for nothing", person(Status.CARE, "pay", 0)),
    ("paid below the law", person(Status.CARE, "pay", 700)),
    ("strain is not a number", add("providers", "strain", float("nan"))),
    ("promise that fell due", recruit("next_start", -200)),
    ("promise to nobody", recruit("uid", 0)),
    ("posts filled against heads", add("providers", "posts_filled", place=(0, Role.CARE_WORKER))),
    ("posts filled against heads", person(Status.CARE, "role", Role.OTHER)),
    ("posts promised against recruits", add("providers", "posts_promised", place=(0, Role.CARE_WORKER))),
    ("change of filled posts", add("ledger", "starters", place=(*CARE_WORK, Source.CARE))),
    ("change of filled posts", add("ledger", "leavers", place=(*CARE_WORK, LeaveReason.NO_WORK))),
    ("change of filled posts by role", add("ledger", "promoted", place=(*CARE_WORK[1:], Role.MANAGER))),
    ("heads in the stock", add("stock", "heads", place=CARE_WORK)),
    ("groups of the stock", add("stock", "groups", place=(0, 0))),
    ("pay of groups", add("stock", "group_pay", place=(0, 0))),
    ("groups of leavers", add("ledger", "group_leavers", place=(0, 0))),
    ("NHS posts filled", add("nhs_employers", "filled", place=(0, Role.CARE_WORKER))),
    ("NHS staff from care against heads", add("nhs_employers", "from_care", place=(0, Role.CARE_WORKER))),
    ("more NHS staff from care than staff", more_from_care_than_staff),
    ("people in need", add("councils", "clients", place=(0, ClientGroup.OLDER))),
    ("people awaiting assessment", add("councils", "assessed", place=(0, ClientGroup.OLDER))),
    ("fewer than nobody in need", add("councils", "awaiting", -(10**6), place=(0, ClientGroup.OLDER))),
    ("more agency assessors than assessors", add("councils", "team_agency", 10**6, place=(0, 0))),
    ("assessed need", add("councils", "need_minutes", 10, place=(0, Service.HOME_CARE, Payer.COUNCIL))),
    ("care bought", add("providers", "demand_minutes", place=(0, Payer.COUNCIL))),
    ("care bought", add("ledger", "returned", place=(0, Service.HOME_CARE))),
    ("care bought", add("ledger", "ended", place=(0, Service.HOME_CARE, Payer.COUNCIL))),
    ("care waited for", add("councils", "waiting_minutes", place=(0, Service.HOME_CARE, Payer.COUNCIL))),
    ("care bought below nothing", add("providers", "demand_minutes", -(10**9), place=(0, Payer.COUNCIL))),
    ("care missed", add("providers", "missed_minutes")),
    ("visits shortened beyond what is missed", add("providers", "shortened_minutes", 10**9)),
    ("agency staff and their time", add("stock", "agency", place=(0, 1))),
    ("more agency time than its people offer", add("providers", "agency_minutes", 10**9)),
    ("reserves", add("providers", "reserves")),
    ("reserves", add("ledger", "payments", place=(0, Service.HOME_CARE, Payer.SELF_FUNDER))),
    ("councils' spending", add("councils", "spent")),
    ("grants above payments", add("ledger", "grants", 10**15, place=(0, Service.HOME_CARE, Payer.COUNCIL))),
    ("wages of a week", add("providers", "wage_bill")),
    ("wages of a week", person(Status.CARE, "worked_minutes", 1)),
    ("on-costs of a week", add("providers", "on_costs")),
    ("wages of the month", add("ledger", "costs", place=(0, Service.HOME_CARE, 0))),
    ("on-costs of the month", add("ledger", "costs", place=(0, Service.HOME_CARE, 1))),
]


@pytest.fixture(scope="module")
def audited() -> tuple[CareLabourModel, Audit, dict[str, Any]]:
    """A market whose last month closes, the audit of it, and its state, to which every test returns."""
    model = virtual_market(vacancies=0.2)
    for _ in range(5):
        model.step()
    audit = Audit(model)
    model.step()
    before = audit.opening
    audit.close()
    audit.opening = before
    return model, audit, model.world.state()


@pytest.mark.parametrize(("what", "spoil"), SPOILT, ids=[f"{k}-{what}" for k, (what, _) in enumerate(SPOILT)])
def test_what_does_not_close_is_named(
    audited: tuple[CareLabourModel, Audit, dict[str, Any]], what: str, spoil: Callable[[CareLabourModel], None]
) -> None:
    model, audit, state = audited
    ledger, stock = model.ledger, model.stock
    model.ledger = type(ledger)(*(array.copy() for array in ledger))
    model.stock = type(stock)(*(array.copy() for array in stock))
    try:
        spoil(model)
        with pytest.raises(BooksDoNotClose, match=what) as problem:
            audit.close()
        assert month_name(model.month - 1) in str(problem.value)
    finally:
        model.ledger, model.stock = ledger, stock
        model.world.restore(state)
    before = audit.opening
    audit.close()
    audit.opening = before


def test_a_model_can_close_its_own_books() -> None:
    model = virtual_market(providers=4, audit=True)
    model.step()
    assert model.auditor is not None
    model.auditor.opening.pool[1] -= 2
    with pytest.raises(BooksDoNotClose, match=r"pools: 1 of 2 differ, \+2 in all, \+2 at \(1,\)"):
        model.step()
    assert virtual_market(providers=4).auditor is None
