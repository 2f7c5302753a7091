"""What employers put in place of zero hours where these are banned: the minimum, self-employment, agency hours."""

from __future__ import annotations

import math

from sim.jit import rule
from sim.parameters import Behaviour


@rule
def self_employed_pay(pay: int, p: Behaviour) -> int:
    """Pay of an hour of self-employed work, pence: that of staff and a premium, with nothing on top."""
    return int(math.floor(pay * (1.0 + p.self_employed_premium) + 0.5))


@rule
def cost_of_guarantee(
    pay: int,
    minimum_minutes: int,
    needed_minutes: int,
    slack: float,
    nic_rate: float,
    pension_rate: float,
    p: Behaviour,
) -> float:
    r"""Cost of an hour of care under the shortest lawful contract, pence.

    .. math:: c = w (1 + o) \frac{\max(g, n)}{n (1 - s)}

    for `n` minutes needed and `g` guaranteed. `s` is the slack that zero hours save: the usual idle part of guaranteed
    time, and the part of staff time for which nobody had to be called in last month. `o` are on-costs.
    """
    if needed_minutes <= 0:
        return 1e9
    paid = minimum_minutes if minimum_minutes > needed_minutes else needed_minutes
    on_costs = p.holiday_share + pension_rate + nic_rate * p.nic_marginal_share
    idle = p.guarantee_idle_share + slack
    if idle > p.idle_most:
        idle = p.idle_most
    return pay * (1.0 + on_costs) * paid / (needed_minutes * (1.0 - idle))


@rule
def form_of_work(
    u: float, guarantee: float, self_employed: float, agency: float, z_self: float, z_agency: float, p: Behaviour
) -> int:
    """What an employer makes of a position on zero hours: 0 the lawful contract, 1 self-employment, 2 agency hours.

    A share of positions, by the draw `u`, is open to other forms; there the cheapest is taken, as the employer sees
    their costs (pence an hour, with an error for each of the two). A negative cost means that a form is ruled out.
    """
    if u >= p.substitution_share:
        return 0
    best, form = guarantee, 0
    if self_employed > 0.0 and self_employed * math.exp(p.substitution_spread * z_self) < best:
        best, form = self_employed * math.exp(p.substitution_spread * z_self), 1
    if agency > 0.0 and agency * math.exp(p.substitution_spread * z_agency) < best:
        form = 2
    return form


@rule
def may_be_self_employed(u: float, enforcement: float) -> bool:
    """Whether an employer gets away with self-employment that is none in truth: a share of them is found out."""
    return u >= enforcement


@rule
def self_employment_terms(flexibility: float, p: Behaviour) -> float:
    """What self-employment adds to a job beside its pay, log pay.

    A say over when to work, met in full, against holiday, pension and sick pay forgone.
    """
    return flexibility - p.employment_rights
