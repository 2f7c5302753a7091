"""The months that the page shows, and the figures of each."""

from __future__ import annotations

from sim.units import month_index

HISTORY = month_index(2016, 4)
START = month_index(2026, 4)
"""First month of the future, of which the state is kept on disk."""
USUAL = month_index(2027, 4)
"""Month in which most real cases begin: states are kept in memory of this one, too."""
END = month_index(2031, 3)
MONTHLY = (
    "filled_posts", "vacancies", "vacancy_rate", "turnover_all", "unmet_share", "long_service_share", "posts_sought",
)  # fmt: skip
"""Indicators as they stand at the end of a month."""
COST = "cost"
SHOWN = (*MONTHLY, COST)
