"""Finished runs of a calibration, a line each: nothing finished is lost, and nothing is run twice."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import numpy as np

from sim.calibration.priors import Floats, behaviour_at
from sim.calibration.runs import Job
from sim.provenance import fingerprint, makers
from sim.shipped import PACKAGE


@cache
def _made_by(figures: str) -> dict[str, str]:
    """What decides a run besides its inputs: code, data, the machine, and what is observed."""
    code = (PACKAGE / "calibration" / name for name in ("targets.py", "runs.py", "later.py"))
    observed = b"".join(file.read_bytes() for file in (PACKAGE / "data" / figures, *code))
    digest = hashlib.sha256(observed).hexdigest()
    return {**makers(), "observed": digest}


def key_of(job: Job, figures: str) -> str:
    """Name of a run: the values of all its parameters, not how they were drawn."""
    behaviour = behaviour_at(job.names, np.array(job.quantiles))
    return fingerprint([behaviour._asdict(), job.scale, job.seed, _made_by(figures)])


class Store:
    """A file to which a line is added for each finished run."""

    def __init__(self, folder: Path, name: str = "runs", figures: str = "targets.csv") -> None:
        """Open the file in a folder, which is made if need be; OSError if that is not possible.

        Args:
            folder: where it lies.
            name: of the file.
            figures: file of ``sim/data/`` that says what is observed of each run.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.file, self.figures = folder / f"{name}.jsonl", figures
        self._known = dict(self._read())

    def _read(self) -> Iterator[tuple[str, list[float]]]:
        """Finished runs; a last line that was cut short is left out, and cut off, so that the next one stands alone."""
        if not self.file.exists():
            return
        text = self.file.read_bytes()
        whole = text[: text.rfind(b"\n") + 1]
        if len(whole) < len(text):
            os.truncate(self.file, len(whole))
        for line in whole.splitlines():
            entry = json.loads(line)
            yield entry["run"], entry["shows"]

    def __len__(self) -> int:
        return len(self._known)

    def missing(self, jobs: Iterable[Job]) -> list[Job]:
        """Those not finished."""
        return [job for job in jobs if key_of(job, self.figures) not in self._known]

    def add(self, job: Job, shows: Floats) -> None:
        """Keep a finished run; it is on the disk when this returns."""
        key, values = key_of(job, self.figures), [float(value) for value in shows]
        with self.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"run": key, "shows": values}) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self._known[key] = values

    def of(self, jobs: Iterable[Job]) -> Floats:
        """[job, target] what finished runs show; KeyError if one is missing."""
        return np.array([self._known[key_of(job, self.figures)] for job in jobs])
