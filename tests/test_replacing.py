"""New files in the place of old ones: whatever cuts it short, and whoever else has files there, nothing is lost."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sim import replacing
from sim.problems import ScenarioError
from sim.replacing import MANIFEST, WORK, Kind, check_replaceable, replaced

LISTS = Kind("list", frozenset({"lists"}))
FIRST = {"table.csv": "first", "figures/pay.png": "first", "figures/cost.png": "first", "gone/page.html": "first"}
SECOND = {"table.csv": "second", "figures/pay.png": "second", "report.html": "second", "new/deep/map.png": "second"}
MOVES = 11
"""From the first to the second: five out with the manifest, one of somebody else's aside, five in."""


def put(target: Path, files: dict[str, str]) -> None:
    with replaced(target, LISTS, {"lists": 1}) as folder:
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")


def held(folder: Path) -> dict[str, str | None]:
    """Every path below a folder, with its text if it is a file."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return {name: path.read_text(encoding="utf-8") if path.is_file() else None for name, path in paths.items()}


def filled(target: Path) -> Path:
    """A folder with the first files, and with notes and a page of somebody else."""
    put(target, FIRST)
    (target / "notes.txt").write_text("mine", encoding="utf-8")
    (target / "report.html").write_text("mine", encoding="utf-8")
    return target


def cut_short(monkeypatch: pytest.MonkeyPatch, after: int, problem: BaseException) -> None:
    """Let so many moves be made, and none after these until something is taken back."""
    made: list[Path] = []
    move = replacing._move

    def moved(source: Path, goal: Path) -> None:
        if len(made) == after:
            monkeypatch.setattr(replacing, "_move", move)
            raise problem
        made.append(source)
        move(source, goal)

    monkeypatch.setattr(replacing, "_move", moved)


def test_new_files_take_the_place_of_old_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = filled(tmp_path / "results")
    put(target, SECOND)
    found = held(target)
    assert {name: found[name] for name in SECOND} == SECOND
    assert found["notes.txt"] == found["report.kept.html"] == "mine"
    assert not set(found) & {"figures/cost.png", "gone", WORK}
    said = capsys.readouterr().err
    assert f"{target / 'report.html'} was somebody else's work; it is kept as {target / 'report.kept.html'}" in said


@pytest.mark.parametrize("problem", [KeyboardInterrupt(), OSError(errno.EACCES, os.strerror(errno.EACCES))])
@pytest.mark.parametrize("after", range(MOVES))
def test_what_is_cut_short_leaves_a_folder_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], after: int, problem: Any
) -> None:
    target = filled(tmp_path / "results")
    before = held(tmp_path)
    cut_short(monkeypatch, after, problem)
    with pytest.raises(type(problem)):
        put(target, SECOND)
    assert held(tmp_path) == before
    assert f"files in {target} were being replaced when that was cut short; what it held before is back" in (
        capsys.readouterr().err
    )
    put(target, SECOND)
    assert held(target)["table.csv"] == "second"


def test_what_is_cut_short_leaves_no_new_folder_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_short(monkeypatch, 2, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        put(tmp_path / "some" / "new", FIRST)
    assert not held(tmp_path)
    with pytest.raises(KeyboardInterrupt), replaced(tmp_path / "some" / "new", LISTS, {"lists": 1}):
        raise KeyboardInterrupt
    assert not held(tmp_path)


KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from sim import replacing
from test_replacing import SECOND, put
made, move = [], replacing._move
def moved(source, goal):
    if len(made) == int(sys.argv[2]):
        os._exit(9)
    made.append(source)
    move(source, goal)
replacing._move = moved
put(Path(sys.argv[1]), SECOND)
"""


def killed(target: Path, after: int) -> None:
    """Put the second files there, in a process that ends without a word among the moves."""
    here = Path(__file__).parent
    code = [sys.executable, "-c", KILLED, str(target), str(after), str(here)]
    environment = {**os.environ, "PYTHONPATH": str(here.parent)}
    assert subprocess.run(code, env=environment, check=False).returncode == 9


@pytest.mark.parametrize("after", [0, 1, 5, 6, 8, 10])
def test_after_a_killed_process_the_next_one_puts_the_folder_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], after: int
) -> None:
    target = filled(tmp_path / "results")
    before = held(tmp_path)
    killed(target, after)
    assert (target / WORK).is_dir()
    check_replaceable(target, LISTS)
    assert held(tmp_path) == before
    assert "what it held before is back" in capsys.readouterr().err
    killed(target, after)
    put(target, SECOND)
    assert held(target)["report.kept.html"] == "mine"
    assert held(target)["table.csv"] == "second"


def test_what_a_killed_process_left_of_a_new_folder_is_removed(tmp_path: Path) -> None:
    target = tmp_path / "results"
    killed(target, 2)
    check_replaceable(target, LISTS)
    put(target, FIRST)
    assert set(held(target)) == {*FIRST, "figures", "gone", MANIFEST}


