"""Studies: what a file in ``experiments/`` may say.

A study names *uncertainties* (what is not known), *levers* (what can be chosen) and *outcomes* (what is looked at), and
a *design*: the points in the space of the first two that are simulated. `sim.experiments.files` reads one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Self

from pydantic import BeforeValidator, Field, PrivateAttr, ValidationInfo, field_validator, model_validator

from sim.drawn import draws_there_are
from sim.fields import Block, Month, printable, refuse
from sim.scenario import LARGEST_SEED, Scenario
from sim.units import financial_year, month_index, month_name

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.axes import Axis
    from sim.experiments.lever_axes import Entry
    from sim.experiments.outcomes import Outcome

MOST_REPLICATES = 1000
MOST_RUNS = 100_000
"""Points, or points times replicates: what so many take is told within half a minute."""
SMALLEST_SCALE = 0.001
DEFAULT_TRAJECTORIES = 10
DEFAULT_LEVELS = 4
DEFAULT_POINTS = 128
DEFAULT_OUTCOMES = ("vacancy_rate", "turnover", "filled_posts", "unmet_share", "long_service_share", "cost")
"""The vacancy rate is never looked at alone: beside it stand posts, care that is not met, quality and cost."""
GRID, ONE_AT_A_TIME, LATIN_HYPERCUBE, SOBOL, MORRIS, POINTS = (
    "grid", "one_at_a_time", "latin_hypercube", "sobol", "morris", "points",
)  # fmt: skip
Kind = Literal["grid", "one_at_a_time", "latin_hypercube", "sobol", "morris", "points"]
SETTINGS_OF_DESIGNS: dict[str, tuple[str, ...]] = {
    GRID: (),
    ONE_AT_A_TIME: (),
    LATIN_HYPERCUBE: ("points", "seed"),
    SOBOL: ("points", "seed", "second_order"),
    MORRIS: ("trajectories", "levels", "seed"),
    POINTS: ("file", "sha256"),
}
"""What may be set of each kind of design."""
_YEAR = re.compile(r"(20\d\d)/(\d\d)")


class StudyWindow(Block):
    """Months of the study where they differ from those of its scenario."""

    start: Month | None = Field(default=None, alias="from", description="first month reported, YYYY-MM")
    end: Month | None = Field(default=None, alias="to", description="last month simulated and reported, YYYY-MM")

    @field_validator("end")
    @classmethod
    def _after_start(cls, end: int | None, others: ValidationInfo) -> int | None:
        start = others.data.get("start")
        if start is not None and end is not None and end < start:
            refuse(f"a month not before `from` ({month_name(start)})")
        return end


class Until(Block):
    """Stopping rule: more replicates until what is looked at is known well enough at every point."""

    outcome: str = Field(description="name of an outcome of the study")
    standard_error: float = Field(
        gt=0, description="largest standard error of its mean, or of its change where there is a reference"
    )
    at_most: int = Field(ge=2, le=MOST_REPLICATES, description="most replicates (or draws), whatever the error")


class Design(Block):
    """Which points are simulated."""

    kind: Kind = Field(default="grid", description="how points are chosen")
    points: int | None = Field(default=None, ge=1, le=MOST_RUNS, description="number of points; of sobol: base sample")
    seed: int = Field(default=1, ge=0, le=LARGEST_SEED, description="seed of what is random in the design")
    second_order: bool = Field(default=False, description="sobol: whether indices of pairs are wanted, too")
    trajectories: int = Field(default=DEFAULT_TRAJECTORIES, ge=2, le=10_000, description="morris: walks")
    levels: int = Field(default=DEFAULT_LEVELS, ge=2, le=100, description="morris: steps of each axis, an even number")
    file: str | None = Field(default=None, description="points: CSV file in the same folder, a column for each axis")
    sha256: str | None = Field(default=None, description="hash of that file, in a study that was resolved")

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        for name in self.model_fields_set - {"kind"} - set(SETTINGS_OF_DESIGNS[self.kind]):
            settings = ", ".join(SETTINGS_OF_DESIGNS[self.kind][:3]) or "nothing"
            refuse(f"no `{name}`: of design {self.kind} can be set {settings}", below=name)
        if self.kind == POINTS and self.file is None:
            refuse("`file`: the CSV file that holds the points")
        if self.kind == SOBOL and self.number.bit_count() != 1:
            below = 2 ** (self.number.bit_length() - 1)
            refuse(f"a power of two, such as {below} or {2 * below}", below="points")
        if self.levels % 2:
            refuse("an even number", below="levels")
        return self

    @property
    def number(self) -> int:
        """Points asked for; of sobol, the base sample."""
        return DEFAULT_POINTS if self.points is None else self.points


class Condition(Block):
    """What has to hold of an outcome in the year of the goal."""

    outcome: str = Field(description="name of an outcome of the study")
    relative_change_at_most: float | None = Field(
        default=None, description="change as a share of the reference's level"
    )
    relative_change_at_least: float | None = Field(
        default=None, description="change as a share of the reference's level"
    )
    change_at_most: float | None = Field(
        default=None, description="difference from the reference, in the outcome's unit"
    )
    change_at_least: float | None = Field(
        default=None, description="difference from the reference, in the outcome's unit"
    )
    level_at_most: float | None = Field(default=None, description="the outcome itself")
    level_at_least: float | None = Field(default=None, description="the outcome itself")

    @property
    def limits(self) -> dict[str, float]:
        """Limits by name: those that are set."""
        values = self.model_dump(exclude={"outcome"})
        return {name: value for name, value in values.items() if value is not None}

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if not self.limits:
            refuse(f"at least one limit: {', '.join(name for name in type(self).model_fields if name != 'outcome')}")
        for name, most in self.limits.items():
            least = self.limits.get(name.replace("at_most", "at_least"), most)
            if least > most:
                refuse(f"limits that can be met together: at least {least:g} is above at most {most:g}", below=name)
        return self


def april_of(year: object) -> int | None:
    """Month in which a financial year such as 2029/30 begins; None for what is none."""
    found = _YEAR.fullmatch(year) if isinstance(year, str) else None
    april = month_index(int(found.group(1)), 4) if found else -1
    return april if found and financial_year(april) == year else None


class Goal(Block):
    """What is aimed at, for discovery and policy search."""

    year: str | None = Field(default=None, description="financial year that counts; the last whole one if left out")
    minimise: tuple[str, ...] = Field(default=(), strict=False, description="outcomes that should be small")
    maximise: tuple[str, ...] = Field(default=(), strict=False, description="outcomes that should be large")
    conditions: tuple[Condition, ...] = Field(default=(), strict=False, description="what must hold")

    @field_validator("year")
    @classmethod
    def _is_a_year(cls, year: str | None) -> str | None:
        if year is not None and april_of(year) is None:
            refuse("a financial year such as 2029/30")
        return year

    @model_validator(mode="after")
    def _knows_what_it_wants(self) -> Self:
        aims = [("minimise", name) for name in self.minimise] + [("maximise", name) for name in self.maximise]
        for place, (key, name) in enumerate(aims):
            if name in [other for _, other in aims[:place]]:
                refuse(f"each outcome once, to be small or to be large, and {name!r} is there twice", below=key)
        return self

    @property
    def april(self) -> int | None:
        """Month in which its year begins."""
        return april_of(self.year)


class OutcomeChoice(Block):
    """An indicator of results as an outcome, for an area and a group."""

    name: str = Field(min_length=1, max_length=60, pattern=r"^[A-Za-z]\w*$", description="name of its column")
    indicator: str = Field(description="an indicator of results, or an outcome by its name")
    area: str = Field(default="England", description="England, a region or a council")
    group: str = Field(default="all", description="group within it, such as home_care; all")


def _choice(value: Any) -> Any:
    return {"name": value, "indicator": value} if isinstance(value, str) else value


Choice = Annotated[OutcomeChoice, BeforeValidator(_choice)]


class Parts(NamedTuple):
    """What is made of a study's file when it is read."""

    base: Scenario
    packages: dict[str, Scenario]
    axes: tuple[Axis, ...]
    entries: tuple[Entry, ...]
    outcomes: tuple[Outcome, ...]
    points: pd.DataFrame | None
    """Of a file of points."""


