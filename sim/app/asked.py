"""What browsers may ask, and how it is read: nothing larger, of another kind or of another shape gets through."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import Field, ValidationError, field_validator
from starlette.exceptions import HTTPException
from starlette.requests import Request

from sim.app import choices
from sim.app.answers import FIGURES
from sim.app.challenge import assumptions
from sim.fields import Block, printable
from sim.loader import LARGEST_FILE

LARGEST_BODY = 64 * 1024
"""Bytes that a browser may send at once."""
MOST_CHOICES = 60
MOST_PACKAGES = 6
MOST_TRIED = 1000
"""Packages tried beyond which intervals are widened no further."""
LONGEST_NAME = 100
PERSON = r"^[\w-]+$"
JSON = "application/json"
B = TypeVar("B", bound=Block)


class Chosen(Block):
    """A lever that a browser asks for."""

    source: str = Field(max_length=LONGEST_NAME)
    lever: str = Field(max_length=LONGEST_NAME)
    strength: float = Field(ge=0, le=choices.STRONGEST)


class Package(Block):
    """Levers under a name."""

    name: str = Field(default="My package", min_length=1, max_length=LONGEST_NAME)
    levers: tuple[Chosen, ...] = Field(strict=False, max_length=MOST_CHOICES)

    @field_validator("name")
    @classmethod
    def _can_be_printed(cls, text: str) -> str:
        return printable(text, "name")

    @property
    def chosen(self) -> list[choices.Choice]:
        """Its levers."""
        return [choices.Choice(one.source, one.lever, one.strength) for one in self.levers]


class Asked(Package):
    """What a browser asks about one package."""

    person: str = Field(min_length=8, max_length=64, pattern=PERSON)
    believed: dict[str, float] = Field(default_factory=dict)
    """What somebody believes of assumptions (`sim.app.challenge`)."""
    tried: int = Field(default=1, ge=1)
    """Packages among which this one may have been picked for how it looks."""

    @field_validator("believed")
    @classmethod
    def _known(cls, believed: dict[str, float]) -> dict[str, float]:
        ranges = {one.name: (one.low, one.high) for one in assumptions()}
        for name, value in believed.items():
            if name not in ranges or not ranges[name][0] <= value <= ranges[name][1]:
                message = f"{name}: no assumption on this page, or a value out of its range"
                raise ValueError(message)
        return believed


class Printed(Asked):
    """A package that is to be printed."""

    charted: str = Field(max_length=LONGEST_NAME)
    """Figure of the chart."""

    @field_validator("charted")
    @classmethod
    def _drawn(cls, name: str) -> str:
        if name not in {one.name for one in FIGURES if one.charted}:
            message = f"{name}: no figure that has a chart"
            raise ValueError(message)
        return name


class Several(Block):
    """Packages of a workshop, for the full report."""

    person: str = Field(min_length=8, max_length=64, pattern=PERSON)
    packages: tuple[Package, ...] = Field(strict=False, min_length=1, max_length=MOST_PACKAGES)


class Text(Block):
    """A scenario file that somebody brings."""

    text: str = Field(max_length=LARGEST_FILE)


async def read(request: Request, kind: type[B]) -> B:
    """What a browser sent, if it is sound.

    Only JSON that is said to be JSON is read, which no page from elsewhere can send unasked.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != JSON:
        raise HTTPException(415, f"expected {JSON}")
    largest = LARGEST_BODY if kind is not Text else 2 * LARGEST_FILE
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > largest:
            raise HTTPException(413, f"more than {largest} bytes")
    try:
        return kind.model_validate(_parsed(body))
    except ValidationError as problem:
        raise HTTPException(400, in_words(problem)) from None
    except ValueError as problem:
        raise HTTPException(400, str(problem)) from None


def in_words(problem: ValidationError) -> str:
    """Everything that is wrong, field by field."""
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in problem.errors())


def _parsed(body: bytearray) -> Any:
    try:
        return json.loads(body)
    except RecursionError:
        message = "nested too deeply"
        raise ValueError(message) from None
