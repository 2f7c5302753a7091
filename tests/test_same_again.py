"""What a report and a manifest say of how to get the same results again does just that, whatever was asked for."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from small import SCALE, private_store
from typer.testing import CliRunner

from sim import compare
from sim.cli import app
from sim.comparison import Comparison
from sim.folders import load_results
from sim.manifest import scenarios_of
from sim.report.page import command
from sim.running import run_all

BASE: dict[str, Any] = {"name": "As it was", "scale": SCALE, "window": {"from": "2019-01", "to": "2019-06"}}
GRANT = {"cover": 1.0, "from": "new_grant"}
FLOOR = {"real_living_wage": {"from": "2019-02", "funding": {"council": GRANT, "nhs": GRANT}}}
BAN = {"zero_hours_ban": {"from": "2019-02", "minimum_hours": 16}}
PAID_FOR: dict[str, Any] = {**BASE, "name": "Floor paid for", "levers": [FLOOR, BAN]}
FURTHER = ["--detail", "role,service", "--detail", "groups", "--people", "30", "--providers", "10"]
ASKED = [*FURTHER, "--no-unfunded"]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path_factory.mktemp("work"))
    for values in (BASE, PAID_FOR):
        Path(f"{values['name']}.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
    with private_store(Path("store").absolute()):
        yield


def made(*arguments: str) -> Path:
    folder = Path(arguments[-1])
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return folder


def tables(folder: Path) -> dict[str, bytes]:
    found = [*folder.glob("*.parquet"), *folder.glob("*.csv")]
    assert found
    return {path.name: path.read_bytes() for path in found}


def printed(folder: Path) -> str:
    return command(Comparison(load_results(folder)))


def test_the_printed_command_gives_the_same_tables() -> None:
    files = ["As it was.yaml", "Floor paid for.yaml"]
    first = made("compare", *files, *ASKED, "--no-report", "--output", "first")
    program, *arguments = shlex.split(printed(first))
    assert program == "caresim"
    again = tables(made(*arguments, "--no-report", "--output", "again"))
    assert {"crossings.parquet", "simulated_people.parquet", "simulated_providers.parquet"} <= set(again)
    assert again == tables(first)


def test_the_manifest_asks_for_the_groups_that_were_written() -> None:
    results = run_all([BASE], output="first", detail=["role,service", "months", "groups"], people=5)
    asked = results.manifest["asked_for"]
    assert asked == {"people": 5, "providers": 0, "detail": ["role,service", "groups", "months"]}
    run_all(scenarios_of(load_results("first").manifest), output="again", **asked)
    assert len(load_results("again").monthly["group_type"].unique()) > 10
    assert tables(Path("again")) == tables(Path("first"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, ""),
        ({"unfunded": False}, " --no-unfunded"),
        ({"parts": True}, " --parts"),
        ({"unfunded": False, "parts": True, "detail": "councils"}, " --detail councils --no-unfunded --parts"),
        ({"people": 3}, " --people 3"),
        ({"providers": 2}, " --providers 2"),
    ],
)
def test_the_command_has_the_options_that_differ_from_the_usual_ones(options: dict[str, Any], said: str) -> None:
    shared = f" --scale {SCALE:g} --seed 1 --from 2019-01 --to 2019-06 --replicates 1"
    text = command(compare(BASE, PAID_FOR, replicates=1, **options))
    assert text == f"caresim compare 'As it was.yaml' 'Floor paid for.yaml'{shared}{said}"


def test_nothing_is_left_out_where_nobody_is_funded() -> None:
    bare = {**BASE, "name": "Hours", "levers": [BAN]}
    assert "--no-unfunded" not in command(compare(BASE, bare, replicates=1, unfunded=False))


def test_the_command_has_every_digit_of_the_scale() -> None:
    scale = 0.00412345678
    bases = [{**values, "scale": scale} for values in (BASE, {**PAID_FOR, "levers": []})]
    words = shlex.split(command(compare(*bases, replicates=1)))
    assert float(words[words.index("--scale") + 1]) == scale
