"""The folder of a study: nothing finished is lost, nothing is mixed, nothing is half written."""

from __future__ import annotations

import json
import math
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from sim.experiments import journal as journals
from sim.experiments.journal import FAILURES, JOURNAL, Failure, Finished, Journal
from sim.experiments.schema import Study
from sim.experiments.store import Store, read_study
from sim.lock import FolderLock
from sim.problems import ScenarioError

OUTCOMES = ("posts", "cost")
STUDY = """
name: Two settings
scale: 0.002
seed: 7
replicates: 2
uncertainties: {unemployment: {vary: [low, high]}}
levers: [{zero_hours_ban: {from: 2027-04, minimum_hours: {vary: [8, 16]}}}]
outcomes: [filled_posts, cost]
"""


def run(number: int, value: float = 0.1) -> Finished:
    return Finished(f"run {number}", 1.5, {"2026/27": [value, float(number)], "2027/28": [math.nan, 1e300]})


def opened(folder: Path) -> Journal:
    journal = Journal(folder, OUTCOMES)
    journal.mend()
    return journal.read()


def as_rows(journal: Journal) -> list[dict[str, object]]:
    return sorted(journal.table().to_pylist(), key=lambda row: (row["key"], row["year"]))


def test_values_come_back_to_the_bit_from_journal_and_sealed_files(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    journal.add(run(1, 0.1 + 0.2))
    before = as_rows(opened(tmp_path))
    assert before[0]["posts"] == 0.1 + 0.2
    assert math.isnan(before[1]["posts"])  # type: ignore[arg-type]
    journal.seal()
    after = as_rows(opened(tmp_path))
    assert repr(after) == repr(before)
    assert (tmp_path / JOURNAL).read_bytes() == b""


def test_a_run_that_was_added_is_on_the_disk(tmp_path: Path) -> None:
    opened(tmp_path).add(run(1))
    assert opened(tmp_path).keys == {"run 1"}


def test_a_run_whose_line_was_written_as_ctrl_c_came_is_not_lost_when_the_journal_is_sealed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = opened(tmp_path)
    journal.add(run(1))

    def interrupted(number: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(journals.os, "fsync", interrupted)
        with pytest.raises(KeyboardInterrupt):
            journal.add(run(2))
    journal.seal()
    assert opened(tmp_path).keys == {"run 1", "run 2"}


def test_a_last_line_that_was_cut_short_is_told_and_made_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = opened(tmp_path)
    journal.add(run(1))
    journal.add(run(2))
    text = (tmp_path / JOURNAL).read_bytes()
    (tmp_path / JOURNAL).write_bytes(text[:-9])
    again = opened(tmp_path)
    assert again.keys == {"run 1"}
    assert "cut short" in capsys.readouterr().err
    again.add(run(2))
    assert opened(tmp_path).keys == {"run 1", "run 2"}


@pytest.mark.parametrize(
    "line", [b"nonsense", b"{}", b'{"key": "x", "seconds": 1, "years": {"2026/27": [1]}}', b"\xff\x00"]
)
def test_a_damaged_line_in_between_costs_only_its_own_run(
    tmp_path: Path, line: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    opened(tmp_path).add(run(1))
    with (tmp_path / JOURNAL).open("ab") as file:
        file.write(line + b"\n")
    opened(tmp_path).add(run(2))
    assert opened(tmp_path).keys == {"run 1", "run 2"}
    assert f"{JOURNAL}:2: cannot be read" in capsys.readouterr().err


def test_a_process_that_died_between_sealing_and_emptying_leaves_each_run_once(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    journal.add(run(1))
    text = (tmp_path / JOURNAL).read_bytes()
    journal.seal()
    (tmp_path / JOURNAL).write_bytes(text)
    again = opened(tmp_path)
    assert len(as_rows(again)) == 2
    again.seal()
    assert len(as_rows(opened(tmp_path))) == 2


def test_two_sealed_files_that_hold_the_same_count_once(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    journal.add(run(1))
    journal.seal()
    (part,) = journal.parts()
    part.with_name("part-000009.parquet").write_bytes(part.read_bytes())
    assert len(as_rows(opened(tmp_path))) == 2


def test_the_journal_is_sealed_as_it_grows_and_small_files_become_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journals, "SEALED_AT", 3)
    journal = opened(tmp_path)
    for number in range(7):
        journal.add(run(number))
    assert len(journal.parts()) == 2
    assert len((tmp_path / JOURNAL).read_bytes().splitlines()) == 1
    for number in (7, 8):  # two short sessions
        again = opened(tmp_path)
        again.add(run(number))
        again.seal()
    assert len(again.parts()) == 4
    assert opened(tmp_path).keys == {f"run {number}" for number in range(9)}


def test_a_run_that_failed_and_then_went_well_is_no_failure(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    journal.fail(Failure("run 1", 7, "ValueError: no"))
    journal.fail(Failure("run 2", 8, "ValueError: not either"))
    journal.add(run(1))
    assert list(opened(tmp_path).failed.values()) == [Failure("run 2", 8, "ValueError: not either")]
    assert (tmp_path / FAILURES).read_text().count("\n") == 2


@pytest.fixture
def small_disk() -> Iterator[None]:
    """Files may have 700 bytes only."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (700, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def add_many(journal: Journal) -> None:
    for number in range(100):
        journal.add(run(number))


def test_no_room_is_an_error_and_leaves_whole_lines_only(tmp_path: Path, small_disk: None) -> None:
    journal = opened(tmp_path)
    with pytest.raises(OSError, match=JOURNAL):
        add_many(journal)
    added = len(journal.keys)
    assert added > 0
    assert (tmp_path / JOURNAL).read_bytes().endswith(b"\n")
    assert opened(tmp_path).keys == {f"run {number}" for number in range(added)}
    with pytest.raises(OSError, match="too large"):
        journal.seal()
    assert opened(tmp_path).keys == {f"run {number}" for number in range(added)}
    assert not list(tmp_path.glob("*.part"))


# -- the folder


def study(text: str, folder: Path) -> Study:
    from sim.experiments.files import load_study

    file = folder / "study_file.yaml"
    file.write_text(text, encoding="utf-8")
    return load_study(file)


def begun(folder: Path, text: str = STUDY) -> Store:
    """The store of a study, specified."""
    from sim.experiments.designs import points_of
    from sim.experiments.estimate import specify
    from sim.experiments.specification import runs_of

    one = study(text, folder)
    store = Store.open(folder / "store", one)
    points = points_of(one)
    store.save_points(points)
    store.save_runs(specify(runs_of(one, points, range(1, 3))).rows)
    return store


def finish(store: Store) -> None:
    """Pretend that all runs were made: posts tell replicate and point, the reference has 1000 less."""
    for row in store.read().runs.to_pylist():
        level = row["point"] * 10.0 + row["replicate"] - (1000.0 if row["reference"] else 0.0)
        store.add(row["key"], 1.0, {"2026/27": [level, 5.0], "2027/28": [level + 0.5, 5.0]})


def test_the_table_has_a_row_for_each_run_and_year_in_order(tmp_path: Path) -> None:
    with begun(tmp_path) as store:
        finish(store)
    table = read_study(tmp_path / "store").table()
    assert list(table.columns) == [
        "point", "unemployment", "zero_hours_ban.minimum_hours", "replicate", "reference", "year", "filled_posts",
        "cost",
    ]  # fmt: skip
    assert len(table) == (4 + 2) * 2 * 2
    first = table.iloc[:4]
    assert list(first["reference"]) == [True, True, False, False]
    assert first["zero_hours_ban.minimum_hours"].isna().tolist() == [True, True, False, False]
    assert list(first["year"]) == ["2026/27", "2027/28"] * 2
    assert list(table["point"]) == sorted(table["point"])


def test_changes_are_against_the_reference_of_the_same_setting_and_replicate(tmp_path: Path) -> None:
    with begun(tmp_path) as store:
        finish(store)
    results = read_study(tmp_path / "store")
    changes = results.changes()
    references = results.table().query("reference and year == '2026/27'").set_index(["unemployment", "replicate"])
    assert len(changes) == 4 * 2 * 2
    for row in changes.query("year == '2026/27'").to_dict("records"):
        level = row["point"] * 10.0 + row["replicate"]
        assert row["filled_posts"] == level - references.loc[(row["unemployment"], row["replicate"]), "filled_posts"]
        assert row["cost"] == 0.0


def test_what_is_missing_is_left_out_and_counted(tmp_path: Path) -> None:
    with begun(tmp_path) as store:
        rows = store.read().runs.to_pylist()
        store.add(rows[2]["key"], 1.0, {"2026/27": [1.0, 2.0]})
        store.fail(rows[3]["key"], 8, "ValueError: no")
        assert len(store.read().table()) == 1
        assert store.read().changes().empty
    assert read_study(tmp_path / "store").counts() == {"done": 1, "failed": 1, "of": 12}


def test_the_study_comes_back_from_its_folder(tmp_path: Path) -> None:
    begun(tmp_path).close()
    assert read_study(tmp_path / "store").study.resolved() == study(STUDY, tmp_path).resolved()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("seed: 7", "seed: 8", "seed: 7 before, 8 now"),
        ("vary: [8, 16]", "vary: [8, 24]", r"minimum_hours.vary\[1\]: 16 before, 24 now"),
        ("replicates: 2", "replicates: 3", "replicates: 2 before, 3 now"),
        ("outcomes: [filled_posts, cost]", "outcomes: [filled_posts]", "outcomes: a list of 2 before"),
    ],
)
def test_another_study_is_refused_with_what_changed(tmp_path: Path, before: str, after: str, told: str) -> None:
    begun(tmp_path).close()
    files = {path: path.read_bytes() for path in (tmp_path / "store").rglob("*") if path.is_file()}
    with pytest.raises(ScenarioError, match=told):
        Store.open(tmp_path / "store", study(STUDY.replace(before, after), tmp_path))
    assert {path: path.read_bytes() for path in files} == files


def test_more_replicates_of_a_study_are_refused_with_the_field_and_what_to_do(tmp_path: Path) -> None:
    begun(tmp_path).close()
    with pytest.raises(ScenarioError) as refused:
        Store.open(tmp_path / "store", study(STUDY.replace("replicates: 2", "replicates: 3"), tmp_path))
    assert str(refused.value) == (
        f"{tmp_path / 'store'}: the study: differs from the one in this folder: replicates: 2 before, 3 now; "
        "expected replicates as before, or another --output"
    )


def test_another_description_is_no_other_study(tmp_path: Path) -> None:
    begun(tmp_path).close()
    begun(tmp_path, "description: what it is about\n" + STUDY).close()


@pytest.mark.parametrize("what", ["code_hash", "data_hash"])
def test_another_version_is_refused(tmp_path: Path, what: str) -> None:
    begun(tmp_path).close()
    change_manifest(tmp_path, what, "0123456789abcdef")
    with pytest.raises(ScenarioError, match=rf"versions: changed: {what}.*they would mix"):
        begun(tmp_path)


def test_another_processor_is_told_and_the_study_goes_on(tmp_path: Path) -> None:
    begun(tmp_path).close()
    change_manifest(tmp_path, "processors", ["Abacus 3000"])
    with begun(tmp_path) as store:
        assert "no longer claimed to be identical to the bit" in store.remarks[0]
        assert "Abacus 3000" in store.remarks[0]
        assert store.note_processor("another one")


def change_manifest(tmp_path: Path, name: str, value: object) -> None:
    path = tmp_path / "store" / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), name: value}))


def test_keys_do_not_depend_on_the_processor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with begun(tmp_path) as store:
        before = store.read().runs.column("key").to_pylist()
    monkeypatch.setattr("sim.provenance.processor", lambda: "Abacus 3000")
    with begun(tmp_path) as store:
        assert store.read().runs.column("key").to_pylist() == before


def test_a_folder_with_other_things_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "thesis.txt").write_text("all of it")
    for resume in (True, False):
        with pytest.raises(ScenarioError, match="store holds"):
            Store.open(tmp_path / "store", study(STUDY, tmp_path), resume=resume)
    assert [path.name for path in (tmp_path / "store").iterdir()] == ["thesis.txt"]


def test_results_of_a_comparison_are_no_study(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "manifest.json").write_text("{}")
    with pytest.raises(ScenarioError, match="holds files; expected an empty or a new folder"):
        Store.open(tmp_path / "store", study(STUDY, tmp_path), resume=False)
    with pytest.raises(ScenarioError, match="no study in"):
        read_study(tmp_path / "store")


def test_a_folder_of_a_study_is_not_begun_anew(tmp_path: Path) -> None:
    begun(tmp_path).close()
    with pytest.raises(ScenarioError, match="holds a study; expected --resume"):
        Store.open(tmp_path / "store", study(STUDY, tmp_path), resume=False)


def test_a_folder_is_locked_while_somebody_works_in_it_and_no_longer(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from sim.lock import FolderLock\n"
    code += "lock = FolderLock(Path(sys.argv[1])).take(); print('held', flush=True); sys.stdin.read()"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(ScenarioError, match=f"process {other.pid} on .* is at work in"):
            FolderLock(tmp_path).take()
        other.kill()
    FolderLock(tmp_path).take().let_go()


def test_points_of_several_types_can_be_kept(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store", study(STUDY, tmp_path)) as store:
        store.save_points(pd.DataFrame({"mixed": [False, "yes", 3], "whole": [1, 2, 3]}))
        assert list(store.read().points["mixed"]) == ["false", "yes", "3"]
        with pytest.raises(ScenarioError, match="other points"):
            store.save_points(pd.DataFrame({"mixed": [False, "yes", 4], "whole": [1, 2, 3]}))


@pytest.mark.parametrize(
    ("name", "left"),
    [
        *((name, b"\x00PAR1 name: [") for name in ("runs.parquet", "points.parquet", "manifest.json", "study.yaml")),
        ("manifest.json", b'{"schema": 1, "outcomes": []}'),
        ("manifest.json", b'{"schema": 1, "outcomes": [{"name": "turnover"}], "axes": [], "study": "A"}'),
        ("results", b"PAR1"),
        ("runs.parquet", None),
        ("points.parquet", None),
    ],
)
def test_a_damaged_or_missing_file_of_a_study_is_named_and_the_other_studies_are_listed(tmp_path, capsys, name, left):
    from sim.experiments.results_command import list_studies

    studies = tmp_path / "studies"
    for place in ("good", "bad"):
        (tmp_path / place).mkdir()
        with begun(tmp_path / place) as store:
            finish(store)
        studies.mkdir(exist_ok=True)
        (tmp_path / place / "store").rename(studies / place)
    folder = studies / "bad"
    file = next((folder / name).glob("*.parquet")) if name == "results" else folder / name
    if left is None:
        file.unlink()
    else:
        file.write_bytes(left)
    with pytest.raises(ScenarioError, match=file.name):
        _everything(folder, tmp_path)
    list_studies(studies, {})
    assert "good" in capsys.readouterr().out


def _everything(folder: Path, where: Path) -> None:
    """Read all of a study, and open it to go on."""
    results = read_study(folder)
    results.table()
    results.counts()
    with Store.open(folder, study(STUDY, where)):
        pass


def test_draws_of_the_command_line_take_the_place_of_replicates_of_a_file(tmp_path):
    from sim.experiments.files import load_study

    (tmp_path / "file.yaml").write_text(STUDY, encoding="utf-8")
    assert load_study(tmp_path / "file.yaml", {"draws": 2}).draws == 2
    assert load_study("living_wage_and_zero_hours", {"replicates": 3}).replicates == 3
    with pytest.raises(ScenarioError, match="one of"):
        load_study(tmp_path / "file.yaml", {"draws": 2, "replicates": 2})
