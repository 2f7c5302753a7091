"""What the page can be asked for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sim.app import answers, challenge, choices, comparing, mapping
from sim.app.asked import MOST_TRIED, Asked, Package, Text, read
from sim.app.pool import Pool
from sim.app.prices import TooFew, prices
from sim.app.reports import file_name
from sim.app.span import HISTORY, START
from sim.app.streaming import STOPPED, Told, levers_of, streamed
from sim.app.taking import fetch, report, sheet
from sim.app.uploads import upload
from sim.app.worker import Kind, Looked
from sim.experiments.wording import change_unit
from sim.shipped import PACKAGE

if TYPE_CHECKING:
    from sim.levers.base import Lever

STATIC = PACKAGE / "app" / "static"
FIRST = 6
"""Draws with which the page begins; the others join as they get ready."""
STORIES_OF = 1
"""Draw of which people and establishments are followed."""


async def page(request: Request) -> Response:
    """The page itself."""
    return FileResponse(STATIC / "page.html")


async def about(request: Request) -> Response:
    """All that does not change while the page is open."""
    pool: Pool = request.app.state.pool
    usual = challenge.usual(range(1, pool.draws + 1))
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
            "figures": [one._asdict() | {"change": change_unit(one.unit)} for one in answers.FIGURES],
            "published": answers.dots(),
            "families": {title: [one._asdict() for one in levers] for title, levers in choices.offered().items()},
            "packages": packages,
            "step": choices.STEP,
            "draws": pool.draws,
            "scale": pool.scale,
            "assumptions": [one.told() | {"usual": usual[one.name]} for one in challenge.assumptions()],
            "fewest": challenge.FEWEST,
            "tiles": mapping.tiles(),
            "maps": [one._asdict() for one in mapping.MAPS],
        }
    )


async def baseline(request: Request) -> Response:
    """How many draws are ready, and once there are enough, the baseline."""
    pool: Pool = request.app.state.pool
    needed = min(FIRST, pool.draws)
    told: dict[str, Any] = {"ready": len(pool.baselines), "draws": pool.draws, "needed": needed}
    if len(pool.baselines) >= needed:
        known = dict(pool.baselines)
        told |= {"path": answers.baseline(known), "levels": answers.levels(known)}
    elif pool.coming < needed:
        told["error"] = STOPPED
    return JSONResponse(told)


async def _question(request: Request) -> tuple[Asked, Pool, tuple[Lever, ...]]:
    """What is asked, whom it is asked, and the levers that it is about."""
    asked = await read(request, Asked)
    return asked, request.app.state.pool, levers_of(asked)


async def answer(request: Request) -> Response:
    """Stream what policies do, a line of JSON for each step."""
    asked, pool, levers = await _question(request)

    async def lines() -> Told:
        if not levers:
            async for _ in pool.grow():
                futures = {draw: values[:, START - HISTORY :] for draw, values in pool.baselines.items()}
                yield answers.told(pool.baselines, futures, set(futures), asked.believed)
            return
        async for question in pool.ask(asked.person, levers):
            if question.answers:
                early = len(question.finished) < pool.draws
                yield answers.told(pool.baselines, question.answers, question.finished, asked.believed, early)

    return streamed(lines)


async def look(request: Request) -> Response:
    """Stream how far a closer look has come, and at last what it shows."""
    asked, pool, levers = await _question(request)

    async def lines() -> Told:
        looks: dict[int, Looked] = {}
        async for question in pool.ask(f"{asked.person}/look", levers, Kind.LOOK):
            looks = {draw: question.answers[draw] for draw in question.finished}
            yield {"draws": len(looks)}
        closely = await asyncio.to_thread(_closely, looks, min(asked.tried, MOST_TRIED), asked.believed)
        yield {"draws": len(looks)} | closely

    return streamed(lines)


def _closely(looks: dict[int, Looked], tried: int, believed: dict[str, float]) -> dict[str, Any]:
    draws = sorted(looks)
    if challenge.too_few(believed, draws):
        return {"few": True}
    shares = challenge.weights(believed, draws)
    return {
        "sections": comparing.compared(looks, tried, shares),
        "caution": comparing.caution(looks, shares),
        "care": comparing.care_paths(looks, shares),
        "map": mapping.frames(looks, shares),
    }


async def lives(request: Request) -> Response:
    """Stream a word of patience, and then single lives and books with and without a package."""
    asked, pool, levers = await _question(request)

    async def lines() -> Told:
        yield {"draws": 0}
        async for question in pool.ask(f"{asked.person}/lives", levers, Kind.LIVES, [STORIES_OF]):
            if question.finished:
                yield {"draws": 1} | _side_by_side(question.answers[STORIES_OF])

    return streamed(lines)


def _side_by_side(told: Looked) -> dict[str, Any]:
    """The same people and establishments in both futures; who is followed does not depend on policies."""
    with_policy, without = told.look.lives, told.baseline.lives
    assert with_policy is not None
    assert without is not None
    people = {one.uid: one for one in without.people}
    places = {one.uid: one for one in without.places}
    return {
        "people": [
            {"title": one.title, "base": people[one.uid].lines, "package": one.lines} for one in with_policy.people
        ],
        "places": [
            {"name": one.name, "base": _books(places[one.uid]), "package": _books(one)} for one in with_policy.places
        ],
    }


def _books(one: Any) -> dict[str, Any]:
    return {"years": [year._asdict() for year in one.years], "closed": one.closed}


async def priced(request: Request) -> Response:
    """Stream prices of the levers of a package."""
    asked, pool, _ = await _question(request)

    async def lines() -> Told:
        try:
            async for price in prices(pool, asked.person, asked.chosen, asked.believed):
                yield price._asdict()
        except TooFew:
            yield {"few": True}

    return streamed(lines)


async def scenario(request: Request) -> Response:
    """A package as a scenario file."""
    asked = await read(request, Package)
    levers_of(asked)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file_name(asked.name))}"}
    return PlainTextResponse(choices.as_file(asked.name, asked.chosen), headers=headers, media_type="application/yaml")


async def brought(request: Request) -> Response:
    """A scenario file that somebody brings, as levers of the page."""
    found = await asyncio.to_thread(upload, (await read(request, Text)).text)
    choices.levers_of([choices.Choice(found.source, lever, choices.FULL) for lever in _names(found.entries)])
    levers = [{"lever": lever, "source": found.source, "strength": choices.FULL} for lever in _names(found.entries)]
    return JSONResponse({"name": found.name, "levers": levers, "notes": found.notes})


def _names(entries: tuple[dict[str, Any], ...]) -> list[str]:
    return list(dict.fromkeys(name for entry in entries for name in entry))


ROUTES = (
    Route("/", page),
    Route("/api/about", about),
    Route("/api/baseline", baseline),
    Route("/api/answer", answer, methods=["POST"]),
    Route("/api/look", look, methods=["POST"]),
    Route("/api/lives", lives, methods=["POST"]),
    Route("/api/prices", priced, methods=["POST"]),
    Route("/api/scenario", scenario, methods=["POST"]),
    Route("/api/upload", brought, methods=["POST"]),
    Route("/api/handout", sheet, methods=["POST"]),
    Route("/api/report", report, methods=["POST"]),
    Route("/api/report/{word}/{name}", fetch),
)