def test_files_that_somebody_puts_where_a_process_was_killed_stay(tmp_path: Path) -> None:
    target = filled(tmp_path / "results")
    killed(target, 10)
    (target / "table.csv").write_text("mine, too", encoding="utf-8")
    (target / "gone" / "page.html").write_text("mine, too", encoding="utf-8")
    check_replaceable(target, LISTS)
    found = held(target)
    assert found["table.csv"] == found["gone/page.html"] == "mine, too"
    assert found["report.html"] == "mine"
    assert found["figures/pay.png"] == "first"


def test_a_folder_in_the_place_of_a_file_and_a_file_in_that_of_a_folder_are_kept(tmp_path: Path) -> None:
    target = tmp_path / "results"
    put(target, {"other.csv": "first"})
    (target / "table.csv").mkdir()
    (target / "table.csv" / "notes.txt").write_text("mine", encoding="utf-8")
    for name in ("figures", "figures.kept"):
        (target / name).write_text(f"my {name}", encoding="utf-8")
    for _ in range(2):
        put(target, SECOND)
    found = held(target)
    assert {name: found[name] for name in SECOND} == SECOND
    assert found["table.kept.csv/notes.txt"] == "mine"
    assert found["figures.kept"] == "my figures.kept"
    assert found["figures.kept1"] == "my figures"
    assert {path.name for path in tmp_path.iterdir()} == {"results"}


def test_a_link_in_the_place_of_a_folder_is_not_written_through(tmp_path: Path) -> None:
    target, theirs = tmp_path / "results", tmp_path / "theirs"
    theirs.mkdir()
    target.mkdir()
    (target / "figures").symlink_to(theirs)
    put(target, FIRST)
    assert not held(theirs)
    assert (target / "figures.kept").is_symlink()


def test_a_manifest_that_was_edited_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "results"
    put(target, FIRST)
    told = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
    (target / MANIFEST).write_text(json.dumps({**told, "remark": "mine"}, indent=2) + "\n", encoding="utf-8")
    for _ in range(2):
        put(target, SECOND)
    assert json.loads((target / "manifest.kept.json").read_text(encoding="utf-8"))["remark"] == "mine"
    assert "remark" not in json.loads((target / MANIFEST).read_text(encoding="utf-8"))
    assert not (target / "manifest.kept1.json").exists()


