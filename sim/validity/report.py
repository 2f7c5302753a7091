"""What a study found, in pieces that become Markdown, HTML and one table for programs alike."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sim.documentation import markdown
from sim.templates import template

TEMPLATE = "validity/page.html.j2"
HEADINGS = ("section", "item", "when", "unit", "published", "published_low", "published_high", "model", "low", "high",
            "verdict", "source")  # fmt: skip
DIGITS = 5


class Words(NamedTuple):
    """A paragraph; ``**bold**``, `code` and [links](address) as in Markdown."""

    text: str


class Points(NamedTuple):
    """A list of points."""

    points: tuple[str, ...]


class Head(NamedTuple):
    """A heading below that of the section."""

    text: str


class Grid(NamedTuple):
    """A table."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Picture(NamedTuple):
    """A figure in a PNG file, with its text for those who cannot see it."""

    file: Path
    text: str


Piece = Words | Points | Head | Grid | Picture


class Row(NamedTuple):
    """One figure of a section for programs: numbers in the unit told, missing ones as None."""

    item: str
    when: str
    unit: str
    published: float | None
    published_low: float | None
    published_high: float | None
    model: float | None
    low: float | None
    high: float | None
    verdict: str
    """``pass``, ``fail``, or empty where nothing is judged."""
    source: str

    def cells(self, section: str) -> list[str]:
        """As text, in the order of `HEADINGS`."""
        return [section, *("" if one is None else f"{one:.{DIGITS}g}" if isinstance(one, float) else str(one)
                           for one in self)]  # fmt: skip


class Section(NamedTuple):
    """What one study found."""

    name: str
    title: str
    verdict: str
    """The finding in a sentence or two; also shown at the top of the page."""
    pieces: tuple[Piece, ...]
    rows: tuple[Row, ...]


def as_markdown(opening: Sequence[Piece], sections: Iterable[Section], title: str, figures: str = "figures") -> str:
    """The page as Markdown; pictures lie in the folder `figures` beside it."""
    sections = tuple(sections)
    parts = [f"# {title}", *(_markdown(piece, figures) for piece in opening)]
    parts.append("\n".join(f"- **{one.title}**: {one.verdict}" for one in sections))
    for one in sections:
        parts += [f"## {one.title}", f"**{one.verdict}**", *(_markdown(piece, figures) for piece in one.pieces)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _markdown(piece: Piece, figures: str) -> str:
    if isinstance(piece, Words):
        return piece.text
    if isinstance(piece, Points):
        return "\n".join(f"- {point}" for point in piece.points)
    if isinstance(piece, Head):
        return f"### {piece.text}"
    if isinstance(piece, Grid):
        return f"{piece.caption}\n\n{markdown.table(piece.headings, piece.rows)}"
    return f"![{piece.text}]({figures}/{piece.file.name})"


def as_html(opening: Sequence[Piece], sections: Iterable[Section], title: str) -> str:
    """The page as one HTML file that opens offline."""
    kinds = {"words": Words, "points": Points, "head": Head, "grid": Grid}
    tests = {name: partial(_is_a, kind) for name, kind in kinds.items()}
    page = template(TEMPLATE, filters={"inline": inline}, tests=tests)
    return str(page.render(opening=opening, sections=tuple(sections), title=title, data=_data))


def _is_a(kind: type, piece: Piece) -> bool:
    return isinstance(piece, kind)


def _data(picture: Picture) -> str:
    return base64.b64encode(picture.file.read_bytes()).decode("ascii")


def inline(text: str) -> object:
    """Markdown's bold, code and links as HTML, everything else escaped."""
    from markupsafe import Markup, escape

    safe = str(escape(text))
    safe = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", safe, flags=re.DOTALL)
    safe = re.sub(r"`([^`]+)`", r"<code>\1</code>", safe)
    safe = re.sub(r"\[([^\]]+)\]\(([^)\s]+)\)", r'<a href="\2">\1</a>', safe)
    return Markup(safe)


def rows_of(sections: Iterable[Section]) -> list[list[str]]:
    """The table for programs, headings first."""
    return [list(HEADINGS), *(row.cells(section.name) for section in sections for row in section.rows)]
