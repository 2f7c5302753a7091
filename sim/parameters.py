"""Behavioural parameters: what people and employers do, as scalars with a source.

Every figure is a row of ``sim/data/parameters.csv`` with low, central and high value, unit, source and evidence grade.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).resolve().parent / "data" / "parameters.csv"


class Behaviour(NamedTuple):
    """One value for each parameter; what each means stands in the data file and in ``docs/parameters.md``."""

    # value of a job
    wage_weight: float
    peer_weight: float
    distance_cost: float
    strain_cost: float
    hours_gap_weight: float
    match_spread: float
    impression_noise: float
    learning_months: float
    circumstances_change: float
    match_kept: float
    home_care_value: float
    assistant_bond: float
    flexibility_horizon: float
    nhs_flexibility: float
    nhs_distance: float
    out_of_work_share: float
    out_of_work_share_no_funds: float
    # looking for jobs
    search_base: float
    search_slope: float
    search_age: float
    search_least: float
    search_most: float
    outside_in_reference: float
    looks_employed: float
    looks_out_of_work: float
    second_look: float
    switching_cost: float
    entry_cost: float
    nhs_look: float
    nhs_look_professional: float
    outside_look: float
    senior_outside: float
    tightness_elasticity: float
    seeking_look: float
    other_work_look: float
    not_working_look: float
    seeker_outside: float
    weeks_a_year: float
    distance_decay: float
    # leaving
    retirement_age: float
    retirement_spread: float
    retirement_most: float
    ill_health_base: float
    ill_health_age: float
    ill_health_strain: float
    no_work_base: float
    no_work_age: float
    no_work_value: float
    strain_on_leaving: float
    frailty_spread: float
    probation_months: float
    probation_base: float
    early_parting: float
    settling_in_months: float
    probation_match: float
    dismissal_base: float
    back_to_seeking: float
    months_reachable: float
    recent_care_months: float
    vaccination_leave: float
    vaccination_unemployment: float
    unemployment_typical: float
    # pay setting
    floor_spillover: float
    floor_spillover_reach: float
    vacancy_tolerated: float
    vacancy_pay_response: float
    vacancy_response_cap: float
    margin_for_raise: float
    mid_year_review: float
    mid_year_raise: float
    earnings_followed: float
    lead_kept: float
    pay_step: float
    senior_passthrough: float
    compression: float
    experienced_months: float
    experience_offer: float
    holiday_share: float
    nic_marginal_share: float
    # contracts and hours
    zero_hours_use: float
    zero_hours_offers: float
    zero_hours_slack: float
    guarantee_idle_share: float
    guarantee_mean: float
    guarantee_spread: float
    flexibility_mean: float
    flexibility_spread: float
    offer_inertia: float
    full_time_minutes: float
    universal_credit_share: float
    carers_allowance_share: float
    hours_elasticity: float
    hours_change_most: float
    hours_review_speed: float
    substitution_share: float
    substitution_spread: float
    idle_most: float
    self_employed_premium: float
    employment_rights: float
    # hiring and staffing
    prefer_experienced: float
    prefer_qualified: float
    suitable_share: float
    recruited_ahead: float
    start_within_one: float
    drop_out: float
    arrival_months: float
    senior_experience_months: float
    manager_experience_months: float
    strain_speed: float
    loss_tolerated: float
    reserve_months_kept: float
    reserve_months_most: float
    decline_response: float
    decline_most: float
    # delivery
    usual_absence: float
    absence_covered: float
    induction_loss: float
    overtime_most: float
    agency_cover: float
    agency_cover_poor: float
    agency_most: float
    agency_premium: float
    agency_on_costs: float
    missed_tolerated: float
    hand_back_share: float
    induction_months: float
    agency_worker_share: float
    agency_standing: float
    agency_distance: float
    agency_look: float
    agency_look_posts: float
    agency_use_speed: float
    agency_use_least: float
    bed_tolerated: float
    bed_patience: float
    bed_closing: float
    bed_closed_most: float
    bed_reopening: float
    bed_reopened: float
    home_turnover: float
    beds_for_hospital: float
    delayed_minutes: float
    # money of providers and councils
    margin_speed: float
    margin_usual: float
    closure_base: float
    closure_margin: float
    opening_base: float
    opening_unmet: float
    opening_most: float
    site_empty_months: float
    fee_passthrough: float
    self_funder_passthrough: float
    overspend_tolerated: float
    commissioning_speed: float
    headroom_homes: float
    headroom_community: float
    overbooking: float
    package_trim: float
    catchment_speed: float
    planning_speed: float
    council_reserve_months: float
    spending_control: float
    uplift_least: float
    uplift_most: float
    tender_share: float
    tender_response: float
    tender_error: float
    tender_range: float
    transfer_share: float
    spend_down: float
    self_funder_means_least: float
    self_funder_means: float
    capital_limit_usual: float
    # overseas recruitment
    sponsor_share: float
    sponsor_floor_response: float
    licence_base: float
    portability_on_demand: float
    rogue_share: float
    rogue_extra_share: float
    rogue_hours_share: float
    revocation_rogue: float
    revocation_honest: float
    dependants_draw: float
    in_country_share: float
    other_route_found: float
    sponsor_search_months: float
    other_route_temporary: float
    other_route_months_least: float
    other_route_months_most: float
    # entry from outside care
    pool_look: float
    pool_unemployment: float
    pool_tightness: float
    eu_share_of_lookers: float
    non_eu_share_of_lookers: float
    outside_pay_local: float
    arrivals_london: float
    sites_homes: float
    sites_community: float
    taste_mean: float
    taste_spread: float
    attachment_spread: float
    outside_wage_spread: float
    entrant_age_least: float
    entrant_age_most: float
    male_share_entrants: float
    qualified_share_entrants: float
    # the NHS as employer
    nhs_leaving: float
    nhs_fill: float
    nhs_other_applicants: float
    # assessment of need
    client_turnover_older: float
    client_turnover_younger: float
    assessor_hours: float
    assessor_usual: float
    assessor_agency_cover: float
    assessor_agency_most: float
    assessor_agency_premium: float
    review_share: float
    safeguarding_share: float
    assessment_least: float
    assessment_speed: float
    assessment_wait_usual: float
    assessment_wait_most: float
    assessment_stretch: float
    # unpaid carers
    carer_share: float
    carer_age_from: float
    carer_age_to: float
    carer_other_ages: float
    carer_leaving: float
    carer_cutting: float
    carer_hours_kept: float
    carer_minutes_least: float
    carer_hours_most: float


class Parameter(NamedTuple):
    """A row of the data file."""

    group: str
    parameter: str
    meaning: str
    low: float
    central: float
    high: float
    unit: str
    source: str
    source_url: str
    status: str
    grade: str
    note: str


@cache
def parameter_table() -> dict[str, Parameter]:
    """All rows by name, in the order of the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [_read(row) for row in csv.DictReader(file)]
    return {row.parameter: row for row in rows}


