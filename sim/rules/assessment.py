"""People come to need long-term care and wait for a council's social workers and therapists to assess them."""

from __future__ import annotations

import math

from sim.jit import rule
from sim.parameters import Behaviour


@rule
def assessor_posts(posts_at_start: int, multiplier: float, fixed_draw: float) -> int:
    """Posts of one role in a council's assessment team: a decision of the council, and not for the care it buys.

    There were 18,100 posts of social workers in adult services in 2016, 17,300 in 2021 and 18,100 in 2023 (posts
    filled over one less the vacancy rate), so without a policy they stay as they are. Fractions are rounded by a draw
    that belongs to the employer and role for good.
    """
    return int(math.floor(posts_at_start * multiplier + fixed_draw))


@rule
def client_turnover(working_age: int, p: Behaviour) -> float:
    """Share of people with long-term need who no longer have it a month later, by age: they recover, move or die."""
    return p.client_turnover_younger if working_age == 1 else p.client_turnover_older


@rule
def newly_in_need(people: float, growth_factor: float, turnover: float) -> float:
    r"""People who come to need long-term care in a month.

    They replace those whose need ends and bring the growth of the group:

    .. math:: n = N (f - 1 + \tau)
    """
    new = people * (growth_factor - 1.0 + turnover)
    return new if new > 0.0 else 0.0


@rule
def awaiting_assessment(before: float, people: float, growth_factor: float, turnover: float) -> float:
    r"""People who wait for assessment before anybody is assessed this month, never more than there are in need.

    .. math:: a' = \min(a (1 - \tau) + n, \; f N)

    Need ends for those who wait as for those who are assessed, and all newcomers wait.
    """
    waiting = before * (1.0 - turnover) + newly_in_need(people, growth_factor, turnover)
    everybody = people * growth_factor
    return waiting if waiting < everybody else everybody


@rule
def agency_assessors(posts: int, filled: int, found: float, p: Behaviour) -> float:
    """Unfilled posts of assessors that agency staff cover, in full posts.

    Agency social workers were 9% to 10% of councils' adult social workers in 2022 and 2023 (Skills for Care), with
    11.6% and 10.5% of posts vacant. `found` is the share of those sought who are there (`agency_assessors_found`).
    """
    vacant = posts - filled
    return vacant * p.assessor_agency_cover * found if vacant > 0 else 0.0


@rule
def agency_assessors_found(vacant: int, posts_at_start: int, p: Behaviour) -> float:
    r"""Share of the agency assessors sought in a region who can be found.

    .. math:: \min(1, \; b \, s_0 / (c \, v))

    with `v` posts vacant there, `c` the share of them for which agency staff are sought, `s_0` posts at the start and
    `b` the most agency staff there are against those. Who is at one council is not at another.
    """
    sought = vacant * p.assessor_agency_cover
    there = posts_at_start * p.assessor_agency_most
    return there / sought if sought > there else 1.0


@rule
def agency_assessor_cost(agency_posts: float, pay: int, p: Behaviour) -> float:
    """What agency assessors cost a week, pence: the council's own rate with a premium over it, full-time hours."""
    return agency_posts * p.assessor_hours * pay * (1.0 + p.assessor_agency_premium)


@rule
def time_for_assessments(
    team: float, usual: float, clients_ratio: float, safeguarding_load: float, safeguards: int, p: Behaviour
) -> float:
    r"""Time of a team that is left for new assessments, in full posts.

    Safeguarding and deprivation-of-liberty work comes first and falls to social workers only; what is left is shared
    between assessments and yearly reviews in proportion to what each took at the start, reviews growing with clients:

    .. math:: a = (t - s\,u\,l) \frac{1 - s - r}{1 - s - r + r\,c}

    with `t` the team's time, `u` its usual time at the start, `s` and `r` the shares of safeguarding and reviews, `l`
    the load of safeguarding and `c` clients against the start.
    """
    share = p.safeguarding_share if safeguards == 1 else 0.0
    left = team - share * usual * safeguarding_load
    least = p.assessment_least * team
    if left < least:
        left = least
    for_new = 1.0 - share - p.review_share
    return left * for_new / (for_new + p.review_share * clients_ratio)


@rule
def assessment_effort(usual: float, trend: float, months_waited: float, p: Behaviour) -> float:
    r"""Time that a newly assessed person takes, in full posts a month: teams under pressure assess in less.

    .. math:: e = e_0 \, g / (1 + \kappa \max(0, w - w_0))

    with `g` the trend, `w` the wait in months and `w_0` the usual one. The requests that come to nothing are in it:
    about nine requests of new clients for each person who begins long-term support.
    """
    beyond = months_waited - p.assessment_wait_usual
    if beyond < 0.0:
        beyond = 0.0
    return usual * trend / (1.0 + p.assessment_stretch * beyond)


@rule
def assessed_this_month(waiting: float, could_assess: float, p: Behaviour) -> float:
    """People assessed of those who wait: as many as the team has time for, and no more than can be seen in a month."""
    most = waiting * p.assessment_speed
    return could_assess if could_assess < most else most


@rule
def wait_in_months(waiting: float, assessed: float, p: Behaviour) -> float:
    """Mean wait for assessment at this month's pace: those who wait over those assessed, up to `assessment_wait_most`.

    In a steady state this is the mean time from request to assessment (Little's law).
    """
    if waiting <= 0.0:
        return 0.0
    if assessed <= waiting / p.assessment_wait_most:
        return p.assessment_wait_most
    return waiting / assessed


@rule
def care_spared(before: float, ended: float, seen: float, spared: float) -> float:
    r"""Care at home that people of a group are spared since reablement, in people who would need all of it.

    .. math:: r' = r (1 - \tau) + s n

    with `\tau` the share whose need ends, `n` those whom therapists assess, and `s` the part of their care that they no
    longer need.
    """
    return before * (1.0 - ended) + spared * seen


@rule
def people_to_care_for(clients: float, spared: float, service: int) -> float:
    """People of a group whose care a council has to buy from a service: at home (service 2) less what is spared."""
    return clients - spared if service == 2 else clients


@rule
def group_minutes(people: float, minutes_each: float) -> float:
    """Direct care time that people of a group need from a service, minutes a week."""
    return people * minutes_each
