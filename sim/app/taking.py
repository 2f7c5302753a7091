"""What people take home from the page: a hand-out of one sheet, and the full report of several packages."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from sim.app import answers, choices
from sim.app.asked import Printed, Several, read
from sim.app.handout import Change, Charted, Handout, handout
from sim.app.pool import GivenUp, Pool, WorkersGone
from sim.app.reports import KEPT, ReportFailed, Reports, file_name
from sim.app.streaming import STOPPED, Told, levers_of, streamed

REPORT_DRAWS = 10
"""Draws of a report, or all there are: it simulates unfunded twins as well."""
KINDS = {"report.html": "text/html; charset=utf-8", "report.xlsx": None}
CLOSED_OFF = (
    "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "sandbox allow-scripts allow-modals; frame-ancestors 'none'"
)
"""A report carries its own styles and scripts, and may reach nothing else, this page included."""


async def sheet(request: Request) -> Response:
    """A package as a PDF of one page."""
    asked = await read(request, Printed)
    pool: Pool = request.app.state.pool
    levers = levers_of(asked)
    if not levers:
        raise HTTPException(400, "no lever is in the package")
    told: dict[str, Any] = {}
    try:
        async with aclosing(pool.ask(f"{asked.person}/sheet", levers)) as steps:
            async for question in steps:
                if await request.is_disconnected():
                    raise HTTPException(499, "nobody waits for this hand-out any more")
                if len(question.finished) == pool.draws:
                    told = answers.told(pool.baselines, question.answers, question.finished, asked.believed)
    except GivenUp:
        raise HTTPException(409, "another hand-out was asked for meanwhile") from None
    except WorkersGone:
        raise HTTPException(503, STOPPED) from None
    except RuntimeError as problem:
        raise HTTPException(500, str(problem)) from None
    if not told.get("change"):
        raise HTTPException(400, "too few draws share these beliefs")
    made = await asyncio.to_thread(handout, _handout(asked, told, pool))
    return Response(made, media_type="application/pdf")


def _handout(asked: Printed, told: Mapping[str, Any], pool: Pool) -> Handout:
    one = next(figure for figure in answers.FIGURES if figure.name == asked.charted)
    change = told["change"][one.name]
    titles = {each.lever: each.title for levers in choices.offered().values() for each in levers}
    base = answers.baseline(pool.baselines, asked.believed)[one.name]
    dots = [(dot["month"], dot["value"]) for dot in answers.dots()[one.name]]
    future = answers.months().index(answers.first_month())
    return Handout(
        title=asked.name,
        levers=[(titles[each.lever], choices.in_words(each)) for each in asked.chosen if each.strength > 0],
        figures=[_change(figure, told) for figure in answers.FIGURES if figure.large],
        chart=Charted(
            answers.finding(one, change), one.unit, answers.months(), future, base, told["path"][one.name], dots
        ),
        year=answers.last_year(),
        draws=told["draws"],
        scale=pool.scale,
        finding=" ".join(filter(None, (_believed(asked), _tried(asked)))),
        file=file_name(asked.name),
        caution=told["caution"],
    )


def _change(one: answers.Figure, told: Mapping[str, Any]) -> Change:
    found = told["change"][one.name]
    return Change(
        one.label, one.unit, one.decimals, found["was"], found["mean"], found["low"], found["high"], found["clear"]
    )


def _believed(asked: Printed) -> str:
    if not asked.believed:
        return ""
    of_what = f"{len(asked.believed)} of them"
    return f"Draws of the parameters count by how near they are to what the room believes of {of_what}."


def _tried(asked: Printed) -> str:
    if asked.tried == 1:
        return ""
    return (
        f"{asked.tried} packages were tried: the best of many looks better than it is, and the ranges here do not "
        "allow for that."
    )


# -- reports


async def report(request: Request) -> Response:
    """Stream how far the report of several packages has come, and at last the word by which it is fetched."""
    asked = await read(request, Several)
    pool: Pool = request.app.state.pool
    reports: Reports = request.app.state.reports
    made: dict[str, dict[str, Path]] = request.app.state.made
    for one in asked.packages:
        levers_of(one)
    texts = [(one.name, choices.as_file(one.name, one.chosen)) for one in asked.packages]
    steps = reports.make(texts, min(REPORT_DRAWS, pool.draws), pool.scale, asked.person)
    try:
        first = await anext(steps)  # what cannot be asked for is refused before anything is streamed
    except ReportFailed as problem:
        raise HTTPException(503, str(problem)) from None

    async def lines() -> Told:
        yield {"doing": first.doing, "share": first.share}
        async with aclosing(steps):
            try:
                async for step in steps:
                    if step.page is None or step.workbook is None:
                        yield {"doing": step.doing, "share": step.share}
                        continue
                    word = secrets.token_urlsafe()
                    made[word] = {"report.html": step.page, "report.xlsx": step.workbook}
                    for older in list(made)[:-KEPT]:
                        del made[older]
                    yield {"doing": step.doing, "share": step.share, "report": word}
            except ReportFailed as problem:
                yield {"error": str(problem)}

    return streamed(lines)


async def fetch(request: Request) -> Response:
    """A report that was made, or its workbook."""
    made: dict[str, dict[str, Path]] = request.app.state.made
    file = made.get(request.path_params["word"], {}).get(request.path_params["name"])
    if file is None or not file.is_file():
        raise HTTPException(404, "this report is gone: only the newest ones are kept")
    return FileResponse(file, media_type=KINDS[file.name], headers={"Content-Security-Policy": CLOSED_OFF})
