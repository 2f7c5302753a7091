"""Kinds of value that scenario files use: months, money, names. Each checks itself and says what it expected."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum
from typing import Annotated, Any, NoReturn

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError, core_schema

from sim.problems import nearest_name, one_of
from sim.units import MONTHS_PER_YEAR, PENCE_PER_POUND, month_name, parse_month

FIRST_MONTH = parse_month("2016-04")
"""The simulated history starts here."""
LAST_MONTH = parse_month("2040-03")
"""Skills for Care's projection of posts needed, on which need rests, ends in 2040."""
REFUSED = "refused"
"""Type of the errors that `refuse` raises."""
MONTH_FORM = "a month as YYYY-MM, for example 2027-04"
SMALLEST_DIFFERENCE = 1e-6
"""Pence; binary decimals differ by less from the amount that was written."""


class Block(BaseModel):
    """A mapping in a scenario file: every key is known, no value is converted silently, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


def refuse(expected: str, nearest: str | None = None, below: str = "") -> NoReturn:
    """Fail a check, saying what was expected and the nearest valid name.

    Args:
        below: key below the value checked, if that is where the fault lies.
    """
    raise PydanticCustomError(REFUSED, "{expected}", {"expected": expected, "nearest": nearest, "below": below})


def printable(text: str, field: str) -> str:
    """The text of a ``name``, which is one line, or of any other field; refused where it cannot be printed."""
    lines = [text] if field == "name" else text.splitlines()
    if field == "name" and not text.strip():
        refuse("a name that can be read")
    if not all(line.isprintable() for line in lines):
        refuse("one line of printable text" if field == "name" else "printable text")
    return text


def _month(value: Any) -> int:
    if not isinstance(value, str):
        refuse(MONTH_FORM)
    try:
        month = parse_month(value)
    except ValueError:
        refuse(MONTH_FORM, _nearest_month(value))
    if not FIRST_MONTH <= month <= LAST_MONTH:
        refuse(f"a month from {month_name(FIRST_MONTH)} to {month_name(LAST_MONTH)}")
    return month


def _nearest_month(text: str) -> str | None:
    """Month that a date in another notation means: ``2027-04-01``, ``2027/4`` or ``04/2027``."""
    year_first = re.match(r"(\d{4})[-/.](\d{1,2})(?!\d)", text)
    month_first = re.search(r"(?<!\d)(\d{1,2})[-/.](\d{4})$", text)
    if year_first:
        year, month = year_first.groups()
    elif month_first:
        month, year = month_first.groups()
    else:
        return None
    return f"{year}-{int(month):02d}" if 1 <= int(month) <= MONTHS_PER_YEAR else None


Month = Annotated[
    int,
    BeforeValidator(_month),
    PlainSerializer(month_name, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$", "examples": ["2027-04"]}),
]
"""Written YYYY-MM; held as months since April 2016."""


def pence(pounds: float) -> int:
    """Whole pence of an amount in pounds."""
    return round(pounds * PENCE_PER_POUND)


def _whole_pence(value: Any) -> Any:
    if isinstance(value, float) and abs(value * PENCE_PER_POUND - pence(value)) > SMALLEST_DIFFERENCE:
        refuse("pounds and whole pence, for example 13.80")
    return value


Pounds = Annotated[float, BeforeValidator(_whole_pence)]
"""Pounds and whole pence."""


class Names:
    """Annotation for one name or a list of them, held as a tuple of what the names stand for, in the order of the file.

    Args:
        kind: plural noun for messages, such as ``councils``.
        names: valid names and their meanings.
        also: other accepted spellings, each with the name it stands for.
        least: fewest names; an empty list where one name is needed is more likely a slip than a wish.
    """

    def __init__(
        self, kind: str, names: Mapping[str, Any], also: Mapping[str, str] | None = None, least: int = 1
    ) -> None:
        self._kind = kind
        self._least = least
        self._names = dict(names)
        self._spellings = {**{name: name for name in names}, **(also or {})}
        self._name_of = {meaning: name for name, meaning in names.items()}

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        back = core_schema.plain_serializer_function_ser_schema(self._name_of.__getitem__, when_used="json")
        item = core_schema.no_info_plain_validator_function(self._meaning, serialization=back)
        several = core_schema.no_info_after_validator_function(self._each_once, core_schema.tuple_variable_schema(item))
        return core_schema.no_info_before_validator_function(_as_tuple, several)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        item = {"type": "string", "enum": list(self._spellings)}
        return {"anyOf": [item, {"type": "array", "items": item, "minItems": self._least, "uniqueItems": True}]}

    def _meaning(self, value: Any) -> Any:
        if not isinstance(value, str) or value not in self._spellings:
            refuse(one_of(self._names, self._kind), nearest_name(value, self._spellings))
        return self._names[self._spellings[value]]

    def _each_once(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(values) < self._least or len(set(values)) != len(values):
            fewest = f"at least {self._least} of the" if self._least else "any of the"
            refuse(f"{fewest} {self._kind}, each once")
        return values


def names_of(codes: type[IntEnum]) -> dict[str, IntEnum]:
    """Members of an enumeration by the names that scenario files use: ``home_care`` for ``HOME_CARE``."""
    return {code.name.lower(): code for code in codes}


def _as_tuple(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return value if value is None or isinstance(value, (tuple, dict)) else (value,)
