"""Drivers of what is particular to care homes and to leaving hospital (see `sim.month.drive`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.month import homes

if TYPE_CHECKING:
    from sim.model import CareLabourModel


def close_beds(model: CareLabourModel) -> None:
    """Care homes close beds to admission for want of staff, and reopen them."""
    model.crew.over(model.world.providers.capacity, homes.close_beds, model.world.providers.columns, model.p)


def spend_down(model: CareLabourModel) -> None:
    """Self-funders in care homes whose means run out become the council's to pay for."""
    w = model.world
    model.crew.over_councils(
        w.councils.capacity, homes.spend_down, w.councils.columns, w.providers.columns, w.reach, model.law, model.p,
        model.ledger,
    )  # fmt: skip


def delay_discharges(model: CareLabourModel) -> None:
    """People wait in hospital for care that could not be placed."""
    w = model.world
    model.crew.over_councils(
        w.councils.capacity, homes.delay_discharges, w.councils.columns, w.providers.columns, w.reach, model.p
    )
