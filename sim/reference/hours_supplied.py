"""People on benefits review the hours they want to work when pay, prices and limits change in April."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.rules.hours_supplied import minutes_after_review
from sim.units import Household

if TYPE_CHECKING:
    from sim.reference.model import ReferenceModel
    from sim.reference.people import Worker


def review_hours(model: ReferenceModel) -> None:
    """In April, people on benefits review the hours they want to work."""
    if not model.law.april:
        return
    for worker in model.workers:
        if worker.household != Household.NO_BENEFITS:
            worker.hour_worth *= 1.0 + model.law.price_growth
            if worker.in_care and not worker.tied:
                agree_hours(worker)


def agree_hours(worker: Worker) -> None:
    """Hours in the present job follow the hours wanted; contracts for none stay so."""
    before, provider = worker.wanted_minutes, worker.provider
    worker.want_hours()
    vacant = provider.posts_sought[worker.role] - provider.posts_filled[worker.role]
    now = worker.wanted_minutes
    worker.worked_minutes = minutes_after_review(worker.worked_minutes, before, now, vacant)
    worker.contract_minutes = minutes_after_review(worker.contract_minutes, before, now, vacant)
