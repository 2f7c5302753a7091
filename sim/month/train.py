"""Staff in training qualify."""

from __future__ import annotations

from sim.draws import Purpose, uniform
from sim.jit import kernel, part
from sim.month.marks import list_rows
from sim.month.people import CARE
from sim.rules.training import qualifies
from sim.units import Role

SENIOR = int(Role.SENIOR_CARE_WORKER)


@part
def in_training(workers, i):
    """Whether person `i`, in post, is one of those for whom training is paid: no qualification, and employed."""
    return workers.qualified[i] == 0 and workers.role[i] <= SENIOR and workers.self_employed[i] == 0


@kernel
def train(lo, hi, seed, month, workers, law, most_likely, marks, listed):
    """Care workers and seniors in rows [lo, hi) who are in training finish their qualification, some of them.

    Those whose draw would do at the employer who trains most, where the chance is `most_likely`, are listed first;
    `marks` and `listed` are working room.
    """
    for i in range(lo, hi):
        u = uniform(seed, workers.uid[i], month, Purpose.TRAINING)
        marks[i] = (workers.status[i] == CARE) & (u < most_likely)
    for k in range(lo, list_rows(lo, hi, marks, listed)):
        i = listed[k]
        chance = law.qualifying_chance[workers.employer[i]]
        u = uniform(seed, workers.uid[i], month, Purpose.TRAINING)
        if in_training(workers, i) and chance > 0.0 and qualifies(u, chance):
            workers.qualified[i] = 1
