"""Home-care contracts: how long they run, who wins them, and which staff go with them."""

from __future__ import annotations

import math

from sim.jit import rule
from sim.parameters import Behaviour


@rule
def contract_months(years: int, u: float) -> int:
    """Months from one letting of a council's home-care contracts to the next: the usual years, one fewer or one more.

    Framework agreements run for four years at most (Public Contracts Regulations 2015, regulation 33).
    """
    length = years - 1 + int(3.0 * u)
    return 12 * (length if length > 1 else 1)


@rule
def contracts_due(month: int, length: int, u: float) -> bool:
    """Whether contracts that run for `length` months are let in a month; `u` places the council in its calendar."""
    return (month + int(u * length)) % length == 0


@rule
def minutes_let(bought: int, p: Behaviour) -> int:
    """Minutes a week of a provider's council care that are let anew; the rest stays with those who are used to it."""
    return int(bought * p.tender_share)


@rule
def bid_score(
    price: int, mean_price: float, management: float, strain: float, price_weight: float, noise: float, p: Behaviour
) -> float:
    r"""What a council makes of a bid: price against quality, and an error of judgement.

    Quality is management as staff value it, and continuity: the share of care given by own staff, which strain lowers.

    .. math:: -w \log(P / \bar{P}) + (1 - w)(m - s) + \sigma \epsilon

    with `P` the price, `w` its weight, `m` management, `s` strain, and `epsilon` a standard normal draw.
    """
    cheapness = -math.log(price / mean_price) if price > 0 and mean_price > 0.0 else 0.0
    return price_weight * cheapness + (1.0 - price_weight) * (management - strain) + p.tender_error * noise


@rule
def bid_weight(let: int, score: float, p: Behaviour) -> int:
    """Weight with which a bidder shares in the minutes let: those it had, times more the better its score."""
    exponent = p.tender_response * score
    if exponent > p.tender_range:
        exponent = p.tender_range
    if exponent < -p.tender_range:
        exponent = -p.tender_range
    return int(let * math.exp(exponent))


@rule
def minutes_guaranteed(won: int, block_share: float) -> int:
    """Minutes a week that a contract guarantees, whatever need does."""
    return int(won * block_share)


@rule
def goes_with_contract(u: float, lost_part: float, p: Behaviour) -> bool:
    """Whether a member of the staff works for the care that was lost, and so goes over to its new provider.

    Transfer of Undertakings (Protection of Employment) Regulations 2006, regulations 3 and 4: people assigned to the
    grouping that does the work go over on their terms and with their length of service.
    """
    return u < lost_part * p.transfer_share
