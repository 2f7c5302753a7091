"""Staff are counted: what delivery and the month's results need to know of people in post."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from sim.jit import kernel, part
from sim.month.groups import MOST_BANDS, GroupKind
from sim.month.marks import list_where
from sim.month.people import AGENCY, CARE, age_in_years
from sim.month.progression import has_steps, paid_for_steps
from sim.month.train import in_training
from sim.rules.contracts import idle_minutes
from sim.rules.delivery import in_induction
from sim.rules.enforcement import underpayment
from sim.rules.migration import tied_to_sponsor
from sim.rules.nhs import joint_extra, nhs_hour
from sim.rules.pay import effective_wage, legal_minimum, weekly_on_costs, weekly_wage
from sim.rules.substitution import self_employed_pay
from sim.rules.tax import tax_above
from sim.rules.training import minutes_released
from sim.units import DIRECT_ROLES, MONTHS_PER_YEAR, START_CALENDAR_MONTH, Role, Sector, Service, Source, Visa

INDEPENDENT = int(Sector.INDEPENDENT)
CARE_WORKER, NURSE = int(Role.CARE_WORKER), int(Role.REGISTERED_NURSE)
SIZE, UNRESTRICTED = int(GroupKind.SIZE), int(Visa.UNRESTRICTED)
FROM_CARE = int(Source.CARE)
HIGHEST_PAY = 6000
"""Pence an hour; higher pay is counted here."""
NEAR_FLOOR = 10
"""Pay within this many pence of the legal minimum counts as at the floor (Skills for Care)."""
NEW_YEARS, LONG_YEARS = 2, 10
"""Calendar years since people first worked in care: at most two are new to it, more than ten long in it (SfC)."""


class Counting(IntEnum):
    """How much of the stock of a month is counted."""

    NEEDED = 0
    """What the month itself needs: wages and time of each provider's staff."""
    IN_BRIEF = 1
    """People in post, too, as headline figures need them."""
    IN_FULL = 2
    """And by group, pay and experience."""


class TeamSum(IntEnum):
    """What is summed over the staff of each provider, a week.

    Minutes, people and hours on zero hours are summed over those in direct care. `STEPS` is what steps of pay by policy
    add to an hour times minutes worked; `UNDERPAID` is what wages lack of the law, counted where they are inspected;
    `JOINT` is what work in the NHS adds to pay in joint posts.
    """

    WAGES = 0
    ON_COSTS = 1
    DIRECT_MINUTES = 2
    PEOPLE = 3
    LEARNERS = 4
    ZERO_HOURS_MINUTES = 5
    ZERO_HOURS_COST = 6
    INCOME_TAX = 7
    EMPLOYEE_NIC = 8
    EMPLOYER_NIC = 9
    STEPS = 10
    UNDERPAID = 11
    JOINT = 12


WAGES, ON_COSTS, DIRECT_MINUTES, PEOPLE, LEARNERS, ZERO_HOURS_MINUTES, ZERO_HOURS_COST = range(7)
INCOME_TAX, EMPLOYEE_NIC, EMPLOYER_NIC, STEPS, UNDERPAID, JOINT = range(7, len(TeamSum))


class Measure(IntEnum):
    """What is summed over people in post in each cell."""

    HEADS = 0
    ZERO_HOURS = 1
    SPONSORED = 2
    MINUTES = 3
    PAY = 4
    EFFECTIVE_PAY = 5
    AT_FLOOR = 6
    BELOW_FLOOR = 7
    LONG_SERVICE = 8
    UNTRAINED = 9
    SELF_EMPLOYED = 10
    SELF_EMPLOYED_MINUTES = 11
    QUALIFIED = 12
    REGISTERED = 13
    CAME_FROM_CARE = 14
    NEW_TO_CARE = 15
    LONG_IN_CARE = 16


