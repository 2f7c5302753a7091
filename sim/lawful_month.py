"""Actual law, funding and outside conditions of one month, before any lever."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.conditions import by_code, in_force, starts_now
from sim.units import MONTHS_PER_YEAR, ClientGroup, Payer, Role, Service

if TYPE_CHECKING:
    from sim.outlook import Outlook
    from sim.statics import Statics

ROLES = [role.name.lower() for role in Role]
CLIENTS = [group.name.lower() for group in ClientGroup]
SERVICES = [service.name.lower() for service in Service]
CAP_SHARED = {Role.SENIOR_CARE_WORKER: Role.CARE_WORKER}
"""Roles whose visas are published together with those of another."""
HOMES = ("residential", "nursing")
COUNCIL_MONEY = ("precept", "council_grants", "client_contributions", "better_care_fund")
"""Multipliers on the sources of councils' money."""
NO_CAP = 1_000_000
"""Pence an hour: a cap on prices that never binds."""
NO_LIMIT = 1_000_000
"""People a month: a limit on recruits from overseas that never binds."""
NO_PLAN = {"plan_response": 0.0, "plan_target": 0.0, "plan_lead_months": 0, "plan_error": 0.0, "plan_place_cost": 0}
"""No central body plans how many people are brought to care."""
SCALARS = {
    "nic_rate": float,
    "price_growth": float,
    "free_movement": float,
    "absence": float,
    "vaccination_condition": float,
    "enforcement": float,
    "recovery_grant": int,
    "adult_age": int,
    "nic_threshold": int,
    "personal_allowance": int,
    "income_tax_rate": float,
    "employee_nic_threshold": int,
    "employee_nic_rate": float,
    "visa_cost": int,
    "visa_fee": int,
    "visa_months": int,
    "other_route_arrivals": int,
    "portability_months": int,
    "capital_limit": int,
    "dismissal_months": int,
    "clock_months": int,
    "clock_paused": int,
    "fees_follow_costs": int,
    "assessment_effort": float,
    "safeguarding_load": float,
    "universal_credit_taper": float,
}
"""Fields of `Law` that are one dated series each."""


def base_values(statics: Statics, month: int, adult_rate: int, outlook: Outlook) -> dict[str, Any]:
    """Every field of `Law`; months before the start, in the spin-up, have the law of April 2016 and no growth."""
    dated = max(month, 0)
    values: dict[str, Any] = {name: kind(in_force(name, dated)) for name, kind in SCALARS.items()}
    values["april"] = int(month % MONTHS_PER_YEAR == 0 and month > 0)
    values["adult_rate"] = adult_rate
    values["earnings_growth"] = outlook.earnings_growth(dated)
    values["earnings_since_april"] = outlook.earnings_since_april(dated)
    values["youth_rate"] = outlook.youth_rate(dated)
    values["care_floor"] = max(adult_rate, outlook.agreed_floor(dated))
    before = max(month - 1, 0)
    values["old_care_floor"] = max(outlook.adult_rate(before), outlook.agreed_floor(before))
    values["tightness"] = outlook.tightness(dated)
    values["settlement_months"] = outlook.settlement_months(dated)
    values["pension_rate"] = in_force("pension_rate", dated) + in_force("sick_pay_rate", dated)
    pegged = int(in_force("carers_limit_hours", dated) * adult_rate)
    values["carers_earnings_limit"] = max(int(in_force("carers_earnings_limit", dated)), pegged)
    values["licence_checks"] = 0.0
    values["returners_invited"] = 1.0
    values["induction_spared"] = 0
    values["public_programmes"] = 0
    values["arrears_months"] = 0
    values["underpayment_penalty"] = 0.0
    values.update(NO_PLAN)
    values.update(_by_role(month, dated, adult_rate, outlook))
    values.update(_by_service(month, dated, outlook))
    values.update(_by_council(statics, month, dated, adult_rate, outlook))
    values.update(_by_provider(statics, dated, values["care_floor"]))
    return values


