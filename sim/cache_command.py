"""``caresim cache``: what is kept between runs, and how to be rid of it."""

from __future__ import annotations

import re
import time
from pathlib import Path

from sim import checkpoints, code_cache
from sim.provenance import code_hash, data_hash

HISTORY, CODE = (re.compile(name) for name in (r"[0-9a-f]{20}\.npz(\.\d+\.part)?", r".+-[0-9a-f]{16}\.(nbc|\d+)"))
"""How the program names its files in the two folders."""
BYTES_PER_MB = 1_000_000
THIS, OTHER, SHARED = "this version", "another version", "shared by versions"


def list_kept() -> list[list[str]]:
    """Rows of the table: what, size, last used, made by."""
    code = _code()
    rows = [_row("compiled code", sum(size for _, size, _ in code), code[-1][0], SHARED)] if code else []
    for entry in _histories():
        told = entry.about
        what = str(told.get("what"))
        if "scale" in told:
            what += f", scale {told['scale']}, seed {told['seed']}"
        rows.append(_row(what, entry.size, entry.used, THIS if _current(entry) else OTHER))
    return rows


def tidy(*, everything: bool) -> str:
    """Delete what other versions left, or everything; say how much. Files that others put there stay."""
    stems = set() if everything else _stems()
    excess = [(entry.size, entry.path) for entry in _histories() if everything or not _current(entry)]
    excess += [(size, path) for _, size, path in _code() if path.name.rpartition("-")[0] not in stems]
    for _, path in excess:
        checkpoints.discard(path)
    freed = [size for size, path in excess if not path.exists()]
    return f"{len(freed)} deleted, {sum(freed) / BYTES_PER_MB:,.0f} MB freed"


def _histories() -> list[checkpoints.Entry]:
    return [entry for entry in checkpoints.entries() if HISTORY.fullmatch(entry.path.name)]


def _code() -> list[tuple[float, int, Path]]:
    return [one for one in code_cache.entries(code_cache.code_folder()) if CODE.fullmatch(one[2].name)]


def _stems() -> set[str]:
    """How names of files with compiled code begin, for every function of the program."""
    import sim.model  # noqa: F401  importing it defines them all
    from sim.jit import FUNCTIONS

    return {code_cache.stem(function) for function in FUNCTIONS}


def _current(entry: checkpoints.Entry) -> bool:
    return entry.about.get("code") == code_hash() and entry.about.get("data") == data_hash()


def _row(what: str, size: int, used: float, made_by: str) -> list[str]:
    day = time.strftime("%Y-%m-%d %H:%M", time.localtime(used))
    return [what, f"{size / BYTES_PER_MB:,.1f} MB", day, made_by]
