"""Results: tables and manifest on disk, whole or absent, and the same again from the manifest alone."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from small import SCALE, private_store

from sim import folders
from sim.comparison import Comparison
from sim.folders import DEFINITIONS, MANIFEST, MONTHLY, TABLES, YEARLY, check_target, load_results, real, save_results
from sim.manifest import scenarios_of
from sim.problems import ScenarioError
from sim.results import Results, unit_of, whole_years
from sim.running import run, run_all
from sim.settings import setting
from sim.units import month_index, month_name

VALUES: dict[str, Any] = {
    "name": "Enacted law",
    "scale": SCALE,
    "seed": 3,
    "replicates": 2,
    "window": {"from": "2016-04", "to": "2017-06"},
}
MONTHS = 15
MOVES = {f"{name}.{ending}" for name in ("moves", "places", "money") for ending in ("csv", "parquet")}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory):
    with private_store(tmp_path_factory.mktemp("store")) as folder:
        yield folder


@pytest.fixture(scope="module")
def written(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Results:
    return run(VALUES, output=tmp_path_factory.mktemp("results") / "new", detail="groups")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_folder_holds_what_it_should_and_nothing_beside_it(written: Results) -> None:
    assert written.folder is not None
    names = {path.name for path in written.folder.iterdir()}
    assert names == {MANIFEST, MONTHLY, YEARLY, DEFINITIONS, *TABLES.values(), *MOVES}
    assert [path.name for path in written.folder.parent.iterdir()] == ["new"]


def test_monthly_table_is_tidy(written: Results) -> None:
    assert written.folder is not None
    table = pq.read_table(written.folder / MONTHLY).to_pandas()
    assert list(table.columns) == [
        "scenario", "draw", "replicate", "month", "area_type", "area", "group_type", "group", "indicator", "value",
    ]  # fmt: skip
    identity = ["scenario", "draw", "replicate", "month", "area", "group_type", "group", "indicator"]
    assert not table.duplicated(identity).any()
    assert set(table["replicate"]) == {1, 2}
    assert sorted(set(table["month"])) == [f"2016-{m:02d}" for m in range(4, 13)] + [
        f"2017-{m:02d}" for m in range(1, 7)
    ]
    assert {name: part["area"].nunique() for name, part in table.groupby("area_type", observed=True)} == {
        "england": 1,
        "region": 9,
        "council": 153,
    }
    one = table.query("area == 'England' and group_type == 'all' and indicator == 'vacancy_rate' and replicate == 2")
    assert one["value"].to_numpy() == pytest.approx(written.values("Enacted law", "vacancy_rate")[1])


def test_results_come_back_as_they_were(written: Results) -> None:
    assert written.folder is not None
    back = load_results(written.folder)
    assert back.scenarios == written.scenarios
    assert back.manifest == json.loads(json.dumps(written.manifest))
    for one, other in zip(back.runs, written.runs, strict=True):
        assert one._replace(measured=other.measured) == other
        assert one.measured.keys == other.measured.keys
        assert one.measured.first_month == other.measured.first_month
        assert np.array_equal(one.measured.values, other.measured.values, equal_nan=True)


def test_tables_for_people_average_over_replicates(written: Results) -> None:
    assert written.folder is not None
    found = [
        float(row["value"])
        for row in rows(written.folder / TABLES["england"])
        if (row["indicator"], row["group_type"]) == ("filled_posts", "all")
    ]
    expected = written.values("Enacted law", "filled_posts").mean(axis=0)
    assert found == pytest.approx(expected, abs=0.5)
    regions = rows(written.folder / TABLES["region"])
    assert {row["replicate"] for row in regions} == {"mean"}
    assert len({row["area"] for row in regions}) == 9
    assert {row["group_type"] for row in regions} == {"all"}


def test_financial_year_is_summed_up_as_each_indicator_says(written: Results) -> None:
    assert written.folder is not None
    yearly = {
        row["indicator"]: row
        for row in rows(written.folder / YEARLY)
        if row["area"] == "England" and row["group"] == "all" and row["group_type"] == "all"
    }
    assert {row["financial_year"] for row in yearly.values()} == {"2016/17"}
    first = written.values("Enacted law", "cost_council")[:, :12]
    assert float(yearly["cost_council"]["mean"]) == pytest.approx(first.sum(axis=1).mean(), rel=1e-6)
    rate = written.values("Enacted law", "vacancy_rate")[:, 11]
    assert float(yearly["vacancy_rate"]["mean"]) == pytest.approx(rate.mean(), abs=1e-6)
    missed = written.values("Enacted law", "missed_share")[:, :12]
    assert float(yearly["missed_share"]["mean"]) == pytest.approx(missed.mean(), abs=1e-6)
    assert float(yearly["vacancy_rate"]["low"]) <= rate.mean() <= float(yearly["vacancy_rate"]["high"])
    assert yearly["vacancy_rate"]["unit"] == unit_of("vacancy_rate")


def test_whole_years_lie_in_the_window() -> None:
    april = month_index(2020, 4)
    assert whole_years(april, april + 11) == [april]
    assert whole_years(april, april + 10) == []
    assert whole_years(april + 1, april + 35) == [april + 12, april + 24]


def test_detail_adds_groups_of_people(written: Results, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    save_results(Results(written.runs, dict(written.manifest)), plain, detail=False)
    groups = set(pq.read_table(plain / MONTHLY, columns=["group_type"]).column(0).to_pylist())
    assert groups == {"all", "service", "sector", "role", "destination", "origin", "contract", "client_group"}
    assert written.folder is not None
    with_detail = pq.read_table(written.folder / MONTHLY, columns=["group_type"]).column(0).to_pylist()
    assert {"age", "visa", "tenure"} <= set(with_detail)


def test_manifest_alone_gives_the_same_results(written: Results, tmp_path: Path) -> None:
    assert written.folder is not None
    manifest = json.loads((written.folder / MANIFEST).read_text(encoding="utf-8"))
    with private_store(tmp_path / "another machine"):
        again = run_all(scenarios_of(manifest))
    for one, other in zip(again.runs, written.runs, strict=True):
        assert one.seed == other.seed
        assert np.array_equal(one.measured.values, other.measured.values, equal_nan=True)
    assert again.manifest["scenarios"][0]["scenario"] == manifest["scenarios"][0]["scenario"]


def test_manifest_tells_where_everything_came_from(written: Results) -> None:
    manifest = written.manifest
    assert [one["seed"] for one in manifest["replicates"]] == [3, 4]
    assert manifest["scenarios"][0]["origins"]["window.to"] == "this file"
    assert manifest["scenarios"][0]["origins"]["assumptions.unemployment"] == "default"
    assert manifest["versions"]["numpy"] == np.__version__
    assert len(manifest["code_hash"]) == len(manifest["data_hash"]) == 16
    assert manifest["machine"]["processors"] == os.cpu_count()
    assert set(manifest["files"]) == {MONTHLY, YEARLY, DEFINITIONS, *TABLES.values(), *MOVES}


def test_table_in_python(written: Results) -> None:
    table = written.monthly
    assert set(table["area_type"]) == {"england", "region"}
    one = table[(table["indicator"] == "vacancy_rate") & (table["group_type"] == "all") & (table["area"] == "England")]
    assert len(one) == 2 * MONTHS
    yearly = written.yearly()
    assert {"mean", "low", "high", "unit"} <= set(yearly.columns)


def test_what_somebody_else_put_among_results_is_kept_when_they_are_replaced(written: Results, tmp_path: Path) -> None:
    target = tmp_path / "kept"

    def compared(results: Results, folder: Path) -> None:
        (folder / "figures").mkdir()
        for name in ("report.html", "figures/pay.png"):
            (folder / name).write_text("of an earlier comparison", encoding="utf-8")

    save_results(Results(written.runs, dict(written.manifest)), target, detail=False, extra=[compared])
    for name in ("notes.txt", "figures/mine.png"):
        (target / name).write_text("mine", encoding="utf-8")
    (target / "link").symlink_to(tmp_path / "nowhere")
    (target / "empty").mkdir()
    save_results(Results(written.runs, dict(written.manifest)), target, detail=False)
    for name in ("notes.txt", "figures/mine.png"):
        assert (target / name).read_text(encoding="utf-8") == "mine"
    assert (target / "link").is_symlink()
    assert (target / "empty").is_dir()
    assert not (target / "report.html").exists()
    assert not (target / "figures" / "pay.png").exists()


def test_work_of_somebody_else_under_a_name_of_ours_is_kept_under_another(
    written: Results, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that was put there, and one of ours that was changed since."""
    target = tmp_path / "kept"

    def compared(results: Results, folder: Path) -> None:
        (folder / "report.html").write_text("of a comparison", encoding="utf-8")

    save_results(Results(written.runs, dict(written.manifest)), target, detail=False)
    (target / "report.html").write_text("mine", encoding="utf-8")
    with (target / DEFINITIONS).open("a", encoding="utf-8") as file:
        file.write("my remark\n")
    for _ in range(2):
        save_results(Results(written.runs, dict(written.manifest)), target, detail=False, extra=[compared])
    assert (target / "report.html").read_text(encoding="utf-8") == "of a comparison"
    assert (target / "report.kept.html").read_text(encoding="utf-8") == "mine"
    assert "my remark" not in (target / DEFINITIONS).read_text(encoding="utf-8")
    assert (target / "definitions.kept.csv").read_text(encoding="utf-8").endswith("my remark\n")
    said = capsys.readouterr().err
    assert "report.html was somebody else's work; it is kept as" in said
    assert not list(target.rglob("*kept1*"))


