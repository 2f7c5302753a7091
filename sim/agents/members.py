"""Who is in a ColumnarAgentSet: rows of tables, in an order, with the identity each row had."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import Any, NamedTuple, NoReturn, Self

import numpy as np
from mesa.agent import AgentSet
from numpy.typing import NDArray

from sim.agents.columnar_agent import ColumnarAgent
from sim.agents.table import Rows, Table

Mask = NDArray[np.bool_]


class Members(NamedTuple):
    """Who is in a set, in the set's order: the place of each agent's table, its row there and its uid."""

    tables: NDArray[np.int64]
    rows: Rows
    uids: NDArray[np.uint64]

    def take(self, places: Rows | Mask | slice) -> Members:
        """Members at the given places."""
        return Members(self.tables[places], self.rows[places], self.uids[places])

    def keys(self, tables: int) -> NDArray[np.int64]:
        """One number for each row of each of ``tables`` tables."""
        return self.rows * tables + self.tables

    def without_repeats(self, tables: int) -> Members:
        """Members with only the first mention of each row."""
        _, first = np.unique(self.keys(tables), return_index=True)
        return self if len(first) == len(self.rows) else self.take(np.sort(first))


def all_members(tables: Sequence[Table[Any]]) -> Members:
    """Everyone now in the tables, one table after another, each in the order of uid."""
    rows = [table.rows() for table in tables]
    places = [np.full(len(r), place, dtype=np.int64) for place, r in enumerate(rows)]
    uids = [table.arrays["uid"][r] for table, r in zip(tables, rows, strict=True)]
    return Members(_joined(places, np.int64), _joined(rows, np.int64), _joined(uids, np.uint64))


def _joined(parts: list[NDArray[Any]], dtype: type[Any]) -> NDArray[Any]:
    return np.concatenate([np.empty(0, dtype=dtype), *parts])


class MembersSet(AgentSet):
    """The part of a ColumnarAgentSet that knows its members; Mesa's own ``_agents`` is never made or touched."""

    def __init__(self, table: Table[Any] | Sequence[Table[Any]], rows: Rows | None = None) -> None:
        """All agents of the table (or tables), or those in ``rows`` of the one table, in that order."""
        self._tables: tuple[Table[Any], ...] = (table,) if isinstance(table, Table) else tuple(table)
        self._fixed: Members | None = None
        self._index: tuple[Members, Rows, NDArray[np.uint64]] | None = None
        if rows is not None:
            rows = np.asarray(rows, dtype=np.int64)
            uids = self.table.arrays["uid"][rows]
            if not uids.all():
                message = f"row {rows[uids == 0][0]} of {self.table.agent_class.__name__} is empty"
                raise IndexError(message)
            self._fixed = Members(np.zeros(len(rows), np.int64), rows, uids).without_repeats(1)

    # Who is in the set

    @property
    def table(self) -> Table[Any]:
        """The table, if the set draws on one only."""
        if len(self._tables) != 1:
            message = "this set draws on several tables: select(agent_type=...) has one"
            raise TypeError(message)
        return self._tables[0]

    @property
    def rows(self) -> Rows:
        """Rows of the single table, in the order of the set."""
        return self.table.rows() if self._fixed is None else self._members().rows

    @property
    def random(self) -> Random:
        """The model's stream of the standard library: the one Mesa shuffles with."""
        model = next((table.model for table in self._tables if table.model is not None), None)
        if model is None:
            message = "the tables of this set belong to no model, so there is no seeded random stream"
            raise ValueError(message)
        return model.random  # type: ignore[no-any-return]

    def _members(self) -> Members:
        if self._fixed is None:
            return all_members(self._tables)
        present = np.zeros(len(self._fixed.rows), dtype=bool)
        for place, table in enumerate(self._tables):
            here = self._fixed.tables == place
            present[here] = table.arrays["uid"][self._fixed.rows[here]] == self._fixed.uids[here]
        return self._fixed.take(present)

    def _with(self, members: Members) -> Self:
        made = type(self)(self._tables)
        made._fixed = members
        return made

    def _result(self, members: Members, inplace: bool) -> Self:
        if not inplace:
            return self._with(members)
        self._fixed = members
        return self

    def _views(self, members: Members) -> Iterator[Any]:
        for place, row, uid in zip(members.tables.tolist(), members.rows.tolist(), members.uids.tolist(), strict=True):
            table = self._tables[place]
            yield table.agent_class(table, row, uid)

    def __len__(self) -> int:
        return len(self._members().rows) if self._fixed is not None else sum(map(len, self._tables))

    def __iter__(self) -> Iterator[Any]:
        return self._views(self._members())

    def __reversed__(self) -> Iterator[Any]:
        return self._views(self._members().take(slice(None, None, -1)))

    def __contains__(self, agent: object) -> bool:
        if not isinstance(agent, ColumnarAgent) or not agent.present:
            return False
        place = next((i for i, table in enumerate(self._tables) if table is agent.table), None)
        if place is None:
            return False
        if self._fixed is None:
            return True
        return self._uid_at(self._fixed, place, agent.row) == agent.unique_id

    def _uid_at(self, fixed: Members, place: int, row: int) -> int:
        # Identity that this row of a table had when the fixed set was made; 0 if the row is not in the set. The
        # sorted keys are kept, so that comparing two large sets takes seconds instead of hours.
        if self._index is None or self._index[0] is not fixed:
            keys = fixed.keys(len(self._tables))
            order = np.argsort(keys)
            self._index = (fixed, keys[order], fixed.uids[order])
        _, keys, uids = self._index
        key = row * len(self._tables) + place
        found = int(np.searchsorted(keys, key))
        return uids.item(found) if found < len(keys) and keys[found] == key else 0

    def __getitem__(self, item: int | slice) -> Any:
        """Give the agent at a place in the set, not in a row; a slice gives a list, as in Mesa."""
        members = self._members()
        if isinstance(item, slice):
            return list(self._views(members.take(item)))
        place = range(len(members.rows))[operator.index(item)]
        return next(self._views(members.take(slice(place, place + 1))))

    def __copy__(self) -> Self:
        made = type(self)(self._tables)
        made._fixed = self._fixed
        return made

    def __repr__(self) -> str:
        kinds = ", ".join(table.agent_class.__name__ for table in self._tables)
        return f"<ColumnarAgentSet of {len(self)} from {kinds}>"

    def __getstate__(self) -> dict[str, Any]:
        return {"tables": self._tables, "fixed": self._fixed}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._tables, self._fixed, self._index = state["tables"], state["fixed"], None

    def to_list(self) -> list[Any]:
        """Views of all agents of the set."""
        return list(self)

    def index(self, value: Any, start: int = 0, stop: int | None = None) -> int:
        """Place of an agent in the set; ValueError if it is not there."""
        return self.to_list().index(value, *slice(start, stop).indices(len(self))[:2])

    def count(self, value: Any) -> int:
        """1 if the agent is in the set, else 0."""
        return int(value in self)

    def _from_iterable(self, agents: Iterable[Any]) -> Self:
        # The operators | & - ^ of Python's Set build their results with this.
        found: list[tuple[int, int, int]] = []
        for agent in agents:
            place = next((i for i, table in enumerate(self._tables) if table is getattr(agent, "table", None)), None)
            if place is None:
                message = f"{agent!r} does not belong to the tables of {self!r}"
                raise TypeError(message)
            found.append((place, agent.row, agent.unique_id))
        places, rows, uids = zip(*found, strict=True) if found else ((), (), ())
        members = Members(np.array(places, np.int64), np.array(rows, np.int64), np.array(uids, np.uint64))
        return self._with(members.without_repeats(len(self._tables)))

    # Who comes and goes is decided by the model alone

    def add(self, agent: Any) -> NoReturn:
        """Refuse: people enter through the model's rules."""
        self._refuse(agent)

    def discard(self, agent: Any) -> NoReturn:
        """Refuse: people leave through the model's rules."""
        self._refuse(agent)

    def remove(self, agent: Any) -> NoReturn:
        """Refuse: people leave through the model's rules."""
        self._refuse(agent)

    def pop(self) -> NoReturn:
        """Refuse: people leave through the model's rules."""
        self._refuse(None)

    def clear(self) -> NoReturn:
        """Refuse: people leave through the model's rules."""
        self._refuse(None)

    def _refuse(self, agent: Any) -> NoReturn:
        who = "agents" if agent is None else repr(agent)
        message = f"{who}: people and organisations come and go by the model's rules; select() narrows a set"
        raise TypeError(message)
