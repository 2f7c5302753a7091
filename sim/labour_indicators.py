"""Indicators of posts, of people coming and going, and of their contracts and pay."""

from __future__ import annotations

from sim.indicator_list import (
    ALL_EMPLOYED,
    COUNCIL_INDEPENDENT,
    EVERYWHERE,
    INDEPENDENT,
    PAY,
    PEOPLE,
    PERCENT_SHARE,
    POSTS,
    SUM,
    labour,
)
from sim.measures import (
    ALL,
    FILLED,
    SECTOR,
    SERVICE,
    SOUGHT,
    VACANT,
    Floats,
    Labour,
    over_a_year,
    share,
)
from sim.units import MINUTES_PER_HOUR, PENCE_PER_POUND

# Posts


def _measured(s: Labour, kind: int) -> Floats:
    """Posts sought or filled less what the self-employed do, who hold no post of an employer."""
    return s.posts(kind) - s.people("self_employed")


@labour(POSTS, COUNCIL_INDEPENDENT, where=EVERYWHERE)
def posts_sought(s: Labour) -> Floats:
    """Posts that employers would staff for the care bought at today's fees; council and independent sector."""
    return _measured(s, SOUGHT)


@labour(POSTS, COUNCIL_INDEPENDENT, where=EVERYWHERE)
def filled_posts(s: Labour) -> Floats:
    """Filled posts in the council and independent sectors, the base of the vacancy rate; no personal assistants."""
    return _measured(s, FILLED)


@labour(POSTS, ALL_EMPLOYED, where=EVERYWHERE)
def filled_posts_all(s: Labour) -> Floats:
    """Filled posts with those of personal assistants, as in SfC's estimates of size since 2025 (no NHS posts)."""
    return _measured(s, FILLED)


@labour(POSTS, COUNCIL_INDEPENDENT, where=EVERYWHERE)
def vacancies(s: Labour) -> Floats:
    """Vacant posts: posts sought and not filled, employer by employer and role by role; council and independent."""
    return s.posts(VACANT)


@labour(POSTS, COUNCIL_INDEPENDENT)
def posts_over(s: Labour) -> Floats:
    """Staff beyond the posts their employer seeks in their role; vacancies = posts sought - filled posts + these."""
    return s.posts(VACANT) - s.posts(SOUGHT) + s.posts(FILLED)


@labour(PERCENT_SHARE, COUNCIL_INDEPENDENT, where=EVERYWHERE)
def vacancy_rate(s: Labour) -> Floats:
    """Vacant posts over filled and vacant posts, council and independent sector without personal assistants (SfC)."""
    vacant, filled = s.posts(VACANT), _measured(s, FILLED)
    return share(vacant, filled + vacant)


@labour(PEOPLE, ALL_EMPLOYED, where=EVERYWHERE)
def self_employed_workers(s: Labour) -> Floats:
    """People who work for one employer as self-employed, in no filled post; their coming and going is in turnover."""
    return s.people("self_employed")


@labour(PERCENT_SHARE, ALL_EMPLOYED)
def self_employed_hours_share(s: Labour) -> Floats:
    """Hours worked by the self-employed over those and the hours of staff."""
    alone = s.people("self_employed_minutes")
    return share(alone, alone + s.people("minutes"))


# Coming and going


def _turnover(s: Labour) -> Floats:
    return share(over_a_year(s.leavers()), s.posts(FILLED))


@labour(PERCENT_SHARE, INDEPENDENT)
def turnover_independent(s: Labour) -> Floats:
    """Leavers of the last 12 months over staff in post, independent sector (SfC).

    A move to another care job counts. That an employer closes doesn't: employers tell of leavers, it no longer does.
    """
    return _turnover(s)


@labour(PERCENT_SHARE, COUNCIL_INDEPENDENT)
def turnover_council_independent(s: Labour) -> Floats:
    """Leavers of the last 12 months over staff in post, council and independent sector (SfC, LG Inform)."""
    return _turnover(s)


@labour(PERCENT_SHARE, ALL_EMPLOYED, where=EVERYWHERE)
def turnover_all(s: Labour) -> Floats:
    """Leavers of the last 12 months over staff in post, all directly employed with personal assistants (SfC)."""
    return _turnover(s)


@labour(PERCENT_SHARE, COUNCIL_INDEPENDENT)
def starters_rate(s: Labour) -> Floats:
    """Starters of the last 12 months over staff in post, council and independent sector (SfC)."""
    return share(over_a_year(s.starters()), s.posts(FILLED))


