"""Column and ColumnarAgent: a Mesa agent class declares its state; the state lies in the columns of a table."""

from __future__ import annotations

import operator
from enum import IntEnum
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self, cast, overload

import mesa
import numpy as np
from numpy.typing import DTypeLike, NDArray

from sim.agents.columns_tuple import make_columns_type

if TYPE_CHECKING:
    from sim.agents.table import Table


class AgentGone(LookupError):
    """The person or organisation of a view has left, and the row is empty or belongs to someone else."""


class Column:
    """One attribute of a kind of agent, stored as an array with an entry (or, with a shape, a row) for each agent.

    On an instance a column reads and writes that agent's own entry, as Python int or float, as a member of ``codes``
    where these are given, or as an array view where the column has a shape. On the class it returns itself, so that
    its dtype, unit and description can be listed.
    """

    def __init__(
        self,
        dtype: DTypeLike,
        doc: str,
        *,
        shape: tuple[int, ...] = (),
        unit: str = "",
        codes: type[IntEnum] | None = None,
        default: float = 0,
    ) -> None:
        """Declare the column: ``shape`` of one agent's entry, ``default`` of an empty row."""
        self.name = ""
        self.dtype = np.dtype(dtype)
        self.doc = doc
        self.shape = shape
        self.unit = unit
        self.codes = codes
        self.default = default
        if self.dtype.kind not in "iuf":
            message = f"a column holds integers or floats, not {self.dtype}; use int8 for yes and no"
            raise TypeError(message)
        if codes is not None and (shape or not self.is_integer):
            message = "a column with codes holds one integer for each agent"
            raise TypeError(message)
        self.fit(default)

    def __repr__(self) -> str:
        return f"<Column {self.name}: {self.dtype}{list(self.shape) if self.shape else ''}, {self.doc}>"

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @property
    def is_integer(self) -> bool:
        """Whether the column holds whole numbers."""
        return self.dtype.kind in "iu"

    @overload
    def __get__(self, agent: None, owner: type | None = None) -> Self: ...
    @overload
    def __get__(self, agent: ColumnarAgent, owner: type | None = None) -> Any: ...
    def __get__(self, agent: ColumnarAgent | None, owner: type | None = None) -> Any:
        if agent is None:
            return self
        array = agent.table.arrays[self.name]
        if self.shape:
            return array[agent.row]
        value = array.item(agent.row)
        return value if self.codes is None else self.codes(value)

    def __set__(self, agent: ColumnarAgent, value: Any) -> None:
        if self.name == "uid":
            message = f"the identity of {agent!r} cannot be changed"
            raise AttributeError(message)
        agent.table.arrays[self.name][agent.row] = self.fit(value)

    def fit(self, value: Any) -> Any:
        """Return ``value`` as the column may hold it; a fraction or an unknown code is an error, never cut off."""
        if self.codes is not None:
            return int(self.codes(value))
        if self.shape:
            return self._fit_array(np.asarray(value))
        if self.is_integer:
            number = operator.index(value)
            bounds = np.iinfo(self.dtype)
            if not bounds.min <= number <= bounds.max:
                message = f"{number} does not fit column {self.name} ({self.dtype})"
                raise OverflowError(message)
            return number
        return float(value)

    def _fit_array(self, values: NDArray[Any]) -> NDArray[Any]:
        if self.is_integer and values.size:
            if values.dtype.kind not in "iub":
                message = f"column {self.name} holds whole numbers, not {values.dtype}"
                raise TypeError(message)
            bounds = np.iinfo(self.dtype)
            if int(values.min()) < bounds.min or int(values.max()) > bounds.max:
                message = f"some values do not fit column {self.name} ({self.dtype})"
                raise OverflowError(message)
        return values.astype(self.dtype)

    def allocate(self, rows: int) -> NDArray[Any]:
        """Make the array for ``rows`` agents, shape (rows, *shape), every entry at the default."""
        return np.full((rows, *self.shape), self.default, dtype=self.dtype)

    def decode(self, values: NDArray[Any]) -> list[Any]:
        """Turn entries of the column into what views would return, one list item for each."""
        if self.shape:
            return list(values)
        numbers = values.tolist()
        if self.codes is None:
            return cast("list[Any]", numbers)
        members = {int(member): member for member in self.codes}
        return [members[number] for number in numbers]


class ColumnarAgent(mesa.Agent):
    """A Mesa agent whose state lies in one row of a table.

    Instances are light views, made when asked for; two views of the same agent are equal. ``Agent.__init__`` is not
    run: it would register every view with the model, and Mesa 3.3.1 never frees a model once an agent has drawn an
    id from it. Identity is the ``uid`` column, never the row, because rows are reused.
    """

    Columns: ClassVar[type[Any]]
    """NamedTuple type with one field for each column: what compiled kernels take."""

    _table: Table[Self]
    _row: int
    _uid: int

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name, value in vars(cls).items():
            if isinstance(value, Column) and hasattr(ColumnarAgent, name):
                message = f"{cls.__name__}.{name}: every agent has an attribute of this name, choose another"
                raise TypeError(message)
        cls.Columns = make_columns_type(cls, list(cls.columns()))

    def __init__(self, table: Table[Self], row: int, uid: int) -> None:
        """Make a view of the agent ``uid`` in ``row``; ``table[row]`` is the usual way to get one."""
        self.__dict__.update(_table=table, _row=row, _uid=uid)

    @classmethod
    def columns(cls) -> dict[str, Column]:
        """Every column by name, inherited ones first, in the order of declaration."""
        found: dict[str, Column] = {}
        for base in reversed(cls.__mro__):
            found.update((name, value) for name, value in vars(base).items() if isinstance(value, Column))
        return found

    @classmethod
    def create_agents(cls, model: mesa.Model, n: int, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: agents of this kind enter through the model's rules."""
        message = f"{cls.__name__}: the model's rules fill the rows of its table; agents are not created one by one"
        raise TypeError(message)

    @property
    def table(self) -> Table[Self]:
        """The table that holds this agent's row."""
        return self._table

    @property
    def present(self) -> bool:
        """Whether the row still holds this agent."""
        return bool(self._table.arrays["uid"].item(self._row) == self._uid)

    @property
    def row(self) -> int:
        """Row of the table; raises `AgentGone` once the agent has left."""
        if not self.present:
            message = f"{type(self).__name__} {self._uid} has left: row {self._row} no longer holds it"
            raise AgentGone(message)
        return self._row

    @property
    def unique_id(self) -> int:
        """Mesa's name for the identity."""
        return self._uid

    @property
    def model(self) -> Any:
        """The model that the table belongs to."""
        return self._table.model

    @property
    def pos(self) -> None:
        """No agent has a position on a grid."""
        return

    def remove(self) -> NoReturn:
        """Refuse: only the model ends an agent's row."""
        message = f"{self!r}: people and organisations leave through the model's rules, which alone end a row"
        raise TypeError(message)

    def __setattr__(self, name: str, value: Any) -> None:
        # A view is thrown away after use: an attribute that is no column would be lost without a word.
        if not hasattr(type(self), name):
            message = f"{type(self).__name__} has no column {name!r}"
            raise AttributeError(message)
        object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ColumnarAgent):
            return NotImplemented
        return self._table is other._table and self._uid == other._uid

    def __hash__(self) -> int:
        return hash((id(self._table), self._uid))

    def __repr__(self) -> str:
        place = f"row {self._row}" if self.present else "gone"
        return f"<{type(self).__name__} {self._uid}, {place}>"
