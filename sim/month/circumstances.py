"""Life changes: now and then a job that suited no longer does, or the other way round."""

from __future__ import annotations

from sim.draws import Purpose, normal, uniform
from sim.jit import kernel
from sim.month.marks import list_rows
from sim.month.people import CARE
from sim.rules.job_value import changed_match


@kernel
def circumstances(lo, hi, seed, month, workers, p, changes, listed):
    """A share of people in post in rows [lo, hi) find their match with the job changed.

    They are marked in `changes` first: a pass without branches draws for several people at once. `listed` is working
    room.
    """
    for i in range(lo, hi):
        changes[i] = (workers.status[i] == CARE) & (
            uniform(seed, workers.uid[i], month, Purpose.CIRCUMSTANCES) < p.circumstances_change
        )
    found = list_rows(lo, hi, changes, listed)
    for k in range(lo, found):
        i = listed[k]
        deviate = normal(seed, workers.uid[i], month, Purpose.CIRCUMSTANCES + 256)
        workers.match[i] = changed_match(workers.match[i], deviate, p)
