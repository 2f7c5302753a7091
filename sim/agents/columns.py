"""State in columns: everything that a kind of agent, the population builder and the model need, in one import."""

from sim.agents.agent_set import ColumnarAgentSet, ColumnarGroupBy
from sim.agents.columnar_agent import AgentGone, Column, ColumnarAgent
from sim.agents.table import Table

__all__ = ["AgentGone", "Column", "ColumnarAgent", "ColumnarAgentSet", "ColumnarGroupBy", "Table"]
