"""The workshop page: it answers what the command line does, everybody in turn, and nothing comes from outside."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import uvicorn
from small import private_store

from sim.app import answers, choices, taking
from sim.app import pool as pools
from sim.app.asked import LARGEST_BODY
from sim.app.branches import END, HISTORY, MONTHLY, SHOWN, START, Branch, Cancelled, by_year
from sim.app.reports import Reports, Step
from sim.app.routes import STATIC
from sim.app.server import make_app
from sim.app.worker import Done, Job, Kind, Looked, Part, Ready, Stop
from sim.doses.study import PAYERS
from sim.replicate import Plan, simulate
from sim.results import whole_years, year_value
from sim.scenario import load_scenario

SCALE = 0.003
FUTURE = END - START + 1
FIGURES = len(SHOWN)


# -- one draw


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branch]:
    with private_store(tmp_path_factory.mktemp("store")):
        yield Branch(1, SCALE)


def last(branch: Branch, levers: Any) -> np.ndarray:
    *_, (months, values) = branch.future(levers)
    assert months == FUTURE
    return values


@pytest.fixture(scope="module")
def runs(branch: Branch) -> dict[str, Any]:
    """The same draw as the command line simulates it."""
    scenarios = tuple(load_scenario(name, {"scale": SCALE}) for name in ("baseline", "zero_hours_ban", "pay_parity"))
    return dict(
        zip(("baseline", "zero_hours_ban", "pay_parity"), simulate(Plan(scenarios, drawn=True), 1, 1), strict=True)
    )


@pytest.mark.parametrize("name", ["zero_hours_ban", "pay_parity"])
def test_the_page_answers_what_the_command_line_does(branch, runs, name):
    values, run = last(branch, load_scenario(name).levers), runs[name]
    for place, indicator in enumerate(MONTHLY):
        assert np.array_equal(values[place], run.of(indicator)[-FUTURE:]), indicator
    assert np.array_equal(values[-1], np.add.reduce([run.of(indicator) for indicator in PAYERS])[-FUTURE:])
    assert not np.array_equal(values, branch.baseline[:, -FUTURE:])


def test_its_history_and_baseline_are_those_of_the_command_line(branch, runs):
    for place, indicator in enumerate(MONTHLY):
        assert np.array_equal(branch.baseline[place], runs["baseline"].of(indicator), equal_nan=True), indicator


def test_without_a_lever_the_future_is_the_baseline_to_the_bit_whatever_was_tried_before(branch):
    last(branch, load_scenario("zero_hours_ban").levers)
    assert np.array_equal(last(branch, ()), branch.baseline[:, START - HISTORY :])


def test_a_policy_from_april_2026_on_is_seen_from_then_on(branch):
    ban = load_scenario("zero_hours_ban").levers[0]
    early = ban.model_copy(update={"start": START, "phase_in_months": 0})
    values = last(branch, (early,))
    assert not np.array_equal(values[:, :12], branch.baseline[:, START - HISTORY :][:, :12])


def test_what_nobody_asks_any_more_is_left_at_once(branch):
    asked = iter([True] * 5 + [False])
    with pytest.raises(Cancelled):
        list(branch.future(load_scenario("zero_hours_ban").levers, lambda: next(asked)))
    assert np.array_equal(last(branch, ()), branch.baseline[:, START - HISTORY :])


def test_years_are_summed_up_as_in_results(branch, runs):
    found, run = by_year(branch.baseline), runs["baseline"]
    for number, april in enumerate(whole_years(HISTORY, END)):
        for place, indicator in enumerate(MONTHLY):
            expected = year_value(indicator, run.of(indicator), april - HISTORY)
            assert np.array_equal(found[place, number], expected, equal_nan=True)
        costs = [year_value(indicator, run.of(indicator), april - HISTORY) for indicator in PAYERS]
        assert found[-1, number] == pytest.approx(sum(costs), rel=1e-12)


# -- what is shown


def futures(*changes: float) -> tuple[dict[int, np.ndarray], dict[int, np.ndarray]]:
    """Baselines of ones, and futures with so much more of everything, by draw."""
    baselines = {draw: np.ones((FIGURES, END - HISTORY + 1)) for draw in range(1, len(changes) + 1)}
    return baselines, {draw: np.full((FIGURES, FUTURE), 1.0 + change) for draw, change in enumerate(changes, start=1)}


def test_no_direction_is_told_as_long_as_draws_do_not_agree():
    for changes, sign in (
        ((0.1, 0.2, 0.1), 1),
        ((-0.1, -0.2), -1),
        ((0.1, -0.2, 0.3), 0),
        ((0.1,), 0),
        ((0.0, 0.1), 0),
    ):
        baselines, after = futures(*changes)
        told = answers.told(baselines, after, set(after))
        assert told["change"]["filled_posts"]["sign"] == sign, changes
        assert told["change"]["filled_posts"]["mean"] * 1e3 == pytest.approx(np.mean(changes))


def test_paper_tells_a_direction_only_where_the_range_beside_it_leaves_zero_out():
    (one,) = [each for each in answers.FIGURES if each.name == "filled_posts"]
    for changes, words in (((100.0, 4000.0, 9000.0), "may raise or lower"), ((4000.0, 4001.0, 4002.0), "+4 thousand")):
        baselines, after = futures(*changes)
        change = answers.told(baselines, after, set(after))["change"][one.name]
        assert change["sign"] == 1
        assert (change["low"] > 0) == change["clear"]
        assert words in answers.finding(one, change)


def test_a_single_draw_has_no_range_and_more_draws_narrow_it():
    widths = []
    for changes in ((0.1,), (0.1, 0.3), (0.1, 0.3, 0.1, 0.3, 0.1, 0.3)):
        baselines, after = futures(*changes)
        change = answers.told(baselines, after, set(after))["change"]["vacancies"]
        widths.append(None if change["low"] is None else change["high"] - change["low"])
    assert widths[0] is None
    assert widths[2] < widths[1] / 4


def test_a_path_goes_as_far_as_all_of_its_draws():
    baselines, after = futures(0.1, 0.2)
    after[2] = after[2][:, :24]
    assert len(answers.told(baselines, after, set())["path"]["vacancies"]) == 24
    assert len(answers.told(baselines, after, {1})["path"]["vacancies"]) == FUTURE


# -- levers and packages


def test_every_lever_of_the_catalogue_is_offered_and_possible_at_every_step():
    offered = [one for levers in choices.offered().values() for one in levers]
    assert len({one.lever for one in offered}) == len(offered) > 50
    for one in offered:
        steps = [1.0] if one.fixed else np.arange(choices.STEP, one.strongest + 0.01, choices.STEP)
        for strength in steps:
            (first, *_) = choices.levers_of([choices.Choice(one.lever, one.lever, float(strength))])
            assert first.name == one.lever
            assert START <= first.start <= END


def test_a_package_saved_as_a_file_is_the_package(tmp_path):
    for name in choices.READY:
        scenario, chosen = choices.ready(name)
        assert choices.levers_of(chosen) == scenario.levers
        (tmp_path / "mine.yaml").write_text(choices.as_file("Mine", chosen))
        assert load_scenario(tmp_path / "mine.yaml").levers == scenario.levers


def test_a_case_of_the_past_is_laid_in_the_future():
    (hub,) = choices.levers_of([choices.Choice("recruitment_hub", "recruitment_hub", 1.0)])
    (case,) = load_scenario("recruitment_hub").levers
    assert case.start < START <= hub.start
    assert hub.model_copy(update={"start": case.start}) == case


def test_half_a_lever_is_half_its_dose_and_cost():
    whole, half = (choices.levers_of([choices.Choice("fee_uplift", "fee_uplift", each)])[0] for each in (1.0, 0.5))
    assert half.percent == whole.percent / 2


# -- several people


def quick(link: Connection, draws: tuple[int, ...], scale: float) -> None:
    """Stands in for a process that simulates: two parts a draw, a twentieth of a second each."""
    for draw in draws:
        link.send(Ready(draw, np.ones((FIGURES, END - HISTORY + 1))))
    while (told := link.recv()) is not Stop:
        if isinstance(told, Job):
            finished = True
            for months in (12, FUTURE):
                time.sleep(0.05)
                if link.poll() and link.recv() == told.number:
                    finished = False
                    break
                link.send(Part(told.number, told.draw, months, np.full((FIGURES, months), 2.0)))
            link.send(Done(told.number, told.draw, finished))


def dying(link: Connection, draws: tuple[int, ...], scale: float) -> None:
    """Stands in for a process that dies at its first job."""
    for draw in draws:
        link.send(Ready(draw, np.ones((FIGURES, END - HISTORY + 1))))
    link.recv()


def failing(link: Connection, draws: tuple[int, ...], scale: float) -> None:
    """Stands in for a process in which every run goes wrong."""
    for draw in draws:
        link.send(Ready(draw, np.ones((FIGURES, END - HISTORY + 1))))
    while (told := link.recv()) is not Stop:
        link.send(Done(told.number, told.draw, finished=False, error="ValueError: no"))


def looking(link: Connection, draws: tuple[int, ...], scale: float) -> None:
    """Stands in for a process that looks closely."""
    for draw in draws:
        link.send(Ready(draw, np.ones((FIGURES, END - HISTORY + 1))))
    while (told := link.recv()) is not Stop:
        if isinstance(told, Job):
            look: Any = [told.draw]
            link.send(Looked(told.number, told.draw, look, list(look)))  # type: ignore[arg-type]
            link.send(Done(told.number, told.draw, finished=True))


def breaking(link: Connection, draws: tuple[int, ...], scale: float) -> None:
    """Stands in for a process that dies before its draws are ready, but for that of the first draw."""
    for draw in draws[: 1 if 1 in draws else 0]:
        link.send(Ready(draw, np.ones((FIGURES, END - HISTORY + 1))))


async def ready(pool: pools.Pool) -> None:
    pool.start()
    while len(pool.baselines) < pool.draws:
        pool.changed.clear()
        await pool.changed.wait()


async def answered(
    pool: pools.Pool, person: str, seen: list[tuple[str, int]] | None = None, levers: Any = ()
) -> set[int]:
    found: set[int] = set()
    with contextlib.suppress(pools.GivenUp):
        async for question in pool.ask(person, levers):
            found = set(question.finished)
            if seen is not None:
                seen.append((person, len(found)))
    return found


def pooled(monkeypatch: pytest.MonkeyPatch, stand_in: Any, use: Any, processes: int = 2) -> Any:
    monkeypatch.setattr(pools, "answer", stand_in)

    async def all_of_it() -> Any:
        pool = pools.Pool(4, 1.0, processes)
        try:
            await ready(pool)
            return await asyncio.wait_for(use(pool), 30)
        finally:
            pool.stop()

    return asyncio.run(all_of_it())


def test_everybody_gets_all_draws_and_nobody_waits_for_the_others_to_be_done(monkeypatch):
    seen: list[tuple[str, int]] = []

    async def use(pool):
        ban = load_scenario("zero_hours_ban").levers
        return await asyncio.gather(answered(pool, "one", seen), answered(pool, "two", seen, ban))

    assert pooled(monkeypatch, quick, use, processes=1) == [{1, 2, 3, 4}] * 2
    first_of_two = next(place for place, (person, draws) in enumerate(seen) if person == "two" and draws == 1)
    assert ("one", 4) not in seen[:first_of_two]


def test_somebody_who_keeps_asking_anew_does_not_keep_the_others_waiting(monkeypatch):
    async def use(pool):
        other = asyncio.create_task(answered(pool, "two"))
        asked = 0
        while not other.done() and asked < 40:
            asked += 1
            levers = choices.levers_of([choices.Choice("fee_uplift", "fee_uplift", asked / 100)])
            newer = asyncio.create_task(answered(pool, "one", levers=levers))
            await asyncio.sleep(0.09)  # less than an answer takes
        await newer
        return await other, asked

    found, asked = pooled(monkeypatch, quick, use, processes=1)
    assert found == {1, 2, 3, 4}
    assert asked < 30


def test_a_newer_question_of_the_same_person_takes_the_place_of_the_last(monkeypatch):
    async def use(pool):
        older = asyncio.create_task(answered(pool, "one"))
        await asyncio.sleep(0.01)
        newer = await answered(pool, "one")
        return await older, newer

    older, newer = pooled(monkeypatch, quick, use)
    assert len(older) < 4
    assert newer == {1, 2, 3, 4}


def test_what_was_answered_before_is_not_simulated_again(monkeypatch):
    async def use(pool):
        await answered(pool, "one")
        seen: list[tuple[str, int]] = []
        again = await answered(pool, "two", seen)
        jobs = [worker.job for worker in pool._workers]
        other = await answered(pool, "two", levers=load_scenario("zero_hours_ban").levers)
        return again, seen, jobs, other

    again, seen, jobs, other = pooled(monkeypatch, quick, use)
    assert again == other == {1, 2, 3, 4}
    assert seen == [("two", 4)]
    assert jobs == [None, None]


def test_what_is_known_of_a_question_that_was_given_up_is_no_answer(monkeypatch):
    async def use(pool):
        async def older() -> str:
            try:
                async for _ in pool.ask("one", ()):
                    pass
            except pools.GivenUp:
                return "given up"
            return "whole"

        first = asyncio.create_task(older())
        await asyncio.sleep(0.01)
        await answered(pool, "one", levers=load_scenario("zero_hours_ban").levers)
        return await first

    assert pooled(monkeypatch, quick, use) == "given up"


def test_some_draws_may_be_asked_for(monkeypatch):
    async def use(pool):
        found = [set(one.finished) async for one in pool.ask("one", (), draws=[2, 3])]
        return found[-1]

    assert pooled(monkeypatch, quick, use) == {2, 3}


def test_whoever_asks_learns_that_nobody_can_answer(monkeypatch):
    with pytest.raises(pools.WorkersGone):
        pooled(monkeypatch, dying, lambda pool: answered(pool, "one"))


def test_whoever_asks_learns_what_went_wrong(monkeypatch):
    with pytest.raises(RuntimeError, match="ValueError: no"):
        pooled(monkeypatch, failing, lambda pool: answered(pool, "one"))


def test_closer_looks_share_their_baselines_and_only_some_are_kept(monkeypatch):
    monkeypatch.setitem(pools.KEPT, Kind.LOOK, 2)

    async def use(pool):
        found = []
        for strength in (0.25, 0.5, 0.75):
            levers = choices.levers_of([choices.Choice("fee_uplift", "fee_uplift", strength)])
            async for question in pool.ask("one", levers, Kind.LOOK):
                last = question
            found.append(last.answers)
        return found, len(pool._known[Kind.LOOK])

    found, kept = pooled(monkeypatch, looking, use)
    assert kept == 2
    for draw in (1, 2, 3, 4):
        assert found[0][draw].baseline is found[1][draw].baseline is found[2][draw].baseline
        assert found[0][draw].look is not found[1][draw].look


def test_it_is_known_that_too_few_draws_will_ever_be_ready(monkeypatch):
    monkeypatch.setattr(pools, "answer", breaking)

    async def all_of_it() -> int:
        pool = pools.Pool(4, 1.0, 2)
        pool.start()
        assert pool.coming == 4
        for _ in range(600):
            await asyncio.sleep(0.05)
            if pool.coming < 4:
                await asyncio.sleep(1)
                break
        pool.stop()
        return pool.coming

    assert asyncio.run(all_of_it()) == 1


def test_a_process_that_has_just_died_breaks_no_question_of_the_others(monkeypatch):
    async def use(pool):
        for worker in pool._workers[:1]:
            worker.process.kill()
            worker.process.join()  # nobody has noticed yet
        with pytest.raises(pools.WorkersGone):
            await asyncio.wait_for(answered(pool, "one"), 10)
        return pool._questions

    assert pooled(monkeypatch, quick, use) == {}


# -- the server


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server whose processes only pretend to simulate."""
    with pytest.MonkeyPatch.context() as patch, socket.socket() as free:
        patch.setattr(pools, "answer", quick)
        free.bind(("127.0.0.1", 0))
        app = make_app(pools.Pool(4, 1.0, 2), ("127.0.0.1",))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [free]}, daemon=True)
        thread.start()
        number = free.getsockname()[1]
        while not server.started or json.loads(asked(number, "GET", "/api/baseline")[1])["ready"] < 4:
            time.sleep(0.05)
        yield number
        server.should_exit = True
        thread.join(20)


