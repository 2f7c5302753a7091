"""Parts of the page of an analysis: text, pictures and tables, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from sim.experiments.pictures import Picture
from sim.experiments.prepared import Prepared


class Shelf(NamedTuple):
    """A table: as the page shows it, and as its file has it."""

    name: str
    caption: str
    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    frame: pd.DataFrame
    """Undivided values."""


class Section(NamedTuple):
    """A part of the page."""

    anchor: str
    title: str
    findings: tuple[str, ...]
    """Sentences that say what was found, for the top of the page."""
    paragraphs: tuple[str, ...]
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Shelf, ...] = ()


def source(data: Prepared) -> str:
    """What stands below every picture."""
    study = f"study \u201c{data.study.name}\u201d, scale {data.study.base.scale:g}"
    return f"Source: caresim, {study}, {data.repeats} a point, {data.values.year}."