(
    HEADS,
    ZERO_HOURS,
    SPONSORED_HEADS,
    MINUTES,
    PAY,
    EFFECTIVE_PAY,
    AT_FLOOR,
    BELOW_FLOOR,
    LONG_SERVICE,
    UNTRAINED,
    SELF_EMPLOYED,
    SELF_EMPLOYED_MINUTES,
    QUALIFIED,
    REGISTERED,
    CAME_FROM_CARE,
    NEW_TO_CARE,
    LONG_IN_CARE,
) = range(len(Measure))


class Stock(NamedTuple):
    """Sums over people in post at the end of the month: int64, but for the long table of people by pay."""

    cells: np.ndarray
    """[L, S, X, R, measure]: one cell's measures lie together, so that a person touches one place in memory."""
    pay_counts: np.ndarray
    """[region, R, pence] people by pay, independent sector; int32, as it is emptied and gone through every month."""
    groups: np.ndarray
    """[kind, band] people; all kinds but the size of the establishment by `sim.month.count_groups`."""
    group_pay: np.ndarray
    """[kind, band] sum of their contract pay, pence/hour, likewise."""
    experience_pay: np.ndarray
    """[3, 2] care workers of the independent sector by years in the sector (under 1, in between, 5 or more): people,
    and pay summed."""
    teams: np.ndarray
    """[P, sum] sums over the staff of each provider (`TeamSum`)."""
    agency: np.ndarray
    """[L, 2] people who work for agencies, by council of residence, and the time they offer, minutes/week."""

    @property
    def heads(self) -> np.ndarray:
        """[L, S, X, R] people in post."""
        return self.cells[..., Measure.HEADS]

    @property
    def zero_hours(self) -> np.ndarray:
        """[L, S, X, R] people on zero hours."""
        return self.cells[..., Measure.ZERO_HOURS]

    @property
    def sponsored(self) -> np.ndarray:
        """[L, S, X, R] people on a sponsored visa."""
        return self.cells[..., Measure.SPONSORED]

    @property
    def minutes(self) -> np.ndarray:
        """[L, S, X, R] minutes a week worked."""
        return self.cells[..., Measure.MINUTES]

    @property
    def pay(self) -> np.ndarray:
        """[L, S, X, R] sum of contract pay, pence/hour."""
        return self.cells[..., Measure.PAY]

    @property
    def effective_pay(self) -> np.ndarray:
        """[L, S, X, R] sum of effective pay, pence/hour, each cut to whole pence."""
        return self.cells[..., Measure.EFFECTIVE_PAY]

    @property
    def at_floor(self) -> np.ndarray:
        """[L, S, X, R] people within 10p of the legal minimum."""
        return self.cells[..., Measure.AT_FLOOR]

    @property
    def below_floor(self) -> np.ndarray:
        """[L, S, X, R] people whose effective pay lies below the adult legal minimum."""
        return self.cells[..., Measure.BELOW_FLOOR]

    @property
    def long_service(self) -> np.ndarray:
        """[L, S, X, R] minutes a week by staff a year or more in post."""
        return self.cells[..., Measure.LONG_SERVICE]

    @property
    def untrained(self) -> np.ndarray:
        """[L, S, X, R] minutes a week by staff in induction."""
        return self.cells[..., Measure.UNTRAINED]

    @property
    def self_employed(self) -> np.ndarray:
        """[L, S, X, R] people who work for a provider as self-employed; no heads of the rest."""
        return self.cells[..., Measure.SELF_EMPLOYED]


def empty_stock(councils: int, regions: int, providers: int) -> Stock:
    """Zeros."""

    def zeros(*shape: int) -> np.ndarray:
        return np.zeros(shape, dtype=np.int64)

    return Stock(
        zeros(councils, len(Service), len(Sector), len(Role), len(Measure)),
        np.zeros((regions, len(Role), HIGHEST_PAY + 1), dtype=np.int32),
        zeros(len(GroupKind), MOST_BANDS),
        zeros(len(GroupKind), MOST_BANDS),
        zeros(3, 2),
        zeros(providers, len(TeamSum)),
        zeros(councils, 2),
    )


