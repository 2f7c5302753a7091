"""The folder of a study: what was asked for, what is to be run, and what is finished.

``study.yaml`` is the study as resolved, ``points.parquet`` the design, ``runs.parquet`` every run with its key,
``manifest.json`` who made the results with what, and ``results/`` holds the finished runs (`sim.experiments.journal`).
A folder belongs to one study, one version of code and data, and one process at a time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from sim.checkpoints import write_whole
from sim.experiments.journal import KEY, SECONDS, YEAR, Failure, Finished, Journal, Years
from sim.experiments.kept_files import read_yaml, readable
from sim.experiments.study_results import (
    MANIFEST,
    POINT,
    POINTS,
    REFERENCE,
    REPLICATE,
    RESULTS,
    RUNS,
    SCHEMA,
    STUDY,
    StudyResults,
    holds_study,
    read_study,
)  # fmt: skip
from sim.lock import FILES as LOCKS
from sim.lock import FolderLock
from sim.problems import COMMAND_LINE, Problem, ScenarioError
from sim.provenance import code_hash, data_hash, machine, versions

if TYPE_CHECKING:
    from sim.experiments.schema import Study

__all__ = ["KEY", "SECONDS", "YEAR", "Failure", "Finished", "Store", "StudyResults", "read_study"]

UNNAMED = ("name", "description")
"""Parts of a study that decide nothing."""
SHOWN_CHANGES = 8
"""Changes of a study that are listed one by one."""
SEED = "seed"
COLUMNS = (POINT, REPLICATE, REFERENCE, KEY, SEED)
"""Of the table of runs."""


class Store:
    """The folder of a study, open for writing; a context manager that seals and unlocks it at its end."""

    def __init__(self, folder: Path, lock: FolderLock, manifest: dict[str, Any], remarks: Sequence[str]) -> None:
        self.folder, self._lock, self._manifest = folder, lock, manifest
        self.remarks = tuple(remarks)
        """What whoever resumes should know."""
        self.journal = Journal(folder / RESULTS, [one["name"] for one in manifest["outcomes"]])

    @classmethod
    def open(cls, folder: Path, study: Study, *, resume: bool = True) -> Store:
        """Open the folder of a study, and make it if it is new.

        Args:
            folder: where it lies.
            study: which must be the one that the folder holds, if it holds any.
            resume: whether the folder may hold this study already.

        Raises:
            ScenarioError: the folder holds something else, or another process works in it. Nothing is changed then.
        """
        told = study.resolved()
        if not resume:
            _refuse_if_used(folder)
        elif folder.is_dir() and any(folder.iterdir()) and not holds_study(folder):
            _refuse_if_foreign(folder)
        folder.mkdir(parents=True, exist_ok=True)
        lock = FolderLock(folder).take()
        try:
            earlier = _manifest_in(folder)
            remarks = _check_same(folder, earlier, told) if earlier else []
            manifest = earlier or _new_manifest(study)
            store = cls(folder, lock, manifest, remarks)
            store.journal.mend()
            store.journal.read()
            if earlier is None:
                _write_text(folder / STUDY, yaml.safe_dump(told, sort_keys=False, allow_unicode=True))
            store._note_session()
        except BaseException:
            lock.let_go()
            raise
        return store

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the folder, whatever happened."""
        try:
            self.close()
        except OSError:
            # Sealing needs room on the disk; the journal holds everything that would have been sealed.
            if error is None:
                raise

    # -- the specification

    def save_points(self, points: pd.DataFrame) -> None:
        """Write the design; ScenarioError if another is there."""
        path, stored = self.folder / POINTS, _storable(points)
        if path.is_file():
            if not pd.read_parquet(path).equals(_read_back(stored)):
                raise _other(str(path), "the design", "other points than it had", "the points it began with")
            return
        write_whole(path, lambda file: stored.to_parquet(file))

    def save_runs(self, rows: Sequence[tuple[int, int, bool, str, int]]) -> None:
        """Write point, replicate, reference, key and seed of all runs; more may follow, but none may change.

        Raises:
            ScenarioError: a run that was there before has another key now: what it would run has changed.
        """
        path = self.folder / RUNS
        if path.is_file():
            stored = {(p, r, ref): key for p, r, ref, key in _runs_in(path)}
            if any(stored.get((p, r, ref), key) != key for p, r, ref, key, _ in rows):
                found = "runs that would not be the same, as a scenario it names has changed"
                raise _other(str(path), "the runs", found, "scenarios as they were when it began")
            if len(stored) >= len(rows):
                return
        columns = list(zip(*rows, strict=True)) or [()] * len(COLUMNS)
        types = (pa.int32(), pa.int32(), pa.bool_(), pa.string(), pa.int64())
        arrays = [pa.array(values, of) for values, of in zip(columns, types, strict=True)]
        write_whole(path, lambda file: pq.write_table(pa.table(arrays, names=list(COLUMNS)), file, compression="zstd"))

    # -- runs

    def finished(self) -> set[str]:
        """Keys of the runs that are finished."""
        return self.journal.keys

    def add(self, key: str, seconds: float, years: Years) -> None:
        """Keep what a run showed; it is on the disk when this returns. OSError where there is no room."""
        self.journal.add(
            Finished(key, seconds, {year: [float(one) for one in values] for year, values in years.items()})
        )

    def fail(self, key: str, seed: int, error: str) -> None:
        """Keep that a run failed, and why."""
        self.journal.fail(Failure(key, seed, error))

    def results(self) -> pa.Table:
        """Everything finished: key, year, outcomes, seconds."""
        return self.journal.table()

    def read(self) -> StudyResults:
        """What is finished so far, as `read_study` gives it."""
        return StudyResults(self.folder, self._manifest, self.journal)

    # -- how it went

    def note(self, **told: Any) -> None:
        """Say something of this session in the manifest."""
        self._manifest["sessions"][-1].update(told)
        _write_text(self.folder / MANIFEST, json.dumps(self._manifest, indent=2, ensure_ascii=False) + "\n")

    def note_processor(self, name: str) -> bool:
        """Say that runs were made by a type of processor; whether it is another one than all before."""
        known = self._manifest["processors"]
        if name in known:
            return False
        known.append(name)
        self.note()
        return len(known) > 1

    def close(self) -> None:
        """Seal the journal and let go of the folder."""
        try:
            self.journal.seal()
            counts = self.read().counts() if (self.folder / RUNS).is_file() else {}
            self.note(ended=_now(), **counts)
        finally:
            self._lock.let_go()

    def _note_session(self) -> None:
        self._manifest["sessions"].append({"started": _now(), "machine": machine()})
        self.note()