class Study(Block):
    """What varies, over which points, how often, and what is measured."""

    name: str = Field(min_length=1, max_length=100, description="short title")
    description: str = Field(default="", max_length=2000, description="the question that it answers")
    scenario: str | dict[str, Any] = Field(
        default="baseline", description="what every point starts from: a shipped scenario or a file in the same folder"
    )
    window: StudyWindow = Field(default=StudyWindow(), description="months reported, over the scenario's")
    scale: float | dict[str, Any] | None = Field(
        default=None, description="share of England simulated, 0.001 to 1, or `{vary: [...]}`"
    )
    seed: int | dict[str, Any] | None = Field(
        default=None, description="seed of the first replicate, the next ones count on from it; or `{vary: [...]}`"
    )
    replicates: int = Field(
        default=1, ge=1, le=MOST_REPLICATES, description="runs of each point that differ only in luck"
    )
    draws: int | None = Field(
        default=None, ge=1, description="in place of replicates: each also has a draw of the fitted parameters"
    )
    until: Until | None = Field(default=None, description="more replicates until this holds")
    uncertainties: dict[str, Any] = Field(default={}, description="what is not known: each key is an axis")
    levers: tuple[dict[str, Any], ...] = Field(default=(), strict=False, description="what can be chosen")
    scenarios: Annotated[tuple[str, ...], Field(strict=False)] | dict[str, Any] = Field(
        default=(), description="whole scenarios, shipped or in files of the same folder, as one axis"
    )
    outcomes: tuple[Choice, ...] = Field(
        default=DEFAULT_OUTCOMES, validate_default=True, strict=False, min_length=1, description="what is measured"
    )
    design: Design = Field(default=Design(), description="which points are simulated")
    goal: Goal | None = Field(default=None, description="what is aimed at")

    _parts: Parts = PrivateAttr()

    @field_validator("name", "description")
    @classmethod
    def _can_be_printed(cls, text: str, field: ValidationInfo) -> str:
        return printable(text, str(field.field_name))

    @field_validator("draws")
    @classmethod
    def _are_there(cls, draws: int | None, others: ValidationInfo) -> int | None:
        if draws is not None and "replicates" in others.data and others.data["replicates"] != 1:
            refuse("one of `draws` and `replicates`: each draw is run once")
        if draws is not None and draws > draws_there_are():
            refuse(f"1 to {draws_there_are()}")
        return draws

    @field_validator("until")
    @classmethod
    def _stops_later_than_it_begins(cls, until: Until | None, others: ValidationInfo) -> Until | None:
        draws = others.data.get("draws")
        most = draws_there_are() if draws is not None else MOST_REPLICATES
        begins = draws or others.data.get("replicates", 1)
        if until is not None and not begins <= until.at_most <= most:
            refuse(f"{begins} (how many there are at first) to {most}", below="at_most")
        return until

    @field_validator("outcomes")
    @classmethod
    def _each_once(cls, outcomes: tuple[OutcomeChoice, ...]) -> tuple[OutcomeChoice, ...]:
        names = [each.name for each in outcomes]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            refuse(f"each outcome once, and {twice!r} is there twice")
        return outcomes

    @property
    def base(self) -> Scenario:
        """The scenario that every point starts from, with the study's window and scale."""
        return self._parts.base

    @property
    def packages(self) -> dict[str, Scenario]:
        """Whole scenarios of the axis ``scenario`` by name."""
        return self._parts.packages

    @property
    def parts(self) -> Parts:
        """What was made of its file, axes and levers among it."""
        return self._parts

    @property
    def measured(self) -> tuple[Outcome, ...]:
        """Outcomes, in the order of the columns of results."""
        return self._parts.outcomes

    @property
    def repeats(self) -> int:
        """Replicates, or draws, at first."""
        return self.draws or self.replicates

    @property
    def at_most(self) -> int:
        """Replicates, or draws, at last."""
        return self.until.at_most if self.until else self.repeats

    @property
    def has_reference(self) -> bool:
        """Whether something is chosen, so that each point has a reference without it."""
        return bool(self.levers or self.scenarios)

    def resolved(self) -> dict[str, Any]:
        """Every value, as a file would write it, that `sim.experiments.files.load_study` reads back alone.

        Scenarios stand in it in full. Of a file of points it holds the hash: the points are kept beside it.
        """
        values = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        values["scenario"] = self.base.resolved()["scenario"]
        values["scenarios"] = {name: each.resolved()["scenario"] for name, each in self.packages.items()}
        values["design"] = {"kind": self.design.kind} | {
            name: value for name, value in values["design"].items() if name in SETTINGS_OF_DESIGNS[self.design.kind]
        }
        if self.draws is not None:
            del values["replicates"]
        return {name: value for name, value in values.items() if value not in ({}, [], ())}
