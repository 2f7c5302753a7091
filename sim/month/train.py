"""Staff in training qualify."""

from __future__ import annotations

from sim.draws import Purpose, uniform
from sim.jit import kernel, part
from sim.month.people import CARE
from sim.rules.training import qualifies
from sim.units import Role

SENIOR = int(Role.SENIOR_CARE_WORKER)


@part
def in_training(workers, i):
    """Whether person `i`, in post, is one of those for whom training is paid: no qualification, and employed."""
    return workers.qualified[i] == 0 and workers.role[i] <= SENIOR and workers.self_employed[i] == 0


@kernel
def train(lo, hi, seed, month, workers, law):
    """Care workers and seniors in rows [lo, hi) who are in training finish their qualification, some of them."""
    for i in range(lo, hi):
        if workers.status[i] != CARE or not in_training(workers, i):
            continue
        chance = law.qualifying_chance[workers.employer[i]]
        if chance > 0.0 and qualifies(uniform(seed, workers.uid[i], month, Purpose.TRAINING), chance):
            workers.qualified[i] = 1