# -- manifests


def _new_manifest(study: Study) -> dict[str, Any]:
    from sim.experiments.axes import axes_of

    return {
        "schema": SCHEMA,
        "study": study.name,
        "drawn": study.draws is not None,
        "description": study.description,
        "outcomes": [
            {"name": one.name, "label": one.label, "unit": one.unit, "per": one.per} for one in study.measured
        ],
        "axes": [{"name": one.name, "kind": one.kind, "label": one.label, "unit": one.unit} for one in axes_of(study)],
        **_makers(),
        "processors": [],
        "sessions": [],
    }


def _makers() -> dict[str, Any]:
    """What must be the same in all sessions, or results would mix."""
    return {"versions": versions(), "code_hash": code_hash(), "data_hash": data_hash()}


def _manifest_in(folder: Path) -> dict[str, Any] | None:
    """The manifest in a folder; None if there is none, ScenarioError if it is none of ours."""
    path = folder / MANIFEST
    if not path.is_file():
        return None
    return read_study(folder).manifest


def _check_same(folder: Path, manifest: Mapping[str, Any], told: Mapping[str, Any]) -> list[str]:
    """Refuse another study or another version; what has to be said where the processor is another one."""
    path = folder / STUDY
    before = read_yaml(path) if path.is_file() else dict(told)
    changes = [one for one in changes_between(before, told) if one.partition(":")[0] not in UNNAMED]
    if changes:
        shown = changes[:SHOWN_CHANGES] + (["and more"] if len(changes) > SHOWN_CHANGES else [])
        found = f"differs from the one in this folder: {'; '.join(shown)}"
        expected = f"{', '.join(fields_of(changes[:SHOWN_CHANGES]))} as before, or another --output"
        raise ScenarioError([Problem(str(folder), 0, "the study", found, expected)])
    for name, now in _makers().items():
        if manifest[name] != now:
            found = "; ".join(changes_between(manifest[name], now, name)) or name
            raise _other(
                str(folder), "versions", found, "those that made its runs, or another --output: they would mix"
            )
    known, here = manifest["processors"], machine()["processor"]
    if known and here not in known:
        remark = (
            f"this processor ({here}) is of another type than that of earlier runs ({', '.join(known)}): results "
            "agree, but are no longer claimed to be identical to the bit to those of an uninterrupted run"
        )
        return [remark]
    return []


