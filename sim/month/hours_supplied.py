"""People on benefits review the hours they want to work when pay, prices and limits change in April."""

from __future__ import annotations

from sim.jit import kernel, part
from sim.month.people import CARE, want_hours
from sim.rules.hours_supplied import minutes_after_review
from sim.rules.migration import tied_to_sponsor
from sim.units import Household

NO_BENEFITS = int(Household.NO_BENEFITS)


@kernel
def review_hours(lo, hi, month, workers, providers, law, p):
    """People in post in rows [lo, hi) review their hours at the pay that their employer now gives."""
    for i in range(lo, hi):
        if workers.household[i] == NO_BENEFITS:
            continue
        workers.hour_worth[i] *= 1.0 + law.price_growth
        if workers.status[i] == CARE:
            tied = tied_to_sponsor(workers.visa[i], workers.visa_month[i], month, law.settlement_months)
            if not tied:
                agree_hours(workers, providers, i, law, p)


@part
def agree_hours(workers, providers, i, law, p):
    """Hours of person `i` in the present job follow the hours wanted; contracts for none stay so."""
    j, role, before = workers.employer[i], workers.role[i], int(workers.wanted_minutes[i])
    want_hours(workers, i, law, p)
    now = int(workers.wanted_minutes[i])
    vacant = int(providers.posts_sought[j, role] - providers.posts_filled[j, role])
    workers.worked_minutes[i] = minutes_after_review(int(workers.worked_minutes[i]), before, now, vacant)
    workers.contract_minutes[i] = minutes_after_review(int(workers.contract_minutes[i]), before, now, vacant)
