"""Running: the same whatever the processes and threads, and nothing finished is ever simulated twice."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small import SCALE, private_store
from typer.testing import CliRunner

from sim import replicate, running, warming
from sim.cli import app
from sim.cli_common import INTERRUPTED
from sim.code_cache import code_folder, stem
from sim.history import release
from sim.jit import COMPILED, FUNCTIONS, KERNELS
from sim.model import CareLabourModel
from sim.problems import Problem, ScenarioError
from sim.progress import Lines, told
from sim.replicate import Plan, finished_key
from sim.results import Results
from sim.running import run, run_all
from sim.scenario import load_scenario, scenario_from
from sim.series import Measured
from sim.shipped import PACKAGE
from sim.units import MONTHS_PER_YEAR, month_index

VALUES: dict[str, Any] = {
    "name": "Short",
    "scale": SCALE,
    "replicates": 2,
    "window": {"from": "2016-04", "to": "2016-09"},
}
RAISED: dict[str, Any] = {
    **VALUES,
    "name": "Raised",
    "levers": [{"national_living_wage": {"from": "2016-07", "percent": 10.0}}],
}


@pytest.fixture
def store(tmp_path: Path):
    with private_store(tmp_path / "store") as folder:
        yield folder


def refuse() -> None:
    raise ScenarioError([Problem("a.yaml", 3, "scale", "2", "at most 1", "1"), Problem("a.yaml", 2, "seed", "x", "y")])


def test_what_is_wrong_with_a_scenario_comes_back_from_a_process_as_it_was_said() -> None:
    with pytest.raises(ScenarioError) as here:
        refuse()
    with running.processes(1) as pool:
        with pytest.raises(ScenarioError) as there:
            pool.submit(refuse).result()
        assert pool.submit(abs, -1).result() == 1, "and the pool goes on"
    assert there.value.problems == here.value.problems
    assert str(there.value) == str(here.value)


def same(one: Results, other: Results) -> bool:
    return all(
        first._replace(measured=second.measured) == second
        and np.array_equal(first.measured.values, second.measured.values, equal_nan=True)
        for first, second in zip(one.runs, other.runs, strict=True)
    )


def test_processes_and_threads_do_not_matter(tmp_path: Path) -> None:
    with private_store(tmp_path / "one"):
        alone = run_all([VALUES, RAISED], workers=1, threads=1)
    with private_store(tmp_path / "two"):
        together = run_all([VALUES, RAISED], workers=2, threads=2)
    assert same(alone, together)
    assert [(each.scenario, each.replicate, each.seed) for each in alone.runs] == [
        ("Short", 1, 1), ("Short", 2, 2), ("Raised", 1, 1), ("Raised", 2, 2),
    ]  # fmt: skip


def test_a_scenario_alone_is_the_same_as_in_company(tmp_path: Path) -> None:
    with private_store(tmp_path / "one"):
        together = run_all([VALUES, RAISED])
    with private_store(tmp_path / "two"):
        alone = run(RAISED)
    assert all(
        np.array_equal(one.measured.values, other.measured.values, equal_nan=True)
        for one, other in zip(together.of("Raised"), alone.runs, strict=True)
    )


def test_replicates_differ_and_scenarios_share_the_past(store: Path) -> None:
    results = run_all([VALUES, RAISED])
    short, raised = results.values("Short", "mean_pay"), results.values("Raised", "mean_pay")
    assert not np.array_equal(short[0], short[1])
    assert np.array_equal(short[:, :3], raised[:, :3])
    assert (raised[:, 3:] > short[:, 3:]).all()


def test_finished_replicates_survive_an_interruption(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    months: list[int] = []
    simulate = replicate.simulate

    def until_the_second(plan: Plan, number: int, threads: int, tick: Any) -> list[Measured]:
        if number == 2:
            raise KeyboardInterrupt
        return simulate(plan, number, threads, tick)

    monkeypatch.setattr(replicate, "simulate", until_the_second)
    with pytest.raises(KeyboardInterrupt):
        run(VALUES)
    monkeypatch.setattr(replicate, "simulate", lambda *given: simulate(*given[:3], months.append))
    plan = Plan((scenario_from(VALUES),))
    assert plan.months_ahead(1) == 0
    assert plan.months_ahead(2) > 0
    run(VALUES)
    ahead = len(months)
    run(VALUES)
    assert len(months) == ahead > 0
    assert months.count(0) == 1


def test_a_new_title_needs_no_new_run_and_a_new_policy_does(store: Path) -> None:
    run(VALUES)
    assert Plan((scenario_from({**VALUES, "name": "Retitled", "description": "x"}),)).months_ahead(1) == 0
    assert Plan((scenario_from(RAISED),)).months_ahead(1) > 0
    assert Plan((scenario_from({**VALUES, "assumptions": {"need_growth": "low"}}),)).months_ahead(1) == 0
    later = {**VALUES, "window": {"from": "2016-04", "to": "2026-10"}}
    keys = {
        finished_key(Plan((one,)), one, 1)
        for one in (
            scenario_from(later),
            scenario_from({**later, "assumptions": {"need_growth": "low"}}),
            scenario_from({**later, "assumptions": {"unemployment": {"2026-04": 6.0}}}),
        )
    }
    assert len(keys) == 3
    assert Plan((scenario_from({**VALUES, "seed": 2}),)).months_ahead(1) == 0


def test_futures_branch_where_the_first_lever_begins() -> None:
    loaded = tuple(load_scenario(name) for name in ("baseline", "zero_hours_ban", "real_living_wage"))
    plan = Plan(loaded)
    assert plan.branch == month_index(2027, 4)
    assert plan.kept == month_index(2026, 4)
    assert Plan((loaded[0], load_scenario("recession"))).branch == month_index(2027, 1)
    assert Plan((loaded[0], load_scenario("announced"))).branch == month_index(2027, 4)
    in_recession = [
        load_scenario("recession", {"name": f"{start}", "levers": [{"day_one_flexibility": {"from": start}}]})
        for start in ("2029-04", "2030-04")
    ]
    assert Plan(tuple(in_recession)).branch == month_index(2029, 4)
    early = Plan((scenario_from({**RAISED, "window": {"from": "2016-04", "to": "2020-03"}}),))
    assert early.branch == month_index(2016, 7)
    assert early.kept == 0
    assert Plan((scenario_from(VALUES),)).branch == 6
    assert early.kept % MONTHS_PER_YEAR == 0


def test_run_takes_a_name_a_path_or_values(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        f"name: Short\nscale: {SCALE}\nreplicates: 1\nwindow: {{from: 2016-04, to: 2016-09}}\n", encoding="utf-8"
    )
    assert same(run(file), run(VALUES, replicates=1))
    assert run(scenario_from(VALUES), replicates=1).scenarios == ("Short",)


def test_window_may_begin_late(store: Path) -> None:
    late = {**VALUES, "replicates": 1, "window": {"from": "2016-08", "to": "2016-09"}}
    whole, part = run({**VALUES, "replicates": 1}), run(late)
    assert list(part.months) == [4, 5]
    assert np.array_equal(part.values("Short", "turnover_all"), whole.values("Short", "turnover_all")[:, 4:])


def command(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments))


SMALL = ("--scale", str(SCALE), "--to", "2016-06", "--replicates", "1")


def test_command_says_what_it_found_and_where(store: Path, tmp_path: Path) -> None:
    done = command("run", "baseline", *SMALL, "--output", str(tmp_path / "out"))
    assert done.exit_code == 0, done.output
    assert "replicate 1 of 1 finished" in done.stdout
    assert "Vacancy rate" in done.stdout
    assert "Enacted law: baseline enacted; assumptions all central\n" in done.stdout
    assert str(tmp_path / "out") in done.stdout
    assert (tmp_path / "out" / "manifest.json").is_file()


def test_results_go_to_a_folder_of_the_scenarios_name(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert command("run", "baseline", *SMALL).exit_code == 0
    assert (tmp_path / "outputs" / "enacted_law" / "manifest.json").is_file()


def test_compare_command_prints_differences(store: Path, tmp_path: Path) -> None:
    done = command("compare", "baseline", "zero_hours_ban", *SMALL, "--output", str(tmp_path / "out"))
    assert done.exit_code == 0, done.output
    assert "of which from posts filled" in done.stdout
    assert (tmp_path / "out" / "report.html").is_file()
    assert (tmp_path / "out" / "comparison.csv").is_file()


def test_full_disk_is_a_message(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: Any, **options: Any) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("sim.folders._write_monthly", full)
    done = command("run", "baseline", *SMALL, "--output", str(tmp_path / "out"))
    assert done.exit_code == 2
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.output
    assert not any(path.name.startswith((".out", "out")) for path in tmp_path.iterdir())


def test_a_folder_of_other_things_is_refused_before_anything_runs(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.png").write_bytes(b"")
    monkeypatch.setattr(running, "_simulate", lambda *given: pytest.fail("ran"))
    done = command("run", "baseline", *SMALL, "--output", str(tmp_path / "photos"))
    assert done.exit_code == 2
    assert "no result of this program" in done.stderr


def test_interruption_is_a_message(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*given: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "_simulate", stop)
    done = command("run", "baseline", *SMALL, "--output", str(tmp_path / "out"))
    assert done.exit_code == INTERRUPTED
    assert "will not be simulated again" in done.stderr


def test_results_go_where_a_link_leads_and_into_the_folder_one_stands_in(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch, link, loose = tmp_path / "scratch", tmp_path / "link", tmp_path / "loose"
    scratch.mkdir()
    link.symlink_to(scratch, target_is_directory=True)
    loose.symlink_to(tmp_path / "to_be_made", target_is_directory=True)
    for output, place in ((link, scratch), (loose, tmp_path / "to_be_made")):
        for _ in range(2):  # into a new folder, and in the place of earlier results
            done = command("run", "baseline", *SMALL, "--output", str(output))
            assert done.exit_code == 0, done.output
        assert (place / "manifest.json").is_file()
        assert output.is_symlink()
    run(RAISED, replicates=1, output=link)
    assert link.is_symlink()
    assert "Raised" in (scratch / "manifest.json").read_text(encoding="utf-8")
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    done = command("run", "baseline", *SMALL, "--output", ".")
    assert done.exit_code == 0, done.output
    assert (here / "manifest.json").is_file()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_cache_command_lists_prunes_and_clears(store: Path, tmp_path: Path) -> None:
    assert command("run", "baseline", *SMALL, "--output", str(tmp_path / "out")).exit_code == 0
    listed = command("cache").stdout
    assert "England at the start of 2016-04, scale 0.004, seed 1" in listed
    assert "measures of 'Enacted law', replicate 1" in listed
    assert "another version" not in listed
    (store / "histories" / f"{'0a' * 10}.npz.1.part").write_bytes(b"half")
    (store / "histories" / "mine.npz").write_bytes(b"somebody else's")
    code = code_folder()
    code.unlink()  # it is the one that all tests share
    code.mkdir()
    now = f"{stem(FUNCTIONS[0])}-0123456789abcdef.nbc"
    for name in (now, "sim.month.look.look-0123456789abcdef-0123456789abcdef.nbc"):
        (code / name).write_bytes(b"code")
    (code / "notes.txt").write_text("somebody else's", encoding="utf-8")
    (store / "thesis").mkdir()
    (store / "thesis" / "chapter.txt").write_text("somebody else's", encoding="utf-8")
    pruned = command("cache", "--prune").stdout
    assert pruned.startswith("2 deleted")
    assert "left over" not in pruned
    assert "England at the start of 2016-04" in pruned
    assert sorted(path.name for path in code.iterdir()) == sorted(["notes.txt", now])
    assert "England" not in command("cache", "--clear").stdout
    assert [path.name for path in (store / "histories").iterdir()] == ["mine.npz"]
    assert [path.name for path in code.iterdir()] == ["notes.txt"]
    assert (store / "thesis" / "chapter.txt").is_file()


@pytest.mark.skipif(not COMPILED, reason="nothing is compiled")
def test_warming_leaves_nothing_to_compile(store: Path) -> None:
    warming.warm()
    assert len(KERNELS) > 30
    assert [loop.__name__ for loop in KERNELS if not loop.signatures and loop.__module__.startswith("sim.month")] == []
    before = {loop.__name__: len(loop.signatures) for loop in KERNELS}
    run(RAISED, replicates=1)
    assert {loop.__name__: len(loop.signatures) for loop in KERNELS} == before


@pytest.mark.skipif(not COMPILED, reason="nothing is compiled")
def test_help_compiles_what_a_month_will_ask_for() -> None:
    warming.warm()
    model = warming._tiny_market()
    state = model.world.state()["workers"]
    noted: list[tuple[Any, Any]] = []
    with warming._noting(noted):
        model.simulate_month()
    assert [kernel.__name__ for kernel, signature in noted if signature not in kernel.signatures] == []
    assert len({kernel.__name__ for kernel, _ in noted}) > 25
    assert all(np.array_equal(state[name], values) for name, values in model.world.state()["workers"].items())
    assert all(getattr(sys.modules[kernel.__module__], kernel.__name__) is kernel for kernel, _ in noted)
    assert np.empty is not np.zeros


def test_first_compilation_is_announced_once_and_gets_help(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(warming, "_get_help", lambda: asked.append("help"))
    for processors in (2, 1):
        monkeypatch.setattr(warming, "_processors", lambda number=processors: number)
        warming._begin.cache_clear()
        warming._begin()
        warming._begin()
        assert capsys.readouterr().err.count("Compiling") == 1
    assert asked == ["help"]


def test_helper_ends_with_the_process_it_helps() -> None:
    helper = warming._get_help()
    warming._end(helper)
    assert helper.returncode is not None


def test_lines_estimate_the_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines(10)
    lines.say("begun")
    lines.advance(5)
    lines.say("half")
    lines.advance(5)
    lines.say("done")
    first, second, third = capsys.readouterr().out.splitlines()
    assert (first, third) == ("begun", "done")
    assert second.startswith("half; about ")
    assert told(0.2) == "1 s"
    assert told(90) == "1.5 min"
    assert told(3600) == "60 min"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes as Linux shows them")
def test_processes_end_when_the_main_one_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "main.py"
    script.write_text(
        "import os, sys, time\n"
        "from sim.running import processes\n"
        "if __name__ == '__main__':\n"
        "    with processes(1) as pool:\n"
        "        print(pool.submit(os.getpid).result(), flush=True)\n"
        "        time.sleep(60)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=environment) as main:
        assert main.stdout is not None
        worker = int(main.stdout.readline())
        main.kill()
    state = Path(f"/proc/{worker}/stat")
    for _ in range(100):
        if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.1)
    pytest.fail("a process goes on without the one that began it")


def test_the_memory_of_one_run_is_free_before_the_next_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At full scale a run is half a gigabyte: so many as are asked for have to fit."""
    columns: list[weakref.ref[Any]] = []

    def noted(model: CareLabourModel) -> None:
        columns.append(weakref.ref(model.workers.pay))
        release(model)

    monkeypatch.setattr("sim.replicate.release", noted)
    gc.disable()
    try:
        with private_store(tmp_path):
            run(VALUES)
        assert [freed() for freed in columns] == [None, None]
    finally:
        gc.enable()
