"""What virtual experiments measure and what was published of it: ``sim/data/virtual_experiments.csv``."""

from __future__ import annotations

import csv
import math
from functools import cache
from typing import NamedTuple

import numpy as np

from sim.calibration.priors import Floats
from sim.shipped import PACKAGE

TEST, CONTROL, PLAUSIBLE, SHOWN, SETTING = "test", "control", "plausible", "shown", "setting"
KINDS = (TEST, CONTROL, PLAUSIBLE, SHOWN, SETTING)
JUDGED = (TEST, CONTROL, PLAUSIBLE)


class Figure(NamedTuple):
    """One number that an experiment gives, or with kind ``setting`` one that it takes."""

    study: str
    """Study whose runs show it."""
    experiment: str
    name: str
    label: str
    kind: str
    """``test`` against a causal estimate; ``control``, which must show that the experiment could have found something;
    ``plausible``, against evidence without a control group; ``shown``, beside nothing; ``setting`` of the experiment.
    """
    value: float
    """Published, or of a setting what it is; NaN where only a range or a sign is known."""
    low: float
    high: float
    """Ends of the published range; an open end is infinite."""
    unit: str
    source: str
    source_url: str
    status: str
    note: str

    @property
    def judged(self) -> bool:
        """Whether there is anything to judge the model by."""
        return self.kind in JUDGED

    def holds(self, value: float) -> bool:
        """Whether a value lies in the published range."""
        return self.low <= value <= self.high


def _number(text: str, blank: float) -> float:
    return float(text) if text else blank


@cache
def figures() -> tuple[Figure, ...]:
    """Every row; ValueError for an unknown kind."""
    with (PACKAGE / "data" / "virtual_experiments.csv").open(encoding="utf-8", newline="") as file:
        found = tuple(
            Figure(
                row["study"], row["experiment"], row["name"], row["label"], row["kind"],
                _number(row["value"], math.nan), _number(row["low"], -math.inf), _number(row["high"], math.inf),
                row["unit"], row["source"], row["source_url"], row["status"], row["note"],
            )
            for row in csv.DictReader(file)
        )  # fmt: skip
    unknown = {one.kind for one in found} - set(KINDS)
    if unknown:
        message = f"virtual_experiments.csv: no such kind: {', '.join(sorted(unknown))}"
        raise ValueError(message)
    return found


def measured(study: str) -> tuple[Figure, ...]:
    """What the runs of a study show, in the order of their values."""
    return tuple(one for one in figures() if one.study == study and one.kind != SETTING)


def setting(name: str) -> float:
    """A setting of an experiment; LookupError if there is none of that name."""
    for one in figures():
        if one.name == name and one.kind == SETTING:
            return one.value
    message = f"virtual_experiments.csv: no setting {name}"
    raise LookupError(message)


def deciding(study: str) -> list[list[object]]:
    """What of the file decides the runs of a study: which values they show, in order, and all settings."""
    settings = [[one.name, one.value] for one in figures() if one.kind == SETTING]
    return [[one.name for one in measured(study)], *settings]


def values_of(figures: tuple[Figure, ...], found: dict[str, float]) -> Floats:
    """[value] what a draw shows, in the order of the figures; KeyError if one is missing."""
    return np.array([float(found[figure.name]) for figure in figures])
