"""Posts a provider wants filled, and whom it takes on."""

from __future__ import annotations

import math

from sim.jit import rule
from sim.parameters import Behaviour


@rule
def posts_sought(posts_at_start: int, sought_minutes: int, capacity_minutes: int, fixed_draw: float) -> int:
    """Posts of one role that gives no direct care: in proportion to the care the provider would give at today's fees.

    The fraction is rounded by a draw that belongs to the provider and role for good, so posts come and go one at a time
    and not with the month's luck. Teams where nobody gives direct care keep their posts; those of councils' assessors
    follow another rule (`assessor_posts`).
    """
    if capacity_minutes <= 0:
        return posts_at_start
    return int(math.floor(posts_at_start * (sought_minutes / capacity_minutes) + fixed_draw))


@rule
def care_posts_sought(
    posts_at_start: int,
    filled: int,
    minutes_at_start: float,
    minutes_each: float,
    recruit_minutes: float,
    care_sought: float,
    time_for_care: float,
    fixed_draw: float,
) -> int:
    r"""Posts of one role that gives direct care which the provider would staff at today's fees.

    .. math::

        s = n + (w - n m) / \bar m \; \text{ if } w \ge n m, \qquad s = w / m \; \text{ otherwise,} \qquad w = s_0 m_0 c

    Employers seek hours, not heads: those in post, `n`, who give `m` minutes a week each, and as many more as would
    bring what is missing if each gave what a recruit usually does. Where staff give more than is wanted, as many are
    sought as would give it. Wanted, `w`, are the minutes of the posts of the start, in proportion to the care that the
    provider would give against then, `c`. So vacancies are fewer where staff come to work longer hours, as people on
    sponsored visas do, and more where they cut them. `m` is that of last month: those who start in a team that was
    empty are taken to give what recruits usually do. Rounding takes away no last post that is wanted for more than half
    of a recruit's time.

    Where an hour of staff time gives more care than today, the same care takes fewer of them. Nobody takes on staff for
    a time in which it gives less. Rounded like `posts_sought`.
    """
    wanted = posts_at_start * minutes_at_start * care_sought
    if time_for_care > 1.0:
        wanted /= time_for_care
    each = minutes_each if minutes_each > 0.0 else recruit_minutes
    missing = wanted - filled * each
    posts = filled + (missing / recruit_minutes if missing > 0.0 else missing / each)
    sought = int(math.floor(posts + fixed_draw))
    return 1 if sought == 0 and wanted > recruit_minutes / 2.0 else sought


@rule
def cover_for_absence(absence: float, p: Behaviour) -> float:
    r"""Care that staff are sought for, against care bought: :math:`1 + a \max(0, A - A_0)`.

    Employers plan for the sickness absence of usual times, :math:`A_0`. Of what comes on top they seek staff for a
    part, :math:`a` (`absence_covered`); overtime and agencies give the rest, or it is missed. The part is assumed.
    """
    extra = absence - p.usual_absence
    return 1.0 + p.absence_covered * extra if extra > 0.0 else 1.0


@rule
def minutes_each(direct_minutes: int, people: int) -> float:
    """Direct care time that each of a team's care staff gives, minutes/week; nothing where nobody is in post."""
    return direct_minutes / people if people > 0 else 0.0


@rule
def posts_handed(posts: int, share: float, fixed_draw: float) -> int:
    """Posts of one role that become posts of another where a policy asks for a share of them, rounded like `posts`."""
    handed = int(math.floor(posts * share + fixed_draw))
    return handed if handed < posts else posts


@rule
def care_declined(unit_margin: float, reserves: int, monthly_income: int, demand_minutes: int, p: Behaviour) -> int:
    """Minutes a week of council-bought care that a provider stops offering at today's fees.

    Only where each hour loses money and reserves are spent, and a share at a time: fees below cost bring hand-backs
    before closure.
    """
    if unit_margin >= p.loss_tolerated or reserves > p.reserve_months_kept * monthly_income:
        return 0
    loss = p.loss_tolerated - unit_margin
    share = p.decline_response * loss
    if share > p.decline_most:
        share = p.decline_most
    return int(demand_minutes * share)


@rule
def applicant_priority(months_in_sector: int, qualified: int, u: float, p: Behaviour) -> float:
    """Order in which an employer takes applicants: luck, with a weight on experience and qualification."""
    experienced = 1.0 if months_in_sector >= int(p.experienced_months) else 0.0
    return u + p.prefer_experienced * experienced + p.prefer_qualified * qualified


@rule
def suitable(u: float, standard: float, p: Behaviour) -> bool:
    r"""Whether an applicant from elsewhere is fit for the post, whoever else applies: :math:`u < f (1 - s)`.

    `s` is the share of newcomers whom a standard for entry turns away among those the employer would take; 0 for
    people who have worked in care.

    The share found fit is an assumption; no figure was found. Where most applicants are turned down for themselves and
    not for want of a post, moves between employers depend less on how many posts are vacant. Own staff, who are known,
    are not judged again.
    """
    return u < p.suitable_share * (1.0 - standard)


@rule
def recruits_ahead(posts: int, fixed_draw: float, p: Behaviour) -> int:
    r"""Care workers whom an employer takes on beyond its vacant posts: :math:`\lfloor a s + u \rfloor`, `s` posts.

    Between an offer and the first shift others leave, so who always has to recruit does not wait until a post is
    vacant: somebody fit for the work is taken on for the next leaver. This holds for care workers of establishments;
    one senior or manager follows another, and a person with one assistant looks for the next when that one goes. Moves
    between employers then depend less on how many posts are vacant today. Much of hiring in the United States is by
    establishments that had told of no vacancy (Davis, Faberman and Haltiwanger 2013). Rounded like `posts_sought`.
    """
    return int(math.floor(p.recruited_ahead * posts + fixed_draw))


@rule
def months_to_start(u: float, p: Behaviour) -> int:
    """Whole months from offer to first shift: checks and notice take about 45 days."""
    if u < p.start_within_one:
        return 1
    return 2


@rule
def months_to_arrival(u: float, p: Behaviour) -> int:
    r"""Whole months from the grant of a sponsored visa to the first shift of somebody who comes from overseas.

    .. math:: \lfloor L + u \rfloor

    `L` on average: travel, within the three months for which permission to enter is good, and induction.
    """
    months = int(p.arrival_months + u)
    return months if months > 1 else 1


@rule
def drops_out(u: float, p: Behaviour) -> bool:
    """Whether a recruit withdraws between offer and first shift."""
    return u < p.drop_out


@rule
def vacancy_share(sought: int, filled: int) -> float:
    """Vacant posts as a share of posts sought; none if staff exceed posts."""
    if sought <= 0 or filled >= sought:
        return 0.0
    return (sought - filled) / sought


@rule
def felt_strain(strain: float, felt: float) -> float:
    """Strain as the staff of a team feel it, where support leaves part of it; the team is as short as before."""
    return strain * felt


@rule
def team_strain(previous: float, shortfall: float, p: Behaviour) -> float:
    """Strain on a team: the shortfall of staff time against care bought, smoothed over some months.

    Workload is called the top predictor of intending to quit (West 2021); no causal estimate for care was found, so its
    effects are small and can be switched off.
    """
    if shortfall < 0.0:
        shortfall = 0.0
    return previous + p.strain_speed * (shortfall - previous)
