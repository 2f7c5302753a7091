"""The oracle at work: kernels and reference simulate the same market side by side, month after month.

The test compiles and runs the kernels. The other model runs in a process of its own, where nothing is compiled
(``python tests/oracle.py``); it is sent the start and every month's end as pickles, and answers with what differs.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
ALWAYS_COMPARED = ("uid", "status")
"""Columns that must agree in empty rows as well; what else an empty row holds means nothing."""
State = dict[str, dict[str, np.ndarray]]


def month_end(model: Any) -> State:
    """Everything that must agree at the end of a month, from either model."""
    state = model.to_columns() if hasattr(model, "to_columns") else model.world.state()
    state["ledger"] = {name: array.copy() for name, array in model.ledger._asdict().items()}
    state["stock"] = {name: array.copy() for name, array in model.stock._asdict().items()}
    return state


def differences(month: int, kernels: State, other: State) -> Iterator[str]:
    """One line for each array that differs, naming the first place."""
    for table, arrays in kernels.items():
        empty = arrays["uid"] == 0 if "uid" in arrays else None
        for name, expected in arrays.items():
            found = other[table][name]
            if name == "uid" and len(expected) != len(found):
                longer = max(expected, found, key=len)
                if np.any(longer[min(len(expected), len(found)) :]):
                    yield f"month {month}: only one of the two has {table} beyond row {min(len(expected), len(found))}"
            if empty is not None:
                shared = min(len(expected), len(found))
                expected, found = expected[:shared], found[:shared]
            unequal = expected != found
            if empty is not None and name not in ALWAYS_COMPARED:
                unequal[empty[:shared]] = False
            if unequal.any():
                place = tuple(int(index) for index in np.argwhere(unequal)[0])
                yield (
                    f"month {month}: {table}.{name}{list(place)} is {expected[place]!r} by the kernels, not "
                    f"{found[place]!r}; {np.count_nonzero(unequal)} entries differ"
                )


class PlainPython:
    """A process in which nothing is compiled, to which months are sent."""

    def __init__(self, model: str) -> None:
        environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "CARESIM_TRACE_RULES": "1", "PYTHONPATH": str(ROOT)}
        command = [sys.executable, str(Path(__file__).resolve()), model]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=ROOT
        )

    def __enter__(self) -> PlainPython:
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.communicate()

    def send(self, value: Any) -> None:
        assert self.process.stdin is not None
        pickle.dump(value, self.process.stdin, protocol=pickle.HIGHEST_PROTOCOL)
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """What the process found, once it has had everything."""
        answer, _ = self.process.communicate()
        assert self.process.returncode == 0, "the process in plain Python failed, see above"
        return pickle.loads(answer)  # type: ignore[no-any-return]


def received() -> Iterator[Any]:
    """Objects sent to this process."""
    while True:
        try:
            yield pickle.load(sys.stdin.buffer)
        except EOFError:
            return


def make(model: str, world: Any, **start: Any) -> Any:
    """The reference, or the kernels as plain Python functions."""
    if model == "reference":
        from sim.reference.model import ReferenceModel

        return ReferenceModel.from_world(world, **start)
    from sim.model import CareLabourModel

    return CareLabourModel(world, **start)


def side_by_side(name: str) -> None:
    """Simulate the months that are sent with another model; answer with what differs and which rules were called."""
    from sim.jit import CALLED

    months = received()
    start = next(months)
    world, state = start.pop("world"), start.pop("state")
    world.restore(state)
    model = make(name, world, **start)
    found: list[str] = []
    for kernels in months:
        model.step()
        if not found:
            found += differences(model.month - 1, kernels, month_end(model))
    pickle.dump({"differences": found, "called": CALLED}, sys.stdout.buffer)


if __name__ == "__main__":
    side_by_side(sys.argv[1])
