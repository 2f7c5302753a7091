"""The NamedTuple type that hands all columns of one kind of agent to a compiled kernel."""

from __future__ import annotations

from collections import namedtuple
from typing import Any


def make_columns_type(agent_class: type, names: list[str]) -> type[Any]:
    """Make ``<Agent>Columns``; its qualified name is ``<Agent>.Columns``, where pickle and numba's cache find it."""
    columns_type = namedtuple(f"{agent_class.__name__}Columns", names, module=agent_class.__module__)  # type: ignore[misc]
    columns_type.__qualname__ = f"{agent_class.__qualname__}.Columns"
    return columns_type
