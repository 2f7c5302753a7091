"""Full-time contracts with a say over shifts, where a policy has employers offer them."""

from __future__ import annotations

from sim.draws import Purpose, uniform
from sim.jit import part
from sim.rules.contracts import could_work_full_time
from sim.rules.job_value import flexibility_met
from sim.rules.migration import tied_to_sponsor
from sim.units import Household

CARERS_ALLOWANCE = int(Household.CARERS_ALLOWANCE)


@part
def wishes_met(providers, j, months, contract, law):
    """Share of the wishes over shifts of somebody with so many months in post that provider `j` meets.

    Full-time contracts by policy come with a say from the first day.
    """
    unmet, wait = law.unmet_wishes[j], law.flexibility_wait_months[j]
    if law.full_time_minutes[j] > 0 and contract >= law.full_time_minutes[j]:
        unmet, wait = unmet * (1.0 - law.full_time_wishes[j]), 0
    return flexibility_met(providers.flexibility[j], unmet, months, wait)


@part
def offered_full_time(seed, workers, i, month, providers, law):
    """Whether person `i`, employed part-time, is offered a full-time contract with a say over shifts.

    Employers offer them where they have posts vacant, to staff whose lives leave room. Tied staff have full hours, and
    who draws Carer's Allowance would lose it.
    """
    j, role = workers.employer[i], workers.role[i]
    if workers.contract_minutes[i] >= law.full_time_minutes[j] or workers.household[i] == CARERS_ALLOWANCE:
        return False
    if tied_to_sponsor(workers.visa[i], workers.visa_month[i], month, law.settlement_months):
        return False
    if providers.posts_sought[j, role] <= providers.posts_filled[j, role]:
        return False
    return could_work_full_time(uniform(seed, workers.uid[i], 0, Purpose.FULL_TIME), law.full_time_reach[j])
