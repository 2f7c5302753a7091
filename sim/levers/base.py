"""What every lever has: dates, phase-in, coverage, a dose, and a place in the catalogue.

A lever is one class in a file of this folder. It declares what a scenario file may say (pydantic fields with units and
bounds) and writes the rulebook of a month (``write``). It knows no rule and never edits an outcome.
"""

from __future__ import annotations

import importlib
import pkgutil
from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

import sim.levers
from sim.coverage import AppliesTo
from sim.fields import Block, Month, refuse
from sim.problems import one_of
from sim.units import month_name

if TYPE_CHECKING:
    from sim.rulebook import Rulebook, Scope

Grade = Literal["strong", "moderate", "weak", "assumption"]
Family = Literal[
    "pay",
    "contracts",
    "flexibility",
    "migration",
    "nhs_and_training",
    "recruitment",
    "commissioning",
    "technology",
    "governance",
]

GEOGRAPHY = ("region", "council", "ics", "area")
EMPLOYERS = (*GEOGRAPHY, "service", "sector", "size")
"""What ``applies_to`` may narrow for a lever that works on employers."""

PERCENT = 100.0
WHOLE = 1.0
"""Strength with which a lever covers everybody it may, for those that phase in by amount."""
ShareOfChange = Annotated[float, Field(ge=0, le=1, description="part of these changes that is made, 0 to 1")]
"""Dose of a lever that changes several things at once."""

_registry: dict[str, type[Lever]] = {}


class Lever(Block):
    """A policy that can be switched on in a scenario."""

    name: ClassVar[str]
    family: ClassVar[Family]
    grade: ClassVar[Grade]
    """How strong the evidence on this kind of policy is."""
    sentence: ClassVar[str]
    """What it does, for a policymaker."""
    case: ClassVar[str]
    """Where something like it has been done or proposed."""
    dose: ClassVar[str]
    """The field whose zero means that the lever is off."""
    covers: ClassVar[tuple[str, ...]] = ()
    """What ``applies_to`` may narrow; nothing for law that holds for the whole country."""
    phases_in: ClassVar[bool] = True
    """False for what happens on a date or not at all."""
    changes: ClassVar[tuple[str, ...]] = ()
    """Fields of which at least one has to change something, where no single one is the dose."""
    costs: ClassVar[bool] = False
    """Whether somebody's bill rises directly, so that the lever has a ``funding`` block."""

    start: Month = Field(alias="from", description="first month in force, YYYY-MM")
    end: Month | None = Field(default=None, alias="to", description="last month in force, YYYY-MM; without it, no end")
    phase_in_months: int = Field(
        default=0, ge=0, le=120, description="months until fully in force, in equal steps; 0 at once"
    )
    applies_to: AppliesTo = Field(default=AppliesTo(), description="whom it covers; without it, everybody")

    @classmethod
    def __pydantic_init_subclass__(cls, **arguments: Any) -> None:
        super().__pydantic_init_subclass__(**arguments)
        if "name" in vars(cls):
            if _registry.setdefault(cls.name, cls).__qualname__ != cls.__qualname__:
                message = f"two levers are called {cls.name}"
                raise TypeError(message)
            _registry[cls.name] = cls

    @field_validator("end")
    @classmethod
    def _ends_after_start(cls, end: int | None, others: ValidationInfo) -> int | None:
        start = others.data.get("start")
        if end is not None and start is not None and end < start:
            refuse(f"a month not before `from` ({month_name(start)})")
        return end

    @field_validator("phase_in_months")
    @classmethod
    def _phases_in_before_end(cls, months: int, others: ValidationInfo) -> int:
        if months and not cls.phases_in:
            refuse(f"0: {cls.name} starts on a date; for steps, write it several times with dates that do not overlap")
        start, end = others.data.get("start"), others.data.get("end")
        if start is not None and end is not None and months > end - start + 1:
            refuse(f"at most {end - start + 1}, the months from `from` to `to`")
        return months

    @field_validator("applies_to")
    @classmethod
    def _narrows_what_it_can(cls, applies_to: AppliesTo) -> AppliesTo:
        nationwide = f"no `applies_to`: {cls.name} holds for the whole country"
        for line in applies_to.used():
            if line not in cls.covers:
                refuse(one_of(cls.covers, "lines") if cls.covers else nationwide, below=line)
        return applies_to

    @model_validator(mode="after")
    def _changes_at_least_one(self) -> Self:
        if self.changes and all(getattr(self, name) in (None, 0, False) for name in self.changes):
            refuse(f"at least one of {', '.join(self.changes)}")
        return self

    def strength(self, month: int) -> float:
        """Share of the lever in force: 0 outside its dates, rising in equal monthly steps over the phase-in, then 1."""
        if month < self.start or (self.end is not None and month > self.end):
            return 0.0
        if self.phase_in_months == 0:
            return 1.0
        return min(1.0, (month - self.start + 1) / self.phase_in_months)

    def is_off(self) -> bool:
        """Whether the dose is zero."""
        return not getattr(self, self.dose)

    def edit(self, book: Rulebook, month: int) -> None:
        """Bring the rulebook of a month up to date with this lever; a lever that is off does not touch it."""
        strength = self.strength(month)
        if strength > 0.0 and not self.is_off():
            self.write(book, month, strength)

    @abstractmethod
    def write(self, book: Rulebook, month: int, strength: float) -> None:
        """Write the rulebook; called only in months in which the lever is in force, with ``0 < strength <= 1``."""

    def scope(self, book: Rulebook, strength: float) -> Scope:
        """Whom the lever covers; below full strength a share of the employers, to which later months only add."""
        return book.scope(self.applies_to, self.name, strength)

    def remark(self, until: int) -> str | None:
        """What a scenario whose last month is `until` is told of what is allowed here but probably not meant."""
        return None

    def overlaps(self, other: Lever) -> bool:
        """Whether two levers of one kind hold for somebody in the same month."""
        first, second = (self, other) if self.start <= other.start else (other, self)
        in_time = first.end is None or first.end >= second.start
        return in_time and self.shares_coverage(other)

    def shares_coverage(self, other: Lever) -> bool:
        """Whether two levers of one kind cover somebody in common."""
        return self.applies_to.overlaps(other.applies_to)


def all_levers() -> dict[str, type[Lever]]:
    """Every lever by its name, in alphabetical order."""
    for module in pkgutil.iter_modules(sim.levers.__path__):
        importlib.import_module(f"sim.levers.{module.name}")
    return dict(sorted(_registry.items()))
