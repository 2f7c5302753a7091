"""A quick look at a model, month by month: what Mesa's own tools collect and draw.

The definitive indicators, by the publishers' definitions, groups and places, are made from records of the months.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from sim.month.ledger import told_by_employers
from sim.units import Role, Sector, month_name

if TYPE_CHECKING:
    from sim.model import CareLabourModel


def month(model: CareLabourModel) -> str:
    """Month just simulated, ``YYYY-MM``."""
    return month_name(model.month - 1)


def posts_filled(model: CareLabourModel) -> int:
    """People in post with councils and independent employers."""
    return int(model.stock.heads[:, :, : Sector.DIRECT_PAYMENT].sum())


def vacancy_rate(model: CareLabourModel) -> float:
    """Vacant posts as a share of filled and vacant ones, councils and independent employers."""
    columns = model.providers.columns
    employers = (columns.active == 1) & (columns.sector != Sector.DIRECT_PAYMENT)
    vacant = np.maximum(columns.posts_sought - columns.posts_filled, 0)[employers].sum()
    return _share(vacant, vacant + columns.posts_filled[employers].sum())


def unmet_share(model: CareLabourModel) -> float:
    """Care waited for or missed, as a share of care needed: what a vacancy rate alone does not show."""
    councils = model.councils.columns
    unmet = (
        councils.waiting_minutes.sum() + councils.trimmed_minutes.sum() + model.providers.columns.missed_minutes.sum()
    )
    return _share(unmet, councils.need_minutes.sum())


def leavers(model: CareLabourModel) -> int:
    """People who left a job with councils and independent employers this month, as employers tell."""
    return int(told_by_employers(model.ledger.leavers[:, :, : Sector.DIRECT_PAYMENT]).sum())


def starters(model: CareLabourModel) -> int:
    """People who started a job with councils and independent employers this month."""
    return int(model.ledger.starters[:, :, : Sector.DIRECT_PAYMENT].sum())


def care_worker_pay(model: CareLabourModel) -> float:
    """Mean contract pay of independent care workers, pence/hour."""
    place = (slice(None), slice(None), Sector.INDEPENDENT, Role.CARE_WORKER)
    return _share(model.stock.pay[place].sum(), model.stock.heads[place].sum())


def _share(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else 0.0


QUICK_LOOK: dict[str, Callable[[CareLabourModel], object]] = {
    look.__name__: look for look in (month, posts_filled, vacancy_rate, unmet_share, leavers, starters, care_worker_pay)
}
"""Reporters of `mesa.DataCollector` by name."""
