"""What is printed on the terminal with colours and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def console() -> Console:
    """Prints names as they are: one may hold ``:100:``, which would otherwise become a picture."""
    from rich.console import Console

    return Console(emoji=False)
