"""The page's server: on this machine only unless told otherwise, and nothing from outside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from sim.app.asked import in_words
from sim.app.choices import offered
from sim.app.hosts import LOOPBACK, Hosts
from sim.app.pool import Pool
from sim.app.reports import Reports
from sim.app.routes import ROUTES, STATIC
from sim.problems import ScenarioError

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def make_app(pool: Pool, host: str = LOOPBACK) -> Starlette:
    """The application.

    Args:
        pool: processes that answer; started and stopped with the application.
        host: address at which it will listen, on which depends under which names it may be asked for.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        pool.start()
        warming = asyncio.create_task(asyncio.to_thread(offered))  # takes a moment, and the page asks for it first
        try:
            yield
        finally:
            await warming
            await app.state.reports.close()
            pool.stop()

    app = Starlette(
        routes=[*ROUTES, Mount("/static", StaticFiles(directory=STATIC))],
        lifespan=lifespan,
        middleware=[Middleware(_Headers), Middleware(Hosts, host=host)],
        exception_handlers={ScenarioError: _refused, ValidationError: _refused, HTTPException: _told},
    )
    app.state.pool, app.state.reports, app.state.made = pool, Reports(), {}
    return app


class _Headers:
    """Adds headers that keep the page to itself."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message["headers"]}
                given = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] += [(name, value) for name, value in given if name not in own]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


async def _refused(request: Request, problem: Exception) -> Response:
    told = in_words(problem) if isinstance(problem, ValidationError) else str(problem)
    return JSONResponse({"error": told}, status_code=400)


async def _told(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)
    return JSONResponse({"error": problem.detail}, status_code=problem.status_code)
