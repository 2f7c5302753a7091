"""``caresim results``: every format holds the same table, and what is printed is of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from small import private_store
from sweeps import RUNS, STUDY, Here, ran

pytest.importorskip("dask.distributed")

from sim.experiments import results_command, sweep_command
from sim.experiments.files import load_study
from sim.experiments.results_command import find, show
from sim.experiments.sweep_command import sweep
from sim.units import financial_year, month_index

FORMATS = {"csv": "csv", "stata": "dta", "excel": "xlsx", "parquet": "parquet"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished study."""
    place = tmp_path_factory.mktemp("made")
    (place / "hours.yaml").write_text(STUDY, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch, private_store(tmp_path_factory.mktemp("cache")):
        patch.setattr(sweep_command, "Engine", Here)
        sweep(load_study(place / "hours.yaml"), place / "studies" / "hours")
    return place


def test_every_format_holds_the_same_table(made: Path, tmp_path: Path) -> None:
    files = {kind: tmp_path / f"table.{ending}" for kind, ending in FORMATS.items()}
    show("hours", made / "studies", files, changes=False)
    table = find("hours", made / "studies").table()
    read = {
        "csv": pd.read_csv(files["csv"]),
        "stata": pd.read_stata(files["stata"]),
        "excel": pd.read_excel(files["excel"]),
        "parquet": pd.read_parquet(files["parquet"]),
    }
    for kind, frame in read.items():
        assert len(frame) == len(table) == RUNS, kind
        assert list(frame["filled_posts"]) == list(table["filled_posts"]), kind
        assert list(frame["year"].astype(str)) == [financial_year(month_index(2018, 4))] * RUNS, kind
    assert list(read["stata"]["zero_hours_ban_minimum_hours"].dropna()) == list(
        table["zero_hours_ban.minimum_hours"].dropna()
    )
    assert list(read["csv"].columns) == list(table.columns)
    assert read["csv"]["reference"].dtype == bool
    # R takes true and false in lower case for texts, and then finds no row that is FALSE.
    assert set(files["csv"].read_text().splitlines()[1].split(",")) & {'"TRUE"', '"FALSE"', "TRUE", "FALSE"}
    with pd.read_stata(files["stata"], iterator=True) as reader:
        told = reader.variable_labels()
    assert told["zero_hours_ban_minimum_hours"].endswith("; zero_hours_ban.minimum_hours")
    assert told["vacancy_rate"].startswith("vacancy rate, where 1 is 100 %")


def test_changes_can_be_written(made: Path, tmp_path: Path) -> None:
    show("hours", made / "studies", {"csv": tmp_path / "changes.csv"}, changes=True)
    changes = pd.read_csv(tmp_path / "changes.csv")
    assert len(changes) == RUNS - 3
    assert "reference" not in changes
    assert changes["cost"].abs().max() > 0


def test_means_and_standard_errors_are_those_of_the_table(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    show("hours", made / "studies", {}, changes=False)
    said = capsys.readouterr().out.splitlines()
    levels = find("hours", made / "studies").table().query("not reference and point == 2")["filled_posts"] / 1e3
    line = next(line.split("\t") for line in said if line.startswith("2\t"))
    assert f"{levels.mean():,.4g} ({levels.sem():.2g})" in line
    of_levels, of_changes = (line for line in said if line.startswith("point\t"))
    assert "vacancy rate, %" in of_levels
    assert "vacancy rate, points" in of_changes


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["results", "hour"], "did you mean 'hours'"),
        (["results", "--csv", "x.csv"], "no study named"),
        (["results", "hours", "--csv", "nowhere/x.csv"], "no folder"),
        (["results", "hours", "--stata", "x.csv"], "ends in .dta"),
        (["results", "hours", "--csv", "."], "is a folder"),
        (["sweep", "hours.yaml", "--scheduler", "nonsense"], "--scheduler"),
        (["sweep", "hours.yaml", "--replicates", "0"], "replicates"),
        (["sweep", "nothing.yaml"], "nothing.yaml"),
    ],
)
def test_bad_input_is_one_message_and_exit_status_2(made: Path, tmp_path: Path, options: list[str], told: str) -> None:
    (tmp_path / "outputs").mkdir()
    (tmp_path / "outputs" / "studies").symlink_to(made / "studies")
    (tmp_path / "hours.yaml").write_text(STUDY, encoding="utf-8")
    status, said = ran(tmp_path, *options, *(["--output", "new"] if options[0] == "sweep" else []))
    assert status == 2, said
    assert told in said
    assert "Traceback" not in said
    assert not list(tmp_path.glob("x*"))
    assert not (tmp_path / "new").exists()


def test_the_catalogue_lists_studies(made: Path, tmp_path: Path) -> None:
    (tmp_path / "outputs").mkdir()
    (tmp_path / "outputs" / "studies").symlink_to(made / "studies")
    status, said = ran(tmp_path, "results")
    assert status == 0
    assert f"hours\tHours and pay\t{RUNS}\t{RUNS}\t0\t" in said


def test_titles_with_brackets_are_printed_as_they_are_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    results_command._print(["study", "[y]"], [["tiny", "Tiny [x] [/b] :100: study"]], "Studies in a[/b]c")
    said = capsys.readouterr().out
    assert all(text in said for text in ("Studies in a[/b]c", "Tiny [x] [/b] :100: study", "[y]"))


@pytest.mark.parametrize(
    ("mean", "error", "told"),
    [
        (0.00001234, 0.0000021, "0.00001234 (0.0000021)"),
        (123_456.7, 1_234.5, "123,457 (1,234)"),
        (-12.5, float("nan"), "-12.5"),
        (0.0, 0.0, "0 (0)"),
        (76.54321, 0.98765, "76.54 (0.99)"),
    ],
)
def test_numbers_are_never_told_as_powers_of_ten(mean: float, error: float, told: str) -> None:
    assert results_command._value(mean, error) == told


@pytest.mark.parametrize("value", [0.00001, 1_234_567.0, 0.1 + 0.2, 12.0])
def test_values_of_axes_are_told_in_full(value: float) -> None:
    told = results_command._plain(value)
    assert "e" not in told
    assert float(told.replace(",", "")) == pytest.approx(value, rel=1e-5)


def test_means_over_draws_are_told_as_such(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawn = tmp_path / "studies" / "drawn"
    shutil.copytree(made / "studies" / "hours", drawn)
    file = drawn / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    assert manifest["drawn"] is False
    file.write_text(json.dumps(manifest | {"drawn": True}), encoding="utf-8")
    for name, folder, each in (("hours", made / "studies", "replicate"), ("drawn", drawn.parent, "draw")):
        show(name, folder, {}, changes=False)
        said = capsys.readouterr().out
        assert f"mean over {each}s (standard error)" in said
        assert f"paired by {each} (standard error)" in said
