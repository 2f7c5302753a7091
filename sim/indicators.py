"""Indicators, each by its publisher's definition and on its publisher's base.

Skills for Care (SfC) publishes most of them. Three traps decide the bases: vacancy rates leave out personal assistants
(and so do the posts they are rates of); turnover is published on three bases that differ by one or two points; the
share of zero-hours contracts is of all jobs. Every function takes sums (`sim.measures`) and returns an array [months,
areas, groups]; its docstring is the definition that tables and manifests carry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sim.measures import (
    AGENCY,
    ALL,
    BEDS,
    BEDS_CLOSED,
    BOUGHT,
    CLOSED,
    COUNCIL,
    ENGLAND,
    FILLED,
    MISSED,
    NEARBY,
    NEED,
    OPEN,
    OPENED,
    REGION,
    RETURNED,
    ROLE,
    SECTOR,
    SERVICE,
    SHORTENED,
    SOUGHT,
    SPENT_DOWN,
    TRIMMED,
    VACANT,
    WAITING,
    Base,
    Care,
    Floats,
    Labour,
    over_a_year,
    share,
)
from sim.recording import MARGIN_UNIT
from sim.units import MINUTES_PER_HOUR, PENCE_PER_POUND, Payer

AT_END, MEAN, SUM = "at end", "mean", "sum"
"""Value of a financial year: that of its March, the mean of its months, or their sum."""
EVERYWHERE = (ENGLAND, REGION, COUNCIL)
NOT_COUNCILS = (ENGLAND, REGION)
PERCENT_SHARE, POSTS, PEOPLE, HOURS, POUNDS, PAY, PLACES = (
    "share", "posts", "people", "hours/week", "GBP/month", "GBP/hour", "establishments",
)  # fmt: skip
INDEPENDENT, COUNCIL_INDEPENDENT, ALL_EMPLOYED = Base
Formula = Callable[[Any], Floats]


@dataclass(frozen=True)
class Indicator:
    """What is measured, in which unit, where, and how a financial year is summed up."""

    name: str
    unit: str
    of_year: str
    formula: Formula
    base: Base | None
    """Sectors that count, for indicators of `Labour`; None for those of `Care`."""
    areas: tuple[str, ...]
    groups: tuple[str, ...]

    @property
    def definition(self) -> str:
        """The definition, in one paragraph."""
        return " ".join((self.formula.__doc__ or "").split())


INDICATORS: dict[str, Indicator] = {}


def labour(
    unit: str,
    base: Base,
    of_year: str = AT_END,
    where: tuple[str, ...] = NOT_COUNCILS,
    groups: tuple[str, ...] = (ALL, SERVICE, SECTOR, ROLE),
) -> Callable[[Formula], Formula]:
    """Enter a formula over `Labour` in the list."""

    def enter(formula: Formula) -> Formula:
        INDICATORS[formula.__name__] = Indicator(formula.__name__, unit, of_year, formula, base, where, groups)
        return formula

    return enter


def care(unit: str, of_year: str = MEAN, where: tuple[str, ...] = NOT_COUNCILS) -> Callable[[Formula], Formula]:
    """Enter a formula over `Care` in the list."""

    def enter(formula: Formula) -> Formula:
        groups = (ALL, SERVICE)
        INDICATORS[formula.__name__] = Indicator(formula.__name__, unit, of_year, formula, None, where, groups)
        return formula

    return enter


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


@labour(POSTS, ALL_EMPLOYED)
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
    """Leavers of the last 12 months over staff in post, independent sector (SfC). A move to another care job counts."""
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
    """People who left a care job in the month, all directly employed; moves between care employers count."""
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
    """Quality: share of hours worked by staff still in induction, council and independent sector."""
    return share(s.people("untrained"), s.people("minutes"))


@labour(PERCENT_SHARE, COUNCIL_INDEPENDENT)
def qualified_share(s: Labour) -> Floats:
    """Quality: share of hours worked by staff with a relevant qualification, council and independent sector."""
    return share(s.people("qualified"), s.people("minutes"))


@labour(PERCENT_SHARE, COUNCIL_INDEPENDENT, groups=(ALL, SERVICE, SECTOR))
def registered_share(s: Labour) -> Floats:
    """Quality: share of hours worked by registered nurses, council and independent sector."""
    return share(s.people("registered"), s.people("minutes"))


@labour("hours/week", ALL_EMPLOYED)
def mean_hours(s: Labour) -> Floats:
    """Hours normally worked in a week by a person in post, all directly employed."""
    return _of_staff(s, "minutes") / MINUTES_PER_HOUR


# Care


@care(HOURS, where=EVERYWHERE)
def hours_needed(s: Care) -> Floats:
    """Direct care time needed by people whom councils have assessed, who are NHS-funded or who pay themselves."""
    return s.hours(NEED)


@care(HOURS)
def hours_bought(s: Care) -> Floats:
    """Direct care time bought at the start of the month."""
    return s.hours(BOUGHT)


@care(HOURS)
def hours_waiting(s: Care) -> Floats:
    """Direct care time that people wait for: needed and not bought, for want of money or of a provider with room."""
    return s.hours(WAITING)


@care(HOURS)
def hours_trimmed(s: Care) -> Floats:
    """Direct care time by which packages are smaller than need, for want of councils' money."""
    return s.hours(TRIMMED)


