"""Returns that others published for what a lever stands for: told beside the model's answer, and never fed into it."""

from __future__ import annotations

import csv
from typing import NamedTuple

from sim.shipped import PACKAGE

FILES = {"care_technology": "technology_returns.csv"}
"""Levers for which returns were published, and the file of the data folder that holds them."""
SAID = "Returns that others published, pounds for each pound spent; the model does not use them."


class Return(NamedTuple):
    """What a pound spent is said to bring back."""

    technology: str
    to: str
    """Who gets it."""
    value: str
    """Pounds, as published."""
    source: str
    status: str


def published_returns(lever: str) -> list[Return]:
    """Returns published for a lever, in the order of the file; none for most."""
    name = FILES.get(lever)
    if name is None:
        return []
    with (PACKAGE / "data" / name).open(encoding="utf-8", newline="") as file:
        return [Return(*(row[column] for column in Return._fields)) for row in csv.DictReader(file)]
