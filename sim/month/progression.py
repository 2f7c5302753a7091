"""Steps of pay above the posted rate, where a policy sets them: for care workers and seniors."""

from __future__ import annotations

from sim.jit import part
from sim.rules.pay import offered_pay, progression_pay
from sim.units import Role

SENIOR = int(Role.SENIOR_CARE_WORKER)


@part
def has_steps(j, role, law):
    """Whether provider `j` pays steps in a role."""
    return role <= SENIOR and (law.experience_step[j] > 0.0 or law.qualification_step[j] > 0.0)


@part
def step_pay(providers, j, role, months_in_sector, qualified, law, p):
    """Least that steps leave somebody at provider `j`, pence/hour; 0 where there is no step."""
    if not has_steps(j, role, law):
        return 0
    return progression_pay(
        providers.posted_pay[j, role],
        months_in_sector,
        qualified,
        law.experience_step[j],
        law.qualification_step[j],
        p,
    )


@part
def pay_offered(providers, j, role, months_in_sector, qualified, floor, law, p):
    """Pay that provider `j` offers a recruit, steps included, pence/hour."""
    pay = offered_pay(providers.posted_pay[j, role], months_in_sector, floor, p)
    return max(pay, step_pay(providers, j, role, months_in_sector, qualified, law, p))


@part
def paid_for_steps(providers, j, role, months_in_sector, qualified, law, p):
    """Part of somebody's pay that is owed to steps, pence/hour: what they add to the pay of a recruit without them.

    Leads over recruits that people had before there were steps, and would have lost in time, count as steps too.
    """
    stepped = step_pay(providers, j, role, months_in_sector, qualified, law, p)
    return max(stepped - offered_pay(providers.posted_pay[j, role], months_in_sector, 0, p), 0)
