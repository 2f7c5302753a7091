"""What a study runs: points, references and replicates, each with the hash of everything that decides it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.experiments.axes import LEVER, SETTING, Axis, axes_of
from sim.experiments.outcomes import Outcome
from sim.experiments.schema import Study
from sim.experiments.uncertain_axes import ASSUMPTION, OFF, PARAMETER, SWITCH
from sim.levers.base import Lever
from sim.outlook import known_assumptions
from sim.parameters import STRUCTURAL_SWITCHES, Behaviour
from sim.provenance import fingerprint, makers
from sim.replicate import Plan
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

SCENARIO = "scenario"
PROCESSOR = "cpu"
"""Of what makes a result, the part that a study may go on without: its manifest tells on which it was run."""
FIRST = 1
"""Replicate of a plan, whose seed is decided."""


class Run(NamedTuple):
    """One run of a study."""

    point: int
    """Of a reference, the first point that has it."""
    replicate: int
    reference: bool
    plan: Plan
    """One scenario, with its seed and its parameters decided: replicate 1 of it is the run."""
    outcomes: tuple[Outcome, ...]

    @property
    def seed(self) -> int:
        """Seed of its draws."""
        return self.plan.scenarios[0].seed

    @property
    def key(self) -> str:
        """Hash of what it runs, for a store; equal for runs that cannot differ.

        Titles are no part of it, nor levers that do nothing, nor what is assumed of months after the window.
        """
        scenario, origin = self.plan.scenarios[0], self.plan.origin(FIRST)
        made_by = {name: value for name, value in makers().items() if name != PROCESSOR}
        return fingerprint(
            {
                "levers": [_told(lever) for lever in scenario.levers],
                "outlook": origin.outlook.until(self.plan.end),
                "behaviour": origin.behaviour._asdict(),
                "scale": origin.scale,
                "seed": origin.seed,
                "window": [scenario.window.start, scenario.window.end],
                "local_data": scenario.local_data.key() if scenario.local_data else [],
                "outcomes": [[one.name, *one.indicators, one.area, one.group] for one in self.outcomes],
                "made_by": made_by,
            }
        )


def _told(lever: Lever) -> list[Any]:
    return [lever.name, lever.model_dump(mode="json", by_alias=True)]


def runs_of(study: Study, points: pd.DataFrame, replicates: Sequence[int]) -> Iterator[Run]:
    """Runs of a study, those of one origin (scale, seed, parameters, outlook) one after another, its reference first.

    Args:
        study: what is run.
        points: its table of points, as `sim.experiments.designs.points_of` gives it.
        replicates: which of them, counted from 1: ``range(1, 6)`` for the first five.
    """
    makes = _Makes(study)
    for rows in _by_setting(study, points):
        for replicate in replicates:
            yield from makes.of_setting(rows, replicate)


def number_of_runs(study: Study, points: pd.DataFrame, replicates: int) -> int:
    """Runs of a study, references included; of these, equal ones are made once."""
    references = len(_by_setting(study, points)) if study.has_reference else 0
    return (len(points) + references) * replicates


def _by_setting(study: Study, points: pd.DataFrame) -> list[list[tuple[int, dict[str, Any]]]]:
    """Points with the same values of everything but levers, in the order in which they come first."""
    shared = [axis.name for axis in axes_of(study) if axis.kind != LEVER]
    exact = {axis.name: axis for axis in axes_of(study)}
    found: dict[tuple[Any, ...], list[tuple[int, dict[str, Any]]]] = {}
    for point, row in zip(points.index, points.to_dict("records"), strict=True):
        values = {str(name): exact[str(name)].exactly(value) for name, value in row.items()}
        found.setdefault(tuple(values[name] for name in shared), []).append((int(point), values))
    return list(found.values())


class _Makes:
    """Makes the runs of a study."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.axes = axes_of(study)
        self._known: dict[tuple[Any, ...], tuple[Lever, ...]] = {}

    @cached_property
    def _lever_axes(self) -> tuple[Axis, ...]:
        return tuple(axis for axis in self.axes if axis.kind == LEVER and axis.name != SCENARIO)

    def of_setting(self, rows: Sequence[tuple[int, dict[str, Any]]], replicate: int) -> Iterator[Run]:
        """Runs of points that share everything but their levers."""
        values = rows[0][1]
        behaviour = self._behaviour(values, replicate)
        if self.study.has_reference:
            yield self._run(rows[0][0], replicate, self._scenario(self.study.base, (), values), behaviour, True)
        of_points = [(point, self._at(row)) for point, row in rows]
        base = self._scenario(self.study.base, (), values).outlook
        # Whole scenarios may assume other things, and then have a history of their own.
        for _, (point, scenario) in sorted(
            enumerate(of_points), key=lambda one: (one[1][1].outlook != base, str(one[1][1].outlook), one[0])
        ):
            yield self._run(point, replicate, scenario, behaviour, False)

    def _run(self, point: int, replicate: int, scenario: Scenario, behaviour: Behaviour, reference: bool) -> Run:
        seeded = scenario.model_copy(update={"seed": scenario.seed + replicate - 1})
        return Run(point, replicate, reference, Plan((seeded,), behaviour=behaviour), self.study.measured)

    def _at(self, values: Mapping[str, Any]) -> Scenario:
        """The scenario of a point."""
        base = self.study.packages[values[SCENARIO]] if SCENARIO in values else self.study.base
        return self._scenario(base, self._levers(values), values)

    def _levers(self, values: Mapping[str, Any]) -> tuple[Lever, ...]:
        chosen = tuple((axis.name, values[axis.name]) for axis in self._lever_axes)
        if chosen not in self._known:
            self._known[chosen] = tuple(lever for entry in self.study.parts.entries for lever in entry.levers(values))
        return self._known[chosen]

    def _scenario(self, base: Scenario, levers: tuple[Lever, ...], values: Mapping[str, Any]) -> Scenario:
        """A scenario with further levers, and with what is assumed at a point."""
        changes: dict[str, Any] = {"levers": tuple(lever for lever in base.levers if not lever.is_off()) + levers}
        assumed: dict[str, Any] = {}
        for axis in self.axes:
            what, *which = axis.place
            if what == ASSUMPTION:
                assumed[which[0]] = _assumed(which[0], values[axis.name])
            elif axis.kind == SETTING or what == "baseline":
                changes[axis.name] = values[axis.name]
        if assumed:
            changes["assumptions"] = base.assumptions.model_copy(update=assumed)
        return base.model_copy(update=changes)

    def _behaviour(self, values: Mapping[str, Any], replicate: int) -> Behaviour:
        """Parameters of a replicate at a point; a mechanism that is off wins over what its parameters would be."""
        from sim.drawn import CENTRAL_DRAW, behaviour_of

        behaviour = behaviour_of(replicate if self.study.draws else CENTRAL_DRAW)
        parameters = {axis.place[1]: float(values[axis.name]) for axis in self.axes if axis.place[0] == PARAMETER}
        behaviour = behaviour._replace(**parameters)
        for axis in self.axes:
            if axis.place[0] == SWITCH and values[axis.name] == OFF:
                behaviour = behaviour._replace(**dict.fromkeys(STRUCTURAL_SWITCHES[axis.place[1]], 0.0))
        return behaviour


def _assumed(name: str, value: Any) -> Any:
    """A level, or a value held from the first month that is not published."""
    return value if isinstance(value, str) else ((known_assumptions()[name].first, float(value)),)
