"""Table: the rows of one kind of agent, column by column."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from sim.agents.columnar_agent import ColumnarAgent

if TYPE_CHECKING:
    import pandas as pd

AgentT = TypeVar("AgentT", bound=ColumnarAgent)
Rows = NDArray[np.int64]


class Table(Generic[AgentT]):
    """All agents of one kind. ``table.pay`` is everybody's pay, ``table[42].pay`` that of the agent in row 42.

    A row with uid 0 is empty. Arrays cover all rows, empty ones included, and are written in place: assigning to
    ``table.pay`` copies into the array. Anything that depends on order goes by uid, never by row.
    """

    def __init__(self, agent_class: type[AgentT], capacity: int, model: Any = None) -> None:
        """Allocate ``capacity`` empty rows, each column at its default."""
        arrays = {name: column.allocate(capacity) for name, column in agent_class.columns().items()}
        self._start(agent_class, arrays, model)

    def _start(self, agent_class: type[AgentT], arrays: dict[str, NDArray[Any]], model: Any) -> None:
        _check_declaration(agent_class)
        self.__dict__.update(agent_class=agent_class, arrays=arrays, model=model)
        self.__dict__["_columns"] = agent_class.Columns(**arrays)

    agent_class: type[AgentT]
    arrays: dict[str, NDArray[Any]]
    model: Any

    def __getattr__(self, name: str) -> NDArray[Any]:
        # Reached only for names that are no ordinary attribute; while unpickling even ``arrays`` is missing.
        arrays = self.__dict__.get("arrays", {})
        if name not in arrays:
            message = f"{type(self).__name__} has no column {name!r}"
            raise AttributeError(message)
        return cast("NDArray[Any]", arrays[name])

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.arrays:
            self.arrays[name][...] = value
        elif name in self.__dict__:
            self.__dict__[name] = value
        else:
            message = f"{self.agent_class.__name__} has no column {name!r}"
            raise AttributeError(message)

    def __repr__(self) -> str:
        return f"<Table of {len(self)} {self.agent_class.__name__}, capacity {self.capacity}>"

    @property
    def capacity(self) -> int:
        """Number of rows, empty ones included."""
        return len(self.arrays["uid"])

    @property
    def columns(self) -> Any:
        """All arrays as a NamedTuple for compiled kernels; ask again after `grow`, which makes new arrays."""
        return self._columns

    def __len__(self) -> int:
        """Count the rows that hold an agent."""
        return int(np.count_nonzero(self.arrays["uid"]))

    def __getitem__(self, row: int) -> AgentT:
        """View of the agent in ``row``; IndexError if the row is empty."""
        row = operator.index(row)
        if not 0 <= row < self.capacity:
            message = f"row {row} lies outside the {self.capacity} rows of {self.agent_class.__name__}"
            raise IndexError(message)
        uid = self.arrays["uid"].item(row)
        if uid == 0:
            message = f"row {row} of {self.agent_class.__name__} is empty"
            raise IndexError(message)
        return self.agent_class(self, row, uid)

    def __iter__(self) -> Iterator[AgentT]:
        """Views of all agents in the order of uid."""
        return (self[row] for row in self.rows().tolist())

    def rows(self) -> Rows:
        """Rows that hold an agent, in the order of uid."""
        uid = self.arrays["uid"]
        rows = np.flatnonzero(uid)
        identities = uid[rows]
        if np.any(identities[1:] < identities[:-1]):
            rows = rows[np.argsort(identities, kind="stable")]
        return rows

    def grow(self, capacity: int) -> None:
        """Add empty rows until there are ``capacity``; agents keep their rows."""
        if capacity < self.capacity:
            message = f"a table of {self.capacity} rows cannot grow to {capacity}"
            raise ValueError(message)
        extra = capacity - self.capacity
        for name, column in self.agent_class.columns().items():
            self.arrays[name] = np.concatenate([self.arrays[name], column.allocate(extra)])
        self.__dict__["_columns"] = self.agent_class.Columns(**self.arrays)

    def permute(self, order: Rows) -> Table[AgentT]:
        """Copy in which row i holds what row ``order[i]`` holds here.

        Row numbers kept elsewhere, such as the employer of a worker, are not mended.
        """
        if not np.array_equal(np.sort(order), np.arange(self.capacity)):
            message = f"the order must name each of the {self.capacity} rows once"
            raise ValueError(message)
        return self._from_arrays({name: array[order] for name, array in self.arrays.items()})

    def copy(self) -> Table[AgentT]:
        """Independent copy, of the same model."""
        return self._from_arrays(self.state())

    def _from_arrays(self, arrays: dict[str, NDArray[Any]]) -> Table[AgentT]:
        made: Table[AgentT] = Table.__new__(Table)
        made._start(self.agent_class, arrays, self.model)
        return made

    def state(self) -> dict[str, NDArray[Any]]:
        """Copies of all arrays by column name: what a checkpoint keeps."""
        return {name: array.copy() for name, array in self.arrays.items()}

    @classmethod
    def from_state(
        cls, agent_class: type[AgentT], state: Mapping[str, NDArray[Any]], model: Any = None
    ) -> Table[AgentT]:
        """Table with copies of the arrays that `state` gave; ValueError if they are not this agent's columns."""
        declared = agent_class.columns()
        if set(state) != set(declared):
            message = f"state of {agent_class.__name__}: columns differ in {sorted(set(state) ^ set(declared))}"
            raise ValueError(message)
        capacity = len(state["uid"])
        for name, column in declared.items():
            if state[name].dtype != column.dtype or state[name].shape != (capacity, *column.shape):
                found = f"{state[name].dtype}{list(state[name].shape)}"
                message = f"state of {agent_class.__name__}: column {name} is not a {found} array"
                raise ValueError(message)
        made: Table[AgentT] = cls.__new__(cls)
        made._start(agent_class, {name: np.array(state[name], order="C") for name in declared}, model)
        return made

    def to_frame(self) -> pd.DataFrame:
        """Live rows in the order of uid as a DataFrame indexed by uid.

        Codes become categories by name; a column with a shape becomes one column for each of its entries.
        """
        import pandas as pd  # late, because pandas is slow to import and most runs never need it

        rows = self.rows()
        data: dict[str, Any] = {}
        for name, column in self.agent_class.columns().items():
            values = self.arrays[name][rows]
            if column.codes is not None:
                names = pd.Series({int(member): member.name.lower() for member in column.codes})
                data[name] = pd.Categorical(names.loc[values], categories=names)
            elif column.shape:
                data.update((f"{name}_{'_'.join(map(str, i))}", values[:, *i]) for i in np.ndindex(column.shape))
            else:
                data[name] = values
        return pd.DataFrame(data).set_index("uid")


def _check_declaration(agent_class: type[ColumnarAgent]) -> None:
    columns = agent_class.columns()
    if "uid" not in columns or columns["uid"].dtype != np.uint64 or columns["uid"].default != 0:
        message = f"{agent_class.__name__} must declare uid = Column(np.uint64, ...) with default 0"
        raise TypeError(message)
    reserved = {*dir(Table), *Table.__annotations__, *dir(tuple)}
    taken = sorted(reserved.intersection(columns))
    if taken:
        message = f"{agent_class.__name__}: a table has attributes of its own called {', '.join(taken)}; choose others"
        raise TypeError(message)
