"""Finished runs of a calibration, a line each: nothing finished is lost, and nothing is run twice."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from sim.calibration.priors import Floats
from sim.calibration.runs import Job
from sim.provenance import fingerprint, makers

RUNS, ENDING = "runs", ".jsonl"
"""Name of the file of finished runs of a calibration, and how all such files end."""
BEGINS = b'{"run": '


def key_of(job: Job, decided: str) -> str:
    """Name of a run: the values of all its parameters, not how they were drawn, and what else decides it."""
    return fingerprint([job.behaviour._asdict(), job.scale, job.seed, {**makers(), "decided": decided}])


def is_store(file: Path) -> bool:
    """Whether a file is one of finished runs, or empty: by how it begins, since its last line may be cut short."""
    with file.open("rb") as lines:
        begins = lines.read(len(BEGINS))
    return BEGINS.startswith(begins)


class Store:
    """A file to which a line is added for each finished run."""

    def __init__(self, folder: Path, values: int, name: str, decided: str) -> None:
        """Open the file in a folder, which is made if need be; OSError if that is not possible.

        Args:
            folder: where it lies.
            values: how many numbers a run shows.
            name: of the file.
            decided: what decides a run besides job and model (`sim.calibration.sources`).
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.file, self.decided, self.values = folder / f"{name}{ENDING}", decided, values
        self._known = dict(self._read())

    def _read(self) -> Iterator[tuple[str, list[float]]]:
        """Finished runs; a last line that was cut short is left out, and cut off, so that the next one stands alone."""
        if not self.file.exists():
            return
        text = self.file.read_bytes()
        whole = text[: text.rfind(b"\n") + 1]
        if len(whole) < len(text):
            os.truncate(self.file, len(whole))
        for number, line in enumerate(whole.splitlines(), start=1):
            entry = self._entry(line)
            if entry is None:
                sys.stderr.write(f"caresim: {self.file}:{number}: damaged; that run is made again\n")
            else:
                yield entry

    def _entry(self, line: bytes) -> tuple[str, list[float]] | None:
        """A line's run and what it shows; None if it holds something else."""
        try:
            entry = json.loads(line)
            key, shows = entry["run"], [float(value) for value in entry["shows"]]
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            return None
        return (key, shows) if isinstance(key, str) and len(shows) == self.values else None

    def __len__(self) -> int:
        return len(self._known)

    def missing(self, jobs: Iterable[Job]) -> list[Job]:
        """Those not finished."""
        return [job for job in jobs if key_of(job, self.decided) not in self._known]

    def add(self, job: Job, shows: Floats) -> None:
        """Keep a finished run; it is on the disk when this returns."""
        key, values = key_of(job, self.decided), [float(value) for value in shows]
        with self.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"run": key, "shows": values}) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self._known[key] = values

    def of(self, jobs: Iterable[Job]) -> Floats:
        """[job, target] what finished runs show; KeyError if one is missing."""
        return np.array([self._known[key_of(job, self.decided)] for job in jobs])