def _by_role(month: int, dated: int, adult_rate: int, outlook: Outlook) -> dict[str, Any]:
    growth = starts_now("nhs_posts_growth", month) if month > 0 else 0.0
    dependants = np.full(len(Role), int(in_force("visa_dependants", dated)), dtype=np.int64)
    scales = np.array(outlook.nhs_pay(dated, ROLES), dtype=np.int64)
    return {
        "nhs_pay": np.where(scales > 0, np.maximum(scales, adult_rate), 0),
        "nhs_posts_growth": np.full(len(Role), growth),
        "visa_open": np.array(by_code("visa_open", dated, ROLES), dtype=np.int64),
        "visa_floor": np.full(len(Role), int(in_force("visa_floor", dated)), dtype=np.int64),
        "visa_cap": np.array(by_code("visa_cap", dated, ROLES), dtype=np.int64),
        "visa_limit": np.full(len(Role), NO_LIMIT, dtype=np.int64),
        "visa_cap_of": np.array([CAP_SHARED.get(role, role) for role in Role], dtype=np.int64),
        "visa_dependants": dependants,
        "visa_dependants_actual": dependants,
        "visa_cost": np.full(len(Role), int(in_force("visa_cost", dated)), dtype=np.int64),
        "in_country_switching": np.array(by_code("in_country_switching", dated, ROLES), dtype=np.int64),
    }


def _by_service(month: int, dated: int, outlook: Outlook) -> dict[str, Any]:
    factors = np.ones((len(Service), len(Payer)))
    if month > 0:
        for k, service in enumerate(SERVICES):
            factors[k] = _monthly(outlook.need_growth("need_growth_private", service, dated))
            factors[k, Payer.COUNCIL] = _monthly(outlook.need_growth("need_growth", service, dated))
            if service in HOMES:
                now, before = in_force("occupancy", dated), in_force("occupancy", dated - 1)
                factors[k] *= math.exp(in_force("occupancy_staffing", dated) * math.log(now / before))
    uplift = [starts_now("fee_uplift", month, service) if month > 0 else 0.0 for service in SERVICES]
    return {"need_factor": factors, "fee_uplift": np.array(uplift)}


def _monthly(yearly_growth: float) -> float:
    return math.exp(math.log1p(yearly_growth) / MONTHS_PER_YEAR)


def _by_council(statics: Statics, month: int, dated: int, adult_rate: int, outlook: Outlook) -> dict[str, Any]:
    # With a policy on the minimum wage it keeps its lead over that.
    outside = outlook.outside_pay(dated) * (adult_rate / outlook.adult_rate(dated)) * statics.outside_factor
    councils = statics.outside_factor.size
    april = month > 0 and month % MONTHS_PER_YEAR == 0
    growth, shift = outlook.council_funding(dated) if april else 0.0, outlook.need_shift(dated)
    return {
        "unemployment": outlook.unemployment(dated) * statics.unemployment_factor,
        "origin_weight": statics.origin_weight,
        "outside_pay": np.maximum(np.rint(outside), adult_rate).astype(np.int64),
        "budget_growth": np.full(councils, growth),
        "client_factor": np.tile(_client_factors(month, dated, shift), (councils, 1)),
        "client_mean_factor": _monthly(in_force("client_growth_mean", dated) + shift) if month > 0 else 1.0,
        "assessment_posts": np.ones((councils, len(Role))),
        "council_fee": np.ones((councils, len(Service))),
        "council_fee_from_grant": np.zeros((councils, len(Service)), dtype=np.int64),
        **{name: np.ones(councils) for name in COUNCIL_MONEY},
        "savings": np.zeros(councils),
        "pool_interest": np.zeros(councils),
        "pool_interest_men": np.zeros(councils),
        "pool_interest_young": np.zeros(councils),
        "pool_interest_over_50s": np.zeros(councils),
        "asylum_arrivals": np.zeros(councils),
        "reablement": np.zeros(councils),
        "relocation": np.zeros(councils),
        "relocation_cost": np.zeros(councils, dtype=np.int64),
        "micro_share": np.zeros(councils),
        "micro_price": np.zeros(councils, dtype=np.int64),
        "hub_matches": np.zeros(councils, dtype=np.int64),
        "carer_support": np.zeros(councils),
        "tender_price_weight": np.full(councils, in_force("tender_price_weight", dated)),
        "tender_noise": np.ones(councils),
        "contract_years": np.full(councils, int(in_force("contract_years", dated)), dtype=np.int64),
        "block_share": np.full(councils, in_force("block_share", dated)),
    }


