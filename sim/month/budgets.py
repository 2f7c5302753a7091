"""Councils' budgets: money comes in by source, years are closed, and overspends are paid off."""

from __future__ import annotations

from sim.jit import kernel, part
from sim.rules.budget import money_from_source, monthly_repayment, savings_asked, surplus_at_year_end
from sim.units import MoneySource, Payer, Service

SOURCES, SERVICE_COUNT = len(MoneySource), len(Service)
COUNCIL = int(Payer.COUNCIL)
COUNCIL_TAX, GRANTS = int(MoneySource.COUNCIL_TAX), int(MoneySource.GRANTS)
CLIENTS, NHS = int(MoneySource.CLIENTS), int(MoneySource.NHS)


@kernel
def set_budgets(lo, hi, councils, law, p, ledger):
    """Councils [lo, hi): money of the month by source; in April it grows and the last year is closed."""
    for council in range(lo, hi):
        if law.april == 1:
            for source in range(SOURCES):
                usual = councils.budget_parts[council, source]
                councils.budget_parts[council, source] = money_from_source(usual, 1.0 + law.budget_growth[council])
        bring_in_money(council, councils, law, ledger)
        if law.april == 1:
            close_year(council, councils, p, ledger)


@part
def bring_in_money(council, councils, law, ledger):
    """Money by source under the month's policies; savings come out of the council's own."""
    usual, money = councils.budget_parts, ledger.council_money
    money[council, COUNCIL_TAX] = money_from_source(usual[council, COUNCIL_TAX], law.precept[council])
    money[council, GRANTS] = money_from_source(usual[council, GRANTS], law.council_grants[council])
    money[council, CLIENTS] = money_from_source(usual[council, CLIENTS], law.client_contributions[council])
    money[council, NHS] = money_from_source(usual[council, NHS], law.better_care_fund[council])
    total = 0
    for source in range(SOURCES):
        total += money[council, source]
    saved = savings_asked(total, money[council, COUNCIL_TAX], law.savings[council])
    money[council, COUNCIL_TAX] -= saved
    councils.budget[council] = total - saved


@part
def close_year(council, councils, p, ledger):
    """What exceeds the reserve goes back to the council at large; what is owed is held back over the new year."""
    surplus = surplus_at_year_end(councils.balance[council], councils.budget[council], p)
    councils.balance[council] -= surplus
    ledger.council_returned[council] = surplus
    councils.repayment[council] = monthly_repayment(councils.balance[council])


@kernel
def close_month(lo, hi, councils, ledger):
    """Councils [lo, hi): money that came in, new money included, less what was spent, goes to the balance."""
    for council in range(lo, hi):
        granted = 0
        for service in range(SERVICE_COUNT):
            granted += ledger.grants[council, service, COUNCIL]
        councils.balance[council] += councils.budget[council] + granted - councils.spent[council]
