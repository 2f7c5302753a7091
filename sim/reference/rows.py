"""Objects from the rows of tables, and arrays back from objects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from sim.agents.columns import Table
from sim.jit import COMPILED, record_type
from sim.law import Law
from sim.parameters import Behaviour
from sim.units import NOBODY


def read_row(agent: Any, table: Table[Any], row: int) -> None:
    """Give an object the values of a row, as Python numbers and lists. Links are left as row numbers."""
    for name, array in table.arrays.items():
        setattr(agent, name, array[row].tolist())


def link(agent: Any, **kinds: Sequence[Any]) -> None:
    """Put objects in the place of row numbers: each attribute named points into its sequence."""
    for name, objects in kinds.items():
        row = getattr(agent, name)
        setattr(agent, name, None if row == NOBODY else objects[row])


def to_arrays(agent_class: Any, capacity: int, agents: Iterable[Any]) -> dict[str, np.ndarray]:
    """Arrays by column, as the tables hold them; rows without an object have every column's default.

    A number that does not fit its column raises OverflowError.
    """
    columns = agent_class.columns()
    arrays = {name: column.allocate(capacity) for name, column in columns.items()}
    for agent in agents:
        for name, column in columns.items():
            value = getattr(agent, name)
            if name in agent.LINKS:
                value = NOBODY if value is None else value.row
            arrays[name][agent.row] = value if column.shape else column.fit(value)
    return arrays


def plain(values: Any) -> Any:
    """A NamedTuple of numbers and arrays with Python numbers and lists in their place."""
    return values._replace(
        **{
            name: value.tolist()
            for name, value in values._asdict().items()
            if isinstance(value, np.ndarray | np.generic)
        }
    )


def parameters(values: Behaviour) -> Behaviour:
    """Parameters as rules take them: as they are, or for compiled rules a record whose fields can be read here too."""
    if not COMPILED:
        return values
    return np.rec.array([tuple(values)], dtype=record_type(type(values)))[0]  # type: ignore[no-any-return]


def plain_law(law: Law) -> Law:
    """The month's law in Python numbers and lists: the arrays are read one entry at a time."""
    return plain(law)  # type: ignore[no-any-return]
