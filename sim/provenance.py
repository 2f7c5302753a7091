"""What made a result: hashes of code and data, versions, and the machine."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sim.shipped import PACKAGE

SHOWS_RESULTS = (
    "cache_command.py",
    "cli.py",
    "cli_app.py",
    "cli_common.py",
    "cli_studies.py",
    "comparable.py",
    "companions.py",
    "comparison.py",
    "comparison_command.py",
    "comparison_tables.py",
    "figures.py",
    "folders.py",
    "further_tables.py",
    "headline.py",
    "intervals.py",
    "local_check.py",
    "lock.py",
    "manifest.py",
    "month_axis.py",
    "premises.py",
    "progress.py",
    "published.py",
    "replacing.py",
    "results.py",
    "running.py",
    "stories.py",
    "storytelling.py",
    "tables.py",
    "templates.py",
    "terminal.py",
    "warming.py",
)
"""Modules that only show results: a change to them leaves what was simulated valid, as a test makes sure."""
STANDS_BESIDE = ("app/", "calibration/", "documentation/", "doses/", "experiments/", "report/", "validity/")
"""Folders of modules that use the model and take no part in it, in the same sense."""
SHOWS_RESULTS_DATA = (
    "cost_identities.csv",
    "council_turnover.csv",
    "cross_section.csv",
    "discrepancy_2022.csv",
    "later_years.csv",
    "posterior_2022.csv",
    "posterior_use.csv",
    "published.csv",
    "published_costings.csv",
    "standing_out.csv",
    "stylised_facts.csv",
    "targets.csv",
    "unit_values.csv",
    "validated.csv",
    "virtual_experiments.csv",
)
LIBRARIES = ("numpy", "numba", "mesa", "pandas", "pyarrow", "pydantic", "scipy")


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(str(file.relative_to(PACKAGE).as_posix()).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


@cache
def code_hash() -> str:
    """Hash of every source file that can change a result."""
    return _digest([file for file in sorted(PACKAGE.rglob("*.py")) if takes_part(file.relative_to(PACKAGE).as_posix())])


def takes_part(name: str) -> bool:
    """Whether a module, by its path within the package, can change what is simulated."""
    return name not in SHOWS_RESULTS and not name.startswith(STANDS_BESIDE)


@cache
def data_hash() -> str:
    """Hash of every data file that can change a result."""
    files = [file for file in sorted((PACKAGE / "data").glob("*.csv")) if file.name not in SHOWS_RESULTS_DATA]
    return _digest(files)


def fingerprint(values: Any) -> str:
    """Hash of plain values, as a key; floats count to the last bit."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:20]


@cache
def versions() -> dict[str, str]:
    """Versions of Python, of this program and of the libraries that take part in a run."""
    found = {"python": platform.python_version()}
    for name in ("caresim", *LIBRARIES):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def makers() -> dict[str, str]:
    """What decides a simulated state besides its inputs: part of every key."""
    known = versions()
    return {
        "code": code_hash(),
        "data": data_hash(),
        "python": known["python"],
        "numpy": known["numpy"],
        "numba": known["numba"],
        "cpu": processor(),
        "compiled": os.environ.get("NUMBA_DISABLE_JIT", "0"),
    }


@cache
def processor() -> str:
    """Name of the processor's type, as far as the system tells: bits may differ between types."""
    listing = Path("/proc/cpuinfo")
    if listing.is_file():
        for line in listing.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def machine() -> dict[str, Any]:
    """The machine, for the manifest."""
    return {
        "system": platform.platform(),
        "processor": processor(),
        "processors": os.cpu_count(),
        "byte_order": sys.byteorder,
    }


def peak_memory_mb() -> float | None:
    """Most memory this process has used, MB; None where the system does not tell."""
    try:
        import resource
    except ImportError:  # the module is missing on Windows
        return None
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Kilobytes on Linux, bytes on macOS.
    return used / (1024.0 * 1024.0) if sys.platform == "darwin" else used / 1024.0