@pytest.mark.parametrize("told", [5, None, "text", [1], {"bytes": "many", "sha256": 5}])
def test_a_manifest_that_tells_nonsense_of_a_file_makes_it_somebody_elses(tmp_path: Path, told: Any) -> None:
    target = tmp_path / "results"
    put(target, FIRST)
    manifest = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"]["table.csv"] = told
    (target / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    put(target, SECOND)
    assert held(target)["table.kept.csv"] == "first"
    assert held(target)["table.csv"] == "second"


def test_what_is_mounted_within_a_folder_is_copied_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be renamed between the folder of figures and the rest."""
    target = filled(tmp_path / "results")
    rename, rmdir = Path.rename, Path.rmdir

    def busy(folder: Path) -> None:
        if folder == target / "figures":
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
        rmdir(folder)

    def apart(source: Path, goal: Path) -> Path:
        if (source.parent == target / "figures") != (goal.parent == target / "figures"):
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        return rename(source, goal)

    monkeypatch.setattr(Path, "rename", apart)
    monkeypatch.setattr(Path, "rmdir", busy)
    before = held(tmp_path)
    cut_short(monkeypatch, MOVES - 1, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        put(target, SECOND)
    assert held(tmp_path) == before
    put(target, SECOND)
    assert held(target)["figures/pay.png"] == "second"
    assert "figures/cost.png" not in held(target)
    put(target, {"table.csv": "third"})
    assert held(target)["table.csv"] == "third"


def test_the_folder_itself_stays_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever stands in it goes on standing there, who may not look into it still may not, and nothing is beside it."""
    target = filled(tmp_path / "results")
    target.chmod(0o700)
    before = target.stat()
    monkeypatch.chdir(target)
    with replaced(target, LISTS, {"lists": 1}) as folder:
        assert [path.name for path in tmp_path.iterdir()] == ["results"]
        (folder / "table.csv").write_text("second", encoding="utf-8")
    assert (target.stat().st_ino, target.stat().st_mode) == (before.st_ino, before.st_mode)
    assert Path("table.csv").read_text(encoding="utf-8") == "second"


def test_a_folder_into_which_another_process_is_writing_is_refused(tmp_path: Path) -> None:
    target = filled(tmp_path / "results")
    with replaced(target, LISTS, {"lists": 1}) as folder:
        (folder / "table.csv").write_text("second", encoding="utf-8")
        for refused in (lambda: check_replaceable(target, LISTS), lambda: put(target, FIRST)):
            with pytest.raises(ScenarioError, match=f"process {os.getpid()} on .* is at work in"):
                refused()
    assert held(target)["table.csv"] == "second"


def test_what_cannot_be_taken_back_is_told_and_taken_back_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = filled(tmp_path / "results")
    before = held(tmp_path)

    def refuse(source: Path, goal: Path) -> None:
        if goal.name == "pay.png":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        source.rename(goal)

    cut_short(monkeypatch, MOVES - 1, KeyboardInterrupt())
    moved = replacing._move

    def moved_until(source: Path, goal: Path) -> None:
        try:
            moved(source, goal)
        except KeyboardInterrupt:
            monkeypatch.setattr(replacing, "_move", refuse)
            raise

    monkeypatch.setattr(replacing, "_move", moved_until)
    with pytest.raises(OSError, match=r"what it held before lies in .*old and cannot be put back now"):
        put(target, SECOND)
    monkeypatch.undo()
    check_replaceable(target, LISTS)
    assert held(tmp_path) == before


def test_a_link_in_the_place_of_unfinished_work_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious" / "new").mkdir(parents=True)
    (tmp_path / "precious" / "new" / "mine.txt").write_text("mine", encoding="utf-8")
    target = tmp_path / "results"
    target.mkdir()
    (target / WORK).symlink_to(tmp_path / "precious")
    with pytest.raises(ScenarioError, match="is a link"):
        check_replaceable(target, LISTS)
    assert held(tmp_path / "precious") == {"new": None, "new/mine.txt": "mine"}


@pytest.mark.parametrize("text", ["[" * 200_000, '{"lists": 1, "files": {}, "more": "\\ud800"}'])
def test_a_manifest_that_cannot_be_read_is_somebody_elses(tmp_path: Path, text: str) -> None:
    target = filled(tmp_path / "results")
    (target / MANIFEST).write_text(text, encoding="utf-8")
    if text.startswith("["):
        with pytest.raises(ScenarioError, match="no list of this program"):
            check_replaceable(target, LISTS)
    else:
        put(target, SECOND)
        assert (target / "manifest.kept.json").read_text(encoding="utf-8") == text
    assert (target / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_a_plan_that_cannot_be_read_says_what_to_do(tmp_path: Path) -> None:
    target = filled(tmp_path / "results")
    work = target / WORK
    (work / "new").mkdir(parents=True)
    (work / "new" / MANIFEST).write_text("{}", encoding="utf-8")
    (work / replacing.PLAN).write_text("{", encoding="utf-8")
    with pytest.raises(OSError, match="by hand"):
        put(target, SECOND)
    assert held(target)["table.csv"] == "first"


def test_a_work_folder_that_vanishes_while_it_is_made_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `mkdir` tells of it: there when it begins, and gone when it looks what is there."""
    usual, told = Path.mkdir, []

    def vanishing(self: Path, *arguments: Any, **keys: Any) -> None:
        if self.name == WORK and not told:
            told.append(self)
            raise FileExistsError(errno.EEXIST, "File exists", str(self))
        usual(self, *arguments, **keys)

    monkeypatch.setattr(Path, "mkdir", vanishing)
    target = filled(tmp_path / "results")
    put(target, SECOND)
    assert told
    assert held(target)["table.csv"] == "second"


def test_a_place_where_nothing_can_be_made_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(self: Path, *_arguments: Any, **_keys: Any) -> None:
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(self))

    monkeypatch.setattr(Path, "mkdir", nothing)
    with pytest.raises(OSError, match="No such file or directory"):
        put(tmp_path / "results", SECOND)


def test_a_file_in_the_place_of_the_work_folder_is_told(tmp_path: Path) -> None:
    target = filled(tmp_path / "results")
    (target / WORK).write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError):
        put(target, SECOND)
    assert held(target)["table.csv"] == "first"


def test_processes_that_write_in_turn_do_not_take_each_others_work_away(tmp_path: Path) -> None:
    """Each of two either writes whole or is told that the other is at work."""
    script = """
import sys
from pathlib import Path
from sim.problems import ScenarioError
from sim.replacing import Kind, replaced
done = 0
while done < 80:
    try:
        with replaced(Path(sys.argv[1]), Kind("list", frozenset({"lists"})), {"lists": 1}) as folder:
            (folder / "figures").mkdir()
            for name in "abc":
                (folder / "figures" / name).write_text(sys.argv[2])
        done += 1
    except ScenarioError as problem:
        assert "is at work" in str(problem), problem
print(done)
"""
    target = tmp_path / "results"
    begun = [
        subprocess.Popen([sys.executable, "-c", script, str(target), name], stdout=subprocess.PIPE, text=True)
        for name in ("first", "second")
    ]
    told = [process.communicate(timeout=120)[0] for process in begun]
    assert [process.returncode for process in begun] == [0, 0]
    done = [int(each) for each in told]
    assert done == [80, 80]
    assert len({(target / "figures" / name).read_text(encoding="utf-8") for name in "abc"}) == 1
    assert not (target / WORK).exists()