@kernel
def count_people(lo, hi, month, workers, providers, councils, law, p, in_full, listed, out):
    """Add people in rows [lo, hi) to the sums that results are made from; the self-employed hold no filled post.

    Unless `in_full`, they are not counted by pay, experience and size of their employer. `listed` is working room.
    """
    new_since, long_before = calendar_year_begins(int(month), NEW_YEARS), calendar_year_begins(int(month), LONG_YEARS)
    for k in range(lo, list_where(lo, hi, workers.status, CARE, listed)):
        i = listed[k]
        j = workers.employer[i]
        council, role = providers.council[j], workers.role[i]
        pay, minutes = workers.pay[i], workers.worked_minutes[i]
        effective = int(effective_wage(pay, providers.paid_part[j]))
        cell = out.cells[council, providers.service[j], providers.sector[j], role]
        if workers.self_employed[i] == 1:
            cell[SELF_EMPLOYED] += 1
            cell[SELF_EMPLOYED_MINUTES] += minutes
            continue
        visa = workers.visa[i]
        tied = tied_to_sponsor(visa, workers.visa_month[i], month, law.settlement_months)
        months = int(month - workers.job_start[i])
        began = workers.sector_start[i]
        since_start = int(month - began)
        sooner = law.reception_months[j] * (visa != UNRESTRICTED)
        learning = in_induction(months, since_start, law.induction_spared, sooner, p)
        zero_hours = workers.contract_minutes[i] == 0
        qualified = minutes * workers.qualified[i]
        from_care = workers.came_from[i] == FROM_CARE
        cell[HEADS] += 1
        cell[ZERO_HOURS] += zero_hours
        cell[SPONSORED_HEADS] += tied
        cell[MINUTES] += minutes
        cell[PAY] += pay
        cell[EFFECTIVE_PAY] += effective
        cell[AT_FLOOR] += pay <= law.adult_rate + NEAR_FLOOR
        cell[BELOW_FLOOR] += effective < law.adult_rate
        cell[LONG_SERVICE] += minutes * (months >= MONTHS_PER_YEAR)
        cell[UNTRAINED] += minutes * learning
        cell[QUALIFIED] += qualified
        cell[REGISTERED] += minutes * (role == NURSE)
        cell[CAME_FROM_CARE] += from_care
        cell[NEW_TO_CARE] += began >= new_since
        cell[LONG_IN_CARE] += began < long_before
        if in_full:
            count_in_full(providers, councils, j, role, pay, since_start, out)


@part
def count_in_full(providers, councils, j, role, pay, since_start, out):
    """Add somebody employed by provider `j` to the sums by pay, experience and size of the employer.

    Sector and role differ from one person to the next, and a branch on them would be guessed wrong.
    """
    independent = providers.sector[j] == INDEPENDENT
    out.pay_counts[councils.region[providers.council[j]], role, min(pay, HIGHEST_PAY)] += independent
    shown = int(independent & (role == CARE_WORKER))
    experience = experience_band(since_start)
    out.experience_pay[experience, 0] += shown
    out.experience_pay[experience, 1] += shown * pay
    out.groups[SIZE, providers.size_band[j]] += 1
    out.group_pay[SIZE, providers.size_band[j]] += pay


