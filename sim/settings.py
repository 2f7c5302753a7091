"""Settings of the program itself, as against figures about England: ``sim/data/settings.csv``."""

from __future__ import annotations

import csv
from functools import cache

from sim.shipped import PACKAGE


@cache
def _settings() -> dict[str, float]:
    with (PACKAGE / "data" / "settings.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: float(row["value"]) for row in csv.DictReader(file)}


def setting(name: str) -> float:
    """Value of a setting; KeyError names the file if there is none."""
    if name not in _settings():
        message = f"sim/data/settings.csv has no row {name!r}"
        raise KeyError(message)
    return _settings()[name]
