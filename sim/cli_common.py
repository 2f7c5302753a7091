"""What commands have in common: how errors are told, and where results go."""

from __future__ import annotations

import os
import re
import select
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

USER_ERROR = 2
"""Exit status for anything that the person at the keyboard can put right."""
OUTPUTS = Path("outputs")
STANDARD_OUTPUT = 1
"""Its number among a process's open files."""
INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""

STOPPED = "stopped; runs already finished are kept and will not be simulated again"


@contextmanager
def user_errors(stopped: str = STOPPED) -> Iterator[None]:
    """Turn whatever the user can put right into a message and exit status 2; `stopped` is said after Ctrl-C."""
    from sim.problems import ScenarioError

    try:
        yield
    except ScenarioError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(USER_ERROR) from None
    except KeyboardInterrupt:
        typer.echo(f"caresim: {stopped}", err=True)
        raise typer.Exit(INTERRUPTED) from None
    except OSError as error:
        if isinstance(error, BrokenPipeError) and not _somebody_reads():
            raise  # the command line's library then ends without a word, as in `caresim results STUDY | head`
        named = f"{error.filename}: " if error.filename else ""
        typer.echo(f"caresim: {named}{error.strerror or error}", err=True)
        raise typer.Exit(USER_ERROR) from None


def _somebody_reads() -> bool:
    """Whether what is printed still goes anywhere; taken for granted where the system can't tell."""
    if not hasattr(select, "poll"):
        return True
    output = select.poll()
    output.register(STANDARD_OUTPUT, 0)  # that the other end is closed is told whatever is asked for
    return not any(told & select.POLLERR for _, told in output.poll(0))


LONGEST_NAME = 100
"""Bytes of the name of a folder that is made from titles: letters beyond the Latin ones take up to four."""


def _folder_name(title: str) -> str:
    """Name of a folder for results of this title."""
    name = "_".join(re.findall(r"\w+", title.lower())).encode()[:LONGEST_NAME].decode(errors="ignore")
    return name or "results"


def checked_output(named: Path | None, title: str) -> Path:
    """The folder for results; a place that cannot be one is refused before hours are spent on what should go there."""
    from sim.folders import real
    from sim.problems import COMMAND_LINE, Problem, ScenarioError

    output = named or OUTPUTS / _folder_name(title)
    output = real(output)
    blocking = next((part for part in (output, *output.parents) if part.exists() and not part.is_dir()), None)
    if blocking is not None:
        raise ScenarioError(
            [Problem(COMMAND_LINE, 0, "--output", f"{blocking} is a file", "a folder, which may be new")]
        )
    there = next(part for part in (output, *output.absolute().parents) if part.is_dir())
    if not os.access(there, os.W_OK):
        raise ScenarioError([Problem(COMMAND_LINE, 0, "--output", f"{there} cannot be written to", "another folder")])
    return output
