"""New files in the place of old ones: all of them or none, and what is somebody else's stays theirs.

New files are written into a folder inside the target and then moved one by one. A plan of the moves lies beside them,
so that moves which are cut short can be taken back: at once, or, where the process was killed, by the next one that
writes there. The target itself is never renamed: it may be a mount, lie where nothing else can be made, have
permissions of its own, or be where somebody stands. A manifest, which comes last, lists what was written; only that,
if it is unchanged, is replaced.
"""

from __future__ import annotations

import errno
import hashlib
import itertools
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from sim.checkpoints import write_whole
from sim.lock import FolderLock
from sim.problems import COMMAND_LINE, Problem, ScenarioError

MANIFEST = "manifest.json"
WORK = ".caresim_unfinished"
"""Folder, in the target, of what is on its way in and out."""
NEW, OLD, PLAN = "new", "old", "plan.json"
"""In that folder."""
TRIES = 100
"""How often that folder is made anew where the process before has just removed it."""
FILES, OWN_HASH = "files", "manifest_sha256"
"""Entries of a manifest: size and hash of every file, and the hash of all its other entries."""


class Kind(NamedTuple):
    """Which folders a command may write into again."""

    called: str
    """What it writes, such as "result"."""
    marks: frozenset[str]
    """Entries of its manifests, by which they are known."""


class Plan(NamedTuple):
    """Moves within a target, each a pair of paths in it; what is moved out is moved first."""

    out: list[tuple[str, str]]
    made: list[str]
    """Folders that are not there yet, the outer ones first."""
    into: list[tuple[str, str]]
    """The manifest comes last."""


def check_replaceable(target: Path, kind: Kind) -> None:
    """Refuse a folder that holds anything but earlier work of this kind, or cannot be written to.

    Where a process was killed among its moves, they are taken back.
    """
    try:
        if (target / WORK).is_dir():
            with _at_work_in(target):
                pass
        if target.is_dir() and any(target.iterdir()) and files_of(target, kind) is None:
            found = f"{target} has something in it that is no {kind.called} of this program"
            raise _refused(found, f"a new or empty folder, or an earlier {kind.called}")
        with _at_work_in(target):
            pass
    except OSError as problem:
        cannot = "written to" if target.is_dir() else "made"
        found = f"{target} cannot be {cannot} ({problem.strerror})"
        raise _refused(found, "a folder that can be written to") from None


def _refused(found: str, expected: str) -> ScenarioError:
    return ScenarioError([Problem(COMMAND_LINE, 0, "--output", found, expected)])


@contextmanager
def replaced(target: Path, kind: Kind, manifest: dict[str, Any]) -> Iterator[Path]:
    """A folder for new files, which take the place of earlier ones at the end of the block; on error none do.

    Args:
        target: where they go.
        kind: what they are.
        manifest: what is to be said of them; size and hash of every file are added.
    """
    with _at_work_in(target) as work:
        new = work / NEW
        new.mkdir()
        yield new
        _write_manifest(new, manifest)
        _move_all(target, _planned(target, kind))


