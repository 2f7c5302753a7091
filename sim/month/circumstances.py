"""Life changes: now and then a job that suited no longer does, or the other way round."""

from __future__ import annotations

from sim.draws import Purpose, normal, uniform
from sim.jit import kernel
from sim.month.people import CARE
from sim.rules.job_value import changed_match


@kernel
def circumstances(lo, hi, seed, month, workers, p):
    """A share of people in post in rows [lo, hi) find their match with the job changed."""
    for i in range(lo, hi):
        if workers.status[i] != CARE:
            continue
        uid = workers.uid[i]
        if uniform(seed, uid, month, Purpose.CIRCUMSTANCES) < p.circumstances_change:
            deviate = normal(seed, uid, month, Purpose.CIRCUMSTANCES + 256)
            workers.match[i] = changed_match(workers.match[i], deviate, p)
