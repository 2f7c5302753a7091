"""How names and figures stand in sentences and tables."""

from __future__ import annotations

WHOLE_FROM = 1000.0
"""Figures from here on are told as whole numbers."""
MOST_DECIMALS = 8
"""Of a figure that lies beside a limit."""

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


def figure(value: float, *, signed: bool = False) -> str:
    """A figure of three digits, or whole where it has more."""
    sign = "+" if signed else ""
    return f"{value:{sign},.0f}" if abs(value) >= WHOLE_FROM else f"{value:{sign}.3g}"


def figure_beside(limit: float, value: float, *, signed: bool = False) -> str:
    """A figure with as many decimals as keep it on its side of a limit that it misses narrowly."""
    shown, sign = figure(value, signed=signed), "+" if signed else ""
    for decimals in range(MOST_DECIMALS):
        told = float(shown.replace(",", ""))
        if (told > limit) == (value > limit) and (told < limit) == (value < limit):
            break
        shown = f"{value:{sign},.{decimals}f}"
    return shown
