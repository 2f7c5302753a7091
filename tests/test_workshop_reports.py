"""Full reports on packages of the workshop: made as the command line makes them, in turn, and never left hanging."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from itertools import count, pairwise
from pathlib import Path
from threading import Event
from typing import Any

import openpyxl
import pytest
from report_makers import dying, endless, failing, quick
from small import private_store

from sim.app import reports
from sim.app.choices import Choice, as_file
from sim.app.report_worker import Step
from sim.comparison import compare
from sim.problems import ScenarioError
from sim.report.writing import PAGE
from sim.scenario import load_scenario

SCALE = 0.002
DRAWS = 2
PATIENCE = 300
"""Seconds after which something hangs."""


def text(name: str, lever: str = "zero_hours_ban") -> str:
    return as_file(name, [Choice(lever, lever, 1.0)])


TEAM = "Team A: $_{$ & <b>"
"""Dollars and brackets mean something to charts and pages, if these let them."""
TEAMS = [(TEAM, text("Something else"))]


PEOPLE = count()


async def collected(maker: reports.Reports, packages: Any = TEAMS, draws: int = DRAWS) -> list[Step]:
    return [step async for step in maker.make(packages, draws, SCALE, f"person-{next(PEOPLE)}")]


def used(use: Any) -> Any:
    """What comes of using reports, which are closed afterwards."""

    async def all_of_it() -> Any:
        maker = reports.Reports()
        home = Path(maker._home.name)
        try:
            return await asyncio.wait_for(use(maker), PATIENCE)
        finally:
            await maker.close()
            assert not home.exists()

    return asyncio.run(all_of_it())


# -- a real one


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Steps of a real report, its files, and the report of the command line on the same packages."""
    found: dict[str, Any] = {}

    async def use(maker: reports.Reports) -> None:
        found["steps"] = await collected(maker)
        last = found["steps"][-1]
        found["page"] = last.page.read_text(encoding="utf-8")
        found["sheets"] = openpyxl.load_workbook(last.workbook, read_only=True).sheetnames
        found["home"] = maker._home.name

    with private_store(tmp_path_factory.mktemp("store")):
        used(use)
        folder = tmp_path_factory.mktemp("by_hand")
        (folder / "team_a_b.yaml").write_text(text(TEAM), encoding="utf-8")
        package = load_scenario(folder / "team_a_b.yaml", {"scale": SCALE})
        compare(load_scenario("baseline", {"scale": SCALE}), package, draws=DRAWS, output=folder / "out")
        found["by_hand"] = (folder / "out" / PAGE).read_text(encoding="utf-8")
        yield found


def lasting(page: str) -> list[str]:
    """Lines of a report but the one that says when, and how fast, it was made."""
    return [line for line in page.splitlines() if not line.endswith(" seconds</li>")]


def test_a_report_is_the_one_of_the_command_line(made):
    assert lasting(made["page"]) == lasting(made["by_hand"])
    assert made["sheets"]


def test_teams_are_named_and_the_machine_is_not(made):
    assert "Team A: $_{$ &amp; &lt;b&gt;" in made["page"]
    assert "Something else" not in made["page"]
    assert made["home"] not in made["page"]


def test_it_is_told_how_far_a_report_is(made):
    steps = made["steps"]
    shares = [step.share for step in steps]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len({step.share for step in steps if "month" in step.doing}) > 20
    assert [step.page is not None for step in steps] == [False] * (len(steps) - 1) + [True]


def test_a_package_named_as_a_shipped_scenario_is_not_taken_for_it():
    assert reports.file_name("Team A, really!") == "team_a_really.yaml"
    assert reports.file_name("Pay parity") == "package_pay_parity.yaml"
    assert reports.file_name("???") == "package.yaml"


# -- what cannot be asked for


