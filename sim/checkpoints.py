"""A store of named arrays between runs: whole or absent, never half written.

Each entry is one ``.npz`` file, written beside its final place and renamed when it is complete. Its parts carry
checksums, so that a damaged file is noticed, deleted and made anew. Everything here can be deleted at any time.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.cache_root import cache_root
from sim.settings import setting

Arrays = dict[str, NDArray[Any]]
EMPTY: Arrays = {}
ABOUT = "about"
"""Name of the part that says in JSON what the entry is."""
PACKED = "packed.npz"
"""Name of the part that holds arrays compressed; it is made while the others are written."""
ENDING = ".npz"
UNFINISHED = ".part"
OURS = re.compile(r"[0-9a-f]{20}\.npz(\.\d+\.part)?")
"""How files of the store are named; others that lie in its folder are left alone."""
FASTEST = 1
"""Level of compression."""
BYTES_PER_GB = 1_000_000_000
NOT_READABLE = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)
"""What numpy and zipfile raise on files that are cut short, altered, or something else altogether."""


@dataclass(frozen=True)
class Entry:
    """One file of the store."""

    path: Path
    about: dict[str, Any]
    size: int
    """Bytes."""
    used: float
    """Time of last use, seconds since 1970."""


def folder() -> Path:
    """Where entries lie."""
    return cache_root() / "histories"


def place(key: str) -> Path:
    """File of an entry."""
    return folder() / f"{key}{ENDING}"


def _say(message: str) -> None:
    sys.stderr.write(f"caresim: {message}\n")


def write_whole(path: Path, write: Callable[[Any], None], lasting: bool = True) -> None:
    """Let `write` fill a file beside `path`, then put it there in one step; an error leaves nothing behind.

    Unless it is `lasting`, nobody waits for the disk: should the power fail, the file may be there without all of it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}{UNFINISHED}")
    try:
        with unfinished.open("wb") as file:
            write(file)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def save(
    key: str, arrays: Mapping[str, NDArray[Any]], about: Mapping[str, Any], packed: Mapping[str, NDArray[Any]] = EMPTY
) -> bool:
    """Keep arrays under a key; False, after saying so, where there is no room or no permission.

    Arrays in `packed` are compressed, which pays where most entries are zero.
    """
    note = {ABOUT: np.frombuffer(json.dumps(dict(about)).encode(), dtype=np.uint8)}

    def write(file: Any) -> None:
        with ThreadPoolExecutor(1) as beside, zipfile.ZipFile(file, "w") as parts:
            compressed = beside.submit(_compressed, packed)
            for name, values in {**note, **arrays}.items():
                _write_part(parts, name, values)
            parts.writestr(PACKED, compressed.result().getbuffer())

    try:
        write_whole(place(key), write, lasting=False)  # a damaged entry is noticed, and made anew
    except OSError as problem:
        _say(f"cannot keep a state for reuse in {folder()} ({problem.strerror or problem}); going on without")
        return False
    _keep_within(int(setting("cache_limit") * BYTES_PER_GB), spare=place(key))
    return True


def _compressed(arrays: Mapping[str, NDArray[Any]]) -> io.BytesIO:
    """Arrays as an archive of their own, compressed."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=FASTEST) as parts:
        for name, values in arrays.items():
            _write_part(parts, name, values)
    return archive


def _write_part(parts: zipfile.ZipFile, name: str, values: NDArray[Any]) -> None:
    with parts.open(f"{name}.npy", "w", force_zip64=True) as part:
        np.lib.format.write_array(part, np.asarray(values, order="C"), allow_pickle=False)


def load(key: str) -> Arrays | None:
    """Arrays kept under a key; None if there are none, or if the file turns out damaged, which is said."""
    path = place(key)
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as parts:
            arrays = {name: parts[name] for name in parts.files if name not in (ABOUT, PACKED)}
            with np.load(io.BytesIO(parts[PACKED]), allow_pickle=False) as packed:
                arrays |= dict(packed)
            _about(parts)
        os.utime(path)
    except NOT_READABLE as problem:
        _say(f"{path.name} is damaged ({problem}); making it anew")
        discard(path)
        return None
    return arrays


def discard(path: Path) -> None:
    """Delete a file of the store; one that is gone, or cannot be deleted, does no harm."""
    try:
        path.unlink(missing_ok=True)
    except OSError as problem:
        _say(f"cannot delete {path} ({problem.strerror})")


def _about(parts: Any) -> dict[str, Any]:
    told = json.loads(parts[ABOUT].tobytes())
    if not isinstance(told, dict):
        message = "says nothing about itself"
        raise ValueError(message)
    return told


def entries() -> Iterator[Entry]:
    """Every entry, the one longest unused first; damaged files and left-overs are listed as such."""
    for found, path in _files():
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as parts:
                about = _about(parts)
        except NOT_READABLE:
            about = {"what": "left over from a run that was stopped" if path.suffix == UNFINISHED else "damaged"}
        yield Entry(path, about, found.st_size, found.st_mtime)


def _files() -> list[tuple[os.stat_result, Path]]:
    """Files of the store, the one longest unused first."""
    if not folder().is_dir():
        return []
    files = []
    for path in folder().iterdir():
        if OURS.fullmatch(path.name):
            with contextlib.suppress(FileNotFoundError):  # deleted or renamed by another process just now
                files.append((path.stat(), path))
    return sorted(files, key=lambda file: (file[0].st_mtime, file[1].name))


def _keep_within(limit: int, spare: Path) -> None:
    """Delete what was longest unused until the store is within its limit; `spare` stays."""
    kept = _files()
    excess = sum(found.st_size for found, _ in kept) - limit
    for found, path in kept:
        if excess <= 0:
            return
        if path != spare and path.suffix == ENDING:
            discard(path)
            excess -= found.st_size
