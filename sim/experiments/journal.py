"""Finished runs of a study on disk: a journal of lines, sealed from time to time into Parquet.

A run is a line of the journal, and on the disk before it counts as finished. Some thousand lines are sealed into a
Parquet file, written beside its place and renamed when whole; only then the journal is emptied. A process that dies in
between leaves runs in both, and readers take each of them once. Nothing else is ever changed or deleted.
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.checkpoints import UNFINISHED, write_whole
from sim.experiments.kept_files import readable

JOURNAL, FAILURES = "journal.jsonl", "failures.jsonl"
PART, ENDING = "part-", ".parquet"
SEALED_AT = 2000
"""Runs in the journal that are sealed together."""
KEY, YEAR, SECONDS = "key", "year", "seconds"
CANNOT = "cannot be read"

Years = Mapping[str, Sequence[float]]
"""Value of every outcome, in order, by financial year."""


class Finished(NamedTuple):
    """A run and what it showed."""

    key: str
    seconds: float
    """Time its simulation took."""
    years: dict[str, list[float]]


class Failure(NamedTuple):
    """A run that came to nothing."""

    key: str
    seed: int
    error: str


class Journal:
    """The finished and the failed runs in a folder; one process writes, any number may read."""

    def __init__(self, folder: Path, outcomes: Sequence[str]) -> None:
        """Look at what is in the folder.

        Args:
            folder: where the files lie; it need not exist yet.
            outcomes: names of the outcomes, in the order of their values.
        """
        self.folder, self.outcomes = folder, tuple(outcomes)
        self.failed: dict[str, Failure] = {}
        self._open: list[Finished] = []
        self.keys: set[str] = set()

    # -- reading

    def read(self) -> Journal:
        """Learn which runs are finished; damaged lines are left out, and said."""
        lines = list(self._journal())  # first, since runs move from the journal to the sealed files
        sealed: set[str] = set()
        for part in self.parts():
            sealed.update(texts(_sealed(part, [KEY]).column(KEY)))
        self._open = [run for run in lines if run.key not in sealed]
        self.keys = sealed | {run.key for run in self._open}
        self.failed = {one.key: one for one in self._failures() if one.key not in self.keys}
        return self

    def parts(self) -> list[Path]:
        """Sealed files, in the order in which they were sealed."""
        return sorted(self.folder.glob(f"{PART}*{ENDING}"))

    def table(self) -> pa.Table:
        """Everything finished, a row for each run and year: key, year, outcomes, seconds; each run once."""
        tables = [_sealed(part) for part in self.parts()]
        table = pa.concat_tables([*tables, self._rows(self._open)]).unify_dictionaries().combine_chunks()
        return _each_once(table)

    def _journal(self) -> Iterator[Finished]:
        for number, line in enumerate(_whole_lines(self.folder / JOURNAL), start=1):
            run = self._finished(line)
            if run is None:
                _say(f"{self.folder / JOURNAL}:{number}: {CANNOT}; that run is made again")
            else:
                yield run

    def _finished(self, line: bytes) -> Finished | None:
        """What a line says; None if it is damaged."""
        try:
            told = json.loads(line)
            years = {str(year): [_number(value) for value in values] for year, values in told["years"].items()}
            run = Finished(str(told[KEY]), float(told[SECONDS]), years)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
        return run if all(len(values) == len(self.outcomes) for values in years.values()) else None

    def _failures(self) -> Iterator[Failure]:
        for number, line in enumerate(_whole_lines(self.folder / FAILURES), start=1):
            try:
                told = json.loads(line)
                yield Failure(str(told[KEY]), int(told["seed"]), str(told["error"]))
            except (ValueError, TypeError, KeyError):
                _say(f"{self.folder / FAILURES}:{number}: {CANNOT}; left out")

    # -- writing

    def add(self, run: Finished) -> None:
        """Keep a finished run; it is on the disk when this returns."""
        if run.key in self.keys:
            return
        years = {
            year: [float(value) if math.isfinite(value) else None for value in values]
            for year, values in run.years.items()
        }
        _append(self.folder / JOURNAL, {KEY: run.key, SECONDS: round(run.seconds, 3), "years": years})
        self._open.append(run)
        self.keys.add(run.key)
        self.failed.pop(run.key, None)
        if len(self._open) >= SEALED_AT:
            self.seal()

    def fail(self, failure: Failure) -> None:
        """Keep that a run failed."""
        _append(self.folder / FAILURES, failure._asdict())
        self.failed[failure.key] = failure

    def mend(self) -> None:
        """Cut off what a process that was killed left half written, so that the next line stands alone."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for left in self.folder.glob(f"*{UNFINISHED}"):
            left.unlink()
        for name in (JOURNAL, FAILURES):
            path = self.folder / name
            if path.is_file():
                text = path.read_bytes()
                whole = text.rfind(b"\n") + 1
                if whole < len(text):
                    _say(f"{path}: the last line was cut short and is left out")
                    os.truncate(path, whole)

    def seal(self) -> None:
        """Put the runs of the journal into a Parquet file, and empty the journal; a small last file is taken along."""
        # Ctrl-C may come when a line is on the disk and nobody has noted it yet.
        missed = [run for run in self._journal() if run.key not in self.keys]
        self._open += missed
        self.keys.update(run.key for run in missed)
        if not self._open:
            return
        parts = self.parts()
        number = int(parts[-1].name[len(PART) : -len(ENDING)]) + 1 if parts else 0
        table = self._rows(self._open)
        small = parts[-1] if parts and pq.read_metadata(parts[-1]).num_rows < SEALED_AT else None
        if small is not None:
            table = pa.concat_tables([_sealed(small), table])
        whole = table.unify_dictionaries().combine_chunks()
        place = self.folder / f"{PART}{number:06d}{ENDING}"
        write_whole(place, lambda file: pq.write_table(whole, file, compression="zstd"))
        _settle(self.folder)  # the name of the new file, too, is on the disk before anything is taken away
        # From here on the runs stand in two files, which readers bear, until one of them is gone.
        if small is not None:
            small.unlink()
        os.truncate(self.folder / JOURNAL, 0)
        self._open = []

    def _rows(self, runs: Sequence[Finished]) -> pa.Table:
        """Runs as a table."""
        rows = [(run.key, year, run.seconds, values) for run in runs for year, values in run.years.items()]
        values = np.array([row[3] for row in rows], dtype=np.float64).reshape(len(rows), len(self.outcomes))
        text = pa.dictionary(pa.int32(), pa.string())
        columns: dict[str, Any] = {
            KEY: pa.array([row[0] for row in rows], pa.string()).dictionary_encode().cast(text),
            YEAR: pa.array([row[1] for row in rows], pa.string()).dictionary_encode().cast(text),
            **{name: pa.array(values[:, place]) for place, name in enumerate(self.outcomes)},
            SECONDS: pa.array([row[2] for row in rows], pa.float64()),
        }
        return pa.table(columns)


