"""The engine with real processes: what it does when workers and schedulers die."""

from __future__ import annotations

import gc
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from accidents import Toy, do, wait_until

pytest.importorskip("dask.distributed")

from sim.experiments.executor import EVENTS_KEPT, Engine, WorkersDie
from sim.problems import ScenarioError

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Dask leaves connections to what was killed open until they are collected: here, and not in another test."""
    yield
    gc.collect()


def numbers(results: list[tuple[Toy, object]]) -> list[int]:
    return sorted(task.number for task, _ in results)


def test_tasks_are_done_once_each_in_processes_of_their_own() -> None:
    with Engine(2) as engine:
        results = list(engine.make((Toy(number, f"{number // 3}", number % 3 == 0) for number in range(30)), do))
    assert numbers(results) == list(range(30))
    processes = {result[1] for _, result in results}  # type: ignore[index]
    assert os.getpid() not in processes
    assert len(processes) == 2


def test_an_error_comes_back_and_the_others_go_on() -> None:
    with Engine(1) as engine:
        results = dict(engine.make(iter([Toy(0, first=True), Toy(1, wrong=True), Toy(2)]), do))
    assert str(results.pop(Toy(1, wrong=True))) == "task 1 is wrong"
    assert [result[0] for result in results.values()] == [0, 2]  # type: ignore[index]


def test_what_a_dead_worker_had_is_done_by_others(tmp_path: Path) -> None:
    said: list[str] = []
    died = str(tmp_path / "died")
    tasks = [Toy(number, f"{number}", True, die_until=died if number == 1 else "") for number in range(6)]
    with Engine(2, say=said.append) as engine:
        results = list(engine.make(iter(tasks), do))
    assert numbers(results) == list(range(6))
    assert not any(isinstance(result, Exception) for _, result in results)
    assert "a worker is gone" in said[0]


def test_a_task_that_kills_workers_is_given_up_and_no_other() -> None:
    tasks = [Toy(number, f"{number}", True, die=number == 2) for number in range(6)]
    with Engine(2, say=lambda text: None) as engine:
        results = list(engine.make(iter(tasks), do))
    assert numbers(results) == list(range(6))
    assert [task.number for task, result in results if isinstance(result, Exception)] == [2]
    assert isinstance(dict(results)[tasks[2]], WorkersDie)


def test_workers_keep_no_log_of_tasks_that_are_done() -> None:
    """A thousand events are kept otherwise, each with all that its task says."""
    with Engine(1, say=lambda text: None) as engine:
        list(engine.make((Toy(number, f"{number}", True) for number in range(30)), do))
        (kept,) = engine._client.run(lambda dask_worker: len(dask_worker.state.stimulus_log)).values()
    assert kept <= EVENTS_KEPT


@contextmanager
def cluster(port: int = 0) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and a worker as somebody would start them."""
    with scheduler(port) as (address, first), worker(address) as second:
        yield address, [first, second]


@contextmanager
def scheduler(port: int) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    place = ["--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
    with running("distributed.cli.dask_scheduler", *place) as process:
        wait_until(lambda: listens(port))
        yield f"tcp://127.0.0.1:{port}", process


def listens(port: int) -> bool:
    """Whether somebody answers at a port of this machine."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1.0):
            return True
    except OSError:
        return False


@contextmanager
def worker(address: str) -> Iterator[subprocess.Popen[bytes]]:
    with running("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard") as process:
        yield process


@contextmanager
def running(module: str, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    here = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1])])
    process = subprocess.Popen(
        [sys.executable, "-m", module, *options],
        env={**os.environ, "PYTHONPATH": here},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_a_scheduler_that_restarts_is_found_again_and_nothing_is_lost(tmp_path: Path) -> None:
    port, go, said = free_port(), tmp_path / "go", list[str]()
    tasks = [Toy(number, f"{number}", True, wait_for=str(go) if number == 2 else "") for number in range(6)]
    with scheduler(port) as (address, first), worker(address), Engine(1, address, say=said.append) as engine:
        results = []
        making = engine.make(iter(tasks), do)
        results += [next(making), next(making)]
        first.kill()
        first.wait()
        go.touch()
        with scheduler(port), worker(address):
            results += list(making)
    assert numbers(results) == list(range(6))
    # Dask may find it before anybody notices that it was away.
    assert any("lost" in text for text in said) == any("is found again" in text for text in said)


def test_a_scheduler_that_stays_away_is_told_with_what_to_do() -> None:
    port = free_port()
    tasks = (Toy(number, f"{number}", True) for number in range(10_000))
    quiet: list[str] = []
    with (
        scheduler(port) as (address, process),
        worker(address),
        Engine(1, address, say=quiet.append, patience=1.0) as one,
    ):
        making = one.make(tasks, do)
        next(making)
        process.kill()
        with pytest.raises(ScenarioError, match=r"lost, and not found again.*--resume"):
            list(making)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "tcp://no.such.place.invalid:8786"])
def test_an_address_at_which_nothing_answers_is_one_message(address: str) -> None:
    with pytest.raises(ScenarioError, match="--scheduler"), Engine(1, address, patience=1.0):
        pass


def test_workers_end_with_the_engine() -> None:
    with Engine(2) as engine:
        pids = {result[1] for _, result in engine.make((Toy(n, f"{n}", True) for n in range(20)), do)}  # type: ignore[index]
    wait_until(lambda: not any(alive(pid) for pid in pids))


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
