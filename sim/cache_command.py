"""``caresim cache``: what is kept between runs, and how to be rid of it."""

from __future__ import annotations

import time

from sim import checkpoints, code_cache
from sim.provenance import code_hash, data_hash

BYTES_PER_MB = 1_000_000
THIS, OTHER, SHARED = "this version", "another version", "shared by versions"


def list_kept() -> list[list[str]]:
    """Rows of the table: what, size, last used, made by."""
    code = code_cache.entries(code_cache.code_folder())
    rows = [_row("compiled code", sum(size for _, size, _ in code), code[-1][0], SHARED)] if code else []
    for entry in checkpoints.entries():
        told = entry.about
        what = str(told.get("what"))
        if "scale" in told:
            what += f", scale {told['scale']}, seed {told['seed']}"
        rows.append(_row(what, entry.size, entry.used, THIS if _current(entry) else OTHER))
    return rows


def tidy(*, everything: bool) -> str:
    """Delete what other versions left, or everything; say how much. Files that others put there stay."""
    stems = set() if everything else _stems()
    excess = [(entry.size, entry.path) for entry in checkpoints.entries() if everything or not _current(entry)]
    code = code_cache.entries(code_cache.code_folder())
    excess += [(size, path) for _, size, path in code if path.name.rpartition("-")[0] not in stems]
    for _, path in excess:
        checkpoints.discard(path)
    freed = [size for size, path in excess if not path.exists()]
    return f"{len(freed)} deleted, {sum(freed) / BYTES_PER_MB:,.0f} MB freed"


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
