"""A hand-out of one sheet for people who leave a workshop: the package, what it changes, and how to read that."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from io import BytesIO
from threading import Lock
from typing import Any, NamedTuple

from sim.app.handout_chart import TODAY, Charted, draw_chart
from sim.app.sheet import HEIGHT, TYPEWRITER, WIDTH, Sheet, Style, wrapped
from sim.figures import any_letters
from sim.settings import setting

__all__ = ["Change", "Charted", "Handout", "handout"]

MARGIN = 42.0
"""Points around everything."""
INNER = WIDTH - 2 * MARGIN
GAP, SECTION = 12.0, 16.0
"""Points between columns, and between sections."""
BAND = 5.0
"""Points of colour along the top."""
PALE, BLACK = "#EEF2F6", "#0B0C0C"
MOST_LEVERS = 14
COLUMNS = 2
"""Of levers."""
LEAST_CHART = 150.0
"""Points that a chart needs with its title and note."""
TITLE_SHARE = 0.45
"""Of a column of levers that is the lever's name; its strength has the rest."""
PER_ROW, ROWS = 5, 2
"""Large figures beside each other, and rows of them."""
TITLE_LINES = FINDING_LINES = CELL_LINES = 2
LEVER_LINES = 6
"""So many hold the longest title of a scenario; the chart makes way for them."""
PADDING = 10.0
"""Points within the box."""
INDENT = 9.0
BOX_SHARE = 0.64
"""Of the box that says how to read the sheet; the rest says how to make it again."""

SMALL, PLAIN, HEADING = Style(8.0), Style(9.0), Style(10.5, bold=True, colour=TODAY)
NAME, LONG_NAME, FINDING = Style(22.0, bold=True, colour=BLACK), Style(16.0, bold=True, colour=BLACK), Style(12.0)
LABEL, STRENGTH, LARGE, CHANGED = (
    Style(8.5, bold=True),
    Style(8.5),
    Style(19.0, bold=True, colour=TODAY),
    Style(9.0, bold=True),
)
COMMAND = Style(7.5, font=TYPEWRITER)

AUTHOR = "caresim"
FILE = "my_package.yaml"
"""As the page saves a package."""
KIND = "A package of policies for the care workforce, tried at a workshop"
FOOTER = "caresim: an agent-based model of the adult social care labour market in England; free to use and to change"
NOTE = "Lines: {lines}. {dots}The axis need not start at zero."
NOTE_ON_DOTS = "Dots: published figures (Skills for Care and others), hollow after March 2022. "
UNSURE = "may rise or fall"
LOOK: Any = {
    "font.family": "DejaVu Sans",
    "pdf.fonttype": 3,  # letters, not shapes: text can be searched and copied; 42 takes three times as long
    "text.parse_math": False,  # names may hold dollars
}
_one_at_a_time = Lock()
"""matplotlib's settings are shared by all threads."""


class Change(NamedTuple):
    """One of the large figures."""

    label: str
    unit: str
    decimals: int
    base: float
    """Under today's law."""
    mean: float
    """Difference that the package makes."""
    low: float | None
    high: float | None
    clear: bool
    """Whether zero lies outside the range."""


class Handout(NamedTuple):
    """What a hand-out says."""

    title: str
    """Name of the package."""
    levers: Sequence[tuple[str, str]]
    """Title and strength in words, as on the page."""
    figures: Sequence[Change]
    """Ten of them at most."""
    chart: Charted
    year: str
    """Financial year that the figures are about."""
    draws: int
    scale: float
    """Share of England simulated."""
    finding: str = ""
    """A sentence below the title."""
    file: str = FILE
    """Scenario file of the package."""
    caution: str = ""
    """What must be said beside fewer vacancies."""


def handout(told: Handout) -> bytes:
    """A PDF of one page of A4; the same for the same input."""
    import matplotlib as mpl

    with _one_at_a_time, mpl.rc_context(LOOK), any_letters():
        sheet = drawn(told)
        file = BytesIO()
        about = {"Title": " ".join(told.title.split()), "Author": AUTHOR, "CreationDate": None}
        sheet.figure.savefig(file, format="pdf", metadata=about)
    return file.getvalue()


