"""Running scenarios: from Python (``from sim import run``) and for the command line.

Replicates differ only in luck. Each is simulated by itself, so they may run in several processes at once, and those
finished before an interruption are not simulated again.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import warming
from sim.comparable import check_comparable
from sim.detail import parse_detail
from sim.drawn import check_draws
from sim.extras import Extras
from sim.progress import Silent, Watch, shown
from sim.scenario import Scenario, load_scenario, scenario_from
from sim.settings import setting

if TYPE_CHECKING:
    from sim.detail import Detail
    from sim.manifest import Clock
    from sim.replicate import Plan
    from sim.results import Results
    from sim.series import Measured

Extra = Callable[["Results", Path], None]
Early = Callable[["Results"], str]
Named = Scenario | str | Path | Mapping[str, Any]


MANY = 2
"""Times the runs of a first answer from which it is told: with fewer the whole answer is soon there."""


def run(
    scenario: Named,
    *,
    replicates: int | None = None,
    draws: int | None = None,
    threads: int | None = None,
    workers: int = 1,
    output: str | Path | None = None,
    detail: str | Sequence[str] = (),
    people: int = 0,
    providers: int = 0,
) -> Results:
    """Simulate a scenario.

    Args:
        scenario: a scenario, the name of a shipped one, a path, or values as a file would write them.
        replicates: runs that differ only in luck; as in the scenario if left out.
        draws: runs of so many draws of the fitted parameters, each with luck of its own, in place of replicates of
            their starting values.
        threads: threads within a run; all processors if left out. Results do not depend on it.
        workers: runs at once, each in a process of its own. A script must then guard its start with
            ``if __name__ == "__main__":``.
        output: folder for the results; nothing is written if left out.
        detail: ``"groups"`` for groups of people (age, visa, tenure and so on) in what is written, ``"councils"`` for
            services and client groups of every council, ``"months"`` for the monthly table however long it is, and
            crossings to count, such as ``"role,service"`` (see `sim.detail`).
        people: people to follow: see `Results.events` and `Results.panel`.
        providers: establishments to follow: see `Results.events` and `Results.provider_panel`.
    """
    return run_all(
        [scenario], replicates=replicates, draws=draws, threads=threads, workers=workers, output=output, detail=detail,
        people=people, providers=providers,
    )  # fmt: skip


def run_all(
    scenarios: Sequence[Named],
    *,
    replicates: int | None = None,
    draws: int | None = None,
    threads: int | None = None,
    workers: int = 1,
    output: str | Path | None = None,
    detail: str | Sequence[str] = (),
    people: int = 0,
    providers: int = 0,
    watch: Watch = False,
    extra: Sequence[Extra] = (),
    companions: Sequence[Mapping[str, str]] = (),
    early: Early | None = None,
) -> Results:
    """Simulate several scenarios of the same window, scale and seeds from one history; see `run`.

    Args:
        watch: whether to show progress, or what makes whatever shows it (`sim.progress.Watch`).
        early: what to say of the first runs to whoever watches, where many are asked for (`first_answer_after`).
        companions: which of the scenarios go along with others (`sim.companions`), for the manifest.
        extra: functions of the results and a folder, which write further files there.
    """
    check_draws(draws, replicates)
    chosen = tuple(scenario_of(one, draws or replicates) for one in scenarios)
    check_comparable(chosen)
    asked = parse_detail(detail)
    extras = Extras(people, providers, asked.crossings).check()
    if output is not None:
        from sim.folders import check_target

        check_target(Path(output))
    warming.announce()
    from sim.local_check import local_rows
    from sim.manifest import Clock
    from sim.replicate import Plan

    clock = Clock()
    # A place's own figures are set beside the model's, service by service.
    councils = asked.councils or chosen[0].local_data is not None
    plan = Plan(chosen, extras, drawn=draws is not None, councils=councils)

    results_of = partial(_results, plan, clock, workers, asked, companions)
    tell = (lambda measured: early(results_of(measured))) if early is not None else None
    results = results_of(_simulate(plan, _threads(plan, threads, workers), workers, watch, tell))
    results.manifest["local_data"] = local_rows(results, chosen[0])
    if output is not None:
        from sim.folders import save_results

        save_results(results, Path(output), detail=asked.groups, all_months=asked.months, extra=extra)
    return results


def _results(
    plan: Plan, clock: Clock, workers: int, asked: Detail, companions: Sequence[Mapping[str, str]],
    measured: Mapping[int, list[Measured]],
) -> Results:  # fmt: skip
    """Results of the replicates measured, with their manifest."""
    from sim.manifest import make_manifest
    from sim.results import Results, Run

    runs = tuple(
        Run(scenario.name, plan.draw(replicate), replicate, plan.origin(replicate).seed, measured[replicate][place])
        for place, scenario in enumerate(plan.scenarios)
        for replicate in sorted(measured)
    )
    results = Results(runs, make_manifest(plan, clock, workers, asked))
    if companions:
        results.manifest["asked_for"]["companions"] = [dict(one) for one in companions]
    return results


def run_scenario(scenario: Scenario, *, output: Path, **options: Any) -> None:
    """Simulate a scenario for the command line: with progress, and a word on where the results lie."""
    from sim.headline import print_headline, print_premises

    results = run_all([scenario], output=output, watch=True, **options)
    print_headline(results)
    print_premises(results, [scenario])
    print(f"Results: {output}")


def scenario_of(named: Named, replicates: int | None) -> Scenario:
    """A scenario in any form that `run` takes."""
    overrides = {} if replicates is None else {"replicates": replicates}
    if isinstance(named, Scenario):
        return named.model_copy(update=overrides)
    if isinstance(named, Mapping):
        return scenario_from(named, overrides)
    return load_scenario(named, overrides)


def _threads(plan: Plan, threads: int | None, workers: int) -> int:
    """Threads within a run: small markets are done before a second thread has begun."""
    if threads is not None:
        return threads
    if plan.scenarios[0].scale < setting("threads_from_scale"):
        return 1
    return max(1, (os.cpu_count() or 1) // workers)


def _simulate(
    plan: Plan, threads: int, workers: int, watch: Watch, tell: Callable[[dict[int, list[Measured]]], str] | None
) -> dict[int, list[Measured]]:
    """Measures of every scenario by replicate; of the first ones something is told where there are many more."""
    replicates = range(1, plan.scenarios[0].replicates + 1)
    ahead = {replicate: plan.months_ahead(replicate) for replicate in replicates}
    few = range(1, int(setting("first_answer_after")) + 1)
    measured: dict[int, list[Measured]] = {}
    with shown(watch, sum(ahead.values())) as progress:
        if workers == 1 or len(replicates) == 1:
            found = _one_after_another(plan, replicates, threads, progress)
        else:
            found = _at_once(plan, ahead, threads, workers, progress)
        for replicate, one in found:
            measured[replicate] = one
            if watch and tell is not None and len(replicates) >= MANY * len(few) and measured.keys() >= set(few):
                progress.tell(tell({replicate: measured[replicate] for replicate in few}))
                tell = None
    return measured


def _one_after_another(
    plan: Plan, replicates: Sequence[int], threads: int, progress: Silent
) -> Iterator[tuple[int, list[Measured]]]:
    from sim.replicate import simulate

    for replicate in replicates:
        yield replicate, simulate(plan, replicate, threads, lambda month: progress.advance())
        progress.say(f"replicate {replicate} of {len(replicates)} finished")


def _at_once(
    plan: Plan, ahead: Mapping[int, int], threads: int, workers: int, progress: Silent
) -> Iterator[tuple[int, list[Measured]]]:
    # Compiled here once, not by every process for itself.
    warming.warm()
    with processes(min(workers, len(ahead))) as pool:
        running: dict[Future[list[Measured]], int] = {
            pool.submit(_in_process, plan, replicate, threads): replicate for replicate in ahead
        }
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                replicate = running.pop(future)
                yield replicate, future.result()
                progress.advance(ahead[replicate])
                progress.say(f"replicate {replicate} of {len(ahead)} finished")


@contextmanager
def processes(count: int) -> Iterator[ProcessPoolExecutor]:
    """A pool whose processes end with this one's work, however that ends; each starts afresh, as it would anywhere."""
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"), initializer=_leave_interrupts)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()
        raise
    pool.shutdown()


def _leave_interrupts() -> None:
    """Ctrl-C is for the main process, which ends the others; where it is killed and can't, they end by themselves."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _in_process(plan: Plan, replicate: int, threads: int) -> list[Measured]:
    from sim.replicate import simulate

    return simulate(plan, replicate, threads)
