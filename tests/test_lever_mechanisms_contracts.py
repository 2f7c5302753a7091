"""What levers on contracts and paid time do to a small market by way of the rules."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from markets import APRIL_2016, after, lever

from sim.model import CareLabourModel
from sim.units import Service, Status

ZERO_HOURS = {"zero_hours": 0.5}


def same_jobs(one: CareLabourModel, other: CareLabourModel) -> np.ndarray:
    """Rows of people who are in one and the same care job in both markets."""
    first, second = one.workers, other.workers
    same = (first.status == Status.CARE) & (second.status == Status.CARE) & (first.uid == second.uid)
    return np.flatnonzero(same & (first.job_start == second.job_start) & (first.employer == second.employer))


# A ban on zero hours


def test_recruits_who_prefer_zero_hours_get_them_only_where_the_ban_lets_them() -> None:
    def started(**terms: Any) -> tuple[np.ndarray, np.ndarray]:
        """Contracts of people who started in a year under a ban at 16 hours, and whether they like zero hours.

        People who want fewer, as some do who care for somebody, are guaranteed those, and left out.
        """
        ban = lever("zero_hours_ban", minimum_hours=16, status_enforcement=1, **terms)
        workers = after(12, levers=[ban], **ZERO_HOURS, vacancies=0.15).workers
        new = (workers.status == Status.CARE) & (workers.job_start >= APRIL_2016) & (workers.wanted_minutes >= 16 * 60)
        return workers.contract_minutes[new], workers.value_of_guarantee[new] < 0.0

    contracts, prefer = started()
    assert contracts.min() >= 16 * 60
    assert 20 < prefer.sum() < prefer.size
    contracts, prefer = started(keep_if_worker_prefers=True)
    assert (contracts[prefer] == 0).sum() > 20
    assert contracts[~prefer].min() >= 16 * 60


# Offers of guaranteed hours


def test_who_regularly_works_more_than_a_short_contract_is_offered_the_hours_and_takes_them_if_they_are_worth_it() -> (
    None
):
    offer = lever("guaranteed_hours_offer", low_hours_threshold=20, reference_weeks=12)
    without, offered = (after(1, levers=levers, **ZERO_HOURS) for levers in ([], [offer]))
    rows, before, now = same_jobs(without, offered), without.workers, offered.workers
    contract, worked = before.contract_minutes[rows], before.worked_minutes[rows]
    months = without.month - 1 - before.job_start[rows]
    low = (contract < 20 * 60) & (contract < worked)
    wanted = before.value_of_guarantee[rows] > without.behaviour.offer_inertia
    due = months >= 3
    for condition in (low, wanted, due):
        assert 20 < condition.sum() < rows.size
    taken = now.contract_minutes[rows] != contract
    assert (taken == (low & wanted & due)).all()
    assert (now.contract_minutes[rows][taken] == worked[taken]).all()
    assert (now.worked_minutes[rows] == worked).all()
    assert (offered.value_of_jobs(rows[taken]) > without.value_of_jobs(rows[taken])).all()


def test_an_offer_falls_due_once_the_weeks_of_reference_are_over_and_not_before() -> None:
    def newest(weeks: int) -> int:
        """Months in post of the newest member of staff who has taken an offer."""
        models = [
            after(1, levers=levers, **ZERO_HOURS)
            for levers in ([], [lever("guaranteed_hours_offer", low_hours_threshold=40, reference_weeks=weeks)])
        ]
        rows = same_jobs(*models)
        contracts = [model.workers.contract_minutes[rows] for model in models]
        months = models[0].month - 1 - models[0].workers.job_start[rows]
        return int(months[contracts[0] != contracts[1]].min())

    assert [newest(weeks) for weeks in (4, 13, 26, 52)] == [1, 3, 6, 12]


def test_a_higher_threshold_reaches_more_staff_only_where_a_ban_guarantees_part_of_their_hours() -> None:
    """Whoever is guaranteed hours works these and no more, unless a ban has put a minimum in the place of none."""

    def part_guaranteed(*levers: Any) -> int:
        workers = after(12, levers=list(levers), **ZERO_HOURS).workers
        guaranteed = (workers.status == Status.CARE) & (workers.contract_minutes > 0)
        return int((guaranteed & (workers.contract_minutes < workers.worked_minutes)).sum())

    ban = lever("zero_hours_ban", minimum_hours=16, status_enforcement=1)
    below, above = (lever("guaranteed_hours_offer", low_hours_threshold=hours) for hours in (16, 17))
    assert part_guaranteed() == 0
    assert part_guaranteed(ban, below) > 100
    assert part_guaranteed(ban, below) - part_guaranteed(ban, above) > 30


# Limits to agencies

SHORT: dict[str, Any] = {"vacancies": 0.2, "pool": 0.6}


def test_employers_who_keep_to_a_limit_use_no_more_agency_time_and_others_as_much_as_before() -> None:
    half = lever("agency_limits", highest_share=0.0, compliance=0.5)
    limited = after(24, levers=[half], **SHORT)
    providers = limited.providers
    keeps = limited.law.agency_share_cap == 0.0
    assert 5 < keeps[:40].sum() < 35
    assert providers.agency_minutes[keeps].sum() == 0
    assert providers.agency_minutes[~keeps].sum() > 0


# Paid travel


def test_paid_travel_lifts_what_an_hour_earns_where_there_is_travel_and_is_part_of_wages() -> None:
    market = {"travel": [0.25, 0.0], "travel_paid": 0.0, "service": [Service.HOME_CARE, Service.RESIDENTIAL]}
    without, paid = (after(1, levers=levers, **market) for levers in ([], [lever("paid_travel_time", share=1.0)]))
    visits = without.providers.travel_share[:40] > 0
    expected = np.where(visits, 1.25, 1.0)
    assert paid.providers.paid_part[:40] / without.providers.paid_part[:40] == pytest.approx(expected)
    wages = paid.providers.wage_bill[:40] / without.providers.wage_bill[:40]
    assert np.median(wages[visits]) == pytest.approx(1.25, abs=1e-4)  # of few employers staff differ after a month
    assert np.mean(wages[~visits] == 1.0) >= 0.8
