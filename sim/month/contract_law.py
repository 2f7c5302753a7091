"""Contracts of people in post are brought into line with the law."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.jit import kernel, part
from sim.law import Law
from sim.month.agency import agency_value, going_agency_pay, join_agency, match_with_agency
from sim.month.full_time import offered_full_time
from sim.month.marks import list_rows
from sim.month.moves import place_of
from sim.month.people import CARE
from sim.month.present_job import value_with_terms
from sim.month.substitution import (
    AGENCY_HOURS,
    LAWFUL,
    SELF_EMPLOYED,
    form_chosen,
    prefers_self_employment,
    self_employment_possible,
)
from sim.rules.contracts import hours_worked, lawful_contract, takes_guaranteed_hours
from sim.rules.migration import tied_to_sponsor


@kernel
def contract_law(lo, hi, seed, month, workers, providers, councils, peers, law, p, strictest, marks, listed):
    """Rows [lo, hi): contracts below the minimum end, and offers of guaranteed hours are made and answered.

    People who go to an agency instead are listed from place `lo` on; nobody moves yet. `strictest` is the
    law of the employer bound most, by which those whom none concerns are passed over; `marks` is working room.

    Returns:
        Where the list ends.
    """
    for i in range(lo, hi):
        contract, worked = workers.contract_minutes[i], workers.worked_minutes[i]
        tenure = month - workers.job_start[i]
        marks[i] = (workers.status[i] == CARE) & (
            (workers.self_employed[i] == 1) | may_be_concerned(contract, worked, tenure, strictest)
        )
    end = lo
    for k in range(lo, list_rows(lo, hi, marks, listed)):
        i = listed[k]
        j = workers.employer[i]
        if workers.self_employed[i] == 1:
            if law.minimum_contract_minutes[j] > 0 and self_employment_possible(seed, providers, j, law):
                continue
            workers.self_employed[i] = 0
        else:
            form = form_instead(seed, workers, i, month, providers, councils, peers, law, p)
            if form == AGENCY_HOURS:
                listed[end] = i
                end += np.uint64(1)
            elif form == SELF_EMPLOYED:
                workers.self_employed[i] = 1
            if form != LAWFUL:
                continue
        contract = contract_by_law(workers, i, month, law, p)
        if contract != workers.contract_minutes[i]:
            workers.contract_minutes[i] = contract
            workers.worked_minutes[i] = hours_worked(contract, workers.worked_minutes[i], 1.0)
        if law.full_time_minutes[j] > 0 and offered_full_time(seed, workers, i, month, providers, law):
            perhaps_full_time(workers, i, month, providers, peers, law, p)
    return end


class Strictest(NamedTuple):
    """The law on contracts of the employer who is bound most; whoever it does not concern, no other employer's does."""

    minimum: int
    """Least contracted minutes a week."""
    offer_up_to: int
    """Contracts of up to so many minutes a week must be offered more, if more is worked."""
    offer_after: int
    """Months in post after which that is so."""
    full_time: bool
    """Whether full-time contracts are offered."""


def strictest_law(law: Law) -> Strictest:
    """The strictest law on contracts that holds for any employer."""
    return Strictest(
        int(law.minimum_contract_minutes.max()),
        int(law.offer_threshold_minutes.max()),
        int(law.offer_reference_months.min()),
        bool(law.full_time_minutes.max() > 0),
    )


@part
def may_be_concerned(contract, worked, tenure, strictest):
    """Whether the law on contracts may concern an employee, were the employer the one who is bound most.

    Without branches, so that a loop over people tests several at once.
    """
    offered_more = (contract <= strictest.offer_up_to) & (contract < worked) & (tenure >= strictest.offer_after)
    return (contract < strictest.minimum) | offered_more | strictest.full_time


@part
def perhaps_full_time(workers, i, month, providers, peers, law, p):
    """Person `i` takes a full-time contract with a say over shifts if it is worth more than the present one."""
    hours = int(law.full_time_minutes[workers.employer[i]])
    contract, worked = int(workers.contract_minutes[i]), int(workers.worked_minutes[i])
    now = value_with_terms(workers, i, contract, worked, month, providers, peers, law, p)
    if value_with_terms(workers, i, hours, max(hours, worked), month, providers, peers, law, p) > now:
        workers.contract_minutes[i] = hours
        workers.worked_minutes[i] = max(hours, worked)


@part
def lawful(workers, i, law):
    """Contracted minutes a week that the law on minimum hours leaves person `i`."""
    j = workers.employer[i]
    if law.minimum_contract_minutes[j] <= 0:
        return int(workers.contract_minutes[i])
    return int(
        lawful_contract(
            workers.contract_minutes[i],
            workers.wanted_minutes[i],
            law.minimum_contract_minutes[j],
            law.keep_zero_hours_if_preferred[j],
            workers.value_of_guarantee[i],
        )
    )


@part
def contract_by_law(workers, i, month, law, p):
    """Contracted minutes a week that person `i` holds under this month's law, offers of guaranteed hours included."""
    j = workers.employer[i]
    contract = lawful(workers, i, law)
    entitled = (
        contract <= law.offer_threshold_minutes[j]
        and contract < workers.worked_minutes[i]
        and month - workers.job_start[i] >= law.offer_reference_months[j]
    )
    if entitled and takes_guaranteed_hours(workers.value_of_guarantee[i], p):
        return int(workers.worked_minutes[i])
    return contract


@part
def form_instead(seed, workers, i, month, providers, councils, peers, law, p):
    """Form of work that the position of person `i` takes: self-employed or agency where the law ends zero hours."""
    contract = lawful(workers, i, law)
    tied = tied_to_sponsor(workers.visa[i], workers.visa_month[i], month, law.settlement_months)
    if workers.contract_minutes[i] != 0 or contract == 0 or tied:
        return LAWFUL
    j, needed = workers.employer[i], int(workers.worked_minutes[i])
    form = form_chosen(seed, workers.uid[i], workers.role[i], workers.pay[i], needed, providers, j, law, p)
    guaranteed = hours_worked(contract, needed, 1.0)
    if form == SELF_EMPLOYED:
        if prefers_self_employment(workers, i, providers, j, contract, guaranteed, needed, law, month, p):
            return SELF_EMPLOYED
    elif form == AGENCY_HOURS and workers.next_employer[i] < 0:
        home, role = int(workers.home_council[i]), int(workers.role[i])
        pay, match = going_agency_pay(councils, peers, home, role, p), match_with_agency(seed, workers.uid[i], month, p)
        as_agency = agency_value(councils, home, pay, workers.value_of_flexibility[i], match, p)
        if as_agency > value_with_terms(workers, i, contract, guaranteed, month, providers, peers, law, p):
            return AGENCY_HOURS
    return LAWFUL


@kernel
def go_to_agencies(seed, month, workers, providers, councils, peers, p, ledger, rows):
    """People of `rows` leave their posts, whose hours their employers now take from agencies."""
    for k in range(rows.shape[0]):
        i = rows[k]
        origin = place_of(workers, providers, i)
        join_agency(seed, month, workers, providers, councils, peers, p, ledger, i)
        ledger.moves[origin, place_of(workers, providers, i)] += 1
