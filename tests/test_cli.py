"""The command line: quick, quiet about libraries it does not need, and plain where a program reads it."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from sim.cli import app
from sim.cli_common import checked_output, user_errors
from sim.levers.base import all_levers
from sim.scenario import shipped_scenarios

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("numba", "mesa", "pandas")
LIGHT = [
    ["--help"],
    ["check", "baseline"],
    ["scenarios"],
    ["levers"],
    ["levers", "fee_uplift"],
    ["schema"],
    ["run", "--help"],
]


def python(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("arguments", LIGHT, ids=" ".join)
def test_light_commands_import_no_heavy_library(arguments: list[str], tmp_path: Path) -> None:
    code = "\n".join(
        [
            "import sys",
            "from sim.cli import app",
            f"try: app({arguments!r})",
            "except SystemExit as end: status = end.code",
            f"print([name for name in {HEAVY!r} if name in sys.modules], status, file=sys.stderr)",
        ]
    )
    result = python(code, tmp_path)
    assert result.stderr.strip() == "[] 0", result.stderr
    assert result.stdout
    assert list(tmp_path.iterdir()) == []


def test_help_comes_at_once(tmp_path: Path) -> None:
    def seconds() -> float:
        start = time.perf_counter()
        assert python("from sim.cli import app; app(['--help'])", tmp_path).returncode == 0
        return time.perf_counter() - start

    assert min(seconds() for _ in range(3)) < 0.5


@pytest.mark.parametrize(
    "command",
    ["run", "compare", "story", "check", "scenarios", "levers", "schema", "warm", "cache", "benchmark", "calibrate"],
)
def test_every_command_has_help(command: str) -> None:
    result = CliRunner().invoke(app, [command, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.stdout


@pytest.mark.parametrize("command", ["run", "compare"])
def test_simulating_commands_have_the_same_options(command: str) -> None:
    text = CliRunner().invoke(app, [command, "--help"]).stdout
    for option in (
        "scale",
        "seed",
        "replicates",
        "from",
        "to",
        "output",
        "detail",
        "people",
        "providers",
        "threads",
        "workers",
    ):
        assert f"--{option} " in text


def test_version() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert result.exit_code == 0
    assert result.stdout.startswith("caresim")


def test_lists_are_lines_with_tabs_where_a_program_reads_them() -> None:
    scenarios = CliRunner().invoke(app, ["scenarios"]).stdout.splitlines()
    assert [line.split("\t")[0] for line in scenarios] == ["scenario", *sorted(shipped_scenarios())]
    levers = CliRunner().invoke(app, ["levers"]).stdout.splitlines()
    assert [line.split("\t")[0] for line in levers] == ["lever", *all_levers()]
    assert not any("\x1b" in line or "│" in line for line in [*scenarios, *levers])


@pytest.mark.parametrize("name", all_levers())
def test_lever_is_described_with_its_fields(name: str) -> None:
    text = CliRunner().invoke(app, ["levers", name]).stdout
    lever = all_levers()[name]
    assert lever.case in text
    assert f"Evidence:   {lever.grade}" in text
    assert f"  {lever.dose}:" in text
    assert ("  funding:" in text) == lever.costs


def test_unknown_lever_has_a_nearest_name() -> None:
    result = CliRunner().invoke(app, ["levers", "fee_upllift"])
    assert result.exit_code == 2
    assert "did you mean 'fee_uplift'?" in result.stderr
    assert result.stdout == ""


def test_schema_is_json() -> None:
    schema = json.loads(CliRunner().invoke(app, ["schema"]).stdout)
    assert schema["title"] == "Scenario"


def test_check_says_what_it_read_and_goes_on_after_a_broken_file(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("name: x\nscale: 5\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(tmp_path / "broken.yaml"), "pay_and_security"])
    assert result.exit_code == 2
    assert "pay_and_security: fine: Pay and security package (real_living_wage, zero_hours_ban)" in result.stdout
    assert "broken.yaml:2: scale" in result.stderr
    assert CliRunner().invoke(app, ["check", "pay_and_security"]).exit_code == 0


def test_check_remarks_on_a_lever_after_the_window(tmp_path: Path) -> None:
    text = "name: x\nextends: zero_hours_ban\nwindow: {to: 2026-03}\n"
    (tmp_path / "late.yaml").write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(tmp_path / "late.yaml")])
    assert result.exit_code == 0
    assert "note: zero_hours_ban starts in 2027-10" in result.stdout


def test_output_that_is_a_circle_of_links_is_refused(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.symlink_to(other)
    other.symlink_to(one)
    result = CliRunner().invoke(app, ["run", "baseline", "--output", str(one)])
    assert result.exit_code == 2, result.output
    assert "leads nowhere" in result.stderr


def test_output_that_is_a_file_is_refused_before_anything_runs(tmp_path: Path) -> None:
    blocking = tmp_path / "results"
    blocking.write_text("mine", encoding="utf-8")
    for output in (blocking, blocking / "inside"):
        result = CliRunner().invoke(app, ["run", "baseline", "--output", str(output)])
        assert result.exit_code == 2
        assert "command line: --output" in result.stderr
    assert blocking.read_text(encoding="utf-8") == "mine"


def test_scenarios_that_cannot_be_compared_are_refused(tmp_path: Path) -> None:
    (tmp_path / "larger.yaml").write_text("name: Larger\nextends: zero_hours_ban\nscale: 0.5\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["compare", "baseline", str(tmp_path / "larger.yaml"), "baseline"])
    assert result.exit_code == 2
    assert "command line: scale: 'Larger' differs from 'Enacted law'" in result.stderr
    assert "command line: name: 'Enacted law' twice" in result.stderr


@pytest.mark.parametrize(
    "arguments", [["nothing"], ["run"], ["run", "baseline", "--scael", "1"], ["run", "baseline", "--seed", "x"]]
)
def test_wrong_usage_has_exit_status_2_and_no_traceback(arguments: list[str]) -> None:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert "Error" in result.stderr


def test_a_reader_that_has_had_enough_ends_a_command_without_a_word(tmp_path: Path) -> None:
    """As in `caresim results STUDY | head`."""
    script = "\n".join(
        [
            "import typer",
            "from sim.cli_common import user_errors",
            "app = typer.Typer()",
            "@app.command()",
            "def main():",
            "    with user_errors():",
            "        for _ in range(100_000):",
            "            typer.echo('a line of results')",
            "app()",
        ]
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"a line of results\n"
        process.stdout.close()
        assert process.stderr.read() == b""


def test_the_page_is_served_by_a_process_that_loads_no_model(tmp_path: Path) -> None:
    result = python(
        "import sys, sim.app.server; print([one for one in ('mesa', 'sim.model') if one in sys.modules])", tmp_path
    )
    assert result.stdout.strip() == "[]", result


def test_a_pipe_that_breaks_elsewhere_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended, user_errors():
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
    assert ended.value.exit_code == 2
    assert capsys.readouterr().err == "caresim: Broken pipe\n"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["run", "baseline", "--scale", "nan"], "scale: nan; expected a finite number"),
        (["run", ""], "'': file: an empty name; expected a scenario file, or the name of"),
        (["run", "baseline", "--people", "100000000"], "--people"),
        (["cache", "--prune", "--clear"], "expected one of them"),
        (["validate", "--posterior", "nowhere.csv"], "--posterior: nowhere.csv is no file"),
    ],
)
def test_options_that_mean_nothing_are_refused_with_a_line(asked: list[str], said: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [*asked, "--output", str(tmp_path / "new")] if asked[0] == "run" else asked)
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
    assert not (tmp_path / "new").exists()


def test_results_of_any_title_get_a_folder_that_a_disk_can_name() -> None:
    names = [checked_output(None, title).name for title in ("Zero hours, 16!", "\u65e5\u672c" * 60, "\U0001f98a", "..")]
    assert names[0] == "zero_hours_16"
    assert names[1].startswith("\u65e5\u672c")
    assert len(names[1].encode()) <= 100
    assert names[2:] == ["results", "results"]


def test_letters_that_an_output_lacks_end_nothing(tmp_path: Path) -> None:
    file = tmp_path / "short.yaml"
    file.write_text("name: caf\u00e9 \u201c\u4e2d\u201d\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    words = [sys.executable, "-m", "sim.cli", "check", str(file)]
    done = subprocess.run(words, env=environment, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "caf\u00e9 ???".encode("latin-1") in done.stdout
