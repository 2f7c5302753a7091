"""Indicators of care needed, bought and given, and of the money paid for it."""

from __future__ import annotations

from sim.indicator_list import (
    AT_END,
    EVERYWHERE,
    HOURS,
    PEOPLE,
    PERCENT_SHARE,
    PLACES,
    POUNDS,
    SUM,
    care,
)
from sim.measures import (
    AGENCY,
    BEDS,
    BEDS_CLOSED,
    BOUGHT,
    CLOSED,
    MISSED,
    NEARBY,
    NEED,
    OPEN,
    OPENED,
    RETURNED,
    SHORTENED,
    SPENT_DOWN,
    TRIMMED,
    WAITING,
    Care,
    Floats,
    share,
)
from sim.recording import MARGIN_UNIT
from sim.units import Payer

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
    """Direct care time that providers handed back to councils this month, for want of staff or at a loss.

    Homes hand nobody back: of them it is the care of admissions that they refuse.
    """
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
    """What people who pay for their own care pay providers, recovery funds from government not included."""
    return s.paid(Payer.SELF_FUNDER) - s.granted(Payer.SELF_FUNDER)


@care(POUNDS, SUM)
def grants(s: Care) -> Floats:
    """New money from government for care: brought by policies, and recovery funds of 2020 to 2022.

    In prices, and in grants to councils and what the NHS passes on to them beyond actual budgets, negative where
    policies cut these. What a council does not spend of it goes back to the council at large.
    """
    return s.granted() + s.new_grants()


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