def drawn(told: Handout) -> Sheet:
    """The sheet: the chart has the room that is left, and where that is too little, fewer levers are named."""
    for most in range(MOST_LEVERS, 0, -COLUMNS):
        sheet = Sheet()
        sheet.fill(0, HEIGHT - BAND, WIDTH, BAND, TODAY)
        top = _head(sheet, told, HEIGHT - MARGIN)
        top = _levers(sheet, told.levers, top, most)
        top = _figures(sheet, told, top)
        bottom = _foot(sheet, told)
        if top - bottom >= LEAST_CHART:
            break
    _chart(sheet, told, top, bottom)
    return sheet


def _head(sheet: Sheet, told: Handout, top: float) -> float:
    top = sheet.write(KIND, MARGIN, top, INNER, PLAIN)
    style = NAME if len(wrapped(told.title, INNER, NAME)) == 1 else LONG_NAME
    top = sheet.write(told.title, MARGIN, top - GAP / 2, INNER, style, TITLE_LINES)
    if told.finding:
        top = sheet.write(told.finding, MARGIN, top - GAP / 4, INNER, FINDING, FINDING_LINES)
    return top - SECTION


def _levers(sheet: Sheet, levers: Sequence[tuple[str, str]], top: float, most: int) -> float:
    """Levers in columns, row by row, each with its strength."""
    top = sheet.write("What is in it", MARGIN, top, INNER, HEADING) - GAP / 4
    if not levers:
        return sheet.write("Nothing: today's law.", MARGIN, top, INNER, PLAIN) - SECTION
    shown = list(levers[:most])
    for first in range(0, len(shown), COLUMNS):
        row = shown[first : first + COLUMNS]
        width = (INNER - (len(row) - 1) * GAP) / len(row)  # who is alone in a row has all of it
        top = min(_lever(sheet, one, MARGIN + place * (width + GAP), top, width) for place, one in enumerate(row))
    if len(levers) > len(shown):
        top = sheet.write(f"... and {len(levers) - len(shown)} more", MARGIN, top, INNER, PLAIN)
    return top - SECTION


def _lever(sheet: Sheet, lever: tuple[str, str], left: float, top: float, width: float) -> float:
    """A lever, and beside it its strength: what somebody pays for may stand in the last words, and is not cut off."""
    title, strength = lever
    beside = TITLE_SHARE * min(width, (INNER - (COLUMNS - 1) * GAP) / COLUMNS)
    below = sheet.write(title, left, top, beside - GAP, LABEL, LEVER_LINES)
    return min(below, sheet.write(strength, left + beside, top, width - beside, STRENGTH, LEVER_LINES))


def _figures(sheet: Sheet, told: Handout, top: float) -> float:
    """The large figures: level, today's level, and the difference with its range."""
    top = sheet.write(f"In {told.year}, against today's law", MARGIN, top, INNER, HEADING) - GAP / 4
    width = (INNER - (PER_ROW - 1) * GAP) / PER_ROW
    for first in range(0, min(len(told.figures), PER_ROW * ROWS), PER_ROW):
        row = told.figures[first : first + PER_ROW]
        top = min(_figure(sheet, one, MARGIN + place * (width + GAP), top, width) for place, one in enumerate(row))
        top -= GAP / 2
    return top - SECTION / 2


def _figure(sheet: Sheet, one: Change, left: float, top: float, width: float) -> float:
    top = sheet.write(one.label, left, top, width, LABEL, CELL_LINES)
    top = sheet.write(number(one.base + one.mean, one.decimals), left, top, width, LARGE, 1)
    top = sheet.write(one.unit, left, top, width, SMALL, CELL_LINES)
    top = sheet.write(changed(one), left, top - GAP / 4, width, CHANGED, CELL_LINES)
    top = sheet.write(ranged(one), left, top, width, SMALL, CELL_LINES)
    return sheet.write(f"today's law: {number(one.base, one.decimals)}", left, top, width, SMALL, CELL_LINES)