def _read(row: dict[str, str]) -> Parameter:
    numbers = {name: float(row[name]) for name in ("low", "central", "high")}
    words = {name: text for name, text in row.items() if name not in numbers}
    return Parameter(**words, **numbers)  # type: ignore[arg-type]


STRUCTURAL_SWITCHES = {
    "strain_feedback": ("strain_cost", "strain_on_leaving", "ill_health_strain"),
    "peer_comparison": ("peer_weight",),
    "unpaid_carers": ("carer_leaving", "carer_cutting"),
    "benefits_and_hours": ("universal_credit_share", "carers_allowance_share"),
    "bed_closures": ("bed_closing",),
    "spend_down": ("spend_down",),
}
"""Mechanisms that can be switched off, and the parameters that are then zero."""


def behaviour(changes: Mapping[str, float] | None = None, switched_off: tuple[str, ...] = ()) -> Behaviour:
    """Central values, with changes by name and structural switches off as asked.

    Raises KeyError for an unknown parameter or switch.
    """
    values = {name: row.central for name, row in parameter_table().items()}
    for switch in switched_off:
        values.update(dict.fromkeys(STRUCTURAL_SWITCHES[switch], 0.0))
    for name, value in (changes or {}).items():
        if name not in values:
            raise KeyError(name)
        values[name] = float(value)
    return Behaviour(**values)


def uncertain() -> tuple[str, ...]:
    """Every parameter with a range."""
    return tuple(name for name, row in parameter_table().items() if row.low < row.high)
