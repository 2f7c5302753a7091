"""Agency staff: people of an integrated care system who chose agency pay over a permanent post."""

from __future__ import annotations

from sim.draws import Purpose, normal, uniform
from sim.jit import kernel, part
from sim.lawful_month import NO_CAP
from sim.month.people import AGENCY, CARE, SEEKING, end_care_job, leave_model
from sim.rules.agency import agency_job_value, agency_pay, agency_price, smoothed_use
from sim.rules.leaving import ill_health_chance, no_work_chance, retirement_chance
from sim.units import DIRECT_ROLES, MONTHS_PER_YEAR, NEVER, LeaveReason, Status

AGENCY_WORK, NO_WORK = int(LeaveReason.AGENCY_WORK), int(LeaveReason.NO_WORK)
RETIREMENT, ILL_HEALTH = int(LeaveReason.RETIREMENT), int(LeaveReason.ILL_HEALTH)
NOT_WORKING = int(Status.NOT_WORKING)
NOTHING, NOTHING_SEEN = 0, -1e9


@part
def going_agency_pay(councils, peers, home, role, p):
    """Pay of an hour for an agency in a council, pence: that of the role nearby, less what caps take off prices."""
    price = agency_price(int(peers[home, role]), NO_CAP, p) * councils.agency_price[home]
    return agency_pay(int(price), p)


@part
def agency_value(councils, home, pay, flexibility, match, p):
    """Value of agency work at a rate of pay in a council, log pay."""
    return agency_job_value(pay, councils.agency_use[home], flexibility, match, p)


@part
def match_with_agency(seed, uid, month, p):
    """How agency work seen this month would suit a person, log pay."""
    return p.match_spread * normal(seed, uid, month, Purpose.AGENCY_SEEN + 256)


@part
def see_agency(seed, lookers, n, workers, month, councils, peers, p):
    """Value of agency work if an agency comes up this month, log pay; far below any job otherwise."""
    i, role = lookers.row[n], int(lookers.role[n])
    status = workers.status[i]
    if lookers.tied[n] == 1 or role >= DIRECT_ROLES or (status != CARE and status != SEEKING):
        return NOTHING_SEEN
    home = int(lookers.home[n])
    if peers[home, role] <= 0 or uniform(seed, lookers.uid[n], month, Purpose.AGENCY_SEEN) >= p.agency_look:
        return NOTHING_SEEN
    pay = going_agency_pay(councils, peers, home, role, p)
    match = match_with_agency(seed, lookers.uid[n], month, p)
    return agency_value(councils, home, pay, lookers.value_of_flexibility[n], match, p)


@part
def join_agency(seed, month, workers, providers, councils, peers, p, ledger, i):
    """A person leaves a care job, or the search for one, for agency work."""
    if workers.status[i] == CARE:
        end_care_job(workers, providers, ledger, i, AGENCY_WORK, AGENCY, month)
    workers.status[i] = AGENCY
    workers.job_start[i] = month
    workers.clock_start[i] = NEVER
    workers.pay[i] = going_agency_pay(councils, peers, workers.home_council[i], workers.role[i], p)
    workers.match[i] = match_with_agency(seed, workers.uid[i], month, p)


@part
def decide_in_agency(seed, workers, i, month, p):
    """Why a person who works for an agency gives it up this month without another job; 0 goes on."""
    u = uniform(seed, workers.uid[i], month, Purpose.LEAVE)
    age, frailty = (month - workers.birth_month[i]) / MONTHS_PER_YEAR, workers.frailty[i]
    chance = retirement_chance(age, p)
    if u < chance:
        return RETIREMENT
    chance += ill_health_chance(age, 0.0, frailty, p)
    if u < chance:
        return ILL_HEALTH
    chance += no_work_chance(age, frailty, 0.0, workers.match[i], 0.0, p)
    return NO_WORK if u < chance else NOTHING


@part
def leave_agency(month, workers, councils, ledger, i, reason):
    """A person gives up agency work without another job."""
    workers.last_care_month[i] = month
    workers.job_start[i] = month
    workers.status[i] = NOT_WORKING
    if reason != NO_WORK:
        leave_model(workers, councils, ledger, i, reason)


@kernel
def agency_conditions(councils, wanted, offered, paid, usual, p):
    """What agency staff of each council meet from now on: how much of their time is used, and prices under caps.

    By integrated care system: time `wanted` and `offered`, and its price, `paid` as it is and `usual` without caps.
    """
    for home in range(councils.uid.shape[0]):
        area = councils.ics[home]
        used = wanted[area] if wanted[area] < offered[area] else offered[area]
        councils.agency_use[home] = smoothed_use(councils.agency_use[home], int(offered[area]), int(used), p)
        councils.agency_price[home] = paid[area] / usual[area] if usual[area] > 0 else 1.0
