"""Results of a study read back: a table of every run and year, and its changes against the reference."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.experiments.journal import KEY, YEAR, Failure, Journal, codes, texts
from sim.experiments.kept_files import readable
from sim.problems import COMMAND_LINE, Problem, ScenarioError

if TYPE_CHECKING:
    from sim.experiments.schema import Study

STUDY, MANIFEST, POINTS, RUNS, RESULTS = "study.yaml", "manifest.json", "points.parquet", "runs.parquet", "results"
"""Names in the folder of a study."""
SCHEMA = 1
"""Version of the layout of the folder; a reader refuses what it does not know."""
POINT, REPLICATE, REFERENCE = "point", "replicate", "reference"
LEVER = "lever"
"""Kind of the axes that a reference is without."""

Ints = NDArray[np.int64]


@dataclass
class StudyResults:
    """What is finished of a study."""

    folder: Path
    manifest: dict[str, Any]
    journal: Journal

    @cached_property
    def study(self) -> Study:
        """The study, as it was resolved."""
        from sim.experiments.files import load_study

        return load_study(str(self.folder / STUDY), points=self.points)

    @property
    def outcomes(self) -> list[str]:
        """Names of the outcomes, in the order of the columns."""
        return [str(one["name"]) for one in self.manifest["outcomes"]]

    def axes(self, *, kind: str | None = None) -> list[str]:
        """Names of the axes, in the order of the columns; of one kind only, if named."""
        return [str(one["name"]) for one in self.manifest["axes"] if kind in (None, one["kind"])]

    @cached_property
    def points(self) -> pd.DataFrame:
        """The design: a row for each point, a column for each axis."""
        with readable(self.folder / POINTS):
            return pd.read_parquet(self.folder / POINTS)

    @cached_property
    def runs(self) -> pa.Table:
        """The specification: point, replicate, reference, key and seed of every run, in order."""
        with readable(self.folder / RUNS):
            table = pq.read_table(self.folder / RUNS, read_dictionary=[KEY])
        order = np.lexsort(
            (~_numbers(table, REFERENCE).astype(bool), _numbers(table, REPLICATE), _numbers(table, POINT))
        )
        return table.take(pa.array(order)).combine_chunks()

    @property
    def has_reference(self) -> bool:
        """Whether runs have references, so that there are changes."""
        return bool(_numbers(self.runs, REFERENCE).any())

    def counts(self) -> dict[str, int]:
        """Runs of the specification: of them done, failed, and all. Equal runs count once."""
        wanted = set(texts(self.runs.column(KEY)))
        return {
            "done": len(wanted & self.journal.keys),
            "failed": len(wanted & set(self.journal.failed)),
            "of": len(wanted),
        }

    def failures(self) -> list[Failure]:
        """Runs that came to nothing."""
        return list(self.journal.failed.values())

    def table(self) -> pd.DataFrame:
        """A row for each finished run and financial year: point, axes, replicate, reference, year, outcomes.

        References have no values of levers. Rows are in the order of point, replicate, reference first, and year.
        """
        run, values = self._joined
        frame = self._frame(run)
        return frame.assign(**{name: values[:, place] for place, name in enumerate(self.outcomes)})

    def changes(self) -> pd.DataFrame:
        """The same less the reference of the same uncertainties, replicate and year; without what has none yet."""
        run, values = self._joined
        setting = self._settings()
        reference = _numbers(self.runs, REFERENCE).astype(bool)[run]
        same = _codes_together(
            setting[_numbers(self.runs, POINT)[run]], _numbers(self.runs, REPLICATE)[run], self._years
        )
        known, place = np.unique(same[reference], return_index=True)
        at = np.searchsorted(known, same)
        paired = ~reference & (at < len(known))
        paired[paired] = known[at[paired]] == same[paired]
        difference = values[paired] - values[reference][place[at[paired]]]
        frame = self._frame(run).loc[paired].reset_index(drop=True).drop(columns=REFERENCE)
        return frame.assign(**{name: difference[:, which] for which, name in enumerate(self.outcomes)})

    # -- how they are put together

    def _settings(self) -> Ints:
        """[point] number of the setting of everything but levers, which points share with their reference."""
        shared = [name for name in self.axes() if name not in self.axes(kind=LEVER)]
        if not shared:
            return np.zeros(len(self.points), dtype=np.int64)
        groups = self.points.groupby(shared, dropna=False, sort=False).ngroup()
        return np.asarray(groups, dtype=np.int64)

    @cached_property
    def _results(self) -> pa.Table:
        return self.journal.table()

    @cached_property
    def _years(self) -> Ints:
        """[row] place of the year among all years."""
        run_rows = self._rows[1]
        names = texts(self._results.column(YEAR))
        rank = np.argsort(np.argsort(names))
        return np.asarray(rank[codes(self._results.column(YEAR))][run_rows], dtype=np.int64)

    @cached_property
    def _rows(self) -> tuple[Ints, Ints]:
        """For each row of the table: its row among the runs, and that among the results."""
        results = self._results
        if results.num_rows == 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        names = texts(results.column(YEAR))
        key, year = codes(results.column(KEY)), np.argsort(np.argsort(names))[codes(results.column(YEAR))]
        order = np.lexsort((year, key))
        known = texts(results.column(KEY))
        first = np.searchsorted(key[order], np.arange(len(known) + 1))
        place = pc.index_in(self.runs.column(KEY).cast(pa.string()), value_set=pa.array(known, pa.string()))
        of_run = place.fill_null(-1).to_numpy().astype(np.int64)
        many = np.where(of_run >= 0, first[of_run + 1] - first[of_run], 0)
        run = np.repeat(np.arange(len(of_run)), many)
        within = np.arange(len(run)) - np.repeat(np.cumsum(many) - many, many)
        return run, np.asarray(order[first[of_run[run]] + within], dtype=np.int64)

    @cached_property
    def _joined(self) -> tuple[Ints, NDArray[np.float64]]:
        """For each row of the table: its row among the runs; and [row, outcome] values."""
        run, row = self._rows
        columns = [self._results.column(name).to_numpy()[row] for name in self.outcomes]
        return run, np.stack(columns, axis=1) if columns else np.zeros((len(run), 0))

    def _frame(self, run: Ints) -> pd.DataFrame:
        """Columns of the table without the outcomes."""
        point = _numbers(self.runs, POINT)[run]
        reference = _numbers(self.runs, REFERENCE).astype(bool)[run]
        columns: dict[str, Any] = {POINT: point}
        for name in self.axes():
            values = self.points[name]
            # Texts as codes: a million rows share a few of them.
            taken = (values.astype("category") if values.dtype == object or values.dtype == "str" else values).iloc[
                point
            ]
            without = name in self.axes(kind=LEVER) and bool(reference.any())
            columns[name] = (_nullable(taken).mask(reference) if without else taken).reset_index(drop=True)
        columns[REPLICATE] = _numbers(self.runs, REPLICATE)[run]
        columns[REFERENCE] = reference
        years = sorted(texts(self._results.column(YEAR)))
        columns[YEAR] = (
            pd.Categorical.from_codes(self._years, pd.Index(years), ordered=True) if years else pd.Categorical([])
        )
        return pd.DataFrame(columns)


def _nullable(values: pd.Series[Any]) -> pd.Series[Any]:
    """A column that can hold nothing, too."""
    if values.dtype == bool:
        return values.astype("boolean")
    return values.astype("float64") if pd.api.types.is_integer_dtype(values.dtype) else values


def _numbers(table: pa.Table, name: str) -> NDArray[Any]:
    return np.asarray(table.column(name).to_numpy())


def _codes_together(*parts: NDArray[Any]) -> Ints:
    """One number for each row, the same where all parts are."""
    together = np.zeros(len(parts[0]), dtype=np.int64)
    for part in parts:
        together = together * (int(part.max(initial=0)) + 1) + part
    return together


def holds_study(folder: Path) -> bool:
    """Whether a folder is one that a sweep has begun; runs and comparisons leave manifests, too."""
    return (folder / MANIFEST).is_file() and ((folder / STUDY).is_file() or (folder / RESULTS).is_dir())


def read_study(folder: str | Path) -> StudyResults:
    """Results of the study in a folder; ScenarioError where there is none."""
    place = Path(folder)
    if not holds_study(place):
        expected = f"a folder that `caresim sweep` wrote, with its {MANIFEST}"
        raise ScenarioError([Problem(COMMAND_LINE, 0, "STUDY", f"no study in {place}", expected)])
    with readable(place / MANIFEST):
        manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        try:
            schema = manifest["schema"]
            outcomes = [str(one["name"]) for one in manifest["outcomes"]]
            # What is looked at later.
            _ = [(one["label"], one["unit"], 1.0 / one["per"]) for one in manifest["outcomes"]]
            _ = [(one["name"], one["kind"], one["label"], one["unit"]) for one in manifest["axes"]]
            _ = manifest["study"], [one["started"] for one in manifest["sessions"]], manifest["processors"]
        except (TypeError, KeyError, ZeroDivisionError):
            raise ValueError from None
    if schema != SCHEMA:
        raise ScenarioError([Problem(str(place / MANIFEST), 0, "schema", str(schema), f"{SCHEMA}")])
    return StudyResults(place, manifest, Journal(place / RESULTS, outcomes).read())
