"""Which households of April 2016 draw Universal Credit or Carer's Allowance."""

from __future__ import annotations

import numpy as np

from sim.conditions import in_force
from sim.draws import Purpose
from sim.geography import Geography
from sim.parameters import Behaviour
from sim.population.inputs import START_MONTH, Floats, council_column
from sim.population.keys import draw
from sim.population.people import Jobs
from sim.units import MINUTES_PER_HOUR, Household, Visa


def universal_credit(geography: Geography) -> Floats:
    """[L] households on Universal Credit for each resident of working age, over England's."""
    share = council_column("council_labour.csv", "uc_households_per_100_adults_2025")
    return np.asarray(share / np.average(share, weights=geography.working_age), dtype=np.float64)


def write_households(
    columns: dict[str, np.ndarray],
    jobs: Jobs,
    rows: np.ndarray | slice,
    credit_weight: Floats | float,
    seed: int,
    p: Behaviour,
) -> None:
    """Benefits, and hours as they were chosen; `credit_weight` is that of each person's council.

    The rules `household_of` and `hour_worth` for whole columns.
    """
    wanted, pay = columns["wanted_minutes"][rows].astype(np.int64), columns["pay"][rows].astype(np.int64)
    u = draw(seed, jobs.who, Purpose.HOUSEHOLD)
    unrestricted = columns["visa"][rows] == Visa.UNRESTRICTED
    under = wanted * pay // MINUTES_PER_HOUR <= int(in_force("carers_earnings_limit", START_MONTH))
    carers = unrestricted & under & (u < p.carers_allowance_share)
    credit = unrestricted & ~carers & (u >= 1.0 - p.universal_credit_share * credit_weight)
    columns["household"][rows] = np.where(
        carers, Household.CARERS_ALLOWANCE, np.where(credit, Household.UNIVERSAL_CREDIT, Household.NO_BENEFITS)
    )
    columns["free_minutes"][rows] = wanted
    columns["hour_worth"][rows] = pay * (1.0 - in_force("universal_credit_taper", START_MONTH))
