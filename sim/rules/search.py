"""Looking for jobs: who looks, where, and when a move is worth it."""

from __future__ import annotations

import math

from sim.jit import rule
from sim.parameters import Behaviour

ATTEMPTS = 5
"""Times that a look is tried for until it falls on an employer who was not known: where half the posts are with known
ones, 3% of looks still find nobody."""
LOOKS_APART = 32
"""Numbers of draws between one attempt and the next: more than anybody's looks in a month, a hub's matches included."""


@rule
def looking_probability(surplus: float, age_years: float, p: Behaviour) -> float:
    r"""Chance that someone in work looks at jobs this month.

    .. math:: s = \max(\underline s, a(A) \min(\bar s, s_0 e^{-x \beta (u - \bar u)}))

    where the surplus is the value of the present job over that of a typical job nearby, and `a(A)` falls with age: the
    young shop around (Burdett and Mortensen 1998 with search effort as in Faberman et al. 2022: pervasive, and higher
    on low rungs). Age lowers the most that anybody looks too, so that it counts for people in poor jobs as well.
    """
    exponent = -p.search_slope * p.wage_weight * surplus
    if exponent > 4.0:
        exponent = 4.0
    chance = p.search_base * math.exp(exponent)
    if chance > p.search_most:
        chance = p.search_most
    chance *= search_at_age(age_years, p)
    return p.search_least if chance < p.search_least else chance


@rule
def most_looking(age_years: float, p: Behaviour) -> float:
    """The most that the chance of looking can be at an age, however poor the job: the rate at the ceiling."""
    chance = p.search_most * search_at_age(age_years, p)
    return p.search_least if chance < p.search_least else chance


@rule
def search_at_age(age_years: float, p: Behaviour) -> float:
    r"""Looking at an age against that at 20, in as good a job: :math:`a(A) = e^{-\alpha (A - 20) / 10}`, at most 1."""
    older = (age_years - 20.0) / 10.0
    return math.exp(-p.search_age * older) if older > 0.0 else 1.0


@rule
def typical_value(care_pay: float, outside_pay: float, p: Behaviour) -> float:
    """Value of a typical job nearby, log pay, against which people judge their own."""
    return (1.0 - p.outside_in_reference) * math.log(care_pay) + p.outside_in_reference * math.log(outside_pay)


@rule
def value_needed(present: float, switching_cost: float) -> float:
    """Value that a job seen must exceed for a person to apply, log pay: the present one's and the cost of moving."""
    return present + switching_cost


@rule
def application_cost(visa_fee: int, weekly_pay: int, p: Behaviour) -> float:
    """Cost of a new visa application spread over a year's pay, log pay; nothing for those who need none."""
    if visa_fee <= 0 or weekly_pay <= 0:
        return 0.0
    return visa_fee / (weekly_pay * p.weeks_a_year)


@rule
def outside_offer_chance(tightness: float, p: Behaviour) -> float:
    """Chance that someone who looks sees a job outside care, given vacancies per unemployed person against 2016/17."""
    chance = p.outside_look * math.exp(p.tightness_elasticity * math.log(tightness))
    return chance if chance < 1.0 else 1.0


@rule
def outside_chance_of(senior: int, chance: float, p: Behaviour) -> float:
    """Chance that a person who looks sees a job outside care they would weigh up: `chance`, less for seniors.

    Jobs outside that take up what a senior care worker has learnt are fewer than those that ask for no experience. By
    how much is an assumption: no source was found that says where seniors go.
    """
    return chance * p.senior_outside if senior == 1 else chance


@rule
def notices(new_posts: int, u: float, p: Behaviour) -> bool:
    r"""Whether someone in care who comes across an employer considers its open posts of a role.

    .. math:: \text{new posts} > 0 \quad\text{or}\quad u < \phi

    People in care know what is open around them. A post that has just opened is news; one that was open a month ago has
    been passed over and is looked at again only with the chance `second_look`, :math:`\phi`. So moves between employers
    go with the posts that open, while people from outside care, to whom everything is new, choose from the stock
    (stock-flow matching: Coles and Petrongolo 2008, who find it in UK data). With :math:`\phi = 1` matching is random.
    """
    return new_posts > 0 or u < p.second_look


@rule
def job_distance(km_between: float, local_km: float, u: float) -> float:
    """Distance from home to a job, km: between council centres, or an exponential spread within one."""
    local = -local_km * math.log(1.0 - u)
    if local > 4.0 * local_km:
        local = 4.0 * local_km
    if km_between <= 0.0:
        return local
    return math.sqrt(km_between * km_between + local * local)


@rule
def returner_looking_chance(status: int, months_out: int, invited: float, p: Behaviour) -> float:
    """Chance that someone who left care looks at care jobs this month, by what they do now.

    `status` is a code of `units.Status`: 2 NHS, 3 other work, 4 seeking, 5 not working. Where people who left are
    invited back, those in other work look `invited` times as often, at most as often as those who seek work.
    """
    seeking, other_work, in_nhs, not_working = p.seeking_look, p.other_work_look, p.nhs_look, p.not_working_look
    if status == 4:
        return seeking
    if status == 3:
        chance = invited * other_work
        return chance if chance < seeking else seeking
    return in_nhs if status == 2 else not_working
