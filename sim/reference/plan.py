"""A central body plans recruitment: what it saw of posts, and how many people come because of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.rules.plan import planned_interest, shortage_projected
from sim.units import PLAN_MEMORY

if TYPE_CHECKING:
    from sim.reference.councils import Council


def plan_recruitment(council: Council) -> None:
    """Write down posts sought and filled, and act on what was written some months ago."""
    model, law = council.model, council.model.law
    now, seen = model.month % PLAN_MEMORY, (model.month - law.plan_lead_months) % PLAN_MEMORY
    council.sought_before[now] = sum(sum(site.posts_sought) for site in council.sites)
    council.filled_before[now] = sum(sum(site.posts_filled) for site in council.sites)
    shortage = shortage_projected(council.sought_before[seen], council.filled_before[seen], law.plan_error)
    council.planned_interest = planned_interest(shortage, law.plan_target, law.plan_response)
