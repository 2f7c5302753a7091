"""ColumnarModel: a mesa.Model whose agents live in tables and are never registered one by one."""

from __future__ import annotations

from typing import Any, NoReturn

import mesa
import numpy as np

from sim.agents.columns import ColumnarAgent, ColumnarAgentSet, Table


class ColumnarModel(mesa.Model):
    """Mesa's model over tables of agents.

    ``agents``, ``agents_by_type`` and ``agent_types`` are Mesa's own names and serve `mesa.DataCollector` and
    `mesa.batch_run`; the sets they give follow births and departures. ``seed``, ``rng``, ``steps``, ``running`` and
    the wrapping of ``step`` are Mesa's, unchanged. No `mesa.Agent` is ever constructed, so nothing stays behind in
    Mesa's class-wide register of ids.
    """

    def __init__(
        self,
        *tables: Table[Any],
        seed: float | None = None,
        rng: np.random.Generator | np.random.SeedSequence | int | None = None,
    ) -> None:
        """Start Mesa's model and take over the tables; others may follow through `add_tables`."""
        super().__init__(seed=seed, rng=rng)
        self.tables: dict[type[ColumnarAgent], Table[Any]] = {}
        self.add_tables(*tables)

    def add_tables(self, *tables: Table[Any]) -> None:
        """Make this the model of the tables, one for each kind of agent."""
        for table in tables:
            if table.agent_class in self.tables:
                message = f"the model already has a table of {table.agent_class.__name__}"
                raise ValueError(message)
            table.model = self
            self.tables[table.agent_class] = table

    @property
    def agents(self) -> ColumnarAgentSet:
        """All agents, one kind after another in the order of ``tables``, each in the order of uid."""
        return ColumnarAgentSet(list(self.tables.values()))

    @agents.setter
    def agents(self, agents: Any) -> NoReturn:
        message = "model.agents is Mesa's name for all agents of the model and cannot be set"
        raise AttributeError(message)

    @property
    def agent_types(self) -> list[type]:
        """The kinds of agent."""
        return list(self.tables)

    @property
    def agents_by_type(self) -> dict[type[ColumnarAgent], ColumnarAgentSet]:
        """All agents of each kind."""
        return {kind: ColumnarAgentSet(table) for kind, table in self.tables.items()}

    def register_agent(self, agent: Any) -> NoReturn:
        """Refuse: an object would stand outside the tables, unseen by ``agents``."""
        message = f"{type(self).__name__} keeps its agents in tables: no {type(agent).__name__} can be registered"
        raise TypeError(message)

    def deregister_agent(self, agent: Any) -> NoReturn:
        """Refuse: nothing is registered."""
        message = f"{type(self).__name__} keeps its agents in tables: there is nothing to deregister"
        raise TypeError(message)

    def remove_all_agents(self) -> NoReturn:
        """Refuse: people and organisations leave through the model's rules."""
        message = f"{type(self).__name__}: people and organisations leave through the model's rules"
        raise TypeError(message)
