"""The science: scalar functions over one agent's state. Nothing here knows Mesa, pandas, an agent or a lever."""
