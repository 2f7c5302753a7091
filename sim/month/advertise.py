"""Providers let it be known what a job with them is like and which posts are open."""

from __future__ import annotations

from sim.jit import kernel
from sim.rules.job_value import setting_value, workplace_value
from sim.rules.pay import paid_part_of_day
from sim.rules.search import typical_value
from sim.units import Role

ROLE_COUNT = len(Role)


@kernel
def describe_jobs(lo, hi, providers, law, p):
    """What is common to all jobs at providers in rows [lo, hi): the part of the day that is paid, and the workplace."""
    for j in range(lo, hi):
        travel_paid = max(providers.travel_paid_share[j], law.travel_paid_share[j])
        providers.paid_part[j] = paid_part_of_day(providers.travel_share[j], travel_paid)
        providers.workplace[j] = workplace_value(
            providers.other_benefits[j],
            setting_value(providers.service[j], p),
            providers.management[j],
            providers.strain[j],
            p,
        )


@kernel
def count_open_posts(lo, hi, providers):
    """Posts that providers in rows [lo, hi) still have to fill, by role; none at a closed establishment."""
    for j in range(lo, hi):
        for role in range(ROLE_COUNT):
            vacant = 0
            if providers.active[j] == 1:
                vacant = (
                    providers.posts_sought[j, role]
                    - providers.posts_filled[j, role]
                    - providers.posts_promised[j, role]
                )
            providers.posts_open[j, role] = max(vacant, 0)


@kernel
def describe_places(lo, hi, peers, law, p, usual):
    """Value of a typical job nearby in councils [lo, hi), by role."""
    for council in range(lo, hi):
        for role in range(ROLE_COUNT):
            usual[council, role] = typical_value(float(peers[council, role]), float(law.outside_pay[council]), p)