def asked(port: int, method: str, path: str, body: Any = None, **headers: str) -> tuple[Any, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as link:
        sent = body if isinstance(body, (bytes, type(None))) else json.dumps(body)
        link.request(method, path, sent, {"Content-Type": "application/json"} | headers)
        with link.getresponse() as response:
            return response, response.read().decode()


def question(**changes: Any) -> dict[str, Any]:
    lever = {"lever": "zero_hours_ban", "source": "zero_hours_ban", "strength": 1.0}
    return {"person": "somebody-1", "levers": [lever]} | changes


def test_an_answer_comes_line_by_line_until_all_draws_are_in(port):
    response, text = asked(port, "POST", "/api/answer", question())
    told = [json.loads(line) for line in text.splitlines()]
    assert response.status == 200
    assert [one["draws"] for one in told] == sorted(one["draws"] for one in told)
    assert told[-1]["draws"] == 4
    assert told[-1]["change"]["vacancies"]["mean"] == pytest.approx(1e-3)


def test_however_many_packages_were_tried_a_question_is_answered(port):
    assert asked(port, "POST", "/api/answer", question(tried=5000))[0].status == 200


def test_a_package_comes_back_as_a_scenario_file(port, tmp_path):
    _, text = asked(port, "POST", "/api/scenario", {"name": "Ours", "levers": question()["levers"]})
    (tmp_path / "ours.yaml").write_text(text)
    assert load_scenario(tmp_path / "ours.yaml").name == "Ours"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (question(person="x"), 400),
        (question(levers=[{"lever": "zero_hours_bann", "source": "zero_hours_ban", "strength": 1.0}]), 400),
        (question(levers=[{"lever": "zero_hours_ban", "source": "../../etc/passwd", "strength": 1.0}]), 400),
        (question(levers=[{"lever": "zero_hours_ban", "source": "zero_hours_ban", "strength": 9.0}]), 400),
        (question(levers=[{"lever": "zero_hours_ban", "source": "zero_hours_ban", "strength": float("nan")}]), 400),
        (question(believed={"taste_meann": 0.0}), 400),
        (question(believed={"taste_mean": 99.0}), 400),
        (question(levers=[{"lever": "zero_hours_ban", "source": "uploaded-nothing", "strength": 1.0}]), 400),
        (b"[" * 60_000, 400),
        (b" " * (LARGEST_BODY + 1), 413),
    ],
)
def test_what_is_no_question_is_refused(port, body, status):
    response, text = asked(port, "POST", "/api/answer", body)
    assert response.status == status
    assert "Traceback" not in text


