"""The ``assumptions`` block of a scenario: what the future outside care is taken to be.

Each is central, low, high, or values by the month from which they hold. Nothing before an assumption's first month can
be assumed: it is published.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any

from pydantic import Field
from pydantic_core import core_schema

from sim.fields import Block, Month, Pounds, refuse
from sim.outlook import CENTRAL, LEVELS, Assumption, Choice, known_assumptions
from sim.problems import nearest_name, one_of
from sim.units import month_name

MONTH_PATTERN = "^[0-9]{4}-(0[1-9]|1[0-2])$"
FORM = "central, low, high, or values by month such as {2028-04: 5.0}"


class Path:
    """Annotation for an assumption: a level, or a mapping of months to values held as pairs in ascending order."""

    def __init__(self, name: str) -> None:
        self._about: Assumption = known_assumptions()[name]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        month = core_schema.no_info_after_validator_function(self._not_before_first, handler.generate_schema(Month))
        in_pounds = self._about.unit.startswith("pounds")
        number = handler.generate_schema(Pounds) if in_pounds else core_schema.float_schema()
        value = core_schema.no_info_after_validator_function(self._within_bounds, number)
        series = core_schema.no_info_after_validator_function(
            self._ascending, core_schema.dict_schema(month, value, min_length=1)
        )
        back = core_schema.plain_serializer_function_ser_schema(_as_written, when_used="json")
        return core_schema.no_info_wrap_validator_function(self._level_or_series, series, serialization=back)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        bounds = {"type": "number", "minimum": self._about.least, "maximum": self._about.most}
        series = {
            "type": "object",
            "patternProperties": {MONTH_PATTERN: bounds},
            "additionalProperties": False,
            "minProperties": 1,
        }
        return {"anyOf": [{"type": "string", "enum": list(LEVELS)}, series]}

    @staticmethod
    def _level_or_series(value: Any, series: core_schema.ValidatorFunctionWrapHandler) -> Choice:
        if isinstance(value, Mapping):
            checked: Choice = series(value)
            return checked
        if not isinstance(value, str):
            refuse(FORM)
        if value not in LEVELS:
            refuse(f"{one_of(LEVELS, 'levels')}, or values by month", nearest_name(value, LEVELS))
        return value

    def _not_before_first(self, month: int) -> int:
        if month < self._about.first:
            refuse(f"a month from {month_name(self._about.first)} on: what lies before is published")
        return month

    def _within_bounds(self, value: float) -> float:
        if not self._about.least <= value <= self._about.most:
            refuse(f"{self._about.unit}, {self._about.least:g} to {self._about.most:g}")
        return value

    @staticmethod
    def _ascending(values: dict[int, float]) -> Choice:
        months = list(values)
        if months != sorted(months):
            late = next(after for before, after in pairwise(months) if after < before)
            refuse("months in ascending order", below=month_name(late))
        return tuple(values.items())


def _as_written(choice: Choice) -> str | dict[str, float]:
    return choice if isinstance(choice, str) else {month_name(month): value for month, value in choice}


def _described(name: str) -> Any:
    about = known_assumptions()[name]
    span = f"{about.least:g} to {about.most:g}, from {month_name(about.first)} on"
    return Field(
        default=CENTRAL, description=f"{about.meaning}: central, low, high, or by month in {about.unit}, {span}"
    )


class Assumptions(Block):
    """What the future outside care is taken to be."""

    unemployment: Annotated[Choice, Path("unemployment")] = _described("unemployment")
    nlw_path: Annotated[Choice, Path("nlw_path")] = _described("nlw_path")
    rlw_path: Annotated[Choice, Path("rlw_path")] = _described("rlw_path")
    outside_pay: Annotated[Choice, Path("outside_pay")] = _described("outside_pay")
    nhs_award: Annotated[Choice, Path("nhs_award")] = _described("nhs_award")
    need_growth: Annotated[Choice, Path("need_growth")] = _described("need_growth")
    council_funding: Annotated[Choice, Path("council_funding")] = _described("council_funding")

    def chosen(self) -> dict[str, Choice]:
        """Every assumption by name."""
        return {name: getattr(self, name) for name in type(self).model_fields}