def test_dots_in_the_middle_of_a_path_make_no_folder(tmp_path: Path) -> None:
    check_target(tmp_path / "new" / ".." / "results")
    assert real(tmp_path / "new" / ".." / "results") == tmp_path / "results"
    assert not list(tmp_path.iterdir())


def test_results_put_where_somebody_stands_are_there_at_once(
    written: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        check_target(Path())
        save_results(Results(written.runs, dict(written.manifest)), Path(), detail=False)
        assert Path(YEARLY).is_file()


def test_ctrl_c_while_results_are_replaced_leaves_those_before(
    written: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "kept"
    save_results(Results(written.runs, dict(written.manifest)), target, detail=False)
    before = {path.name: path.read_bytes() for path in target.iterdir()}
    rename = Path.rename

    def interrupted(path: Path, goal: Path) -> Path:
        if goal == target / YEARLY and path.parent.name == "new":
            raise KeyboardInterrupt
        return rename(path, goal)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save_results(Results(written.runs, dict(written.manifest)), target, detail=True)
    assert {path.name: path.read_bytes() for path in target.iterdir()} == before
    check_target(target)


def test_a_place_where_no_folder_can_be_is_refused_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ScenarioError, match="file/inside cannot be made"):
        check_target(tmp_path / "file" / "inside")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("manifest", ['{"name": "my web app"}', "[1]", "no JSON", '{"schema": 1, "files": {}}'])
def test_a_folder_with_a_manifest_of_something_else_is_left_alone(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "manifest.json").write_text(manifest, encoding="utf-8")
    (tmp_path / "report.html").write_text("mine", encoding="utf-8")
    with pytest.raises(ScenarioError, match="no result of this program"):
        check_target(tmp_path)


@pytest.mark.parametrize("broken", ["average_table", "yearly_table"])
def test_a_full_disk_leaves_the_old_results_whole(
    written: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    target = tmp_path / "kept"
    save_results(Results(written.runs, dict(written.manifest)), target, detail=False)
    before = {path.name: path.read_bytes() for path in target.iterdir()}

    def full(*arguments: Any) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(f"sim.tables.{broken}", full)
    with pytest.raises(OSError, match="No space left"):
        save_results(Results(written.runs, dict(written.manifest)), target, detail=False)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert {path.name: path.read_bytes() for path in target.iterdir()} == before


def test_results_of_less_than_a_year_have_a_yearly_table_without_rows(
    written: Results, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever reads many of them together needs the names of its columns."""
    results = run(VALUES | {"window": {"from": "2016-04", "to": "2016-06"}, "replicates": 1}, output=tmp_path / "short")
    assert written.folder is not None
    heads = [
        (folder / YEARLY).read_text(encoding="utf-8").splitlines()[0] for folder in (written.folder, tmp_path / "short")
    ]
    assert heads[0] == heads[1]
    assert rows(tmp_path / "short" / YEARLY) == []
    assert results.yearly().empty
    assert "yearly.csv has no rows, as the window holds no whole financial year" in capsys.readouterr().err


def test_results_tell_in_a_line_what_they_hold(written: Results) -> None:
    said = repr(written)
    first, last = month_name(written.months[0]), month_name(written.months[-1])
    assert len(said) < 300
    assert f"{written.scenarios[0]!r}" in said
    assert f"2 replicates, {first} to {last} ({len(written.months)} months); tables: monthly, yearly, " in said
    assert {"moves", "places", "money"} <= set(said.split("tables: ")[1].split(", "))
    assert "crossings" not in said
    one = Results(written.runs[:1], dict(written.manifest))
    assert "1 replicate, " in repr(one)
    assert "2 draws, " in repr(Results(tuple(run._replace(draw=run.replicate) for run in written.runs), {}))
    many = Results(tuple(written.runs[0]._replace(scenario=name) for name in "abcde"), {})
    assert repr(many).startswith("Results of 'a', 'b', 'c' and 2 more: 1 replicate, ")
    assert repr(Results((), {})) == "Results of no runs"
    assert len(repr(Comparison(written))) < 400


def test_a_folder_with_other_things_in_it_is_refused(tmp_path: Path, written: Results) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(ScenarioError, match="no result of this program"):
        check_target(tmp_path)
    assert written.folder is not None
    check_target(written.folder)
    check_target(tmp_path / "deep" / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_monthly_table_of_many_runs_is_left_out_unless_asked_for(
    written: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(folders, "setting", lambda name: 10.0 if name == "monthly_rows" else setting(name))
    again = Results(written.runs, dict(written.manifest))
    save_results(again, tmp_path / "short", detail=False)
    assert not (tmp_path / "short" / MONTHLY).exists()
    assert "--detail months" in capsys.readouterr().err
    assert (tmp_path / "short" / YEARLY).is_file()
    with pytest.raises(ValueError, match="--detail months"):
        load_results(tmp_path / "short")
    save_results(again, tmp_path / "long", detail=False, all_months=True)
    assert len(load_results(tmp_path / "long").runs) == 2


def test_results_of_an_unknown_layout_are_refused(written: Results, tmp_path: Path) -> None:
    target = tmp_path / "future"
    save_results(Results(written.runs, dict(written.manifest)), target, detail=False)
    manifest = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
    (target / MANIFEST).write_text(json.dumps({**manifest, "schema": 99}), encoding="utf-8")
    with pytest.raises(ValueError, match="layout 99"):
        load_results(target)


def test_a_csv_of_nothing_is_a_file_without_columns(tmp_path: Path) -> None:
    folders.write_rows(tmp_path / "empty.csv", [])
    assert (tmp_path / "empty.csv").read_text(encoding="utf-8").strip() == ""
