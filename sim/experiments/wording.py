"""How names and figures stand in sentences and tables."""

from __future__ import annotations

import math

DIGITS, MORE_DIGITS = 3, 9
"""Of a figure, and at most of one that lies beside a limit."""

PERCENT_SIGN, POINTS = "%", "points"
"""A difference of two shares is in points, percentage points: in % it would pass for a share of the first of them."""


def change_unit(unit: str) -> str:
    """Unit of a difference of two values that are told in a unit, such as ``% of hours``."""
    return POINTS if unit.startswith(PERCENT_SIGN) else unit


def capital(text: str) -> str:
    """With a capital at its beginning."""
    return text[:1].upper() + text[1:]


def within(label: str) -> str:
    """A label as it stands within a sentence: in small letters, unless it begins with more than one capital."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def figure(value: float, *, digits: int = DIGITS, signed: bool = False) -> str:
    """A figure of so many digits, or whole where it has more; never as a power of ten."""
    sign = "+" if signed else ""
    if value == 0.0 or not math.isfinite(value):
        return f"{value:{sign}.0f}"
    decimals = max(digits - 1 - math.floor(math.log10(abs(value))), 0)
    text = f"{value:{sign},.{decimals}f}"
    return text.rstrip("0").rstrip(".") if decimals else text


def figure_beside(limit: float, value: float, *, signed: bool = False) -> str:
    """A figure with as many digits as keep it on its side of a limit that it misses narrowly."""
    shown = figure(value, signed=signed)
    for more in range(1, MORE_DIGITS):
        told = float(shown.replace(",", ""))
        if (told > limit) == (value > limit) and (told < limit) == (value < limit):
            break
        shown = figure(value, digits=DIGITS + more, signed=signed)
    return shown


def share_told(share: float) -> str:
    """A share in whole percent, of which all and none are told of those alone."""
    if 0.0 < share < 1.0 and f"{share:.0%}" in ("0%", "100%"):
        return "under 1%" if share < 0.5 else "over 99%"
    return f"{share:.0%}"
