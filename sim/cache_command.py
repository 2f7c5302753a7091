"""``caresim cache``: what is kept between runs, and how to be rid of it."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from sim import checkpoints
from sim.jit import cache_root, source_hash
from sim.provenance import code_hash, data_hash

BYTES_PER_MB = 1_000_000
THIS, OTHER = "this version", "another version"


def list_kept() -> list[list[str]]:
    """Rows of the table: what, size, last used, made by."""
    rows = [_row("compiled code", size, used, ours) for _, size, used, ours in _compiled()]
    for entry in checkpoints.entries():
        told = entry.about
        what = str(told.get("what"))
        if "scale" in told:
            what += f", scale {told['scale']}, seed {told['seed']}"
        rows.append(_row(what, entry.size, entry.used, _current(entry)))
    return rows


def tidy(*, everything: bool) -> str:
    """Delete what other versions left, or everything; say how much."""
    freed, count = 0, 0
    for entry in list(checkpoints.entries()):
        if everything or not _current(entry):
            checkpoints.discard(entry.path)
            freed, count = freed + entry.size, count + 1
    for folder, size, _, ours in _compiled():
        if everything or not ours:
            shutil.rmtree(folder, ignore_errors=True)
            freed, count = freed + size, count + 1
    return f"{count} deleted, {freed / BYTES_PER_MB:,.0f} MB freed"


def _current(entry: checkpoints.Entry) -> bool:
    return entry.about.get("code") == code_hash() and entry.about.get("data") == data_hash()


def _compiled() -> list[tuple[Path, int, float, bool]]:
    """Folders of compiled code with size, last use, and whether this version made them."""
    root = cache_root()
    found = []
    for folder in sorted(root.iterdir()) if root.is_dir() else []:
        if folder.is_dir() and folder != checkpoints.folder():
            files = [path.stat() for path in folder.rglob("*") if path.is_file()]
            used = max((one.st_mtime for one in files), default=folder.stat().st_mtime)
            found.append((folder, sum(one.st_size for one in files), used, folder.name == source_hash()))
    return found


def _row(what: str, size: int, used: float, ours: bool) -> list[str]:
    day = time.strftime("%Y-%m-%d %H:%M", time.localtime(used))
    return [what, f"{size / BYTES_PER_MB:,.1f} MB", day, THIS if ours else OTHER]
