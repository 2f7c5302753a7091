"""Employers choose among applicants; the chosen are promised a post and start when checks and notice are done."""

from __future__ import annotations

from sim.draws import Purpose, normal, uniform
from sim.jit import kernel, part
from sim.month.agency import join_agency
from sim.month.ahead import AHEAD, fetch_belonging, fetch_promise, fetch_standing, next_of
from sim.month.lookers import TO_AGENCY, TO_CARE, TO_NHS, TO_OUTSIDE
from sim.month.moves import OVERSEAS_OTHER, POOL, RECRUIT, RECRUIT_FROM_ABROAD, place_of
from sim.month.newcomers import empty_row, write_newcomer
from sim.month.people import AGENCY, CARE, NHS, OTHER_WORK, end_care_job, grant_visa
from sim.month.start_jobs import FOR_ELSEWHERE, leave_nhs
from sim.prefetch import fetch
from sim.rules.entry import outside_wage
from sim.rules.migration import tied_to_sponsor
from sim.rules.nhs import nhs_hires, nhs_leavers, nhs_local_pay, nhs_posts_now, nhs_success_chance
from sim.rules.staffing import months_to_start
from sim.units import NEVER, NOBODY, LeaveReason, Role, Stream

ROLE_COUNT = len(Role)
NHS_JOB, OTHER_JOB = int(LeaveReason.NHS_JOB), int(LeaveReason.OTHER_JOB)
LOCAL_POOL = int(Stream.LOCAL_POOL)
MEMBERS_AHEAD = 4 * AHEAD
"""Applicants stand in groups of a few, each of which is sorted as soon as it is met."""


@kernel
def group_by_post(lookers, group_start, filled, members):
    """List people who apply for care posts by provider and role: a counting sort.

    `group_start` [P x R + 1] ends up holding the first member of each group; `filled` is of the same size.
    """
    for group in range(group_start.shape[0]):
        group_start[group] = 0
    for n in range(lookers.kind.shape[0]):
        if lookers.kind[n] == TO_CARE:
            group_start[lookers.provider[n] * ROLE_COUNT + lookers.post[n] + 1] += 1
    filled[0] = 0
    for group in range(1, group_start.shape[0]):
        group_start[group] += group_start[group - 1]
        filled[group] = group_start[group]
    for n in range(lookers.kind.shape[0]):
        if lookers.kind[n] == TO_CARE:
            group = lookers.provider[n] * ROLE_COUNT + lookers.post[n]
            members[filled[group]] = n
            filled[group] += 1


@part
def order_by_priority(members, first, last, priority, uid):
    """Sort members [first, last) by falling priority; equal priorities by identity. Groups are small."""
    for a in range(first + 1, last):
        k = members[a]
        b = a - 1
        while b >= first and (
            priority[members[b]] < priority[k] or (priority[members[b]] == priority[k] and uid[members[b]] > uid[k])
        ):
            members[b + 1] = members[b]
            b -= 1
        members[b + 1] = k


@kernel
def choose(lo, hi, providers, group_start, members, lookers):
    """Employers in rows [lo, hi) take as many applicants as they have open posts, the first by priority."""
    end = group_start[group_start.shape[0] - 1]
    for j in range(lo, hi):
        for role in range(ROLE_COUNT):
            group = j * ROLE_COUNT + role
            first, last = group_start[group], group_start[group + 1]
            if last == first:
                continue
            for a in range(first, last):
                ahead = members[min(a + MEMBERS_AHEAD, end - 1)]
                fetch(lookers.priority, ahead)
                fetch(lookers.uid, ahead)
                fetch(lookers.chosen, ahead)
            taken = min(last - first, providers.posts_open[j, role])
            if taken < last - first:
                order_by_priority(members, first, last, lookers.priority, lookers.uid)
            for a in range(first, first + taken):
                lookers.chosen[members[a]] = 1
            providers.posts_promised[j, role] += taken
            providers.posts_open[j, role] -= taken


@kernel
def seat_newcomers(lo, hi, lookers, workers, councils, ledger, free):
    """Chosen people of the pools in places [lo, hi) each get an empty row, in that order; agents have theirs."""
    for n in range(lo, hi):
        if lookers.chosen[n] == 0 or lookers.stream[n] == 0:
            continue
        i = empty_row(workers, free, lookers.home[n])
        lookers.row[n] = i
        workers.uid[i] = lookers.uid[n]
        ledger.people_in[lookers.home[n], lookers.stream[n]] += 1
        if lookers.stream[n] == LOCAL_POOL:
            councils.pool[lookers.home[n]] -= 1
            ledger.moves[POOL, RECRUIT] += 1
        else:
            ledger.moves[OVERSEAS_OTHER, RECRUIT_FROM_ABROAD] += 1


@kernel
def accept(lo, hi, seed, month, lookers, workers, councils, mix, law, p):
    """The chosen in places [lo, hi) are bound to their posts until the start; people of the pools become agents."""
    for n in range(lo, hi):
        if lookers.chosen[n] == 0:
            continue
        i, uid, stream = lookers.row[n], lookers.uid[n], lookers.stream[n]
        if stream != 0:
            write_newcomer(seed, workers, councils, i, uid, stream, lookers.home[n], month, mix, law, p)
        workers.next_employer[i] = lookers.provider[n]
        workers.next_role[i] = lookers.post[n]
        workers.next_start[i] = month + months_to_start(uniform(seed, uid, month, Purpose.START_LAG), p)


