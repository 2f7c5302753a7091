"""Indicators, each by its publisher's definition and on its publisher's base.

Skills for Care (SfC) publishes most of them. Three traps decide the bases: vacancy rates leave out personal assistants
(and so do the posts they are rates of); turnover is published on three bases that differ by one or two points; the
share of zero-hours contracts is of all jobs. Every function takes sums (`sim.measures`) and returns an array [months,
areas, groups]; its docstring is the definition that tables and manifests carry.
"""

from __future__ import annotations

# Their formulas enter themselves in the lists when the files are read.
from sim import care_indicators, labour_indicators  # noqa: F401
from sim.indicator_list import (
    AT_END,
    CARE,
    HOURS,
    LABOUR,
    MEAN,
    PAY,
    PEOPLE,
    PERCENT_SHARE,
    POSTS,
    POUNDS,
    SUM,
    Indicator,
)

__all__ = [
    "AT_END", "HOURS", "INDICATORS", "MEAN", "PAY", "PEOPLE", "PERCENT_SHARE", "POSTS", "POUNDS", "SUM", "Indicator",
]  # fmt: skip

INDICATORS: dict[str, Indicator] = {**LABOUR, **CARE}