@pytest.mark.parametrize(
    ("packages", "words"),
    [
        ([], "0 packages"),
        ([(f"Team {number}", "") for number in range(reports.MOST_PACKAGES + 1)], "7 packages"),
        ([("Team A", text("A")), ("team-a!", text("B"))], "too much like"),
        ([("Enacted law", text("A"))], "twice"),
        ([("Team A", "name: A\nlevers: [{zero_hours_bann: {from: 2027-04}}]")], "did you mean 'zero_hours_ban'"),
        ([("Team A", "name: [")], "team_a.yaml"),
        ([("", text("A"))], "name"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_in_plain_words(packages, words):
    async def use(maker: reports.Reports) -> None:
        with pytest.raises(ScenarioError, match=words) as refused:
            await collected(maker, packages)
        assert maker._home.name not in str(refused.value)
        assert not list(Path(maker._home.name).iterdir())

    used(use)


def test_those_who_ask_at_the_same_moment_are_counted_before_what_they_ask_for_is_read(monkeypatch):
    """A roomful of people presses the button together."""

    def reading(*order: Any) -> Any:
        time.sleep(0.1)
        raise ScenarioError([])

    monkeypatch.setattr(reports, "_order", reading)

    async def use(maker: reports.Reports) -> list[str]:
        async def one(person: str) -> str:
            try:
                await anext(maker.make(TEAMS, DRAWS, SCALE, person))
            except (ScenarioError, reports.ReportFailed) as told:
                return str(told)
            return "begun"

        people = ["the same", "the same", *(str(number) for number in range(reports.MOST_AT_ONCE + 2))]
        told = await asyncio.gather(*map(one, people))
        # What could not be read leaves its place to others.
        assert await one("the same") == ""
        return list(told)

    told = used(use)
    assert told.count(reports.OWN) == 1
    assert told.count("") == reports.MOST_AT_ONCE
    assert told.count(reports.BUSY) == len(told) - reports.MOST_AT_ONCE - 1


def test_who_gives_up_keeps_their_place_until_what_they_asked_for_is_read(monkeypatch):
    """Reloading the page again and again would else have any number of packages read at once."""
    read = Event()

    def reading(*order: Any) -> Any:
        read.wait(10.0)
        raise ScenarioError([])

    monkeypatch.setattr(reports, "_order", reading)

    async def use(maker: reports.Reports) -> list[str]:
        async def one() -> str:
            try:
                await anext(maker.make(TEAMS, DRAWS, SCALE, "one"))
            except (ScenarioError, reports.ReportFailed) as told:
                return str(told)
            return "begun"

        asking = asyncio.ensure_future(one())
        await asyncio.sleep(0.05)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        told = [await one()]
        read.set()
        while maker._checks:
            await asyncio.sleep(0.01)
        return [*told, await one()]

    assert used(use) == [reports.OWN, ""]


def test_draws_that_there_are_not_are_refused():
    with pytest.raises(ScenarioError, match="draws"):
        used(lambda maker: collected(maker, draws=10**6))


# -- processes that only pretend


def runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_reports_are_made_one_at_a_time_and_the_last_few_are_kept(monkeypatch):
    monkeypatch.setattr(reports, "make_report", quick)
    monkeypatch.setattr(reports, "KEPT", 2)

    async def use(maker: reports.Reports) -> None:
        several = await asyncio.gather(*(collected(maker) for _ in range(reports.KEPT + 1)))
        assert [steps[0].doing for steps in several].count(reports.WAITING) == reports.KEPT
        pages = [steps[-1].page for steps in several]
        assert sorted(page.exists() for page in pages) == [False] + [True] * reports.KEPT
        spans = sorted([float(one) for one in page.read_text().split()] for page in pages if page.exists())
        assert all(before[1] <= after[0] for before, after in pairwise(spans))

    used(use)


def test_nobody_has_two_reports_made_at_once(monkeypatch):
    monkeypatch.setattr(reports, "make_report", endless)

    async def use(maker: reports.Reports) -> None:
        first = maker.make(TEAMS, DRAWS, SCALE, "somebody")
        await anext(first)
        with pytest.raises(reports.ReportFailed, match="Your last report"):
            await anext(maker.make(TEAMS, DRAWS, SCALE, "somebody"))
        other = maker.make(TEAMS, DRAWS, SCALE, "somebody else")
        assert (await anext(other)).doing == reports.WAITING
        await other.aclose()
        await first.aclose()
        await asyncio.sleep(0.2)
        monkeypatch.setattr(reports, "make_report", quick)
        again = [step async for step in maker.make(TEAMS, DRAWS, SCALE, "somebody")]
        assert again[-1].page is not None

    used(use)


def test_who_no_longer_wants_a_report_ends_it_and_the_next_one_has_its_turn(monkeypatch):
    monkeypatch.setattr(reports, "make_report", endless)

    async def use(maker: reports.Reports) -> None:
        steps = maker.make(TEAMS, DRAWS, SCALE, "somebody")
        assert (await anext(steps)).doing == reports.STARTING
        process = int((await anext(steps)).doing)
        monkeypatch.setattr(reports, "make_report", quick)
        second = asyncio.create_task(collected(maker))
        await asyncio.sleep(0.2)
        assert runs(process)
        assert not second.done()
        await steps.aclose()
        assert (await second)[-1].page is not None
        assert not runs(process)

    used(use)


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.1, 0.5])
def test_whoever_waits_when_all_is_closed_is_told(monkeypatch, seconds):
    monkeypatch.setattr(reports, "make_report", endless)

    async def use(maker: reports.Reports) -> None:
        waiting = [asyncio.create_task(collected(maker)) for _ in range(2)]
        await asyncio.sleep(seconds)
        await maker.close()
        for told in await asyncio.gather(*waiting, return_exceptions=True):
            assert isinstance(told, reports.ReportFailed)
        with pytest.raises(reports.ReportFailed):
            await collected(maker)

    used(use)


def test_all_is_closed_while_packages_are_being_read(monkeypatch):
    written = Event()

    def slowly(file: Any, *changes: Any) -> Any:
        if isinstance(file, Path):
            written.set()
            time.sleep(0.2)
        return load_scenario(file, *changes)

    monkeypatch.setattr(reports, "make_report", endless)
    monkeypatch.setattr(reports, "load_scenario", slowly)

    async def use(maker: reports.Reports) -> None:
        waiting = asyncio.create_task(collected(maker))
        await asyncio.to_thread(written.wait)
        await maker.close()
        with pytest.raises(reports.ReportFailed):
            await waiting

    used(use)


@pytest.mark.parametrize(("stand_in", "words"), [(dying, "code 3"), (failing, "no room")])
def test_a_report_that_fails_is_told_of_and_leaves_nothing(monkeypatch, stand_in, words):
    monkeypatch.setattr(reports, "make_report", stand_in)

    async def use(maker: reports.Reports) -> None:
        with pytest.raises(reports.ReportFailed, match=words):
            await collected(maker)
        await asyncio.gather(*maker._tasks)
        assert not list(Path(maker._home.name).iterdir())

    used(use)