def files_of(folder: Path, kind: Kind) -> dict[str, Any] | None:
    """Files that the manifest in a folder lists; None if there is no manifest of this kind."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return dict(manifest[FILES]) if kind.marks <= set(manifest) else None
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


# -- the folder for what is on its way


@contextmanager
def _at_work_in(target: Path) -> Iterator[Path]:
    """Hold a target, which is made if it is new; what is left half done, by this process or another, is put right."""
    made = [folder for folder in (target, *target.parents) if not folder.exists()]
    work = target / WORK
    try:
        lock = _locked(work)
        try:
            _put_right(target)
            yield work
        finally:
            try:
                _put_right(target)
                shutil.rmtree(work, ignore_errors=True)  # while it is held, as the next one makes its own
            finally:
                lock.let_go()
    finally:
        _remove_empty(made)


def _locked(work: Path) -> FolderLock:
    """The lock of a folder of unfinished work, which is made, again if the one before has just removed it."""
    if work.is_symlink():
        found = f"{work} is a link, and not a folder of this program"
        raise _refused(found, "that the link is taken away")
    if work.is_file():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(work))
    for _ in range(TRIES):
        try:
            # `mkdir` fails either way if the folder is there at first and removed while it looks.
            work.mkdir(parents=True, exist_ok=True)
            lock, failed = FolderLock(work).take(), None
            if lock.is_there:
                return lock
            lock.let_go()
        except (FileNotFoundError, FileExistsError) as problem:
            failed = problem
    if failed is not None:
        raise failed
    found = f"{work} vanishes as soon as it is made"
    raise _refused(found, "that other programs leave it alone")


def _put_right(target: Path) -> None:
    """Take back moves that were cut short, and remove what was not finished."""
    work = target / WORK
    if _cut_short(work):
        _take_back(target)
        sys.stderr.write(f"caresim: files in {target} were being replaced when that was cut short; ")
        sys.stderr.write("what it held before is back\n")
    (work / PLAN).unlink(missing_ok=True)
    for folder in (NEW, OLD):
        shutil.rmtree(work / folder, ignore_errors=True)


def _cut_short(work: Path) -> bool:
    """Whether some files may be moved and others not: the manifest, which is the last, is still to come."""
    return (work / PLAN).is_file() and (work / NEW / MANIFEST).is_file()


def _remove_empty(folders: Iterable[Path]) -> None:
    """Remove folders that are there and empty; one that something is mounted on cannot be removed, and stays."""
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


# -- moves


def _planned(target: Path, kind: Kind) -> Plan:
    """Moves that are needed: our earlier files out, others' aside where they are in the way, new ones in."""
    ours = _ours(target, files_of(target, kind))
    new = target / WORK / NEW
    names = [path.relative_to(new).as_posix() for path in sorted(new.rglob("*")) if path.is_file()]
    names = [*(name for name in names if name != MANIFEST), MANIFEST]
    aside = {name: _free_name(target, name) for name in _in_the_way(target, names, set(ours))}
    folders = sorted({str(folder) for name in names for folder in PurePosixPath(name).parents} - {"."})
    made = [folder for folder in folders if folder in aside or not (target / folder).is_dir()]
    out = [(name, f"{WORK}/{OLD}/{name}") for name in ours]
    return Plan([*out, *aside.items()], made, [(f"{WORK}/{NEW}/{name}", name) for name in names])


def _ours(target: Path, told: dict[str, Any] | None) -> list[str]:
    """Files of a manifest that are as they were written, if it tells of any, and the manifest itself."""
    if told is None:
        return []
    # The manifest goes first: without it nobody takes files of which half are moved for a result.
    found = [MANIFEST] if _is_unchanged_manifest(target / MANIFEST) else []
    for entry in sorted(target.rglob("*")):  # names that the manifest has may lead elsewhere
        name = entry.relative_to(target).as_posix()
        if name != MANIFEST and _is_as_told(entry, told.get(name)):
            found.append(name)
    return found


def _in_the_way(target: Path, names: Iterable[str], ours: set[str]) -> list[str]:
    """What is not ours and stands where a new file, or a folder of one, has to be."""
    found: dict[str, None] = {}
    for name in names:
        for folder in reversed(PurePosixPath(name).parents[:-1]):
            place = target / folder
            if str(folder) not in ours and (place.is_symlink() or (place.exists() and not place.is_dir())):
                found[str(folder)] = None
                break
        else:
            if name not in ours and os.path.lexists(target / name):
                found[name] = None
    return list(found)


def _free_name(target: Path, name: str) -> str:
    """A name like one that is taken, beside it, that is not."""
    path = PurePosixPath(name)
    likes = (str(path.with_name(f"{path.stem}.kept{number or ''}{path.suffix}")) for number in itertools.count())
    return next(like for like in likes if not os.path.lexists(target / like))