def changes_between(before: Any, now: Any, place: str = "") -> Iterator[str]:
    """What differs between two bodies of plain values, place by place."""
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        for name in dict.fromkeys([*before, *now]):
            inner = f"{place}.{name}" if place else str(name)
            yield from changes_between(before.get(name), now.get(name), inner)
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for number, (one, other) in enumerate(zip(before, now, strict=True)):
            yield from changes_between(one, other, f"{place}[{number}]")
    elif before != now:
        yield f"{place}: {_short(before)} before, {_short(now)} now"


def fields_of(changes: Sequence[str]) -> list[str]:
    """The places that such changes name."""
    return [one.partition(":")[0] for one in changes]


def _short(value: Any) -> str:
    from sim.problems import describe

    return describe(value)


# -- folders and files


def _refuse_if_used(folder: Path) -> None:
    """Refuse a folder that holds anything."""
    if folder.is_dir() and any(entry.name not in LOCKS for entry in folder.iterdir()):
        held = "a study" if holds_study(folder) else "files"
        expected = "--resume to go on with it, or another folder" if held == "a study" else "an empty or a new folder"
        raise ScenarioError([Problem(COMMAND_LINE, 0, "--output", f"{folder} holds {held}", expected)])


def _refuse_if_foreign(folder: Path) -> None:
    """Refuse a folder that holds files of others; one in which a sweep was stopped as it began is our own."""
    ours = {*LOCKS, STUDY, RESULTS}
    if any(entry.name not in ours and not entry.name.startswith(MANIFEST) for entry in folder.iterdir()):
        expected = "a folder that `caresim sweep` wrote"
        raise ScenarioError([Problem(COMMAND_LINE, 0, "--output", f"{folder} holds no study", expected)])


def _other(file: str, field: str, found: str, expected: str) -> ScenarioError:
    return ScenarioError([Problem(file, 0, field, f"changed: {found}", expected)])


def _write_text(path: Path, text: str) -> None:
    write_whole(path, lambda file: file.write(text.encode()))


def _now() -> str:
    return datetime.now(tz=UTC).isoformat(timespec="seconds")


def _runs_in(path: Path) -> Iterator[tuple[int, int, bool, str]]:
    with readable(path):
        columns = pq.read_table(path, columns=list(COLUMNS[:4])).to_pydict()
    return zip(*columns.values(), strict=True)


def _storable(points: pd.DataFrame) -> pd.DataFrame:
    """The design with columns of one type each: values of several types become texts."""
    plain = points.reset_index(drop=True)
    for name in plain.columns:
        kinds = {type(value) for value in plain[name]}
        if len(kinds) > 1 and not all(issubclass(kind, (int, float)) and kind is not bool for kind in kinds):
            plain[name] = [json.dumps(value) if not isinstance(value, str) else value for value in plain[name]]
    return plain


def _read_back(points: pd.DataFrame) -> pd.DataFrame:
    """A design as it looks when it was written and read."""
    sink = pa.BufferOutputStream()
    points.to_parquet(sink)
    return pd.read_parquet(pa.BufferReader(sink.getvalue()))
