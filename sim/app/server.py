"""The page's server: on this machine only unless told otherwise, and nothing from outside."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pydantic import Field, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sim.app import answers, choices
from sim.app.branches import HISTORY, START
from sim.app.pool import Pool, WorkersGone
from sim.fields import Block
from sim.problems import ScenarioError
from sim.shipped import PACKAGE

STATIC = PACKAGE / "app" / "static"
LARGEST_BODY = 64 * 1024
"""Bytes that a browser may send at once."""
MOST_CHOICES = 60
STOPPED = "A process that simulates has stopped, and its part of the answer is missing: start the program again."
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class Chosen(Block):
    """A lever that a browser asks for."""

    source: str = Field(max_length=100)
    lever: str = Field(max_length=100)
    strength: float = Field(ge=0, le=choices.STRONGEST)


class Asked(Block):
    """What a browser asks."""

    person: str = Field(min_length=8, max_length=64, pattern=r"^[\w-]+$")
    name: str = Field(default="My package", min_length=1, max_length=100)
    levers: tuple[Chosen, ...] = Field(strict=False, max_length=MOST_CHOICES)

    @property
    def chosen(self) -> list[choices.Choice]:
        """Its levers."""
        return [choices.Choice(one.source, one.lever, one.strength) for one in self.levers]


def make_app(pool: Pool, hosts: tuple[str, ...]) -> Starlette:
    """The application.

    Args:
        pool: processes that answer; started and stopped with the application.
        hosts: names under which the page may be asked for: others are refused, so that no page from elsewhere can
            pretend to be this one.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        pool.start()
        try:
            yield
        finally:
            pool.stop()

    routes = [
        Route("/", _page),
        Route("/api/about", _about),
        Route("/api/baseline", _baseline),
        Route("/api/answer", _answer, methods=["POST"]),
        Route("/api/scenario", _scenario, methods=["POST"]),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts)), Middleware(_Headers)],
        exception_handlers={ScenarioError: _refused, ValidationError: _refused},
    )
    app.state.pool = pool
    return app


class _Headers:
    """Adds headers that keep the page to itself."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] += [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


async def _page(request: Request) -> Response:
    return FileResponse(STATIC / "page.html")


async def _about(request: Request) -> Response:
    pool: Pool = request.app.state.pool
    packages = []
    for name in choices.READY:
        scenario, chosen = choices.ready(name)
        told = [one._asdict() for one in chosen]
        packages.append({"name": name, "title": scenario.name, "text": scenario.description, "levers": told})
    return JSONResponse(
        {
            "months": answers.months(),
            "future": START - HISTORY,
            "year": answers.last_year(),
            "figures": [one._asdict() for one in answers.FIGURES],
            "published": answers.dots(),
            "families": {title: [one._asdict() for one in levers] for title, levers in choices.offered().items()},
            "packages": packages,
            "step": choices.STEP,
            "draws": pool.draws,
            "scale": pool.scale,
        }
    )


async def _baseline(request: Request) -> Response:
    """How many draws are ready, and once all are, the baseline."""
    pool: Pool = request.app.state.pool
    told: dict[str, Any] = {"ready": len(pool.baselines), "draws": pool.draws}
    if len(pool.baselines) == pool.draws:
        told |= {"path": answers.baseline(pool.baselines), "levels": answers.levels(pool.baselines)}
    return JSONResponse(told)


async def _asked(request: Request) -> Asked:
    """What a browser sent, if it is sound."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            raise HTTPException(413, f"more than {LARGEST_BODY} bytes")
    try:
        return Asked.model_validate(json.loads(body))
    except ValueError as problem:
        raise HTTPException(400, str(problem)) from None


async def _answer(request: Request) -> Response:
    """Stream what policies do, a line of JSON for each step."""
    asked = await _asked(request)
    pool: Pool = request.app.state.pool
    try:
        levers = choices.levers_of(asked.chosen)
    except KeyError as problem:
        raise HTTPException(400, f"no such lever: {problem}") from None

    async def lines() -> AsyncIterator[str]:
        try:
            async for question in pool.ask(asked.person, levers):
                if question.futures:
                    told = answers.told(pool.baselines, question.futures, question.finished)
                    yield json.dumps(told) + "\n"
                await asyncio.sleep(0)
        except WorkersGone:
            yield json.dumps({"error": STOPPED}) + "\n"
        except RuntimeError as problem:
            yield json.dumps({"error": str(problem)}) + "\n"

    return StreamingResponse(lines(), media_type="application/x-ndjson")


async def _scenario(request: Request) -> Response:
    """The choices as a scenario file."""
    asked = await _asked(request)
    return PlainTextResponse(choices.as_file(asked.name, asked.chosen), media_type="application/yaml")


async def _refused(request: Request, problem: Exception) -> Response:
    return JSONResponse({"error": str(problem)}, status_code=400)
