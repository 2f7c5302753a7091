"""Hours guaranteed, offered and taken."""

from __future__ import annotations

from sim.jit import rule
from sim.parameters import Behaviour


@rule
def offered_contract(
    zero_hours_share: float,
    u: float,
    wanted_minutes: int,
    minimum_minutes: int,
    keep_if_preferred: int,
    value_of_guarantee: float,
    p: Behaviour,
) -> int:
    """Contracted minutes a week in an offer; 0 is a zero-hours contract.

    Employers keep a share of staff on zero hours; as those on zero hours leave sooner and some win guaranteed hours,
    they offer them to more than that share of recruits, and the hours wanted to the rest. Where contracts below a
    minimum are not allowed, the zero-hours offer becomes one at the minimum (the employer's cheapest lawful
    substitute), or at the hours wanted where these are fewer, unless the law lets those who prefer zero hours keep
    them.
    """
    if u >= zero_hours_share * p.zero_hours_offers:
        return wanted_minutes
    if minimum_minutes <= 0:
        return 0
    if keep_if_preferred == 1 and value_of_guarantee < 0.0:
        return 0
    return minimum_minutes if minimum_minutes < wanted_minutes else wanted_minutes


@rule
def lawful_contract(
    contract_minutes: int, wanted_minutes: int, minimum_minutes: int, keep_if_preferred: int, value_of_guarantee: float
) -> int:
    """Contracted minutes a week of someone in post once contracts below a minimum are not allowed.

    Nobody is made to take more hours than wanted: who wants fewer than the minimum is guaranteed those.
    """
    least = minimum_minutes if minimum_minutes < wanted_minutes else wanted_minutes
    if contract_minutes >= least:
        return contract_minutes
    if keep_if_preferred == 1 and value_of_guarantee < 0.0:
        return contract_minutes
    return least


@rule
def could_work_full_time(u: float, reach: float) -> bool:
    """Whether the life of somebody who works part-time leaves room for full-time hours if the rota fits it.

    How many there are is said by the policy, as no source tells.
    """
    return u < reach


@rule
def takes_guaranteed_hours(value_of_guarantee: float, p: Behaviour) -> bool:
    """A worker entitled to an offer of guaranteed hours takes it if it is worth more than the inertia of asking.

    Take-up was 17-20% in McDonald's trial; 44% of zero-hours workers say they want more regular hours.
    """
    return value_of_guarantee > p.offer_inertia


@rule
def hours_worked(contract_minutes: int, wanted_minutes: int, zero_hours_use: float) -> int:
    """Minutes a week normally worked: the contract, or on low and zero hours the employer's use of the hours wanted."""
    used = int(wanted_minutes * zero_hours_use)
    return contract_minutes if contract_minutes > used else used


@rule
def idle_minutes(contract_minutes: int, p: Behaviour) -> int:
    """Guaranteed minutes a week that are paid but not needed: the slack an employer loses with zero hours."""
    return int(contract_minutes * p.guarantee_idle_share)
