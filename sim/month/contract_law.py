"""Contracts of people in post are brought into line with the law."""

from __future__ import annotations

from sim.jit import kernel
from sim.month.people import CARE
from sim.rules.contracts import hours_worked, lawful_contract, takes_guaranteed_hours


@kernel
def contract_law(lo, hi, month, workers, providers, law, p):
    """Rows [lo, hi): contracts below the minimum end, and offers of guaranteed hours are made and answered."""
    for i in range(lo, hi):
        if workers.status[i] != CARE:
            continue
        j = workers.employer[i]
        contract = workers.contract_minutes[i]
        if law.minimum_contract_minutes[j] > 0:
            contract = lawful_contract(
                contract,
                workers.worked_minutes[i],
                law.minimum_contract_minutes[j],
                law.keep_zero_hours_if_preferred[j],
                workers.value_of_guarantee[i],
            )
        entitled = (
            contract <= law.offer_threshold_minutes[j]
            and contract < workers.worked_minutes[i]
            and month - workers.job_start[i] >= law.offer_reference_months[j]
        )
        if entitled and takes_guaranteed_hours(workers.value_of_guarantee[i], p):
            contract = workers.worked_minutes[i]
        if contract != workers.contract_minutes[i]:
            workers.contract_minutes[i] = contract
            workers.worked_minutes[i] = hours_worked(contract, workers.worked_minutes[i], 1.0)