@labour(PEOPLE, ALL_EMPLOYED, SUM)
def leavers(s: Labour) -> Floats:
    """People who left a care job in the month, all directly employed; moves between care employers count.

    Staff whose employer closed don't, as in turnover: filled posts grow by starters less leavers less these.
    """
    return s.leavers()


@labour(PEOPLE, ALL_EMPLOYED, SUM)
def starters(s: Labour) -> Floats:
    """People who started a care job in the month, all directly employed; moves between care employers count."""
    return s.starters()


# Contracts, pay and people in post


def _of_staff(s: Labour, name: str) -> Floats:
    return share(s.people(name), s.people("heads"))


@labour(PERCENT_SHARE, ALL_EMPLOYED, where=EVERYWHERE)
def zero_hours_share(s: Labour) -> Floats:
    """Jobs on zero-hours contracts over all jobs, personal assistants' too (SfC's figure for all jobs)."""
    return _of_staff(s, "zero_hours")


@labour(PERCENT_SHARE, ALL_EMPLOYED)
def sponsored_share(s: Labour) -> Floats:
    """People tied to a sponsor by their visa over people in post, all directly employed."""
    return _of_staff(s, "sponsored")


@labour(PEOPLE, ALL_EMPLOYED)
def sponsored_workers(s: Labour) -> Floats:
    """People in post who are tied to a sponsor by their visa, all directly employed."""
    return s.people("sponsored")


@labour(PAY, ALL_EMPLOYED, where=EVERYWHERE)
def mean_pay(s: Labour) -> Floats:
    """Mean contract pay of an hour, each person counting once, all directly employed."""
    return _of_staff(s, "pay") / PENCE_PER_POUND


@labour(PAY, ALL_EMPLOYED)
def mean_effective_pay(s: Labour) -> Floats:
    """Mean pay of an hour of work with unpaid travel counted as work, all directly employed."""
    return _of_staff(s, "effective_pay") / PENCE_PER_POUND


@labour(PERCENT_SHARE, INDEPENDENT)
def share_at_floor(s: Labour) -> Floats:
    """People paid no more than 10 pence above the National Living Wage, independent sector (SfC)."""
    return _of_staff(s, "at_floor")


@labour(PERCENT_SHARE, ALL_EMPLOYED)
def share_below_minimum(s: Labour) -> Floats:
    """People whose effective pay, unpaid travel counted, is below the adult minimum wage; all directly employed."""
    return _of_staff(s, "below_floor")


@labour(PERCENT_SHARE, COUNCIL_INDEPENDENT)
def long_service_share(s: Labour) -> Floats:
    """Quality: share of hours worked by staff 12 months or more in their post, council and independent sector."""
    return share(s.people("long_service"), s.people("minutes"))


@labour(PERCENT_SHARE, COUNCIL_INDEPENDENT)
def untrained_share(s: Labour) -> Floats:
    """Quality: share of hours worked by staff still in induction, qualified or not; council and independent sector."""
    return share(s.people("untrained"), s.people("minutes"))


@labour(PERCENT_SHARE, COUNCIL_INDEPENDENT)
def qualified_share(s: Labour) -> Floats:
    """Quality: share of hours worked by staff with a relevant qualification, council and independent sector."""
    return share(s.people("qualified"), s.people("minutes"))


@labour(PERCENT_SHARE, COUNCIL_INDEPENDENT, groups=(ALL, SERVICE, SECTOR))
def registered_share(s: Labour) -> Floats:
    """Quality: share of hours worked by registered nurses, council and independent sector."""
    return share(s.people("registered"), s.people("minutes"))


@labour(PERCENT_SHARE, COUNCIL_INDEPENDENT)
def staff_from_care(s: Labour) -> Floats:
    """People in post who came to their present job from a care job, of all; council and independent sector (SfC).

    Where SfC publishes this, for 2017/18, it counts jobs: who fills them, wherever the year's recruits came from.
    """
    return _of_staff(s, "came_from_care")


@labour(PERCENT_SHARE, COUNCIL_INDEPENDENT)
def staff_new_to_care(s: Labour) -> Floats:
    """People in post who first worked in care at most two calendar years ago; council and independent sector (SfC)."""
    return _of_staff(s, "new_to_care")


@labour(PERCENT_SHARE, COUNCIL_INDEPENDENT)
def staff_long_in_care(s: Labour) -> Floats:
    """People in post who first worked in care over ten calendar years ago; council and independent sector (SfC)."""
    return _of_staff(s, "long_in_care")


@labour("hours/week", ALL_EMPLOYED)
def mean_hours(s: Labour) -> Floats:
    """Hours normally worked in a week by a person in post, all directly employed."""
    return _of_staff(s, "minutes") / MINUTES_PER_HOUR
