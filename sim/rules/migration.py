"""Sponsored recruitment: the sponsor's wish, the worker's choice set and clock, rogue sponsors."""

from __future__ import annotations

import math

from sim.jit import rule
from sim.parameters import Behaviour
from sim.units import NEVER


@rule
def tied_to_sponsor(visa: int, visa_month: int, month: int, settlement_months: int) -> bool:
    """Whether a worker is tied: on a sponsored visa (code 1) and not yet settled."""
    return visa == 1 and month - visa_month < settlement_months


@rule
def may_work_for(tied: bool, licensed: int, visa_month: int, month: int, portability_months: int) -> bool:
    """Whether a worker may take this care employer's offer.

    The tied choose among licensed sponsors. Portability lets them move to any care employer for some months from the
    grant of the visa with no new application.
    """
    if not tied or licensed == 1:
        return True
    return month - visa_month < portability_months


@rule
def clock_has_run_out(clock_start: int, month: int, clock_months: int, paused: int) -> bool:
    """Whether the time to find a new sponsor is over."""
    if paused == 1:
        return False
    return month - clock_start >= clock_months


@rule
def sponsoring_share(
    posted: int, floor: int, recruit_cost: int, reserves: int, paperwork: float, p: Behaviour
) -> float:
    r"""Share of its vacant posts that a licensed employer is willing to fill with people whom it has to sponsor.

    None if the fees and charges of one recruit exceed what it has, and less if the salary floor of the visa lies above
    the pay it posts:

    .. math:: (\phi + (1 - \phi) h) \, e^{-\gamma \, (F/w - 1)^+}

    A regional hub that does the `paperwork` takes away a part `h` of the reluctance.
    """
    if reserves < recruit_cost:
        return 0.0
    share = p.sponsor_share + (1.0 - p.sponsor_share) * paperwork
    if floor > posted and posted > 0:
        return share * math.exp(-p.sponsor_floor_response * (floor / posted - 1.0))
    return share


@rule
def wants_to_sponsor(
    open_posts: int, posted: int, floor: int, recruit_cost: int, reserves: int, paperwork: float, p: Behaviour
) -> int:
    """Posts a licensed employer seeks to fill from overseas this month: a share of those it offers, rounded up."""
    if open_posts <= 0:
        return 0
    return int(math.ceil(sponsoring_share(posted, floor, recruit_cost, reserves, paperwork, p) * open_posts - 1e-9))


@rule
def sponsors_applicant(
    u: float, posted: int, floor: int, recruit_cost: int, reserves: int, paperwork: float, p: Behaviour
) -> bool:
    """Whether an employer sponsors an applicant who is in the country already, as it would one from overseas.

    The fees and charges are the same, while other applicants cost nothing; so people who are tied change employer less
    often than they would like to. Of some 39,000 workers whose sponsors lost their licence up to 2024, up to 10,000
    were in sponsored work again (Home Office, answer to parliamentary question 39616, 2 April 2025).
    """
    return u < sponsoring_share(posted, floor, recruit_cost, reserves, paperwork, p)


@rule
def licence_chance(vacancy_rate: float, portability_months: int, p: Behaviour) -> float:
    """Chance that an employer with vacancies applies for and gets a sponsor licence this month.

    Where sponsored workers may leave at once, paying to bring them in is worth less (Naidu, Nyarko and Wang 2016:
    demand for new entrants fell after portability).
    """
    chance = p.licence_base * vacancy_rate
    if portability_months > 0:
        chance = chance * p.portability_on_demand
    return chance


@rule
def joins_hub(u: float, joining: float, vacancy_rate: float, steady: bool) -> bool:
    """Whether an employer without a licence comes under that of a regional hub this month.

    It needs vacancies, and steady work to offer: the hub knows its members.
    """
    return steady and vacancy_rate > 0.0 and u < joining


@rule
def without_work(u: float, p: Behaviour) -> bool:
    """Whether an employer that gets a licence lacks the steady work it promises, a rogue sponsor: :math:`u < r`."""
    return u < p.rogue_share


@rule
def found_out(u: float, checks: float, p: Behaviour) -> bool:
    """Whether checks before the licence find out such an employer, so that none is granted: :math:`u < c r`."""
    return u < checks * p.rogue_share


@rule
def revocation_chance(rogue: int, enforcement: float, p: Behaviour) -> float:
    """Chance that a licence is revoked this month; `enforcement` is 1 for the scrutiny of mid-2022 to 2024."""
    if rogue == 1:
        return p.revocation_rogue * enforcement
    return p.revocation_honest * enforcement


@rule
def sponsored_hours(wanted_minutes: int, rogue: int, p: Behaviour) -> int:
    """Minutes a week given to a sponsored recruit: a rogue sponsor has little of the work it promised."""
    if rogue == 1:
        return int(wanted_minutes * p.rogue_hours_share)
    return wanted_minutes


@rule
def arrivals_possible(
    ready: int, limit: int, dependants: int, dependants_of_law: int, scale: float, p: Behaviour
) -> float:
    r"""Sponsored recruits who can be granted a visa this month, people.

    `ready` are the people who come under the actual rule on dependants, as visas granted tell; where a policy lets
    dependants come again more people apply, and where it bars them fewer do. `limit` is a cap that a policy states. It
    binds whoever applies:

    .. math:: \min(n \, d^{\pm 1}, \; L)

    Parts of people are kept: the draws of employers round, so that a small model brings as many as a large one.
    """
    willing = ready * scale
    if dependants > dependants_of_law:
        willing = willing * p.dependants_draw
    if dependants < dependants_of_law:
        willing = willing / p.dependants_draw
    most = limit * scale
    return willing if willing < most else most


@rule
def sponsored_here(open_to_entry: int, switching: int) -> bool:
    """Whether people already in the country may be granted a sponsored visa in a role.

    Where the role is open to recruits from overseas, or while the transition for people already here lasts.
    """
    return open_to_entry == 1 or switching == 1


@rule
def leave_has_ended(leave_until: int, month: int) -> bool:
    """Whether permission to stay has run out; `NEVER` stands for permission without an end."""
    return leave_until > NEVER and month >= leave_until


@rule
def needs_sponsor_soon(leave_until: int, month: int, p: Behaviour) -> bool:
    """Whether permission to stay by another route ends so soon that a sponsor has to be found."""
    return leave_until > NEVER and leave_until - month <= int(p.sponsor_search_months)


@rule
def sponsors_own_staff_chance(
    licensed: int, eligible: bool, renewal: bool, floor: int, posted: int, p: Behaviour
) -> float:
    r"""Chance that an employer sponsors somebody in post whose permission to stay ends this month.

    None without a licence or in a role that is not eligible. Those it sponsors already it keeps, others with some
    chance, and both less where the salary floor of a new grant lies above the pay it posts:

    .. math:: c = c_0 \, e^{-\gamma \, (F/w - 1)^+}
    """
    if licensed == 0 or not eligible:
        return 0.0
    chance = 1.0 if renewal else p.in_country_share
    if floor > posted and posted > 0:
        chance = chance * math.exp(-p.sponsor_floor_response * (floor / posted - 1.0))
    return chance


@rule
def other_route_months(u: float, p: Behaviour) -> int:
    """Months of permission to stay of somebody who came by another route than sponsorship; 0 for no end.

    Students and graduates may stay for some years, family members and dependants for as long as they wish.
    """
    if u >= p.other_route_temporary:
        return 0
    most = p.other_route_months_most - p.other_route_months_least
    return int(p.other_route_months_least + u / p.other_route_temporary * most)
