"""Columns that kernels ask for ahead, for people and employers who lie far apart in memory (see `sim.prefetch`)."""

from __future__ import annotations

from sim.jit import part
from sim.prefetch import fetch

AHEAD = 8
"""How many people ahead: far enough for memory to arrive, near enough for it to be there still."""


@part
def next_of(rows, k, end):
    """The row to ask for while the one at place `k` is worked on; the last one again near the end."""
    return rows[min(k + AHEAD, end - 1)]


@part
def fetch_standing(workers, i):
    """Who person `i` is and what binds them: read of everybody to whom something may happen."""
    fetch(workers.status, i)
    fetch(workers.uid, i)
    fetch(workers.employer, i)
    fetch(workers.role, i)
    fetch(workers.home_council, i)
    fetch(workers.birth_month, i)
    fetch(workers.visa, i)
    fetch(workers.visa_month, i)
    fetch(workers.leave_until, i)


@part
def fetch_traits(workers, i):
    """What person `i` brings to a job and wants of it."""
    fetch(workers.sector_start, i)
    fetch(workers.ethnicity, i)
    fetch(workers.nationality, i)
    fetch(workers.wanted_minutes, i)
    fetch(workers.value_of_guarantee, i)
    fetch(workers.value_of_flexibility, i)
    fetch(workers.visa_floor, i)


@part
def fetch_promise(workers, i):
    """The job that person `i` has been promised, and the one that ends with it."""
    fetch(workers.next_employer, i)
    fetch(workers.next_role, i)
    fetch(workers.next_start, i)
    fetch(workers.last_care_month, i)
    fetch(workers.clock_start, i)
    fetch(workers.leave_reason, i)


@part
def fetch_belonging(workers, i):
    """What tells to which groups of people person `i` belongs, beside what is read of everybody."""
    fetch(workers.gender, i)
    fetch(workers.ethnicity, i)
    fetch(workers.nationality, i)
    fetch(workers.sector_start, i)
    fetch(workers.job_start, i)
    fetch(workers.contract_minutes, i)
    fetch(workers.distance, i)
    fetch(workers.household, i)


@part
def fetch_present_job(workers, i):
    """What the value of the present job is made of."""
    fetch(workers.pay, i)
    fetch(workers.job_start, i)
    fetch(workers.match, i)
    fetch(workers.first_impression, i)
    fetch(workers.contract_minutes, i)
    fetch(workers.worked_minutes, i)
    fetch(workers.wanted_minutes, i)
    fetch(workers.value_of_guarantee, i)
    fetch(workers.value_of_flexibility, i)
    fetch(workers.distance, i)
    fetch(workers.self_employed, i)
