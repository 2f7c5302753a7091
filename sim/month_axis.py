"""The axis of months of a chart: places of months, and marks that fit any window, one month included."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.units import MONTHS_PER_YEAR, START_CALENDAR_MONTH, START_YEAR, month_name

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
SHORT = 2 * MONTHS_PER_YEAR
"""In a shorter window months are marked, as it may hold no turn of the year."""
MONTHS_MARKED = 5
"""Most of them."""
LONG = 8 * MONTHS_PER_YEAR
"""In a longer one every second year is marked."""


def as_year(month: float) -> float:
    """Place of a month on the axis: calendar years."""
    return START_YEAR + (month + START_CALENDAR_MONTH - 0.5) / MONTHS_PER_YEAR


def month_in_words(month: int) -> str:
    """``March 2031``."""
    year, number = month_name(month).split("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def dress_months(axes: Any, months: Sequence[int]) -> None:
    """Limits and marks; a single month stands in the middle."""
    from matplotlib.ticker import MultipleLocator

    beside = 0.5 if len(months) == 1 else 0.0
    axes.set_xlim(as_year(months[0] - beside), as_year(months[-1] + beside))
    if len(months) < SHORT:
        marked = months[:: -(-len(months) // MONTHS_MARKED)]
        axes.set_xticks([as_year(month) for month in marked], [month_in_words(month) for month in marked])
        return
    axes.xaxis.set_major_locator(MultipleLocator(2 if months[-1] - months[0] > LONG else 1))
    axes.xaxis.set_major_formatter(lambda year, _: f"{year:.0f}")
