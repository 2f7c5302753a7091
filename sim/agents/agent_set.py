"""ColumnarAgentSet: Mesa's AgentSet over rows of tables instead of over objects."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Literal, Self

import mesa
import numpy as np
from mesa.agent import GroupBy
from numpy.typing import NDArray

from sim.agents.columnar_agent import Column
from sim.agents.members import Mask, Members, MembersSet
from sim.agents.table import Rows, Table


class ColumnarAgentSet(MembersSet):
    """An ordered set of agents of one table, or of several.

    Made without rows it is all agents of its tables, whoever they are when it is asked, in the order of uid. With
    rows, or as the result of a verb, it is fixed, except that an agent who has left drops out, as from Mesa's own.
    Every verb of Mesa's AgentSet works and gives what Mesa's gives; those that name a column of a single table read
    the array, and ``select`` takes a vectorised condition as ``where``. Verbs that make one view for each agent
    (``do``, ``map``, iteration, a function as filter or key) are for inspection and teaching, not for the month.
    """

    # Choosing and ordering

    def select(
        self,
        filter_func: Callable[[Any], bool] | None = None,
        at_most: float = math.inf,
        inplace: bool = False,
        agent_type: type[mesa.Agent] | None = None,
        *,
        where: Mask | Callable[[Table[Any]], Mask] | None = None,
    ) -> Self:
        """Agents for which every condition holds, in the order of the set.

        ``filter_func``, ``at_most`` (a number, or as float up to 1 a share of the set) and ``agent_type`` are Mesa's.
        ``where`` is a mask over all rows of the table, shape (capacity,), or a function from table to such a mask:
        ``select(where=lambda t: t.pay < 1200)``.
        """
        if filter_func is None and agent_type is None and where is None and at_most == math.inf:
            return self if inplace else self.__copy__()
        limit = int(len(self) * at_most) if isinstance(at_most, float) and at_most <= 1.0 else at_most
        source = self if agent_type is None else self._of_type(agent_type)
        members = source._members()
        if where is not None:
            members = members.take(source._mask(members, where))
        if filter_func is not None:
            members = members.take(source._first_passing(members, filter_func, limit))
        if limit < len(members.rows):
            members = members.take(slice(0, max(0, math.ceil(limit))))
        if inplace:
            self._tables, self._fixed = source._tables, members
            return self
        return source._with(members)

    def _of_type(self, agent_type: type[mesa.Agent]) -> Self:
        # A set that has one table left can read columns, and its conditions are asked of that table alone.
        kept = [place for place, table in enumerate(self._tables) if issubclass(table.agent_class, agent_type)]
        if not kept:
            return self._with(self._members().take(slice(0, 0)))
        made = type(self)([self._tables[place] for place in kept])
        if self._fixed is not None:
            renumber = np.full(len(self._tables), -1)
            renumber[kept] = np.arange(len(kept))
            members = self._members()
            members = members.take(np.isin(members.tables, kept))
            made._fixed = members._replace(tables=renumber[members.tables])
        return made

    def _mask(self, members: Members, where: Mask | Callable[[Table[Any]], Mask]) -> Mask:
        kept = np.zeros(len(members.rows), dtype=bool)
        for place, table in enumerate(self._tables if callable(where) else (self.table,)):
            here = members.tables == place
            if not here.any():
                continue
            mask = np.asarray(where(table) if callable(where) else where)
            if mask.dtype != bool or mask.shape != (table.capacity,):
                message = f"where: need {table.capacity} booleans, one for each row, not {mask.dtype}{mask.shape}"
                raise ValueError(message)
            kept[here] = mask[members.rows[here]]
        return kept

    def _first_passing(self, members: Members, filter_func: Callable[[Any], bool], limit: float) -> Rows:
        places: list[int] = []
        for place, agent in enumerate(self._views(members)):
            if len(places) >= limit:
                break
            if filter_func(agent):
                places.append(place)
        return np.array(places, dtype=np.int64)

    def shuffle(self, inplace: bool = False) -> Self:
        """The same agents in random order, drawn from the model's stream exactly as Mesa draws."""
        members = self._members()
        return self._result(members.take(self._shuffled(len(members.rows))), inplace)

    def _shuffled(self, size: int) -> Rows:
        places = list(range(size))
        self.random.shuffle(places)
        return np.array(places, dtype=np.int64)

    def sort(self, key: Callable[[Any], Any] | str, ascending: bool = False, inplace: bool = False) -> Self:
        """Order by a column, attribute or function; descending unless told, agents that tie keep their order."""
        members = self._members()
        values = self._array(members, key) if isinstance(key, str) else None
        if values is not None and values.ndim == 1:
            order = _stable_order(values, ascending)
        else:
            keys = self._keys(members, key)
            order = np.array(sorted(range(len(keys)), key=keys.__getitem__, reverse=not ascending), dtype=np.int64)
        return self._result(members.take(order), inplace)

    # Doing

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Call a method, or a function, on each agent in order; one who leaves meanwhile is passed over."""
        self._call(self._members(), method, args, kwargs)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Shuffle, then do, leaving the order of the set as it was."""
        members = self._members()
        self._call(members.take(self._shuffled(len(members.rows))), method, args, kwargs)
        return self

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Call a method, or a function, on each agent in order and list the results."""
        return self._call(self._members(), method, args, kwargs)

    def _call(
        self, members: Members, method: str | Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> list[Any]:
        call = operator.methodcaller(method, *args, **kwargs) if isinstance(method, str) else None
        return [
            call(agent) if call is not None else method(agent, *args, **kwargs)  # type: ignore[operator]
            for agent in self._views(members)
            if agent.present
        ]

    # Values

    def get(
        self,
        attr_names: str | list[str],
        handle_missing: Literal["error", "default"] = "error",
        default_value: Any = None,
    ) -> list[Any]:
        """List an attribute of each agent, or for a list of names a list of values for each agent."""
        if handle_missing not in ("error", "default"):
            message = f"Unknown handle_missing option: {handle_missing}, should be one of 'error' or 'default'"
            raise ValueError(message)
        missing = (default_value,) if handle_missing == "default" else None
        members = self._members()
        if isinstance(attr_names, str):
            return self._attribute(members, attr_names, missing)
        lists = [self._attribute(members, name, missing) for name in attr_names]
        return [list(values) for values in zip(*lists, strict=True)] if lists else [[] for _ in members.rows]

    def _attribute(self, members: Members, name: str, missing: tuple[Any, ...] | None) -> list[Any]:
        if name == "unique_id":
            return list(members.uids.tolist())
        array = self._array(members, name)
        if array is not None:
            column: Column = self.table.agent_class.columns()[name]
            return column.decode(array)
        # A property, or a set over several kinds of agent: ask each view. ``missing`` holds getattr's default, if any.
        return [getattr(agent, name, *(missing or ())) for agent in self._views(members)]

    def _keys(self, members: Members, by: Callable[[Any], Any] | str) -> list[Any]:
        return self._attribute(members, by, None) if isinstance(by, str) else [by(a) for a in self._views(members)]

    def _array(self, members: Members, name: str) -> NDArray[Any] | None:
        if len(self._tables) != 1 or name not in self.table.arrays:
            return None
        values: NDArray[Any] = self.table.arrays[name][members.rows]
        return values

    def set(self, attr_name: str, value: Any) -> Self:
        """Give one value to a column of every agent; AttributeError for anything that is not a column."""
        members = self._members()
        for place, table in enumerate(self._tables):
            column = table.agent_class.columns().get(attr_name)
            if column is None or attr_name == "uid":
                message = f"{table.agent_class.__name__}: {attr_name!r} is not a column that can be set"
                raise AttributeError(message)
            table.arrays[attr_name][members.rows[members.tables == place]] = column.fit(value)
        return self

    def agg(self, attribute: str, func: Callable[..., Any] | Iterable[Callable[..., Any]]) -> Any:
        """Apply a function to the list of an attribute's values, or each of several functions in turn.

        numpy's own functions get the values as an array, integers widened to 64 bits so that sums cannot overflow.
        """
        members = self._members()
        array = self._array(members, attribute)
        if array is not None and array.dtype.kind == "i":
            array = array.astype(np.int64)
        functions = [func] if callable(func) else list(func)
        needs_list = array is None or not all(map(_is_numpy, functions))
        values = self._attribute(members, attribute, None) if needs_list else []
        results = [f(values if array is None or not _is_numpy(f) else array) for f in functions]
        return results[0] if callable(func) else results

    def groupby(self, by: Callable[[Any], Hashable] | str, result_type: str = "agentset") -> ColumnarGroupBy:
        """Group by a column, attribute or function; groups stand in the order in which they are first met."""
        members = self._members()
        keys = self._keys(members, by)
        numbers: dict[Hashable, int] = {}
        codes = np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)
        order = np.argsort(codes, kind="stable")
        ends = np.cumsum(np.bincount(codes, minlength=len(numbers)))[:-1]
        parts = [members.take(places) for places in np.split(order, ends)] if numbers else []
        if result_type == "agentset":
            return ColumnarGroupBy({key: self._with(part) for key, part in zip(numbers, parts, strict=True)})
        return ColumnarGroupBy({key: list(self._views(part)) for key, part in zip(numbers, parts, strict=True)})


class ColumnarGroupBy(GroupBy):
    """Mesa's GroupBy: ``map``, ``do``, ``count``, iteration over key and group, and an ``agg`` that reads columns."""

    def agg(self, attr_name: str, func: Callable[..., Any]) -> dict[Hashable, Any]:
        """Apply a function to an attribute's values within each group."""
        return {
            key: group.agg(attr_name, func)
            if isinstance(group, ColumnarAgentSet)
            else func([getattr(agent, attr_name) for agent in group])
            for key, group in self.groups.items()
        }


def _stable_order(values: NDArray[Any], ascending: bool) -> Rows:
    if ascending:
        return np.argsort(values, kind="stable")
    # Descending with ties in their old order, which is what ``sorted(..., reverse=True)`` does.
    return len(values) - 1 - np.argsort(values[::-1], kind="stable")[::-1]


def _is_numpy(function: Any) -> bool:
    return isinstance(function, np.ufunc) or (getattr(function, "__module__", "") or "").split(".")[0] == "numpy"