def number(value: float, decimals: int) -> str:
    """A figure as the page writes it."""
    return f"{value:,.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def signed(value: float, decimals: int) -> str:
    """A difference with its sign; nothing has none."""
    text = number(abs(value), decimals)
    if not any(digit in text for digit in "123456789"):
        return text
    return ("+" if value > 0 else "\N{MINUS SIGN}") + text


def changed(one: Change) -> str:
    """The difference, or that its direction is not known; a single draw says nothing of the latter."""
    return signed(one.mean, one.decimals) if one.clear or one.low is None else UNSURE


def ranged(one: Change) -> str:
    """The range of a difference."""
    if one.low is None or one.high is None:
        return "one draw: no range"
    return f"{coverage()}: {signed(one.low, one.decimals)} to {signed(one.high, one.decimals)}"


def coverage() -> str:
    """What ranges hold."""
    return f"{setting('interval'):.0%}"


def _chart(sheet: Sheet, told: Handout, top: float, bottom: float) -> None:
    top = sheet.write(told.chart.title, MARGIN, top, INNER, HEADING, CELL_LINES)
    top = sheet.write(told.chart.unit, MARGIN, top, INNER, SMALL, 1) - GAP / 4
    lines = f"mean of {told.draws} simulated draws" if told.draws > 1 else "one simulated draw"
    note = wrapped(NOTE.format(lines=lines, dots=NOTE_ON_DOTS if told.chart.dots else ""), INNER, SMALL)
    bottom += len(note) * SMALL.step
    sheet.write(" ".join(note), MARGIN, bottom, INNER, SMALL)
    draw_chart(sheet, told.chart, MARGIN, bottom + GAP / 2, INNER, top - bottom - GAP / 2)


def _foot(sheet: Sheet, told: Handout) -> float:
    """The box on how to read it and how to make it again, and the project's name; returns where it begins."""
    readings, width = _readings(told), INNER * BOX_SHARE - 2 * PADDING
    lines = sum(len(wrapped(text, width - INDENT, SMALL)) for text in readings)
    height = HEADING.step + lines * SMALL.step + 2 * PADDING
    bottom = MARGIN + SMALL.step
    sheet.fill(MARGIN, bottom, INNER, height, PALE)
    left, top = MARGIN + PADDING, bottom + height - PADDING
    below = sheet.write("How to read this", left, top, width, HEADING)
    for text in readings:
        sheet.write("\N{BULLET}", left, below, INDENT, SMALL)
        below = sheet.write(text, left + INDENT, below, width - INDENT, SMALL)
    _again(sheet, told, left + INNER * BOX_SHARE, top, INNER * (1 - BOX_SHARE) - 2 * PADDING)
    sheet.write(FOOTER, MARGIN, MARGIN, INNER, SMALL)
    return bottom + height + SECTION / 2


def _readings(told: Handout) -> list[str]:
    model = "This comes from a model and is not evidence: it shows what its mechanisms lead to, not what will happen."
    ranges = (
        f"Ranges hold {coverage()} of what other draws of the model's parameters would show, judging by {told.draws}. "
        f"\u201c{UNSURE[:1].upper()}{UNSURE[1:]}\u201d: the range holds zero."
    )
    if told.draws == 1:
        ranges = "A single draw of the model's parameters cannot show how sure a difference is."
    sample = f"Each draw simulates a sample of England, {100 * told.scale:g}% of it."
    return [
        *filter(None, [told.caution]),
        model,
        ranges,
        f"{sample} In small samples care not met comes out too high; differences depend less on them.",
        "Nothing here says that a policy is wanted, or that it would be carried out as assumed.",
    ]


def _again(sheet: Sheet, told: Handout, left: float, top: float, width: float) -> None:
    top = sheet.write("To make it again", left, top, width, HEADING)
    top = sheet.write("Save the package as a scenario file on the page, and run, on one line:", left, top, width, SMALL)
    top = sheet.write(f"caresim compare baseline {shlex.quote(told.file)}", left, top - GAP / 4, width, COMMAND)
    sheet.write(f"--draws {told.draws} --scale {told.scale:g}", left, top, width, COMMAND)