def _client_factors(month: int, dated: int, shift: float) -> Any:
    """[C] growth of people with council-funded need over a month, `shift` of it assumed; none in the spin-up."""
    growth = [_monthly(in_force("client_growth", dated, group) + shift) for group in CLIENTS]
    return np.array(growth) if month > 0 else np.ones(len(CLIENTS))


def _by_provider(statics: Statics, dated: int, care_floor: int) -> dict[str, Any]:
    size = statics.sector.size
    floor = np.full((size, len(Role)), care_floor, dtype=np.int64)
    floor[statics.council_sector] = max(care_floor, int(in_force("council_floor", dated)))

    def whole(value: float) -> Any:
        return statics.constant(int(value), np.int64)

    def share(value: float) -> Any:
        return statics.constant(value, np.float64)

    def by_payer(kind: type) -> Any:
        return statics.constant(0, kind, len(Payer))

    return {
        "pay_floor": floor,
        "statutory_floor": floor,
        **statics.no_pay_policies,
        "terms_cover": by_payer(np.float64),
        "terms_cover_from_grant": by_payer(np.float64),
        "establishment_cover": by_payer(np.int64),
        "establishment_cover_from_grant": by_payer(np.int64),
        "fee_ring_fenced": share(0.0),
        "minimum_contract_minutes": whole(0),
        "keep_zero_hours_if_preferred": whole(0),
        "offer_threshold_minutes": whole(in_force("offer_threshold_minutes", dated)),
        "offer_reference_months": whole(in_force("offer_reference_months", dated)),
        "flexibility_wait_months": whole(in_force("flexibility_wait_months", dated)),
        "travel_paid_share": share(0.0),
        "experience_step": share(0.0),
        "qualification_step": share(0.0),
        "training_release": whole(0),
        "qualifying_chance": share(0.0),
        "senior_posts_share": share(0.0),
        "nurse_posts_handed": share(0.0),
        "register_fee": whole(0),
        "register_fee_employer": whole(0),
        "entry_standard": share(0.0),
        "full_time_minutes": whole(0),
        "full_time_wishes": share(0.0),
        "full_time_reach": share(0.0),
        "wage_inspections": share(0.0),
        "extra_benefits": share(0.0),
        "benefit_cost": share(0.0),
        "preview_blur": share(1.0),
        "referred_share": share(0.0),
        "referral_clarity": share(0.0),
        "referral_bonus": whole(0),
        "reception_worth": share(0.0),
        "reception_months": whole(0),
        "reception_cost": whole(0),
        "reception_grant": whole(0),
        "programme_cost": share(0.0),
        "management_gain": share(0.0),
        "strain_felt": share(1.0),
        "management_gap": share(1.0),
        "establishment_cost": whole(0),
        "travel_time": share(1.0),
        "unmet_wishes": share(1.0),
        "fair_treatment": share(0.0),
        "time_for_care": share(1.0),
        "status_enforcement": share(in_force("status_enforcement", dated)),
        "distance_felt": share(1.0),
        "joint_time": statics.constant(0, np.float64, len(Role)),
        "joint_terms": share(0.0),
        "joint_public": whole(0),
        "hub_joining": share(0.0),
        "hub_paperwork": share(0.0),
        "bank_price": share(1.0),
        "bank_cover": share(0.0),
        "agency_share_cap": share(1.0),
        "agency_price_cap": whole(NO_CAP),
    }
