"""People who pay for their own care run out of means and become the council's to pay for."""

from __future__ import annotations

from sim.jit import rule
from sim.parameters import Behaviour


@rule
def spend_down_chance(fee: int, usual_fee: int, limit: int, p: Behaviour) -> float:
    r"""Share of self-funders in care homes whose means fall to the upper capital limit this month.

    Means above the limit last the shorter the higher the fee. `usual_fee` is the fee of the start grown with earnings
    in general, as means are taken to grow; at it, and at the limit of 23,250 pounds, the share is the usual one.

    .. math:: s = s_0 \, \frac{f}{f_0} \, \frac{W - L_0}{W - L}
    """
    if usual_fee <= 0:
        return p.spend_down
    above = p.self_funder_means - limit
    least = p.self_funder_means_least * p.self_funder_means
    if above < least:
        above = least
    return p.spend_down * fee / usual_fee * (p.self_funder_means - p.capital_limit_usual) / above


@rule
def means_run_out(minutes: int, chance: float, p: Behaviour) -> int:
    """Care, minutes a week, that passes from self-funders to the council this month beyond the usual flow.

    Growth of need by payer holds the usual flow already: people die, others come, and the mix stays. Negative where
    fewer than usual run out of means.
    """
    return int(minutes * (chance - p.spend_down))


@rule
def replaced_by_the_usual_mix(beyond: int, p: Behaviour) -> int:
    """Care, minutes a week, of what so passed to the council that goes back, as those residents are replaced."""
    return int(beyond * p.home_turnover)
