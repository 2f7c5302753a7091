"""The command that serves the workshop page."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli_common import user_errors


def app(
    host: Annotated[
        str, typer.Option(help="Address to listen at; 0.0.0.0 lets other machines in, without a password.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen at.")] = 8765,
    draws: Annotated[int, typer.Option(min=2, max=150, help="Draws of the fitted parameters behind each answer.")] = 20,
    scale: Annotated[float, typer.Option(min=0.001, max=1.0, help="Share of England in each run.")] = 0.05,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser.")] = True,
    measure: Annotated[
        bool, typer.Option("--measure", help="Measure how fast the page answers in place of serving it.")
    ] = False,
) -> None:
    """Open the workshop page: move a lever, see the trade-off; needs no network."""
    with user_errors():
        from sim.warming import announce

        announce()
        if measure:
            from sim.app.speed import measure_answers

            for line in measure_answers(draws, scale):
                typer.echo(line)
            return
        from sim.app.command import serve

        serve(host, port, draws, scale, browser)
