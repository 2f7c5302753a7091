"""Leaving a job without another to go to, by route. Chances are for one month."""

from __future__ import annotations

import math

from sim.jit import rule
from sim.parameters import Behaviour

HIGHEST_WITHOUT_WORK = 2.0
"""Exponent beyond which a worse job makes nobody leave sooner without work (assumption)."""


@rule
def retirement_chance(age_years: float, p: Behaviour) -> float:
    """Retirement, rising from `retirement_age` on: logistic in age."""
    return p.retirement_most / (1.0 + math.exp(-(age_years - p.retirement_age) / p.retirement_spread))


@rule
def ill_health_chance(age_years: float, strain: float, frailty: float, p: Behaviour) -> float:
    """Ill health ends work: rises with age, with strain of the team, and varies between people."""
    older = age_years - 40.0
    if older < 0.0:
        older = 0.0
    exponent = p.ill_health_age * older + p.ill_health_strain * strain
    if exponent > 2.5:
        exponent = 2.5
    return p.ill_health_base * frailty * math.exp(exponent)


@rule
def no_work_chance(
    age_years: float, frailty: float, strain: float, belief: float, surplus: float, p: Behaviour
) -> float:
    """Leaving for family, study or a break without a job to go to.

    Falls with age and with what the job is worth over a typical one; rises with strain (small, 0.08 a 10-point
    shortfall,
    switchable: no causal estimate exists) and differs lastingly between people (frailty), so that those who stay are
    ever more the stayers.
    """
    younger = (40.0 - age_years) / 10.0
    exponent = p.no_work_age * younger + p.strain_on_leaving * strain - p.no_work_value * (surplus + belief)
    if exponent > HIGHEST_WITHOUT_WORK:
        exponent = HIGHEST_WITHOUT_WORK
    return p.no_work_base * frailty * math.exp(exponent)


@rule
def most_without_work(frailty: float, p: Behaviour) -> float:
    """The most that `no_work_chance` can be, however little the job is worth."""
    return p.no_work_base * frailty * math.exp(HIGHEST_WITHOUT_WORK)


@rule
def dismissal_weight(belief: float, p: Behaviour) -> float:
    """How much likelier a parting is where the match is bad, and less likely where it is good; at most e times."""
    exponent = -p.probation_match * belief
    if exponent > 1.0:
        exponent = 1.0
    return math.exp(exponent)


@rule
def probation_chance(months: int, frailty: float, belief: float, tied: bool, p: Behaviour) -> float:
    r"""Dismissal or parting during probation, most likely in the first weeks and where the match is bad.

    .. math:: (c + c_0 e^{-t/s}) \, f \, d(b)

    after `t` months, with frailty `f` and the weight `d` of the match. Much of what a job asks shows on the first days:
    of care workers who started in 2016/17 47.8% had left within a year (evidence to the Communities and Local
    Government Committee, 2017), which a hazard gives that falls with tenure like a Weibull one of shape 0.65 (derived).
    That was before people came under sponsorship in numbers: those who are tied to a sponsor, who were chosen and paid
    for, have `c` alone (an assumption, made after it was published that they leave half as often).
    """
    if months < 0 or months >= int(p.probation_months):
        return 0.0
    early = 0.0 if tied else p.early_parting * math.exp(-months / p.settling_in_months)
    return (p.probation_base + early) * frailty * dismissal_weight(belief, p)


@rule
def dismissal_chance(months: int, qualifying_months: int, frailty: float, belief: float, p: Behaviour) -> float:
    """Dismissal after probation, for as long as an employer need not show a fair reason.

    The qualifying period for claims of unfair dismissal was two years and is six months from January 2027 (Employment
    Rights Act 2025); from then on nobody past probation can be parted with this way. That employers may choose recruits
    with more care is left out: no estimate was found.
    """
    if months < int(p.probation_months) or months >= qualifying_months:
        return 0.0
    return p.dismissal_base * frailty * dismissal_weight(belief, p)


@rule
def leaving_bound(age_years: float, months: int, qualifying_months: int, frailty: float, p: Behaviour) -> float:
    """Upper bound of the monthly chance of leaving without a job, for drawing first and judging later.

    The bases of the routes that are open at this age and tenure, times the highest factors their rules allow.
    """
    highest = p.ill_health_base * math.exp(2.5) + p.no_work_base * math.exp(HIGHEST_WITHOUT_WORK)
    if months < int(p.probation_months):
        highest += (p.probation_base + p.early_parting) * math.exp(1.0)
    elif months < qualifying_months:
        highest += p.dismissal_base * math.exp(1.0)
    bound = highest * frailty
    if age_years > p.retirement_age - 6.0 * p.retirement_spread:
        bound += p.retirement_most
    else:
        bound += p.retirement_most * math.exp(-6.0)
    return bound if bound < 1.0 else 1.0


@rule
def vaccination_chance(unvaccinated_share: float, unemployment: float, p: Behaviour) -> float:
    """Share of care-home staff lost each month while vaccination was a condition of deployment.

    Three to four percent of staff left in all, more where other jobs were easy to find (Girma and Paton 2023 as
    summarised in the evidence): scaled by national over local unemployment.
    """
    return (
        unvaccinated_share
        * p.vaccination_leave
        * math.exp(-p.vaccination_unemployment * (unemployment - p.unemployment_typical))
    )


@rule
def back_to_seeking_chance(p: Behaviour) -> float:
    """Chance that someone not working starts to look for work again."""
    return p.back_to_seeking


@rule
def outside_job_chance(tightness: float, p: Behaviour) -> float:
    """Chance that someone seeking work takes a job outside care this month."""
    chance = p.seeker_outside * math.exp(p.tightness_elasticity * math.log(tightness))
    return chance if chance < 1.0 else 1.0
