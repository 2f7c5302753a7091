"""People from outside care who look at care jobs."""

from __future__ import annotations

import math

from sim.jit import rule
from sim.parameters import Behaviour
from sim.units import MONTHS_PER_YEAR, OLDER_FROM, YOUNG_BELOW

MEAN_PART_OF_YEAR = sum(range(MONTHS_PER_YEAR)) / MONTHS_PER_YEAR / MONTHS_PER_YEAR
"""Mean, over its months, of the part of a year that has passed ahead of each."""


@rule
def eu_share(origin_weight: float, p: Behaviour) -> float:
    """Share of EU citizens without settled status among people who look in a place, at most one half."""
    share = p.eu_share_of_lookers * origin_weight
    return share if share < 0.5 else 0.5


@rule
def people_looking(
    pool: int,
    unemployment: float,
    tightness: float,
    free_movement: float,
    origin_weight: float,
    interest: float,
    fixed_draw: float,
    p: Behaviour,
) -> int:
    r"""People in a council's pool of low-paid labour who look at care jobs this month.

    .. math:: n = \lambda N (1 + i) (U/U_0)^{\eta} T^{-\tau} (1 - e_c (1 - f))

    More when unemployment `U` is high, fewer when other employers seek hard (`T`, vacancies per unemployed person),
    fewer without free movement `f` from the EU, above all where many in care came from abroad (`e_c`). None of these
    depends on a scenario's care policy, but for what campaigns add (`i`), so the same people look in all.
    """
    rate = (
        p.pool_look * (1.0 + interest) * math.exp(p.pool_unemployment * math.log(unemployment / p.unemployment_typical))
    )
    rate = rate * math.exp(-p.pool_tightness * math.log(tightness))
    rate = rate * (1.0 - eu_share(origin_weight, p) * (1.0 - free_movement))
    return int(math.floor(pool * rate + fixed_draw))


@rule
def male_share(interest: float, interest_of_men: float, p: Behaviour) -> float:
    r"""Share of men among local people who look, where campaigns add `i` of everybody and `j` of men alone.

    .. math:: (m (1 + i) + j) / (1 + i + j)
    """
    return (p.male_share_entrants * (1.0 + interest) + interest_of_men) / (1.0 + interest + interest_of_men)


@rule
def arrivals_looking(recruits: int, scale: float, share: float, fixed_draw: float, p: Behaviour) -> int:
    """People who arrived by routes other than sponsorship and look for care work in a council this month.

    What is published are those who found it, for England; so many more look that these come out while posts are as
    open as up to 2021/22. `scale` is the share of England simulated, `share` the council's.
    """
    return int(math.floor(recruits / p.other_route_found * scale * share + fixed_draw))


@rule
def asylum_looking(people: float, scale: float, fixed_draw: float) -> int:
    """People granted asylum in a council who look at care jobs this month because they are put in touch.

    `people` are those of a month at full scale, `scale` is the share of England simulated.
    """
    return int(math.floor(people * scale + fixed_draw))


@rule
def people_moving(looking: int, share: float, fixed_draw: float) -> int:
    """People among those who look in a council who move to one place where a policy helps them."""
    return int(math.floor(looking * share + fixed_draw))


@rule
def blur_after_talk(blur: float, clarity: float) -> float:
    """How unclear a job is before the first day to somebody whom a friend on the staff has told of it.

    The friend's word takes away a part, `clarity`, of the error that is left otherwise (`first_impression`).
    """
    return blur * (1.0 - clarity)


@rule
def going_pay_outside(usual: float, part_of_year: float, earnings: float, last_march: float) -> float:
    r"""Going rate of low-paid work outside care, pence/hour: it moves with earnings about its rate of the year.

    .. math:: o = \max(\bar o (1 + (t - \bar t) e), \; o_{\text{March}})

    with the rate :math:`\bar o` of the year, the growth :math:`e` of earnings over the financial year, the part
    :math:`t` of it that has passed and its mean. In April it starts below the rate of the year, but cash pay isn't cut
    below that of March (0 where there is none): where the minimum rises by little it stays there at first (assumption).
    """
    drifted = usual * (1.0 + (part_of_year - MEAN_PART_OF_YEAR) * earnings)
    return drifted if drifted > last_march else last_march


@rule
def outside_wage(local_outside_pay: int, deviate: float, p: Behaviour) -> float:
    """Wage of one outside job, pence/hour: the local level, with a spread either way.

    The lower end lies below the legal minimum: it stands for jobs that are worth less than their pay, and is no pay
    that anybody is offered.
    """
    return local_outside_pay * math.exp(p.outside_wage_spread * deviate)


@rule
def pay_elsewhere(local_outside_pay: int, nhs_pay: int, registered: bool) -> int:
    """Going pay of what somebody of the pool does now, pence/hour: low pay nearby.

    Registered nurses, social workers and therapists outside care work in their profession: that of the NHS.
    """
    return nhs_pay if registered and nhs_pay > local_outside_pay else local_outside_pay


@rule
def present_value_outside(
    going_pay: int, deviate: float, taste_for_care: float, attachment: float, p: Behaviour
) -> float:
    """Value, in log pay, of what a person from the pool does now; most are not far from the going wage."""
    return math.log(going_pay) + p.outside_wage_spread * deviate - taste_for_care + p.attachment_spread * attachment


@rule
def rank_by_age(u: float, others: float, young: float, over_50s: float, p: Behaviour) -> float:
    r"""Place of an entrant among entrants by age, 0 for the youngest, where campaigns bring more of some ages.

    People whom a campaign for the young brings, `y`, are like other entrants (`n`) under 25, and `o` whom one for
    those over 50 brings like those of that age. With `v` the place among entrants without campaigns, and `v_1` and
    `v_2` those of the two ages, it solves

    .. math:: u (n + y + o) = n v + y \min(v / v_1, 1) + o \max((v - v_2) / (1 - v_2), 0)

    so that each person's luck stays what it is, and without such campaigns :math:`v = u`.
    """
    if young <= 0.0 and over_50s <= 0.0:
        return u
    first, second = share_younger_than(float(YOUNG_BELOW), p), share_younger_than(float(OLDER_FROM), p)
    reached = u * (others + young + over_50s)
    below = others * first + young
    if reached < below:
        return reached / (others + young / first)
    between = others * (second - first)
    if reached < below + between:
        return first + (reached - below) / others
    return second + (reached - below - between) / (others + over_50s / (1.0 - second))


@rule
def share_younger_than(age: float, p: Behaviour) -> float:
    """Share of entrants below an age in years, by the distribution of `age_of_entrant`."""
    older = (p.entrant_age_most - age) / (p.entrant_age_most - p.entrant_age_least)
    return 1.0 - older * older


@rule
def age_of_entrant(u: float, p: Behaviour) -> float:
    """Age in years of someone who enters care: younger than those in post; triangular between limits."""
    span = p.entrant_age_most - p.entrant_age_least
    return p.entrant_age_least + span * (1.0 - math.sqrt(1.0 - u))
