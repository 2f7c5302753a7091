"""One sheet of A4, on which text is wrapped by its measured width so that nothing runs into anything else.

Places and sizes are in points, from the lower left corner. matplotlib is imported only when a sheet is made, and used
without its state of a current figure, which a server must not share.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from sim.figures import DOTS

WIDTH, HEIGHT = 595.28, 841.89
"""A4."""
PER_INCH = 72.0
FONT, TYPEWRITER = "DejaVu Sans", "DejaVu Sans Mono"
REMEMBERED = 4096
"""Widths of words kept."""
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
ANY = 1000
"""More lines than a sheet has."""


class Style(NamedTuple):
    """How a text is written."""

    size: float
    bold: bool = False
    colour: str = DOTS
    font: str = FONT
    leading: float = 1.3
    """From line to line, in sizes."""

    @property
    def step(self) -> float:
        """From one line to the next."""
        return self.size * self.leading


class Sheet:
    """The sheet."""

    def __init__(self) -> None:
        from matplotlib.figure import Figure

        self.figure = Figure(figsize=(WIDTH / PER_INCH, HEIGHT / PER_INCH), dpi=PER_INCH)

    def write(self, text: str, left: float, top: float, width: float, style: Style, most: int = ANY) -> float:
        """Write a paragraph.

        Args:
            text: what to write; longer ones than there is room for end in an ellipsis.
            left: where lines begin.
            top: where the first line has its top.
            width: of the lines.
            style: how it looks.
            most: lines.

        Returns:
            Where the paragraph ends.
        """
        for line in wrapped(text, width, style, most):
            self.figure.text(
                left / WIDTH, (top - style.size) / HEIGHT, line, fontsize=style.size, color=style.colour,
                fontweight="bold" if style.bold else "normal", family=style.font, va="baseline",
            )  # fmt: skip
            top -= style.step
        return top

    def fill(self, left: float, bottom: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle behind the text."""
        from matplotlib.patches import Rectangle

        shape = Rectangle(
            (left / WIDTH, bottom / HEIGHT), width / WIDTH, height / HEIGHT, facecolor=colour, linewidth=0,
            transform=self.figure.transFigure, zorder=0,
        )  # fmt: skip
        self.figure.add_artist(shape)

    def axes(self, left: float, bottom: float, width: float, height: float) -> Any:
        """Axes of a chart."""
        return self.figure.add_axes((left / WIDTH, bottom / HEIGHT, width / WIDTH, height / HEIGHT))


@lru_cache(REMEMBERED)
def width_of(text: str, style: Style) -> float:
    """Width of a line."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextToPath

    maker: Any = TextToPath()
    font = FontProperties(family=style.font, weight="bold" if style.bold else "normal", size=style.size)
    width, _, _ = maker.get_text_width_height_descent(text, font, ismath=False)
    return float(width)


def wrapped(text: str, width: float, style: Style, most: int = ANY) -> list[str]:
    """Lines no wider than a width; words that are wider are broken, and what goes beyond the last line is left out."""
    lines: list[str] = []
    for word in text.split():
        for piece in _pieces(word, width, style):
            longer = f"{lines[-1]} {piece}" if lines else piece
            if lines and width_of(longer, style) <= width:
                lines[-1] = longer
            else:
                lines.append(piece)
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and width_of(last + ELLIPSIS, style) > width:
        last = last[:-1]
    return [*lines[: most - 1], last.rstrip() + ELLIPSIS]


def _pieces(word: str, width: float, style: Style) -> list[str]:
    """A word, or as much of it at a time as a line holds."""
    pieces = [""]
    if width_of(word, style) <= width:
        return [word]
    for letter in word:
        if pieces[-1] and width_of(pieces[-1] + letter, style) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces
