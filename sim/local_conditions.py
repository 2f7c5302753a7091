"""How outside pay, unemployment and arrivals differ between councils."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.geography import Geography, council_rows, load_places, read_rows
from sim.parameters import Behaviour
from sim.statics import LONDON

Floats = NDArray[np.float64]


class LocalConditions(NamedTuple):
    """One entry for each council."""

    outside_factor: Floats
    """Pay of low-paid work outside care over England's."""
    unemployment_factor: Floats
    """Unemployment over England's."""
    arrivals_share: Floats
    """Share of people arriving by routes without a sponsor."""
    origin_weight: Floats
    """People from abroad in the care workforce, over England's share."""


def local_conditions(geography: Geography, p: Behaviour) -> LocalConditions:
    """What is known of England's councils."""
    return LocalConditions(
        outside_factor(geography, p),
        unemployment_factor(geography),
        arrivals_share(geography, p),
        origin_weight(geography, p),
    )


def _council_column(name: str) -> Floats:
    """A column of `council_labour.csv` in the order of councils; gaps take the mean of the region."""
    rows = {row["code"]: row for row in read_rows("council_labour.csv")}
    ordered = [rows[row["code"]] for row in council_rows()]
    values = np.array([float(row[name]) if row[name] else np.nan for row in ordered])
    regions = np.array([row["region"] for row in ordered])
    for region in np.unique(regions):
        inside = regions == region
        values[inside & np.isnan(values)] = np.nanmean(values[inside])
    return values


def _over_mean(values: Floats, weights: Floats) -> Floats:
    return np.asarray(values / np.average(values, weights=weights), dtype=np.float64)


def outside_factor(geography: Geography, p: Behaviour) -> Floats:
    """[L] local pay of low-paid work outside care over England's.

    Low pay varies less between places than median pay: a share `outside_pay_local` of the difference in median annual
    pay of residents (ASHE 2021) is taken.
    """
    relative = _over_mean(_council_column("median_annual_pay_2021"), geography.working_age)
    return np.asarray(1.0 + p.outside_pay_local * (relative - 1.0), dtype=np.float64)


def unemployment_factor(geography: Geography) -> Floats:
    """[L] local unemployment over England's, about 2020 (ONS local rates)."""
    return _over_mean(_council_column("unemployment_rate_c2020_pct"), geography.working_age)


def origin_weight(geography: Geography, p: Behaviour) -> Floats:
    """[L] people from abroad in the care workforce against England's: London more, the rest so that the mean is 1."""
    in_london = geography.region == load_places().regions.index(LONDON)
    share = np.average(in_london, weights=geography.working_age)
    elsewhere = (1.0 - p.arrivals_london * share) / (1.0 - share)
    return np.asarray(np.where(in_london, p.arrivals_london, elsewhere), dtype=np.float64)


def arrivals_share(geography: Geography, p: Behaviour) -> Floats:
    """[L] share of people arriving by other routes: by working-age residents and people from abroad in care."""
    weight = geography.working_age * origin_weight(geography, p)
    return np.asarray(weight / weight.sum(), dtype=np.float64)
