"""Small studies that tests make."""

from __future__ import annotations

from typing import Any

from sim.experiments.designs import points_of
from sim.experiments.files import study_from
from sim.experiments.schema import Study
from sim.experiments.specification import Run, runs_of

BAN: dict[str, Any] = {"zero_hours_ban": {"from": "2027-04", "minimum_hours": {"vary": [0, 8, 16]}}}
WAGE: dict[str, Any] = {"real_living_wage": {"include": {"vary": [False, True]}, "from": "2027-04"}}
TRAINING: dict[str, Any] = {"training_offer": {"strength": {"vary": {"from": 0, "to": 1, "steps": 3}}}}
TWO_YEARS = {"from": "2026-04", "to": "2028-03"}


def study(**values: Any) -> Study:
    return study_from({"name": "A study", "scale": 0.002, "window": TWO_YEARS, **values})


def runs(of: Study, replicates: int = 1) -> list[Run]:
    return list(runs_of(of, points_of(of), range(1, replicates + 1)))


def keys(**values: Any) -> list[str]:
    return [run.key for run in runs(study(**values))]
