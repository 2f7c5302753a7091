"""Map of the 153 councils: a hexagon each, so that none is too small to see; grey where the model cannot tell."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup, escape

from sim.geography import council_rows
from sim.headline import changed, limits
from sim.intervals import discoveries, interval
from sim.report.gains import council_changes

if TYPE_CHECKING:
    from sim.comparison import Comparison
    from sim.intervals import Interval

WIDTH = 22.0
"""Width of a hexagon, pixels."""
HEIGHT = WIDTH / math.cos(math.pi / 6)
BETTER, WORSE, UNTOLD, EDGE = "#12436D", "#F46A25", "#D0D0D0", "#FFFFFF"
LIGHT_BETTER, LIGHT_WORSE = "#8FB4D6", "#F9C0A2"
STRONG_FROM = 0.5
"""Share of the largest clear change from which a colour is the dark one."""


class Mapped(NamedTuple):
    """What a map shows."""

    title: str
    indicator: str
    kind: str
    better: int
    """1 if more is better, -1 if less is."""


MAPS = (
    Mapped("Filled posts", "filled_posts", "posts", 1),
    Mapped("Care not met", "unmet_share", "percent", -1),
)


class Map(NamedTuple):
    """A drawn map."""

    title: str
    svg: Markup
    text: str
    told: bool
    """Whether anything can be told of any council."""


def draw_map(comparison: Comparison, scenario: str, mapped: Mapped, when: str, period: str) -> Map:
    """Map of the change of one outcome under one scenario."""
    samples = council_changes(comparison, scenario, mapped.indicator, when)
    changes = [interval(one, comparison.drawn) for one in samples]
    told_apart = discoveries(samples, comparison.drawn)
    signs = [_sign(one, mapped) if told else 0 for one, told in zip(changes, told_apart, strict=True)]
    clear = [one for one, sign in zip(changes, signs, strict=True) if one is not None and sign]
    better, worse = signs.count(1), signs.count(-1)
    largest = max((abs(one.mean) for one in clear), default=0.0)
    hexagons = [
        _hexagon(row, change, sign, mapped, largest)
        for row, change, sign in zip(council_rows(), changes, signs, strict=True)
    ]
    told = (
        f"{mapped.title} under {scenario}, {period}: better in {better} councils, worse in {worse}, and in "
        f"{len(changes) - len(clear)} it can't be told."
    )
    return Map(mapped.title, _framed(hexagons, told), told, bool(clear))


def _place(row: dict[str, str]) -> tuple[float, float]:
    """Middle of a council's hexagon: rows shifted by half a hexagon, counted upwards."""
    column, up = int(row["tile_q"]), int(row["tile_r"])
    return (column + 0.5 * (up % 2)) * WIDTH, -up * HEIGHT * 0.75


def _hexagon(row: dict[str, str], change: Interval | None, sign: int, mapped: Mapped, largest: float) -> Markup:
    x, y = _place(row)
    corners = " ".join(
        f"{x + HEIGHT / 2 * math.sin(math.pi / 3 * k):.1f},{y + HEIGHT / 2 * math.cos(math.pi / 3 * k):.1f}"
        for k in range(6)
    )
    words = "not known" if change is None else f"{changed(change, mapped.kind)} {limits(change, mapped.kind)}".strip()
    colour = _colour(change, sign, largest)
    mark = {1: "+", -1: "\N{MINUS SIGN}", 0: ""}[sign]
    on_dark = colour == BETTER
    return Markup(
        '<g><title>{name}: {words}</title><polygon points="{corners}" fill="{colour}" stroke="{edge}"/>'
        '<text x="{x:.1f}" y="{y:.1f}" fill="{ink}">{mark}</text></g>'
    ).format(
        name=row["short_name"], words=words, corners=corners, colour=colour, edge=EDGE, x=x, y=y + 4.0,
        ink="#FFFFFF" if on_dark else "#0b0c0c", mark=mark,
    )  # fmt: skip


def _sign(change: Interval | None, mapped: Mapped) -> int:
    """1 where the outcome is better, -1 where it is worse."""
    if change is None:
        return 0
    return 1 if change.mean * mapped.better > 0 else -1


def _colour(change: Interval | None, sign: int, largest: float) -> str:
    if change is None or sign == 0:
        return UNTOLD
    strong = abs(change.mean) >= STRONG_FROM * largest
    return {1: (LIGHT_BETTER, BETTER), -1: (LIGHT_WORSE, WORSE)}[sign][strong]


def _framed(hexagons: list[Markup], told: str) -> Markup:
    places = [_place(row) for row in council_rows()]
    left, right = min(x for x, _ in places) - WIDTH, max(x for x, _ in places) + WIDTH
    top, bottom = min(y for _, y in places) - HEIGHT, max(y for _, y in places) + HEIGHT
    box = f"{left:.0f} {top:.0f} {right - left:.0f} {bottom - top:.0f}"
    return Markup('<svg class="map" viewBox="{}" role="img" aria-label="{}">{}</svg>').format(
        box, escape(told), Markup("").join(hexagons)
    )
