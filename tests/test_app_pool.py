"""The processes behind the workshop page: everybody in turn, and nobody waits for what will never come."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import pytest
from stand_ins import breaking, dying, failing, gradual, looking, quick, steady

from sim.app import choices
from sim.app import pool as pools
from sim.app.worker import Kind
from sim.scenario import load_scenario


async def ready(pool: pools.Pool) -> None:
    pool.start()
    async for _ in pool.grow():
        pass


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

    older, newer = pooled(monkeypatch, steady, use)
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


def test_what_many_ask_at_once_is_simulated_once(monkeypatch):
    jobs = noted(monkeypatch)

    async def use(pool):
        people = [answered(pool, f"person {number}") for number in range(12)]
        other = answered(pool, "other", levers=load_scenario("zero_hours_ban").levers)
        return await asyncio.gather(*people, other)

    assert pooled(monkeypatch, quick, use) == [{1, 2, 3, 4}] * 13
    assert sorted(jobs) == ONCE_EACH


def test_whoever_joins_goes_on_when_the_one_who_asked_first_asks_something_else(monkeypatch):
    jobs = noted(monkeypatch)

    async def use(pool):
        first = asyncio.create_task(answered(pool, "one"))
        await asyncio.sleep(0.01)
        second = asyncio.create_task(answered(pool, "two"))
        await asyncio.sleep(0.01)
        while len(pool._questions["two"].answers) < 2:  # the first part of a draw from each process
            await asyncio.sleep(0.005)
        known = sorted(pool._questions["two"].answers)
        changed = await answered(pool, "one", levers=load_scenario("zero_hours_ban").levers)
        return known, changed, await second, await first

    known, changed, second, first = pooled(monkeypatch, steady, use)
    assert known == [1, 2]
    assert changed == second == {1, 2, 3, 4}
    assert len(first) < 4
    assert sorted(jobs) == ONCE_EACH


def test_what_nobody_asks_any_more_is_left_and_begun_anew_when_somebody_does(monkeypatch):
    jobs = noted(monkeypatch)

    async def use(pool):
        first = asyncio.create_task(answered(pool, "one"))
        await asyncio.sleep(0.01)
        await answered(pool, "one", levers=load_scenario("zero_hours_ban").levers)
        return await answered(pool, "two"), await first

    second, first = pooled(monkeypatch, steady, use)
    assert second == {1, 2, 3, 4}
    assert len(first) < 4
    assert [draw for key, draw in jobs if key == "path"][:2] == [1, 2]
    assert len([draw for key, draw in jobs if key == "path"]) == 6


def noted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Every job that processes are given: key of the question, and draw."""
    jobs: list[tuple[str, int]] = []
    begin = pools._Worker.begin

    def note(worker: Any, job: Any, key: str) -> None:
        jobs.append((key if key == "path" else BAN, job.draw))
        begin(worker, job, key)

    monkeypatch.setattr(pools._Worker, "begin", note)
    return jobs


BAN = "the ban"
ONCE_EACH = sorted((what, draw) for what in ("path", BAN) for draw in range(1, 5))
"""Jobs in which each draw of both questions is simulated once."""


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

    assert pooled(monkeypatch, steady, use) == "given up"


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


async def all_told(pool: pools.Pool) -> list[int]:
    return [number async for number in pool.grow()]


def test_several_are_told_of_every_baseline_until_all_are_ready(monkeypatch):
    async def use(pool: pools.Pool) -> list[list[int]]:
        return await asyncio.gather(all_told(pool), all_told(pool))

    monkeypatch.setattr(pools, "answer", gradual)

    async def all_of_it() -> list[list[int]]:
        pool = pools.Pool(4, 1.0, 2)
        pool.start()
        try:
            return await asyncio.wait_for(use(pool), 30)
        finally:
            pool.stop()

    for counts in asyncio.run(all_of_it()):
        assert counts == sorted(set(counts))
        assert counts[-1] == 4
        assert len(counts) > 1


def test_whoever_waits_for_baselines_is_told_that_some_will_never_come(monkeypatch):
    monkeypatch.setattr(pools, "answer", breaking)

    async def all_of_it() -> None:
        pool = pools.Pool(4, 1.0, 2)
        pool.start()
        try:
            with pytest.raises(pools.WorkersGone):
                await asyncio.wait_for(all_told(pool), 30)
            assert set(pool.baselines) <= {1}
        finally:
            pool.stop()

    asyncio.run(all_of_it())
