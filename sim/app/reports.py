"""Full reports on packages of the workshop: those of ``caresim compare``, made beside the page, one at a time.

Each is made by a process of its own that gives way to the others, so that nobody at the page has to wait for it, and
that can be ended at any time.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import re
import shutil
import unicodedata
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from sim.app.report_worker import Order, Step, Trouble, make_report
from sim.comparable import check_comparable
from sim.drawn import check_draws
from sim.inheritance import SUFFIX, shipped_scenarios
from sim.problems import COMMAND_LINE, Problem, ScenarioError, describe
from sim.scenario import Scenario, load_scenario

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

__all__ = ["MOST_PACKAGES", "ReportFailed", "Reports", "Step"]

BASE = "baseline"
"""Shipped scenario with which packages are compared."""
MOST_AT_ONCE = 3
"""Reports that are being made or wait for their turn."""
BUSY = "Several reports are being made already: ask again when they are done."
OWN = "Your last report is being made: ask again when it is done."
MOST_PACKAGES = 6
KEPT = 6
"""Reports whose files are kept; the oldest gives way."""
ASKED = "report"
"""Stands in messages where a file would."""
OURS = "package_"
"""Begins the file of a package that has the name of a shipped scenario, which would be taken for it."""
LONGEST_FILE = 60
"""Letters of a file's name."""
WAITING, STARTING = "waiting for another report", "starting"
ENDING = "The program is ending, and the report with it."
DIED = "The process that makes the report has died (code {code}); perhaps there is too little memory. Ask again."

News = Step | Exception


class ReportFailed(Exception):
    """A report could not be made; says why."""


