"""What comes with people who are new to care: a friend's word, and what is paid for finding and receiving them."""

from __future__ import annotations

from sim.draws import Purpose, pair_uniform
from sim.jit import part
from sim.rules.entry import blur_after_talk
from sim.units import NEVER, Visa

UNRESTRICTED = int(Visa.UNRESTRICTED)
ON_COSTS, OTHER = 1, 3
"""Kinds of cost in `Ledger.costs`."""


@part
def came_by_friend(seed, uid, providers, j, law):
    """Whether a newcomer to care hears of provider `j` from a friend who works there."""
    share = law.referred_share[j]
    return share > 0.0 and pair_uniform(seed, uid, providers.uid[j], Purpose.REFERRED) < share


@part
def blur_met(seed, uid, newcomer, providers, j, law):
    """How unclear it is to a person before the first day what a job with provider `j` is like, against today."""
    if newcomer and came_by_friend(seed, uid, providers, j, law):
        return blur_after_talk(law.preview_blur[j], law.referral_clarity[j])
    return law.preview_blur[j]


@part
def charge(providers, ledger, j, kind, cost):
    """Provider `j` pays something beside the bills of the month, pence."""
    providers.reserves[j] -= cost
    ledger.costs[providers.council[j], providers.service[j], kind] += cost


@part
def pay_for_newcomer(seed, workers, providers, ledger, i, j, tied, law):
    """What the start of person `i` with provider `j` costs where people new to care are brought or received by policy.

    A bonus to the member of staff who brought a friend, and the reception of people from overseas.
    """
    if workers.sector_start[i] > NEVER:
        return
    council = providers.council[j]
    if not tied and came_by_friend(seed, workers.uid[i], providers, j, law):
        charge(providers, ledger, j, ON_COSTS, law.referral_bonus[j])
        ledger.bonuses[council, providers.service[j]] += law.referral_bonus[j]
    if workers.visa[i] != UNRESTRICTED:
        charge(providers, ledger, j, OTHER, law.reception_cost[j])
        ledger.programmes[council] += law.reception_grant[j]