@care(HOURS)
def hours_delivered(s: Care) -> Floats:
    """Direct care time bought less what was missed."""
    return s.hours(BOUGHT) - s.delivery(MISSED)


@care(HOURS)
def hours_missed(s: Care) -> Floats:
    """Direct care time bought and not given, for want of staff: in visits left out or shortened."""
    return s.delivery(MISSED)


@care(HOURS)
def hours_shortened(s: Care) -> Floats:
    """Part of the care missed by which visits at home are shorter than bought; the rest is visits left out."""
    return s.delivery(SHORTENED)


@care(HOURS, where=EVERYWHERE)
def hours_nearby(s: Care) -> Floats:
    """Direct care time at home given by local micro-enterprises, outside the measured workforce and its posts."""
    return s.delivery(NEARBY)


@care(HOURS)
def hours_handed_back(s: Care) -> Floats:
    """Direct care time that providers handed back to councils this month, for want of staff or at a loss."""
    return s.delivery(RETURNED)


@care(PERCENT_SHARE, where=EVERYWHERE)
def waiting_share(s: Care) -> Floats:
    """Care waited for over care needed."""
    return share(s.hours(WAITING), s.hours(NEED))


@care(PERCENT_SHARE)
def trimmed_share(s: Care) -> Floats:
    """Care taken off packages over care needed."""
    return share(s.hours(TRIMMED), s.hours(NEED))


@care(PERCENT_SHARE, where=EVERYWHERE)
def missed_share(s: Care) -> Floats:
    """Care bought and not given, in visits left out or shortened, over care bought."""
    return share(s.delivery(MISSED), s.hours(BOUGHT))


@care(PERCENT_SHARE, where=EVERYWHERE)
def unmet_share(s: Care) -> Floats:
    """Care waited for, taken off packages or missed over care needed; of councils' need as far as assessed.

    See `unassessed_share` for what is not assessed yet.
    """
    return share(s.hours(WAITING) + s.hours(TRIMMED) + s.delivery(MISSED), s.hours(NEED))


@care(PERCENT_SHARE)
def agency_share(s: Care) -> Floats:
    """Time given by agency staff over care delivered."""
    return share(s.delivery(AGENCY), s.hours(BOUGHT) - s.delivery(MISSED))


@care(PERCENT_SHARE)
def beds_closed_share(s: Care) -> Floats:
    """Quality: beds of care homes closed to admission for want of staff over all beds."""
    return share(s.homes(BEDS_CLOSED), s.homes(BEDS))


@care(PEOPLE, where=EVERYWHERE)
def delayed_discharges(s: Care) -> Floats:
    """Quality: people a day fit to leave hospital who wait for care the NHS cannot place or behind closed beds."""
    return s.delayed()


@care(HOURS, SUM)
def hours_spent_down(s: Care) -> Floats:
    """Direct care time that passed from self-funders to councils in the month, beyond the usual flow."""
    return s.homes(SPENT_DOWN)


@care(PERCENT_SHARE)
def strain(s: Care) -> Floats:
    """Shortfall of own staff against care bought, smoothed over months, as the average member of staff meets it."""
    return share(s.strain() / MARGIN_UNIT, s.staff())


# Money


@care(POUNDS, SUM, where=EVERYWHERE)
def cost_council(s: Care) -> Floats:
    """What councils pay for care, their own services and staff and clients' contributions included, new money too."""
    return s.paid(Payer.COUNCIL)


@care(POUNDS, SUM)
def cost_nhs(s: Care) -> Floats:
    """What the NHS pays providers, new money from government included."""
    return s.paid(Payer.NHS)


@care(POUNDS, SUM)
def cost_self_funder(s: Care) -> Floats:
    """What people who pay for their own care pay providers."""
    return s.paid(Payer.SELF_FUNDER)


@care(POUNDS, SUM)
def grants(s: Care) -> Floats:
    """New money from government in what councils and the NHS pay, where a policy brings it."""
    return s.granted()


@care(POUNDS, SUM)
def wage_bill(s: Care) -> Floats:
    """Wages with employers' National Insurance, pension and holiday pay; all employers."""
    return s.spent("wages", "on_costs")


@care(POUNDS, SUM)
def agency_bill(s: Care) -> Floats:
    """What providers pay agencies."""
    return s.spent("agency")


@care(PERCENT_SHARE)
def provider_margin(s: Care) -> Floats:
    """Surplus over income of independent providers, smoothed over a year, larger ones counting more."""
    return share(s.surplus(), s.income())


@care(PLACES, AT_END)
def establishments(s: Care) -> Floats:
    """Establishments open, council and independent."""
    return s.establishments(OPEN)


@care(PLACES, SUM)
def closures(s: Care) -> Floats:
    """Establishments closed in the month."""
    return s.establishments(CLOSED)


@care(PLACES, SUM)
def openings(s: Care) -> Floats:
    """Establishments opened in the month."""
    return s.establishments(OPENED)
