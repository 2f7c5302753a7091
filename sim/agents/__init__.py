"""The four kinds of agent: Mesa agents whose state lies in columns."""