class Reports:
    """Makes reports one after another; to be used from one event loop, and closed at the end."""

    def __init__(self) -> None:
        self._home = TemporaryDirectory(prefix="caresim_reports_", ignore_cleanup_errors=True)
        self._turn = asyncio.Lock()
        self._tasks: dict[asyncio.Task[None], str] = {}
        """Who asked for each that is being made or waits for its turn."""
        self._checks: dict[asyncio.Future[Order], str] = {}
        """Who asked for each that is being read, which writes files: they have their place already."""
        self._kept: deque[Path] = deque()
        self._numbers = count(1)
        self._closed = False

    async def make(
        self, packages: Sequence[tuple[str, str]], draws: int, scale: float, person: str
    ) -> AsyncGenerator[Step]:
        """Make a report on packages against today's law.

        What is asked for is checked before the first step is given. Closing the iterator ends the work, as does
        cancelling whoever waits for the next step.

        Args:
            packages: name and text of the scenario file of each, `MOST_PACKAGES` at most.
            draws: of the fitted parameters.
            scale: share of England in each run.
            person: who asks; nobody has two made at once, so that there is room for others.

        Yields:
            Steps; the last of them, and no other, has the files.

        Raises:
            ScenarioError: for what cannot be asked for.
            ReportFailed: for what went wrong afterwards.
        """
        if self._closed:
            raise ReportFailed(ENDING)
        there = [*self._tasks.values(), *self._checks.values()]
        if person in there:
            raise ReportFailed(OWN)
        if len(there) >= MOST_AT_ONCE:
            raise ReportFailed(BUSY)
        news: asyncio.Queue[News] = asyncio.Queue()
        folder = Path(self._home.name) / str(next(self._numbers))
        check = asyncio.ensure_future(asyncio.to_thread(_order, tuple(packages), draws, scale, folder))
        self._checks[check] = person
        try:
            # It is read beside the event loop, and its files are not deleted under it, whoever gives up.
            order = await asyncio.shield(check)
            if self._closed:  # meanwhile
                raise ReportFailed(ENDING)
            # A task of its own: who is slow in reading, or gone, keeps neither the work nor its clearing up waiting.
            task = asyncio.create_task(self._work(order, news))
            self._tasks[task] = person
        finally:
            if check.done():
                del self._checks[check]
            else:
                check.add_done_callback(self._checks.pop)
        task.add_done_callback(self._tasks.pop)
        # However it ends, even before it has begun.
        task.add_done_callback(lambda _: news.put_nowait(ReportFailed(ENDING)))
        try:
            while True:
                told = await news.get()
                if isinstance(told, Exception):
                    raise told
                yield told
                if told.page is not None:
                    return
        finally:
            task.cancel()

    async def close(self) -> None:
        """End what is being made, and delete all files."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._checks, *self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._home.cleanup)

    async def _work(self, order: Order, news: asyncio.Queue[News]) -> None:
        """Make one report when its turn has come, and tell of it; nothing is left of one that did not come about."""
        last: News = ReportFailed(ENDING)
        try:
            if self._turn.locked():
                news.put_nowait(Step(0.0, WAITING))
            async with self._turn:
                news.put_nowait(Step(0.0, STARTING))
                last = await _watched(order, news)
                await self._keep(order.folder)
        except Exception as problem:  # noqa: BLE001  told to whoever asked
            last = problem
        finally:
            if isinstance(last, Exception):
                await asyncio.to_thread(shutil.rmtree, order.folder, ignore_errors=True)
            # Told only now: whoever hears the last word gives up this task.
            news.put_nowait(last)

    async def _keep(self, folder: Path) -> None:
        self._kept.append(folder)
        while len(self._kept) > KEPT:
            await asyncio.to_thread(shutil.rmtree, self._kept.popleft(), ignore_errors=True)


async def _watched(order: Order, news: asyncio.Queue[News]) -> Step:
    """Have a process make the report, and hand on what it says, but for the last step, which is given back."""
    context = multiprocessing.get_context("spawn")
    link: Connection
    link, theirs = context.Pipe(duplex=False)
    process: Any = context.Process(target=make_report, args=(theirs, order), daemon=True)
    process.start()
    theirs.close()
    try:
        while True:
            told: Step | Trouble = await asyncio.to_thread(link.recv)
            if isinstance(told, Trouble):
                raise ReportFailed(told.text)
            if told.page is not None:
                return told
            news.put_nowait(told)
    except (EOFError, OSError):  # the latter where it died in the middle of a word
        await asyncio.to_thread(process.join)
        raise ReportFailed(DIED.format(code=process.exitcode)) from None
    finally:
        # It leaves nothing half done that anybody would find: what it keeps for later runs is written whole or not.
        process.kill()
        await asyncio.to_thread(process.join)


# -- what is asked for


def _order(packages: tuple[tuple[str, str], ...], draws: int, scale: float, folder: Path) -> Order:
    """What is to be made, with the scenarios read as strictly as any file; nothing is left where that fails."""
    try:
        names = _files(packages)
        check_draws(draws, None)
        folder.mkdir()
        scenarios = [load_scenario(BASE, {"scale": scale})]
        for (name, text), file in zip(packages, names, strict=True):
            scenarios.append(_read(folder / file, name, text, scale))
        check_comparable(scenarios)
    except ScenarioError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise ScenarioError([_without_place(one, folder) for one in error.problems]) from None
    except OSError as error:
        message = f"The packages cannot be written down ({error.strerror})."
        raise ReportFailed(message) from None
    return Order(folder, tuple(scenarios), draws)


def _read(file: Path, name: str, text: str, scale: float) -> Scenario:
    """A package as the loader reads its file, under the name of its team."""
    file.write_text(text, encoding="utf-8", errors="surrogatepass")
    return load_scenario(file, {"scale": scale, "name": name})


def _files(packages: tuple[tuple[str, str], ...]) -> list[str]:
    """Names of the packages' files; ScenarioError unless there are a few, each with a name of its own."""
    if not 1 <= len(packages) <= MOST_PACKAGES:
        found = f"{len(packages)} packages"
        raise ScenarioError([Problem(ASKED, 0, "packages", found, f"1 to {MOST_PACKAGES} of them")])
    files: dict[str, str] = {}
    problems = []
    for name, _ in packages:
        file = file_name(name)
        if file in files:
            found = f"{describe(name)}, which is too much like {describe(files[file])}"
            problems.append(Problem(ASKED, 0, "name", found, "a name of its own for each package"))
        files[file] = name
    if problems:
        raise ScenarioError(problems)
    return list(files)


def file_name(name: str) -> str:
    """File of a package, such as ``team_a.yaml``, as the report's command line has it."""
    letters = unicodedata.normalize("NFKC", name).casefold()
    stem = re.sub(r"[\W_]+", "_", letters).strip("_")[:LONGEST_FILE].rstrip("_") or "package"
    return f"{OURS if stem in shipped_scenarios() else ''}{stem}{SUFFIX}"


def _without_place(problem: Problem, folder: Path) -> Problem:
    """A problem that does not say where on the machine the file lay."""
    before = f"{folder}{os.sep}"
    file = ASKED if problem.file == COMMAND_LINE else problem.file.replace(before, "")
    return replace(problem, file=file, found=problem.found.replace(before, ""))
