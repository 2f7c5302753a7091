"""Taxes on the month's wages are added up; nobody acts on them."""

from __future__ import annotations

from sim.jit import kernel, part
from sim.month.settle import monthly
from sim.month.stock import EMPLOYEE_NIC, EMPLOYER_NIC, INCOME_TAX, WAGES
from sim.rules.pay import weekly_wage
from sim.rules.tax import part_paid, tax_above
from sim.units import Role

CARE_WORKER = int(Role.CARE_WORKER)
INCOME_TAX_KIND, EMPLOYEE_NIC_KIND, EMPLOYER_NIC_KIND = 0, 1, 2


@kernel
def count_taxes(lo, hi, providers, reach, teams, law, p, ledger):
    """Councils [lo, hi): income tax, and National Insurance of staff and employers, on wages and overtime."""
    for council in range(lo, hi):
        for n in range(reach.list_start[council], reach.list_start[council + 1]):
            j = reach.provider[n]
            if providers.active[j] == 1:
                add_taxes(providers, j, teams[j], law, p, ledger.taxes[council, providers.service[j]])


@part
def add_taxes(providers, j, team, law, p, taxes):
    """Taxes of provider `j`; overtime comes on top of other earnings, so that no threshold is left for it."""
    travel_paid = max(providers.travel_paid_share[j], law.travel_paid_share[j])
    extra = weekly_wage(
        providers.posted_pay[j, CARE_WORKER],
        providers.overtime_minutes[j],
        providers.travel_share[j] * law.travel_time[j],
        travel_paid,
    )
    earnings = extra * (1.0 + p.holiday_share)
    paid, full = providers.wage_bill[j], team[WAGES]
    income_tax = part_paid(team[INCOME_TAX], paid, full) + tax_above(earnings, 0, law.income_tax_rate)
    of_staff = part_paid(team[EMPLOYEE_NIC], paid, full) + tax_above(earnings, 0, law.employee_nic_rate)
    of_employers = part_paid(team[EMPLOYER_NIC], paid, full) + tax_above(earnings, 0, law.nic_rate)
    taxes[INCOME_TAX_KIND] += monthly(income_tax)
    taxes[EMPLOYEE_NIC_KIND] += monthly(of_staff)
    taxes[EMPLOYER_NIC_KIND] += monthly(of_employers)
