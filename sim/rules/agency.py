"""Agency work: what it costs employers, what it pays, and what it is worth to people against a permanent post."""

from __future__ import annotations

import math

from sim.jit import rule
from sim.parameters import Behaviour


@rule
def agency_price(pay: int, price_cap: int, p: Behaviour) -> int:
    """Price of an hour of agency time, pence: pay of the role with premium and on-costs, no more than a cap.

    Agencies charged about twice the pay of own staff (Care England 2022: 19.57 against 9.90).
    """
    price = int(math.floor(pay * (1.0 + p.agency_premium) * p.agency_on_costs + 0.5))
    return price_cap if price > price_cap else price


@rule
def price_to_member(price: int, part: float) -> int:
    """Price of an hour for a member of a shared bank of staff, pence: what is left of an agency's price.

    The bank makes no profit and its running costs are paid for it; what staff get stays as it is.
    """
    return int(math.floor(price * part + 0.5))


@rule
def agency_pay(price: int, p: Behaviour) -> int:
    """Pay of an hour worked for an agency, pence: the price less the agency's own costs and margin."""
    return int(price * p.agency_worker_share)


@rule
def agency_job_value(pay: int, use: float, flexibility: float, match: float, p: Behaviour) -> float:
    r"""Value of agency work to a person, log pay.

    .. math:: u = \ln (w^a q) + f - s - k d + m

    pay for the part `q` of the hours offered that agencies place; wishes over when to work, which are met in full; less
    `agency_standing`: teams one does not know, calls at short notice, no more than the minimum of holiday, pension and
    sick pay; and travel. No hours are guaranteed, which counts nothing, as on zero hours (`guarantee_value`).
    """
    income = math.log(pay * use)
    return income + flexibility - p.agency_standing - p.distance_cost * p.agency_distance + match


@rule
def agency_looking_chance(use: float, p: Behaviour) -> float:
    """Chance that agency staff look at posts this month: as seekers do for the part of their hours left unused."""
    return p.agency_look_posts + (p.seeking_look - p.agency_look_posts) * (1.0 - use)


@rule
def smoothed_use(before: float, offered: int, used: int, p: Behaviour) -> float:
    """Part of the time offered by agency staff that is used, as they see it over some months.

    Where nobody offers any, a newcomer would find work.
    """
    now = used / offered if offered > 0 else 1.0
    if now < p.agency_use_least:
        now = p.agency_use_least
    return before + p.agency_use_speed * (now - before)
