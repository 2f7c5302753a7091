"""Small pieces of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

MATH = re.compile(r"[ \t]*\.\. math::[ \t]*([^\n]+)")


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table."""
    lines = [_row(headings), _row(["---"] * len(headings)), *(_row(row) for row in rows)]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def number(value: float) -> str:
    """A number as short as it can be written without loss that anybody would notice."""
    return f"{value:.6g}" if abs(value) < 1e6 else f"{value:,.0f}"


def link(text: str, address: str) -> str:
    """A link, or the bare text where there is no address."""
    shown = text.replace("[", "(").replace("]", ")")
    return f"[{shown}]({address})" if address else shown


def sentence(text: str) -> str:
    """The first letter in capitals."""
    return text[:1].upper() + text[1:]


def prose(docstring: str) -> str:
    """A docstring as Markdown: code marks of one kind, formulas in blocks of their own."""
    text = docstring.strip().replace("``", "`")
    text = MATH.sub(lambda found: f"\n\n```math\n{found[1].strip()}\n```\n\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
