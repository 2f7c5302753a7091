"""Folders that travel with the program: at the top of a checkout, inside the package once it is installed."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def shipped_folder(kind: str) -> Path:
    """Folder of shipped files of one kind, such as ``scenarios``.

    The installed copy comes first: beside an installed package stand other people's folders.
    """
    installed = PACKAGE / "_shipped" / kind
    return installed if installed.is_dir() else PACKAGE.parent / kind
