"""Providers let it be known what a job with them is like and which posts are open."""

from __future__ import annotations

from sim.draws import Purpose, uniform
from sim.jit import kernel, part
from sim.month.progression import pay_offered
from sim.rules.job_value import management_felt, peer_shortfall, setting_value, value_to_anybody, workplace_value
from sim.rules.nhs import joint_lead, nhs_hour
from sim.rules.pay import effective_wage, paid_part_of_day
from sim.rules.search import typical_value
from sim.rules.staffing import felt_strain, recruits_ahead
from sim.units import Role, Sector

ROLE_COUNT = len(Role)
CARE_WORKER, DIRECT_PAYMENT = int(Role.CARE_WORKER), int(Sector.DIRECT_PAYMENT)
NOTHING = -1e9
"""Value of a post that is not open."""


@kernel
def describe_jobs(lo, hi, providers, law, p):
    """What is common to all jobs at providers in rows [lo, hi): the part of the day that is paid, and the workplace."""
    for j in range(lo, hi):
        travel_paid = max(providers.travel_paid_share[j], law.travel_paid_share[j])
        providers.paid_part[j] = paid_part_of_day(providers.travel_share[j] * law.travel_time[j], travel_paid)
        providers.workplace[j] = workplace_value(
            providers.other_benefits[j] + law.extra_benefits[j],
            setting_value(providers.service[j], p) + providers.amenities[j],
            management_felt(providers.management[j], law.management_gap[j], law.management_gain[j]),
            felt_strain(providers.strain[j], law.strain_felt[j]),
            p,
        )


@kernel
def advertise(lo, hi, seed, providers, peers, law, p):
    """Posts that providers in rows [lo, hi) have to offer, by role, and what they are worth to anybody.

    None is open at a closed establishment.
    """
    for j in range(lo, hi):
        for role in range(ROLE_COUNT):
            vacant = posts_to_offer(seed, providers, j, role, p) if providers.active[j] == 1 else 0
            left = providers.posts_open[j, role]
            providers.posts_open[j, role] = max(vacant, 0)
            providers.posts_new[j, role] = max(vacant - left, 0)
            providers.advertised[j, role, 0] = NOTHING
            providers.advertised[j, role, 1] = NOTHING
            if vacant > 0:
                floor = law.pay_floor[j, role]
                new = pay_offered(providers, j, role, 0, 0, floor, law, p)
                experienced = pay_offered(providers, j, role, int(p.experienced_months), 0, floor, law, p)
                providers.advertised[j, role, 0] = worth_of_post(providers, j, role, new, peers, law, p)
                providers.advertised[j, role, 1] = worth_of_post(providers, j, role, experienced, peers, law, p)


@part
def posts_to_offer(seed, providers, j, role, p):
    """Vacant posts of a role at provider `j`, and what it recruits ahead of those who will leave."""
    vacant = providers.posts_sought[j, role] - providers.posts_filled[j, role] - providers.posts_promised[j, role]
    return vacant + ahead_of_leavers(seed, providers, j, role, p)


@part
def ahead_of_leavers(seed, providers, j, role, p):
    """Recruits whom provider `j` takes on in a role for leavers it expects: care workers of establishments alone."""
    if role != CARE_WORKER or providers.sector[j] == DIRECT_PAYMENT:
        return 0
    u = uniform(seed, providers.uid[j], 0, Purpose.RECRUITED_AHEAD)
    return recruits_ahead(providers.posts_sought[j, role], u, p)


@part
def worth_of_post(providers, j, role, pay, peers, law, p):
    """What employment at provider `j` is worth to anybody, log pay, with the lead of a joint post where it is one."""
    there = nhs_hour(int(law.nhs_pay[role]), law.joint_terms[j])
    lead = joint_lead(int(pay), there, law.joint_time[j, role])
    return worth_to_anybody(providers, j, role, pay, peers, p) + lead


@part
def worth_to_anybody(providers, j, role, pay, peers, p):
    """The part of a job's value at provider `j` that does not depend on who holds it, log pay."""
    return value_to_anybody(
        effective_wage(pay, providers.paid_part[j]),
        providers.workplace[j],
        peer_shortfall(pay, peers[providers.council[j], role], p),
    )


@kernel
def describe_places(lo, hi, peers, law, p, usual):
    """Value of a typical job nearby in councils [lo, hi), by role."""
    for council in range(lo, hi):
        for role in range(ROLE_COUNT):
            usual[council, role] = typical_value(float(peers[council, role]), float(law.outside_pay[council]), p)
