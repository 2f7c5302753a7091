"""The law, funding and outside conditions of one month, as rules and kernels read them.

`Law` is what the rulebook returns when it is frozen: read-only scalars and arrays. Indexes: `P` provider rows, `R`
roles, `L` councils, `S` services, `Y` payers (see `sim.units`), `K` policies on pay (see `sim.pay_policies`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Law(NamedTuple):
    """One month. Pay and fees in pence an hour, money in pence, hours in minutes a week."""

    april: int
    """1 in April, when pay and fees are uprated."""
    adult_rate: int
    """National Living Wage, pence/hour."""
    care_floor: int
    """Lowest adult pay in care by law and agreement, pence/hour."""
    old_care_floor: int
    """The same of the month before, pence/hour."""
    youth_rate: int
    """Minimum wage below the age of the adult rate, pence/hour."""
    adult_age: int
    """Age in years from which the adult rate is due."""
    nic_rate: float
    """Employer National Insurance rate."""
    nic_threshold: int
    """Weekly earnings from which it is due, pence."""
    personal_allowance: int
    """Weekly earnings free of income tax, pence."""
    income_tax_rate: float
    """Basic rate of income tax."""
    employee_nic_threshold: int
    """Weekly earnings from which staff pay National Insurance, pence."""
    employee_nic_rate: float
    """Main rate of National Insurance of staff."""
    pension_rate: float
    """Employer's minimum pension contribution, and statutory sick pay from the first day once due, share of pay."""
    recovery_grant: int
    """New money from the workforce funds of the pandemic, pence an hour of direct care."""
    earnings_growth: float
    """Growth of earnings in general over the year before this April."""
    earnings_since_april: float
    """Growth of earnings in general since the last April, share; 0 in April and in the spin-up."""
    price_growth: float
    """Growth of consumer prices over the year before this April."""
    tightness: float
    """Vacancies per unemployed person in the whole economy, against 2016/17."""
    free_movement: float
    """1 while EU citizens may come to work without a visa, 0 after."""
    absence: float
    """Share of working time lost to sickness."""
    vaccination_condition: float
    """Share of care-home staff not vaccinated who must leave, by month of the condition; 0 when there is none."""
    enforcement: float
    """Scrutiny of sponsors, 1 at its level of 2022 to 2024."""
    induction_spared: int
    """Months of induction that those who come from another care job are spared."""
    returners_invited: float
    """Looking at care jobs by people who left care for other work, against its usual rate."""
    plan_response: float
    """People whom a workforce plan brings to look, share of those who look anyway, for each unit of a shortage seen."""
    plan_target: float
    """Share of posts that may be vacant by that plan."""
    plan_lead_months: int
    """Months from when it sees a shortage until people come."""
    plan_error: float
    """Error of its projection of posts, share."""
    plan_place_cost: int
    """What each person it brings to look costs government, pence."""
    public_programmes: int
    """What government pays for programmes outside the prices of care, pence this month, England at full scale."""
    licence_checks: float
    """Share of employers without steady work who are found out before they get a licence."""
    visa_fee: int
    """Fee a sponsored worker pays to apply again, pence."""
    visa_months: int
    """Months for which a sponsored visa is granted."""
    other_route_arrivals: int
    """People who come by other routes and find care work in a month, as published, England at full scale."""
    capital_limit: int
    """Means above which people pay for their own care, pence."""
    portability_months: int
    """Months from grant in which a sponsored worker may move to any care employer; 0 is none."""
    dismissal_months: int
    """Months in post from which a dismissal must be fair."""
    clock_months: int
    """Months a sponsored worker has to find a new sponsor."""
    clock_paused: int
    """1 if the clock is stopped for workers of revoked sponsors."""
    settlement_months: int
    """Months until a sponsored worker may settle."""
    fees_follow_costs: int
    """1 when no actual fee uplift is known and fees follow costs by the behavioural rule."""
    unemployment: np.ndarray
    """[L] unemployment rate, percent."""
    origin_weight: np.ndarray
    """[L] share of people from abroad among those who look for care work, against England's."""
    outside_pay: np.ndarray
    """[L] going rate of low-paid work outside care, pence/hour."""
    need_factor: np.ndarray
    """[S, Y] need this month over need last month, by who would pay."""
    fee_uplift: np.ndarray
    """[S] rise of council fees this April, share."""
    budget_growth: np.ndarray
    """[L] rise of the council's money for care this April, share; of all its sources alike."""
    nhs_pay: np.ndarray
    """[R] Agenda for Change pay by the care role that could fill the post, pence/hour; 0 where there is none."""
    nhs_posts_growth: np.ndarray
    """[R] growth of NHS posts this April, share."""
    visa_open: np.ndarray
    """[R] 1 if the role may be recruited from overseas under sponsorship."""
    visa_floor: np.ndarray
    """[R] salary floor of a new grant, pence/hour."""
    visa_cap: np.ndarray
    """[R] sponsored recruits who come this month if dependants may as in actual law, people in England at full scale:
    an estimate from visas granted, or as many as fill a policy's limit."""
    visa_limit: np.ndarray
    """[R] most sponsored recruits whom a policy lets in this month, people in England at full scale."""
    visa_cap_of: np.ndarray
    """[R] role whose cap and limit recruits count against: some roles share them."""
    visa_dependants: np.ndarray
    """[R] 1 if dependants may come."""
    visa_dependants_actual: np.ndarray
    """[R] what actual law says of dependants, under which `visa_cap` was observed."""
    visa_cost: np.ndarray
    """[R] fees and charges an employer pays for one grant of a sponsored visa, pence."""
    in_country_switching: np.ndarray
    """[R] 1 if people already here may take a sponsor, or another one, though nobody may be recruited from overseas."""
    pay_floor: np.ndarray
    """[P, R] lowest adult pay."""
    statutory_floor: np.ndarray
    """[P, R] lowest adult pay without any policy beyond actual law and agreements."""
    policy_floor: np.ndarray
    """[K, P, R] pay up to which each policy on pay lifts those whom it covers, pence/hour; 0 where it lifts nobody."""
    policy_binds: np.ndarray
    """[K, P] 1 where it covers the provider."""
    policy_cover: np.ndarray
    """[K, Y, cost] share of each part of its cost (`PayCost`) that the payer meets."""
    policy_new_money: np.ndarray
    """[K, Y] 1 where that is new money from government."""
    policy_ring_fenced: np.ndarray
    """[K] 1 where each employer is paid what the policy costs it, 0 where all are paid one rate."""
    terms_cover: np.ndarray
    """[P, Y] what the payer meets of the cost of better terms and of programmes for staff, share of wages."""
    terms_cover_from_grant: np.ndarray
    """[P, Y] part of that which is new money, share of wages."""
    establishment_cover: np.ndarray
    """[P, Y] what the payer meets of what programmes cost an establishment whatever its size, pence this month."""
    establishment_cover_from_grant: np.ndarray
    """[P, Y] part of that which is new money, pence this month."""
    fee_ring_fenced: np.ndarray
    """[P] share of a fee rise by policy that must go to pay."""
    minimum_contract_minutes: np.ndarray
    """[P] least contracted hours allowed."""
    keep_zero_hours_if_preferred: np.ndarray
    """[P] 1 if those who prefer zero hours may keep them."""
    offer_threshold_minutes: np.ndarray
    """[P] contracts at or below this must be offered the hours worked; -1 is no such right."""
    offer_reference_months: np.ndarray
    """[P] months in post before the offer is due."""
    flexibility_wait_months: np.ndarray
    """[P] months in post before wishes over shifts count."""
    travel_paid_share: np.ndarray
    """[P] least share of travel time that must be paid."""
    council_fee: np.ndarray
    """[L, S] multiplier on council fees by policy."""
    council_fee_from_grant: np.ndarray
    """[L, S] 1 if that rise is new money."""
    client_mean_factor: float
    """People with council-funded need this month over last month, all client groups, as in England at the start."""
    assessment_effort: float
    """Time that an assessment takes, against 2016."""
    safeguarding_load: float
    """Time that safeguarding and deprivation-of-liberty work ask of assessment teams, against 2016."""
    pool_interest: np.ndarray
    """[L] people outside care who look at care jobs because of campaigns, against those who look anyway."""
    pool_interest_men: np.ndarray
    """[L] men among further ones whom campaigns for men bring to look, likewise."""
    pool_interest_young: np.ndarray
    """[L] people under 25 among further ones whom campaigns for them bring to look, likewise."""
    pool_interest_over_50s: np.ndarray
    """[L] people of 50 and over, likewise."""
    asylum_arrivals: np.ndarray
    """[L] people granted asylum whom a policy puts in touch with care employers, people a month at full scale."""
    reablement: np.ndarray
    """[L] part of the care at home of people whom therapists assess that these no longer need, by policy."""
    relocation: np.ndarray
    """[L] share of people who look in councils nearby, not covered, whom a policy has move here."""
    relocation_cost: np.ndarray
    """[L] what government pays for each who moves, pence."""
    micro_share: np.ndarray
    """[L] part of the care at home that people wait for which local micro-enterprises give, by policy."""
    micro_price: np.ndarray
    """[L] what people pay them for an hour, pence."""
    hub_matches: np.ndarray
    """[L] further employers a month with which a hub puts people in touch who lost their sponsor."""
    carer_support: np.ndarray
    """[L] part of care not met that support takes off unpaid carers, by policy."""
    client_factor: np.ndarray
    """[L, C] people with council-funded need this month over last month, by client group."""
    assessment_posts: np.ndarray
    """[L, R] posts in councils' assessment teams against those at the start."""
    precept: np.ndarray
    """[L] multiplier on councils' own money for care (council tax with its precept, business rates) by policy."""
    council_grants: np.ndarray
    """[L] multiplier on government grants to councils for care by policy."""
    client_contributions: np.ndarray
    """[L] multiplier on what people pay towards care that councils arrange, by policy."""
    better_care_fund: np.ndarray
    """[L] multiplier on what the NHS passes to councils for care, by policy."""
    savings: np.ndarray
    """[L] share of its money that a council takes out of care by policy."""
    tender_price_weight: np.ndarray
    """[L] weight of price against quality when home-care contracts are let."""
    tender_noise: np.ndarray
    """[L] multiplier on the error with which bids are judged, by policy."""
    contract_years: np.ndarray
    """[L] years for which they run."""
    block_share: np.ndarray
    """[L] share of the hours in them that is guaranteed."""
    universal_credit_taper: float
    """Part of earnings above the work allowance by which Universal Credit is cut."""
    carers_earnings_limit: int
    """Earnings in a week above which Carer's Allowance is lost, pence."""
    training_release: np.ndarray
    """[P] paid time off for training of care workers and seniors without a qualification, minutes a week."""
    qualifying_chance: np.ndarray
    """[P] share of them who finish a qualification in a month."""
    senior_posts_share: np.ndarray
    """[P] share of care-worker posts turned into posts of seniors, by policy."""
    nurse_posts_handed: np.ndarray
    """[P] share of nurses' posts turned into posts of senior care workers, by policy."""
    register_fee: np.ndarray
    """[P] yearly fee of a register that care workers and seniors bear themselves, pence."""
    register_fee_employer: np.ndarray
    """[P] such a fee that employers bear for each of them, pence."""
    entry_standard: np.ndarray
    """[P] share of newcomers to care turned away by a standard that the register sets."""
    full_time_minutes: np.ndarray
    """[P] hours of full-time contracts with a say over shifts, offered by policy, minutes a week; 0 is none."""
    full_time_wishes: np.ndarray
    """[P] part of the wishes over shifts else unmet that such contracts meet."""
    full_time_reach: np.ndarray
    """[P] share of part-time staff whose lives leave room for full-time hours."""
    wage_inspections: np.ndarray
    """[P] share of employers whose wages are inspected in a year."""
    arrears_months: int
    """Months of underpayment that an employer pays back when it is found."""
    underpayment_penalty: float
    """Penalty for wages below the law, unpaid travel counted, multiple of the arrears."""
    agency_share_cap: np.ndarray
    """[P] most agency time that may be used, share of care bought."""
    distance_felt: np.ndarray
    """[P] part of the distance to work that counts for staff where a policy helps with transport."""
    joint_time: np.ndarray
    """[P, R] part of their time that staff in joint posts work in the NHS, by policy."""
    joint_terms: np.ndarray
    """[P] what the NHS's terms beside pay are worth, and cost, for that time, share of its pay."""
    joint_public: np.ndarray
    """[P] 1 if government pays what such posts cost more; else the employer does."""
    hub_joining: np.ndarray
    """[P] chance a month that an employer without a licence comes under that of a regional hub, by policy."""
    hub_paperwork: np.ndarray
    """[P] part of employers' reluctance to sponsor that a hub takes away by doing the paperwork."""
    bank_price: np.ndarray
    """[P] what an hour costs from a bank of staff that members share, against an agency's price."""
    bank_cover: np.ndarray
    """[P] part of what agency staff would not cover of a shortfall for which members turn to the bank."""
    agency_price_cap: np.ndarray
    """[P] most that may be paid for an hour of agency time, pence."""
    experience_step: np.ndarray
    """[P] step of pay above the posted rate for years in the sector, by policy, share of that rate."""
    qualification_step: np.ndarray
    """[P] step of pay above the posted rate for a relevant qualification, by policy, share of that rate."""
    extra_benefits: np.ndarray
    """[P] what benefits added by policy are worth to staff, log pay."""
    benefit_cost: np.ndarray
    """[P] what they cost employers, share of wages with holiday pay."""
    preview_blur: np.ndarray
    """[P] how unclear it is before the first day what a job is like, against today."""
    referred_share: np.ndarray
    """[P] share of people new to care who hear of the job from a friend on the staff, by policy."""
    referral_clarity: np.ndarray
    """[P] part of the error in first impressions that the friend's word takes away."""
    referral_bonus: np.ndarray
    """[P] what the employer pays the friend for a recruit, pence."""
    reception_worth: np.ndarray
    """[P] worth of support for people from overseas to those in their first year in care, by policy, log pay."""
    reception_months: np.ndarray
    """[P] months sooner that it has them know the job."""
    reception_cost: np.ndarray
    """[P] what the employer pays for it, pence a recruit."""
    reception_grant: np.ndarray
    """[P] what government pays for it, pence a recruit."""
    programme_cost: np.ndarray
    """[P] what programmes for staff cost employers, share of wages, by policy."""
    management_gain: np.ndarray
    """[P] management quality added by policy, log pay as staff value it."""
    strain_felt: np.ndarray
    """[P] part of the strain of a team short of people that its staff feel, by policy."""
    management_gap: np.ndarray
    """[P] how far an employer managed worse than the typical one stays behind it, against today, by policy."""
    establishment_cost: np.ndarray
    """[P] what programmes cost an establishment whatever its size, pence this month, by policy."""
    travel_time: np.ndarray
    """[P] time between visits against today's, by policy."""
    unmet_wishes: np.ndarray
    """[P] wishes over shifts that stay unmet, against today, by policy."""
    fair_treatment: np.ndarray
    """[P] worth of fair treatment to staff of minority ethnic groups and from abroad, log pay, by policy."""
    time_for_care: np.ndarray
    """[P] care that an hour of staff time gives, against today, by policy."""
    status_enforcement: np.ndarray
    """[P] share of employers who cannot pass staff off as self-employed."""