def test_no_file_of_the_machine_is_read_as_a_package(port, tmp_path):
    """Neither what stands in it nor that it is there is told, even where it is a sound scenario."""
    secret, sound = tmp_path / "secret.txt", tmp_path / "sound.yaml"
    secret.write_text("word of the day: swordfish: again")
    sound.write_text(choices.as_file("Sound", [choices.Choice("zero_hours_ban", "zero_hours_ban", 1.0)]))
    for file in (secret, sound, tmp_path / "nothing.yaml"):
        lever = {"lever": "zero_hours_ban", "source": str(file), "strength": 1.0}
        response, text = asked(port, "POST", "/api/scenario", {"name": "Ours", "levers": [lever]})
        assert response.status == 400, file
        assert "no such lever" in text
        assert "swordfish" not in text


def test_a_hand_out_is_of_all_draws_or_says_why_there_is_none(port, monkeypatch):
    wanted = question(name="Ours", charted="vacancies")
    made: list[bytes] = []
    monkeypatch.setattr(taking, "handout", lambda told: made.append(b"%PDF") or b"%PDF")
    assert asked(port, "POST", "/api/handout", wanted)[1] == "%PDF"

    async def stopped(self: Any, *what: Any) -> Any:
        raise pools.WorkersGone
        yield

    async def replaced(self: Any, *what: Any) -> Any:
        yield pools.Question(1, "one", (), Kind.PATH, (1, 2, 3, 4), {1: np.ones((FIGURES, FUTURE))})
        raise pools.GivenUp

    for ask, status, words in ((stopped, 503, "has stopped"), (replaced, 409, "another hand-out")):
        monkeypatch.setattr(pools.Pool, "ask", ask)
        response, text = asked(port, "POST", "/api/handout", wanted)
        assert response.status == status
        assert words in json.loads(text)["error"]
    assert len(made) == 1


