"""Threads share rows among them: every row once, acts in order, and nobody left waiting when something goes wrong."""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np
import pytest

from sim.crew import Crew


@pytest.fixture(params=[1, 2, 5])
def crew(request: pytest.FixtureRequest) -> Crew:
    return Crew(request.param)


@pytest.mark.parametrize("size", [0, 1, 7, 100_003])
def test_every_row_is_worked_on_once(crew: Crew, size: int) -> None:
    times = np.zeros(size, dtype=np.int64)

    def work(lo: Any, hi: Any, step: int) -> None:
        times[lo:hi] += step

    crew.over(size, work, 1)
    assert (times == 1).all()
    crew.over_councils(size, work, 1)
    assert (times == 2).all()


def test_few_employers_are_one_piece_a_thread_and_as_many_councils_are_several(crew: Crew) -> None:
    def pieces_of(share: Any) -> int:
        pieces: list[int] = []
        share(150, lambda lo, hi: pieces.append(int(hi - lo)))
        assert sum(pieces) == 150
        return len(pieces)

    assert pieces_of(crew.over) == crew.threads
    assert (pieces_of(crew.over_councils) > crew.threads) == (crew.threads > 1)


def test_each_thread_adds_to_an_output_of_its_own(crew: Crew) -> None:
    outs = [np.zeros(1, dtype=np.int64) for _ in range(crew.threads)]
    used: dict[int, set[int]] = {}

    def add(lo: Any, hi: Any, factor: int, out: Any) -> None:
        used.setdefault(id(out), set()).add(threading.get_ident())
        out[0] += factor * sum(range(lo, hi))
        time.sleep(0.002)

    crew.into(1000, add, outs, 3)
    assert sum(int(out[0]) for out in outs) == 3 * sum(range(1000))
    assert all(len(threads) == 1 for threads in used.values())


@pytest.mark.parametrize("size", [0, 5, 1000])
def test_rows_listed_by_several_threads_come_in_order(crew: Crew, size: int) -> None:
    def list_odd(lo: Any, hi: Any, offset: int, listed: Any) -> int:
        rows = np.arange(int(lo), int(hi))
        odd = rows[(rows + offset) % 2 == 1]
        listed[int(lo) : int(lo) + odd.size] = odd
        return int(lo) + odd.size

    found = crew.listing(size, list_odd, np.empty(size, dtype=np.uint64), 0)
    assert np.array_equal(found, np.arange(1, size, 2))


def test_acts_go_in_order_one_at_a_time_between_judging_and_settling(crew: Crew) -> None:
    told: list[tuple[str, int]] = []
    acting = threading.Lock()

    def judge(lo: Any, hi: Any) -> tuple[int, int]:
        time.sleep(0.001)
        told.append(("judge", int(lo)))
        return int(lo), int(hi)

    def act(piece: tuple[int, int]) -> None:
        assert acting.acquire(blocking=False)
        time.sleep(0.001)
        told.append(("act", piece[0]))
        acting.release()

    crew.relay(97, judge, act, lambda piece: told.append(("settle", piece[0])))
    acts = [lo for what, lo in told if what == "act"]
    assert acts == sorted(acts)
    assert len(acts) == (1 if crew.threads == 1 else 6 * crew.threads)
    for lo in acts:
        assert told.index(("judge", lo)) < told.index(("act", lo)) < told.index(("settle", lo))
    assert len(told) == 3 * len(acts)


def test_nobody_goes_on_once_one_has_failed() -> None:
    ended = []

    def fail() -> None:
        message = "enough"
        raise ValueError(message)

    def go_on() -> None:
        time.sleep(0.05)
        ended.append(True)

    with pytest.raises(ValueError, match="enough"):
        Crew(2).together([fail, go_on])
    assert ended == [True]


@pytest.mark.parametrize("wrong", ["judge", "act", "settle"])
def test_an_error_ends_the_relay_and_is_told(crew: Crew, wrong: str) -> None:
    def step(name: str) -> Any:
        def do(*piece: Any) -> Any:
            if name == wrong:
                message = f"no {name}"
                raise ValueError(message)
            return piece

        return do

    with pytest.raises(ValueError, match=f"no {wrong}"):
        crew.relay(100, step("judge"), step("act"), step("settle"))
    done = []
    crew.together([lambda: done.append(1), lambda: done.append(2)])
    assert sorted(done) == [1, 2]