@part
def calendar_year_begins(month, years):
    """First month of the calendar year so many years before that of a month: employers tell the year people began.

    Months count from the start of runs, in April, so that calendar years begin three months before theirs.
    """
    before = START_CALENDAR_MONTH - 1
    return ((month + before) // MONTHS_PER_YEAR - years) * MONTHS_PER_YEAR - before


@part
def experience_band(months):
    """Band of the time in the sector: under a year, in between, five years or more. A sum of comparisons, as bands are.

    Branches on people's experience cannot be predicted.
    """
    return (months >= MONTHS_PER_YEAR) + (months >= 5 * MONTHS_PER_YEAR)


@part
def wage_lacking(workers, i, j, month, providers, law):
    """What the wage of person `i` lacks of the legal minimum at their age, all travel counted, pence/week."""
    minimum = legal_minimum(
        age_in_years(workers.birth_month[i], month), law.adult_age, law.adult_rate, law.youth_rate, 0
    )
    effective = effective_wage(workers.pay[i], providers.paid_part[j])
    travel = providers.travel_share[j] * law.travel_time[j]
    return underpayment(effective, workers.worked_minutes[i], travel, minimum)


@part
def in_use(values):
    """Whether a policy sets anything: where none does, nobody's employer need be looked up."""
    for value in values.flat:  # noqa: SIM110 (numba compiles no generators)
        if value > 0:
            return True
    return False


@kernel
def count_agency(lo, hi, workers, out):
    """Add people in rows [lo, hi) who work for agencies, and the time they offer, to the sums of their councils."""
    for i in range(lo, hi):
        if workers.status[i] == AGENCY:
            out.agency[workers.home_council[i], 0] += 1
            out.agency[workers.home_council[i], 1] += workers.wanted_minutes[i]


@kernel
def count_teams(lo, hi, month, workers, providers, law, p, listed, out):
    """Add wages, on-costs, staff time and people in induction, of rows [lo, hi), to the sums of their providers.

    `listed` is working room.
    """
    joint = in_use(law.joint_time)
    inspected = in_use(law.wage_inspections)
    steps = in_use(law.experience_step) or in_use(law.qualification_step)
    release = in_use(law.training_release)
    for k in range(lo, list_where(lo, hi, workers.status, CARE, listed)):
        i = listed[k]
        j = workers.employer[i]
        team = out.teams[j]
        worked, contract = workers.worked_minutes[i], workers.contract_minutes[i]
        travel_paid = max(providers.travel_paid_share[j], law.travel_paid_share[j])
        employed = workers.self_employed[i] == 0
        pay = workers.pay[i] if employed else self_employed_pay(int(workers.pay[i]), p)
        wage = weekly_wage(pay, worked, providers.travel_share[j] * law.travel_time[j], travel_paid)
        direct = 1 if workers.role[i] < DIRECT_ROLES else 0
        zero_hours = direct if contract == 0 else 0
        team[WAGES] += wage
        if employed:  # what the self-employed pay in tax is between them and HMRC, and not told
            earnings = wage * (1.0 + p.holiday_share)
            team[ON_COSTS] += weekly_on_costs(
                wage, law.nic_rate, law.nic_threshold, law.pension_rate + law.benefit_cost[j], p
            )
            team[INCOME_TAX] += tax_above(earnings, law.personal_allowance, law.income_tax_rate)
            team[EMPLOYEE_NIC] += tax_above(earnings, law.employee_nic_threshold, law.employee_nic_rate)
            team[EMPLOYER_NIC] += tax_above(earnings, law.nic_threshold, law.nic_rate)
            role = workers.role[i]
            if joint and law.joint_time[j, role] > 0.0:
                there = nhs_hour(int(law.nhs_pay[role]), law.joint_terms[j])
                team[JOINT] += joint_extra(int(pay), there, law.joint_time[j, role], int(worked))
            if inspected and law.wage_inspections[j] > 0.0:
                team[UNDERPAID] += wage_lacking(workers, i, j, month, providers, law)
        if steps and has_steps(j, workers.role[i], law):
            since_start = int(month - workers.sector_start[i])
            qualified = workers.qualified[i]
            team[STEPS] += worked * paid_for_steps(providers, j, workers.role[i], since_start, qualified, law, p)
        team[DIRECT_MINUTES] += direct * (worked - idle_minutes(contract, p))
        if release and law.training_release[j] > 0 and in_training(workers, i):
            team[DIRECT_MINUTES] -= minutes_released(worked, law.training_release[j], workers.qualified[i])
        team[PEOPLE] += direct
        months, since_start = int(month - workers.job_start[i]), int(month - workers.sector_start[i])
        sooner = law.reception_months[j] * (workers.visa[i] != UNRESTRICTED)
        team[LEARNERS] += direct if in_induction(months, since_start, law.induction_spared, sooner, p) else 0
        team[ZERO_HOURS_MINUTES] += zero_hours * worked
        team[ZERO_HOURS_COST] += zero_hours * wage
