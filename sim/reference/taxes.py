"""Taxes on the month's wages are added up; nobody acts on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.reference.councils import a_month_of
from sim.rules.pay import weekly_wage
from sim.rules.tax import part_paid, tax_above
from sim.units import Role

if TYPE_CHECKING:
    from sim.reference.model import ReferenceModel
    from sim.reference.providers import Provider


def count_taxes(model: ReferenceModel) -> None:
    """Income tax, and National Insurance of staff and employers, on wages and overtime."""
    for site in model.providers:
        if site.active:
            add_taxes(site)


def add_taxes(site: Provider) -> None:
    """Taxes of one provider; overtime comes on top of other earnings, so that no threshold is left for it."""
    model, law = site.model, site.model.law
    team = model.teams[site.row]
    extra = weekly_wage(site.posted_pay[Role.CARE_WORKER], site.overtime_minutes, site.travel_now, site.travel_paid)
    earnings = extra * (1.0 + model.p.holiday_share)
    rates = (law.income_tax_rate, law.employee_nic_rate, law.nic_rate)
    sums = (team.income_tax, team.employee_nic, team.employer_nic)
    for kind, (tax, rate) in enumerate(zip(sums, rates, strict=True)):
        week = part_paid(tax, site.wage_bill, team.wages) + tax_above(earnings, 0, rate)
        model.ledger.taxes[site.council.row, site.service, kind] += a_month_of(week)
