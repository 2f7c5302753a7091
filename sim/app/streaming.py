"""Answers that come line by line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import StreamingResponse

from sim.app import choices
from sim.app.asked import Package
from sim.app.pool import GivenUp, WorkersGone

if TYPE_CHECKING:
    from sim.levers.base import Lever

STOPPED = "A process that simulates has stopped, and its part of the answer is missing: start the program again."
NO_NUMBER = "A figure of this package came out as no number, so nothing is shown: please tell us which package it was."
Told = AsyncIterator[dict[str, Any]]


def levers_of(asked: Package) -> tuple[Lever, ...]:
    """Levers that a browser asks for; a message if there is one that is not known."""
    try:
        return choices.levers_of(asked.chosen)
    except KeyError as problem:
        raise HTTPException(400, f"no such lever: {problem}") from None


def streamed(lines: Callable[[], Told]) -> StreamingResponse:
    """A line of JSON for each step; what goes wrong is a line, too."""

    async def texts() -> AsyncIterator[str]:
        try:
            async for told in lines():
                yield _line(told)
                await asyncio.sleep(0)
        except GivenUp:
            return  # nobody reads this any more
        except WorkersGone:
            yield json.dumps({"error": STOPPED}) + "\n"
        except RuntimeError as problem:
            yield json.dumps({"error": str(problem)}) + "\n"

    return StreamingResponse(texts(), media_type="application/x-ndjson")


def _line(told: dict[str, Any]) -> str:
    """One step as JSON, which knows no infinite numbers and none that is not a number."""
    try:
        return json.dumps(told, allow_nan=False) + "\n"
    except ValueError:
        return json.dumps({"error": NO_NUMBER}) + "\n"