@kernel
def nhs_month(seed, month, nhs, law, p, ledger, applicants, quota, chance):
    """NHS staff leave and posts open; the chance of each applicant from care follows from those who compete.

    `applicants` [N, R] counts applications from care; `quota` and `chance` [N, R] are written.
    """
    for k in range(nhs.uid.shape[0]):
        for role in range(ROLE_COUNT):
            if nhs.posts[k, role] == 0:
                continue
            uid = nhs.uid[k]
            nhs.pay[k, role] = nhs_local_pay(law.nhs_pay[role], nhs.pay_ratio[k, role])
            if law.april == 1:
                nhs.posts[k, role] = nhs_posts_now(nhs.posts[k, role], law.nhs_posts_growth[role])
            own = nhs.filled[k, role] - nhs.from_care[k, role]
            gone = nhs_leavers(own, uniform(seed, uid, month, Purpose.NHS_FLOW + 256 * role), p)
            nhs.filled[k, role] -= gone
            ledger.nhs_out[1] += gone
            u = uniform(seed, uid, month, Purpose.POOL + 256 * role)
            quota[k, role] = nhs_hires(nhs.posts[k, role], nhs.filled[k, role], law.tightness, u, p)
            chance[k, role] = nhs_success_chance(quota[k, role], applicants[k, role], p)


@kernel
def count_nhs_applicants(lookers, applicants):
    """Applications from care to each NHS employer by role."""
    for employer in range(applicants.shape[0]):
        for role in range(ROLE_COUNT):
            applicants[employer, role] = 0
    for n in range(lookers.kind.shape[0]):
        if lookers.kind[n] == TO_NHS:
            role = 0 if lookers.post[n] == 1 else lookers.post[n]
            applicants[lookers.provider[n], role] += 1


@kernel
def list_applicants_elsewhere(lookers, places):
    """Write the places of people who apply for work elsewhere to `places`, and return how many there are."""
    found = 0
    for n in range(lookers.kind.shape[0]):
        kind = lookers.kind[n]
        places[found] = n
        found += int((kind == TO_NHS) | (kind == TO_OUTSIDE) | (kind == TO_AGENCY))
    return found


@kernel
def leave_for_work_elsewhere(
    seed, month, places, lookers, chance, quota, workers, providers, nhs, councils, peers, law, p, ledger
):
    """Applicants to the NHS who are taken, and those who go outside or to agencies, go at the end of the month."""
    for k in range(places.shape[0]):
        ahead = lookers.row[next_of(places, k, places.shape[0])]
        fetch_standing(workers, ahead)
        fetch_promise(workers, ahead)
        fetch_belonging(workers, ahead)
        n = places[k]
        i, kind = lookers.row[n], lookers.kind[n]
        origin = place_of(workers, providers, i)
        if kind == TO_NHS:
            role = 0 if lookers.post[n] == 1 else lookers.post[n]
            employer = lookers.provider[n]
            if uniform(seed, lookers.uid[n], month, Purpose.NHS_PRIORITY) < chance[employer, role]:
                join_nhs(seed, month, workers, providers, nhs, law, p, ledger, i, employer, role)
                quota[employer, role] -= 1
        elif kind == TO_AGENCY:
            join_agency(seed, month, workers, providers, councils, peers, p, ledger, i)
        else:
            take_outside_job(seed, month, workers, providers, nhs, law, p, ledger, i)
        if place_of(workers, providers, i) != origin:
            ledger.moves[origin, place_of(workers, providers, i)] += 1


@part
def join_nhs(seed, month, workers, providers, nhs, law, p, ledger, i, employer, role):
    """A person leaves care for an NHS post. The NHS is the new sponsor of the tied, so no clock runs for them."""
    uid = workers.uid[i]
    end_care_job(workers, providers, ledger, i, NHS_JOB, NHS, month)
    if tied_to_sponsor(workers.visa[i], workers.visa_month[i], month, law.settlement_months):
        workers.sponsor[i] = NOBODY
        workers.clock_start[i] = NEVER
        grant_visa(workers, i, role, month, law)
    workers.employer[i] = employer
    workers.pay[i] = nhs.pay[employer, role]
    workers.distance[i] = p.nhs_distance
    workers.match[i] = p.match_spread * normal(seed, uid, month, Purpose.NHS_SEEN + 256)
    nhs.filled[employer, role] += 1
    nhs.from_care[employer, role] += 1
    ledger.nhs_in[0] += 1


@part
def take_outside_job(seed, month, workers, providers, nhs, law, p, ledger, i):
    """A person takes a job outside care, at the wage that was seen."""
    uid = workers.uid[i]
    if workers.status[i] == CARE:
        end_care_job(workers, providers, ledger, i, OTHER_JOB, OTHER_WORK, month)
    elif workers.status[i] == NHS:
        leave_nhs(workers, nhs, ledger, i, FOR_ELSEWHERE)
    elif workers.status[i] == AGENCY:
        workers.last_care_month[i] = month
    workers.status[i] = OTHER_WORK
    deviate = normal(seed, uid, month, Purpose.OUTSIDE_PAY)
    workers.pay[i] = int(outside_wage(law.outside_pay[workers.home_council[i]], deviate, p))
    workers.match[i] = p.match_spread * normal(seed, uid, month, Purpose.OUTSIDE_TASTE)


@kernel
def fill_rest_of_nhs(nhs, quota, ledger):
    """Posts the NHS fills this month with people from elsewhere."""
    for k in range(quota.shape[0]):
        for role in range(ROLE_COUNT):
            if quota[k, role] > 0:
                nhs.filled[k, role] += quota[k, role]
                ledger.nhs_in[1] += quota[k, role]
            quota[k, role] = 0
