"""Staff are counted: what delivery and the month's results need to know of people in post."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from sim.month.stock import HIGHEST_PAY, LONG_YEARS, NEAR_FLOOR, NEW_YEARS, Measure, empty_stock
from sim.reference.groups import bands_of
from sim.rules.contracts import idle_minutes
from sim.rules.delivery import in_induction
from sim.rules.enforcement import underpayment
from sim.rules.nhs import joint_extra, nhs_hour
from sim.rules.pay import effective_wage, legal_minimum, weekly_on_costs, weekly_wage
from sim.rules.substitution import self_employed_pay
from sim.rules.tax import tax_above
from sim.rules.training import minutes_released
from sim.units import DIRECT_CARE_ROLES, MONTHS_PER_YEAR, Role, Sector, Source, Status, Visa, month_name

if TYPE_CHECKING:
    from sim.reference.model import ReferenceModel
    from sim.reference.people import Worker


@dataclass
class Team:
    """Sums over the staff of a provider, a week."""

    wages: int = 0
    on_costs: int = 0
    direct_minutes: int = 0
    direct_people: int = 0
    direct_learners: int = 0
    zero_hours_minutes: int = 0
    zero_hours_wages: int = 0
    income_tax: int = 0
    employee_nic: int = 0
    employer_nic: int = 0
    steps: int = 0
    underpaid: int = 0
    joint: int = 0

    def add(self, worker: Worker) -> None:
        """Count one member of staff."""
        model, provider = worker.model, worker.provider
        law = model.law
        pay = self_employed_pay(worker.pay, model.p) if worker.self_employed else worker.pay
        wage = weekly_wage(pay, worker.worked_minutes, provider.travel_now, provider.travel_paid)
        self.wages += wage
        if not worker.self_employed:
            share = law.pension_rate + law.benefit_cost[provider.row]
            self.on_costs += weekly_on_costs(wage, law.nic_rate, law.nic_threshold, share, model.p)
            earnings = wage * (1.0 + model.p.holiday_share)
            self.income_tax += tax_above(earnings, law.personal_allowance, law.income_tax_rate)
            self.employee_nic += tax_above(earnings, law.employee_nic_threshold, law.employee_nic_rate)
            self.employer_nic += tax_above(earnings, law.nic_threshold, law.nic_rate)
            joint = law.joint_time[provider.row][worker.role]
            there = nhs_hour(law.nhs_pay[worker.role], law.joint_terms[provider.row])
            self.joint += joint_extra(pay, there, joint, worker.worked_minutes)
            if law.wage_inspections[provider.row] > 0.0:
                self.underpaid += wage_lacking(worker)
        of_steps = provider.paid_for_steps(worker.role, model.month - worker.sector_start, worker.qualified)
        self.steps += worker.worked_minutes * of_steps
        if worker.role not in DIRECT_CARE_ROLES:
            return
        self.direct_minutes += worker.worked_minutes - idle_minutes(worker.contract_minutes, model.p)
        release = law.training_release[provider.row]
        if release > 0 and worker.in_training:
            self.direct_minutes -= minutes_released(worker.worked_minutes, release, worker.qualified)
        self.direct_people += 1
        if worker.contract_minutes == 0:
            self.zero_hours_minutes += worker.worked_minutes
            self.zero_hours_wages += wage
        if learns(worker):
            self.direct_learners += 1


def wage_lacking(worker: Worker) -> int:
    """What a wage lacks of the legal minimum at the person's age, all travel counted, pence/week."""
    law, provider = worker.model.law, worker.provider
    age = worker.age_months // MONTHS_PER_YEAR
    minimum = legal_minimum(age, law.adult_age, law.adult_rate, law.youth_rate, 0)
    effective = effective_wage(worker.pay, provider.paid_part)
    return underpayment(effective, worker.worked_minutes, provider.travel_now, minimum)


def take_stock(model: ReferenceModel) -> None:
    """Count everybody in post, for delivery and for results."""
    model.stock = empty_stock(len(model.councils), model.regions, len(model.providers))
    model.teams = [Team() for _ in model.providers]
    for worker in model.workers:
        if worker.in_care:
            add_to_stock(worker)
            model.teams[worker.provider.row].add(worker)
        elif worker.status == Status.AGENCY:
            model.stock.agency[worker.home_council.row] += (1, worker.wanted_minutes)
    for row, team in enumerate(model.teams):
        model.stock.teams[row] = astuple(team)


def learns(worker: Worker) -> bool:
    """Whether a person in post still learns the job."""
    model = worker.model
    since_start = model.month - worker.sector_start
    from_abroad = worker.visa != Visa.UNRESTRICTED
    sooner = model.law.reception_months[worker.provider.row] if from_abroad else 0
    return in_induction(model.month - worker.job_start, since_start, model.law.induction_spared, sooner, model.p)


def add_to_stock(worker: Worker) -> None:
    """Count one person in post."""
    model, provider, stock = worker.model, worker.provider, worker.model.stock
    effective = int(effective_wage(worker.pay, provider.paid_part))
    long_service = model.month - worker.job_start >= MONTHS_PER_YEAR
    years_in_care = int(month_name(model.month)[:4]) - int(month_name(worker.sector_start)[:4])
    measures = {
        Measure.HEADS: 1,
        Measure.ZERO_HOURS: worker.contract_minutes == 0,
        Measure.SPONSORED: worker.tied,
        Measure.MINUTES: worker.worked_minutes,
        Measure.PAY: worker.pay,
        Measure.EFFECTIVE_PAY: effective,
        Measure.AT_FLOOR: worker.pay <= model.law.adult_rate + NEAR_FLOOR,
        Measure.BELOW_FLOOR: effective < model.law.adult_rate,
        Measure.LONG_SERVICE: worker.worked_minutes if long_service else 0,
        Measure.QUALIFIED: worker.worked_minutes * worker.qualified,
        Measure.REGISTERED: worker.worked_minutes if worker.role == Role.REGISTERED_NURSE else 0,
        Measure.UNTRAINED: worker.worked_minutes if learns(worker) else 0,
        Measure.CAME_FROM_CARE: worker.came_from == Source.CARE,
        Measure.NEW_TO_CARE: years_in_care <= NEW_YEARS,
        Measure.LONG_IN_CARE: years_in_care > LONG_YEARS,
    }
    cell = stock.cells[provider.council.row, provider.service, provider.sector, worker.role]
    if worker.self_employed:
        cell[Measure.SELF_EMPLOYED] += 1
        cell[Measure.SELF_EMPLOYED_MINUTES] += worker.worked_minutes
        return
    for measure, amount in measures.items():
        cell[measure] += amount
    for kind, band in enumerate(bands_of(worker)):
        stock.groups[kind, band] += 1
        stock.group_pay[kind, band] += worker.pay
    if provider.sector == Sector.INDEPENDENT:
        stock.pay_counts[provider.council.region, worker.role, min(worker.pay, HIGHEST_PAY)] += 1
        if worker.role == Role.CARE_WORKER:
            add_experience(worker)


def add_experience(worker: Worker) -> None:
    """Count pay by experience: under a year in the sector, in between, five years and more."""
    band = bisect_right((MONTHS_PER_YEAR, 5 * MONTHS_PER_YEAR), worker.months_in_sector)
    worker.model.stock.experience_pay[band] += (1, worker.pay)
