"""Whose money: what each payer pays for care in a month, and where it goes; England, to the penny.

Both sides of the account are sums of the month's books, in whole pence, and are equal: what payers pay, and bear as
employers, is what staff, the Exchequer, agencies, suppliers and owners get, with what providers add to their reserves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.month.groups import GroupKind
from sim.month.ledger import COST_KINDS, TAX_KINDS
from sim.recording import FROM_GOVERNMENT
from sim.units import PENCE_PER_POUND, Household, MoneySource, Payer, Service, Source, month_name

if TYPE_CHECKING:
    from sim.recording import Record

Ints = NDArray[np.int64]
PAID, RECEIVED, PEOPLE = "paid", "received", "people"


class Item(NamedTuple):
    """A line of the account."""

    side: str
    """`paid`, `received`, or `people` for the counts that taxes are judged by."""
    party: str
    """Who pays or gets it."""
    item: str
    meaning: str


ITEMS = (
    Item(
        PAID,
        "council",
        "council_tax",
        "councils' own money: council tax with its precept, business rates; less savings",
    ),
    Item(
        PAID,
        "council",
        "council_reserves",
        "spent beyond the year's money; below nothing, money not spent on care: it goes back to the council at large",
    ),
    Item(
        PAID,
        "council",
        "own_services",
        "what councils' own services and assessment teams cost beyond what care pays for them; negative if less",
    ),
    Item(PAID, "council", "agency_assessors", "agency staff in empty posts of councils' assessment teams"),
    Item(PAID, "government", "council_grants", "government grants to councils for care in actual budgets"),
    Item(
        PAID,
        "government",
        "council_new_money",
        "new money from government for councils, brought by policies and by recovery funds of 2020 to 2022: in prices, "
        "and in grants and what the NHS passes on beyond actual budgets; negative if less. What is not spent on care "
        "is taken off again in council_reserves",
    ),
    Item(PAID, "government", "nhs_new_money", "new money from government in what the NHS pays, brought by policies"),
    Item(
        PAID,
        "government",
        "recovery_funds",
        "infection control and recovery funds in the price of care that people pay for themselves",
    ),
    Item(PAID, "government", "public_programmes", "programmes of policies that are not part of the price of care"),
    Item(PAID, "nhs", "better_care_fund", "what the NHS passes to councils for care in actual budgets"),
    Item(PAID, "nhs", "nhs", "what the NHS pays for care of its own, new money apart"),
    Item(PAID, "people", "client_contributions", "what people pay towards care that councils arrange"),
    Item(PAID, "people", "self_funders", "what people pay for care of their own"),
    Item(PAID, "people", "pay_for_nearby", "what people pay local micro-enterprises for care at home"),
    Item(
        PAID,
        "people",
        "employers_balance",
        "what personal assistants cost the people who employ them beyond their direct payments; negative if less",
    ),
    Item(
        RECEIVED,
        "staff",
        "staff_after_tax",
        "pay, holiday pay and employers' pension contributions, less taxes of staff; arrears paid back untaxed",
    ),
    Item(RECEIVED, "hmrc", "income_tax", "income tax on wages in care"),
    Item(RECEIVED, "hmrc", "employee_nic", "National Insurance of staff"),
    Item(RECEIVED, "hmrc", "employer_nic", "National Insurance of employers"),
    Item(RECEIVED, "hmrc", "penalties", "penalties for wages below the law"),
    Item(RECEIVED, "suppliers", "agency", "what agencies get"),
    Item(RECEIVED, "suppliers", "other", "rent, food, office and other costs"),
    Item(RECEIVED, "suppliers", "sponsorship", "fees for sponsoring people from overseas"),
    Item(
        RECEIVED,
        "suppliers",
        "programmes",
        "those who run these programmes, and whom they pay: staff for their time in the NHS, people who move",
    ),
    Item(RECEIVED, "suppliers", "nearby", "local micro-enterprises, outside the measured workforce"),
    Item(RECEIVED, "owners", "profit", "profit taken out by owners of independent providers"),
    Item(RECEIVED, "owners", "provider_reserves", "added to providers' reserves"),
    Item(PEOPLE, "staff", "people_in_post", "people in post at the end of the month"),
    Item(PEOPLE, "staff", "starters", "people who started a care job and did not come from another one"),
    Item(PEOPLE, "staff", "starters_not_from_work", "of whom out of work after a care job, or come from overseas"),
    Item(PEOPLE, "staff", "starters_from_pool", "of whom from the pool of low-paid labour, a part of it out of work"),
    Item(PEOPLE, "staff", "wages", "wages of staff before tax; holiday pay and pensions are not in them, GBP"),
    Item(PEOPLE, "staff", "pay_rates", "hourly pay of all people in post added up, GBP"),
    Item(PEOPLE, "staff", "pay_rates_universal_credit", "of these, of people whose household has Universal Credit"),
)
NOT_FROM_WORK = (Source.NOT_WORKING, Source.OVERSEAS_SPONSORED, Source.OVERSEAS_OTHER)
PEOPLE_ITEMS = tuple(one.item for one in ITEMS if one.side == PEOPLE)


def account(history: Record) -> dict[str, Ints]:
    """[month] every item of the account, pence of the model, and the counts of people."""
    paid, granted = (history.money[..., kind].sum(axis=(1, 2)) for kind in (0, 1))
    costs = {kind: history.costs[..., place].sum(axis=(1, 2)) for place, kind in enumerate(COST_KINDS)}
    taxes = {kind: history.taxes[:, place] for place, kind in enumerate(TAX_KINDS)}
    known = history.council_money
    new = dict(zip(FROM_GOVERNMENT, np.moveaxis(history.new_grants.sum(axis=1), -1, 0), strict=True))
    from_council, from_nhs = paid[:, Payer.COUNCIL], paid[:, Payer.NHS]
    balance = history.costs[..., COST_KINDS.index("balance")].sum(axis=1)
    of_people = balance[:, Service.PERSONAL_ASSISTANTS]
    assessors = history.assessment[..., -1].sum(axis=1)
    heads = history.people[..., 0].sum(axis=(1, 2, 3, 4), dtype=np.int64)
    started = history.starters.sum(axis=(1, 2, 3, 4), dtype=np.int64)
    rates = history.group_pay[:, GroupKind.HOUSEHOLD] // PENCE_PER_POUND
    return {
        "council_tax": known[:, MoneySource.COUNCIL_TAX],
        "council_reserves": from_council - granted[:, Payer.COUNCIL] - known.sum(axis=1),
        "own_services": of_people - balance.sum(axis=1),
        "agency_assessors": assessors,
        "council_grants": known[:, MoneySource.GRANTS] - new[MoneySource.GRANTS],
        "council_new_money": granted[:, Payer.COUNCIL] + sum(new.values()),
        "nhs_new_money": granted[:, Payer.NHS],
        "recovery_funds": granted[:, Payer.SELF_FUNDER],
        "public_programmes": history.programmes,
        "better_care_fund": known[:, MoneySource.NHS] - new[MoneySource.NHS],
        "nhs": from_nhs - granted[:, Payer.NHS],
        "client_contributions": known[:, MoneySource.CLIENTS],
        "self_funders": paid[:, Payer.SELF_FUNDER] - granted[:, Payer.SELF_FUNDER],
        "pay_for_nearby": history.micro_paid,
        "employers_balance": -of_people,
        "staff_after_tax": costs["wages"] + costs["on_costs"] + costs["arrears"] - sum(taxes.values()),
        **taxes,
        "agency": costs["agency"] + assessors,
        **{kind: costs[kind] for kind in ("penalties", "other", "sponsorship", "profit")},
        "programmes": history.programmes,
        "nearby": history.micro_paid,
        "provider_reserves": paid.sum(axis=1) - sum(costs.values()),
        "people_in_post": heads,
        "starters": started.sum(axis=1) - started[:, Source.CARE],
        "starters_not_from_work": started[:, list(NOT_FROM_WORK)].sum(axis=1),
        "starters_from_pool": started[:, Source.LOCAL_POOL],
        "wages": costs["wages"] // PENCE_PER_POUND,
        "pay_rates": rates.sum(axis=1),
        "pay_rates_universal_credit": rates[:, Household.UNIVERSAL_CREDIT],
    }


def money_table(history: Record, scale: float, first: int, last: int) -> Any:
    """Arrow table of the account of the months `first` to `last`: GBP of England, and people of England.

    Month by month, in each all `ITEMS` in their order.
    """
    import pyarrow as pa

    from sim.arrow import coded

    begin, end = (int(np.searchsorted(history.month, month)) for month in (first, last + 1))
    found = account(history)
    months = [month_name(int(month)) for month in history.month[begin:end]]
    codes = np.tile(np.arange(len(ITEMS)), len(months))
    unit = [1.0 if one.side == PEOPLE else PENCE_PER_POUND for one in ITEMS]
    values = [found[one.item][begin:end] / (scale * per) for one, per in zip(ITEMS, unit, strict=True)]
    return pa.table(
        {
            "month": coded(months, np.repeat(np.arange(len(months)), len(ITEMS))),
            **{name: coded([getattr(one, name) for one in ITEMS], codes) for name in ("side", "party", "item")},
            "value": pa.array(np.stack(values, axis=1).ravel()),
        }
    )