def _sealed(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """A sealed file, or some columns of it; texts as codes."""
    with readable(path), pq.ParquetFile(path, read_dictionary=[KEY, YEAR]) as file:
        return file.read(columns=columns, use_threads=False)


def codes(column: Any) -> np.ndarray:
    """Codes of a column of texts that is kept as such."""
    found = column.chunk(0) if isinstance(column, pa.ChunkedArray) and column.num_chunks else column
    if isinstance(found, pa.ChunkedArray):
        return np.zeros(0, dtype=np.int64)
    return np.asarray(found.indices.to_numpy(zero_copy_only=False), dtype=np.int64)


def texts(column: Any) -> list[str]:
    """The texts that such codes stand for."""
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    return list(dict.fromkeys(text for chunk in chunks for text in chunk.dictionary.to_pylist()))


def _each_once(table: pa.Table) -> pa.Table:
    """The table without rows that stand in it twice."""
    if table.num_rows == 0:
        return table
    years = len(texts(table.column(YEAR)))
    rows = codes(table.column(KEY)) * years + codes(table.column(YEAR))
    distinct, first = np.unique(rows, return_index=True)
    return table if len(distinct) == table.num_rows else table.take(pa.array(np.sort(first)))


def _whole_lines(path: Path) -> list[bytes]:
    """Lines of a file without one that is cut short at its end."""
    if not path.is_file():
        return []
    text = path.read_bytes()
    return text[: text.rfind(b"\n") + 1].splitlines()


def _append(path: Path, told: Mapping[str, Any]) -> None:
    """Add a line to a file; where there is no room for all of it, there is none of it afterwards."""
    line = json.dumps(told, allow_nan=False).encode() + b"\n"
    with path.open("ab", buffering=0) as file:
        before = file.seek(0, os.SEEK_END)
        try:
            while line:
                line = line[file.write(line) :]
            os.fsync(file.fileno())
        except OSError as problem:
            file.truncate(before)
            raise OSError(problem.errno, problem.strerror, str(path)) from None


def _settle(folder: Path) -> None:
    """Have the names in a folder written to the disk, where the system can do that."""
    if sys.platform != "win32":
        place = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(place)
        finally:
            os.close(place)


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)


def _say(message: str) -> None:
    sys.stderr.write(f"caresim: {message}\n")
