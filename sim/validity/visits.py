"""One run of a draw for several studies: each says how far the run is to go, looks, and says how far next.

What a study does with a draw is a *visit*: a generator that yields the month which is to be simulated next when it
looks, and is sent the walk that stands there. ``walk = yield 12`` sees April 2016 to March 2017. Months never go back.
In between a visit leaves the model as it is. After ``yield ALONE`` nobody else needs the model any more, and the visit
may put it back to a state that it took, and go on from there::

    def vacancies_with_more_money(job):
        walk = yield parse_month("2026-04")
        state, past = take_state(walk.model), list(walk.records)
        walk = yield ALONE
        restore(walk.model, state, [levers])
        ...
        return np.array([...])
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import NamedTuple

from sim.calibration.priors import Floats
from sim.calibration.runs import Job, start
from sim.history import Walk

ALONE = 1_000_000
"""Later than any month."""
Looking = Generator[int, Walk, Floats]
Visit = Callable[[Job], Looking]


class Task(NamedTuple):
    """A draw, and the visits that one run of it serves."""

    visits: tuple[tuple[str, Visit], ...]
    """By name of their study; functions of modules, which other processes import by their names."""
    job: Job


def alone(visit: Visit, job: Job) -> Floats:
    """[value] what a visit shows of a run of its own."""
    return together(Task((("alone", visit),), job))["alone"]


def together(task: Task) -> dict[str, Floats]:
    """[value] what each visit shows of one run.

    Raises:
        ValueError: a visit asks for a month that is over.
    """
    shows: dict[str, Floats] = {}
    waiting = {name: (looking, next(looking)) for name, looking in _begun(task).items()}
    walk = start(task.job)
    while waiting:
        name = min(waiting, key=lambda one: waiting[one][1])
        looking, month = waiting.pop(name)
        if month >= ALONE:
            walk.model.watchers.clear()
        elif month < walk.model.month:
            message = f"{name} asks for month {month}, and {walk.model.month} is next"
            raise ValueError(message)
        else:
            walk.to(month)
        try:
            waiting[name] = looking, looking.send(walk)
        except StopIteration as end:
            shows[name] = end.value
    return shows


def _begun(task: Task) -> Mapping[str, Looking]:
    return {name: visit(task.job) for name, visit in task.visits}