def _move_all(target: Path, plan: Plan) -> None:
    """Carry a plan out. Whatever cuts it short, the plan is there to be taken back."""
    text = json.dumps(plan._asdict())
    write_whole(target / WORK / PLAN, lambda file: file.write(text.encode()))
    for source, goal in (*plan.out, *plan.into):
        _move(target / source, target / goal)
    _tidy_up(target, plan)


def _tidy_up(target: Path, plan: Plan) -> None:
    """Remove folders that held our earlier files only, and tell what was moved aside."""
    for source, goal in plan.out:
        if goal.startswith(f"{WORK}/"):
            _remove_empty(target / folder for folder in PurePosixPath(source).parents[:-1])
        else:
            kept = f"{target / source} was somebody else's work; it is kept as {target / goal}"
            sys.stderr.write(f"caresim: {kept}\n")


def _take_back(target: Path) -> None:
    """Undo the moves of a plan that were made; somebody may have put files of their own there since, which stay."""
    work = target / WORK
    try:
        plan = Plan(**json.loads((work / PLAN).read_text(encoding="utf-8")))
        told = json.loads((work / NEW / MANIFEST).read_text(encoding="utf-8"))[FILES]
        for source, goal in reversed(plan.into):
            if not os.path.lexists(target / source) and _is_as_told(target / goal, told.get(goal)):
                _move(target / goal, target / source)
        _remove_empty(target / folder for folder in reversed(plan.made))
        for source, goal in reversed(plan.out):
            if os.path.lexists(target / goal) and not os.path.lexists(target / source):
                _move(target / goal, target / source)
    except OSError as problem:
        why = f"what it held before lies in {work / OLD} and cannot be put back now ({problem}); "
        why += "the next command that writes into the folder tries again"
        raise OSError(errno.EIO, why, str(target)) from problem
    except (ValueError, TypeError, KeyError, RecursionError) as problem:
        why = f"what it held before lies in {work / OLD}, and the plan by which it would be put back cannot be read; "
        why += f"move what is wanted out of {work} by hand, and remove that folder"
        raise OSError(errno.EIO, why, str(target)) from problem


def _move(source: Path, goal: Path) -> None:
    """Rename a file, or copy it where something else is mounted in between."""
    goal.parent.mkdir(parents=True, exist_ok=True)
    try:
        source.rename(goal)
    except OSError as problem:
        if problem.errno != errno.EXDEV or not source.is_file():
            raise
        with source.open("rb") as file:
            write_whole(goal, lambda copy: shutil.copyfileobj(file, copy))
        source.unlink()


# -- manifests


def _write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Add size and hash of every file, and the manifest's own hash, and write it."""
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            files[path.relative_to(folder).as_posix()] = {"bytes": path.stat().st_size, "sha256": _digest(path)}
    manifest[FILES] = files
    manifest.pop(OWN_HASH, None)
    manifest[OWN_HASH] = hashlib.sha256(_text_of(manifest).encode()).hexdigest()
    (folder / MANIFEST).write_text(_text_of(manifest), encoding="utf-8")


def _text_of(manifest: dict[str, Any]) -> str:
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def _is_unchanged_manifest(path: Path) -> bool:
    """Whether a manifest is, to the letter, as it was written."""
    if path.is_symlink():
        return False
    try:
        text = path.read_text(encoding="utf-8")
        manifest = json.loads(text)
        rest = {name: value for name, value in manifest.items() if name != OWN_HASH}
        own = hashlib.sha256(_text_of(rest).encode()).hexdigest()
    except (ValueError, RecursionError):  # somebody's edits
        return False
    return manifest.get(OWN_HASH) == own and _text_of(manifest) == text


def _is_as_told(entry: Path, told: Any) -> bool:
    """Whether a file is the one that a manifest tells of; what it tells may be anything."""
    if not isinstance(told, dict) or entry.is_symlink() or not entry.is_file():
        return False
    return bool(entry.stat().st_size == told.get("bytes") and _digest(entry) == told.get("sha256"))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