def test_a_report_is_fetched_by_a_word_and_closed_off_from_the_page(port, tmp_path, monkeypatch):
    page, book = tmp_path / "report.html", tmp_path / "report.xlsx"
    page.write_text("<h1>Report</h1>")
    book.write_bytes(b"PK")

    async def made(self: Any, packages: Any, draws: int, scale: float) -> Any:
        assert [name for name, _ in packages] == ["Ours"]
        yield Step(0.0, "starting")
        yield Step(1.0, "done", page, book)

    monkeypatch.setattr(Reports, "make", made)
    wanted = {"packages": [{"name": "Ours", "levers": question()["levers"]}]}
    _, text = asked(port, "POST", "/api/report", wanted)
    first, last = (json.loads(line) for line in text.splitlines())
    assert first["doing"] == "starting"
    response, text = asked(port, "GET", f"/api/report/{last['report']}/report.html")
    assert response.status == 200
    assert text == "<h1>Report</h1>"
    rules = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in rules
    assert "sandbox allow-scripts" in rules
    for path in ("else/report.html", f"{last['report']}/page.html", f"{last['report']}/..%2freport.html"):
        assert asked(port, "GET", f"/api/report/{path}")[0].status == 404, path


def test_a_page_from_elsewhere_cannot_pretend_to_be_this_one(port):
    assert asked(port, "GET", "/", Host="example.org")[0].status == 400


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_page_from_elsewhere_cannot_have_anything_simulated(port, kind):
    """Browsers send these kinds to other sites without asking them first; JSON they do not."""
    assert asked(port, "POST", "/api/answer", question(), **{"Content-Type": kind})[0].status == 415


def test_the_page_may_fetch_nothing_from_outside(port):
    response, text = asked(port, "GET", "/")
    assert response.status == 200
    assert response.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert 'lang="en"' in text
    for file in STATIC.iterdir():
        urls = set(re.findall(r"https?://[^\s\"'`)]+", file.read_text(encoding="utf-8")))
        assert urls <= {"http://www.w3.org/2000/svg"}, file


def test_nothing_beside_the_page_is_served(port):
    for path in ("/static/../server.py", "/static/%2e%2e/server.py", "/static/..%2fserver.py", "/server.py"):
        assert asked(port, "GET", path)[0].status == 404


def test_static_files_are_shipped():
    assert {file.suffix for file in STATIC.iterdir()} <= {".css", ".html", ".js"}
    assert Path(STATIC / "page.html").is_file()
