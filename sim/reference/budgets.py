"""Councils' budgets: money comes in by source, years are closed, and overspends are paid off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.rules.budget import money_from_source, monthly_repayment, savings_asked, surplus_at_year_end
from sim.units import MoneySource, Payer

if TYPE_CHECKING:
    from sim.reference.councils import Council
    from sim.reference.model import ReferenceModel


def set_budgets(model: ReferenceModel) -> None:
    """Councils' money comes in; in April the last year is closed."""
    for council in model.councils:
        if model.law.april:
            growth = 1.0 + model.law.budget_growth[council.row]
            council.budget_parts = [money_from_source(part, growth) for part in council.budget_parts]
        bring_in_money(council)
        if model.law.april:
            close_year(council)


def bring_in_money(council: Council) -> None:
    """Money by source under the month's policies; savings come out of the council's own."""
    law, row = council.model.law, council.row
    multipliers = (law.precept, law.council_grants, law.client_contributions, law.better_care_fund)
    money = [
        money_from_source(part, multiplier[row])
        for part, multiplier in zip(council.budget_parts, multipliers, strict=True)
    ]
    saved = savings_asked(sum(money), money[MoneySource.COUNCIL_TAX], law.savings[row])
    money[MoneySource.COUNCIL_TAX] -= saved
    council.model.ledger.council_money[row] = money
    council.budget = sum(money)


def close_year(council: Council) -> None:
    """What exceeds the reserve goes back to the council at large; what is owed is held back over the new year."""
    surplus = surplus_at_year_end(council.balance, council.budget, council.model.p)
    council.balance -= surplus
    council.model.ledger.council_returned[council.row] = surplus
    council.repayment = monthly_repayment(council.balance)


def close_month(model: ReferenceModel) -> None:
    """What councils did not spend, or spent beyond their money, is carried on."""
    if model.month < 0:
        return
    for council in model.councils:
        granted = int(model.ledger.grants[council.row, :, Payer.COUNCIL].sum())
        council.balance += council.budget + granted - council.spent
