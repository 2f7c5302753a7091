"""Single lives in plain English: what happened to people who were followed, for workshops.

A life is told from the log of events and the monthly panel alone. People are drawn at random, by the lot that every
identity has for life, among all who were followed at any time.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.month_axis import month_in_words
from sim.sample import lots
from sim.storytelling import TOLD, at_the_time, leaving, person, pounds, situation
from sim.units import month_name, parse_month

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import Results

LABEL = "Simulated, drawn at random; not evidence."
WIDTH = 100
Row = dict[Any, Any]


class Story(NamedTuple):
    """One life."""

    uid: str
    title: str
    lines: tuple[tuple[str, str], ...]
    """Month (YYYY-MM) and what happened in it."""

    def __str__(self) -> str:
        """The story as text."""
        told = [f"{month_in_words(parse_month(month))}: {text}" for month, text in self.lines]
        filled = [textwrap.fill(line, WIDTH, initial_indent="  ", subsequent_indent="    ") for line in told]
        return "\n".join([self.title, *filled])


def stories(results: Results, number: int, scenario: str | None = None, replicate: int = 1) -> list[Story]:
    """Stories of so many people, or of all who were followed if these are fewer.

    Args:
        results: results of a run with ``people=...``.
        number: people to tell of.
        scenario: whose; the first one if left out.
        replicate: which run.
    """
    which = scenario or results.scenarios[0]
    run = next(run for run in results.of(which) if run.replicate == replicate)
    panel, events = (run.measured.tables[name].to_pandas() for name in ("panel", "events"))
    uids = panel["uid"].unique()
    drawn = lots(run.seed, np.array([int(uid, 16) for uid in uids], dtype=np.uint64))
    chosen = uids[np.argsort(drawn, kind="stable")[:number]]
    last = month_name(results.months[-1])
    return [tell(panel[panel["uid"] == uid], events[events["uid"] == uid], last) for uid in chosen]


def tell(panel: pd.DataFrame, events: pd.DataFrame, last: str) -> Story:
    """The story of one person from their rows of the panel and of the log; `last` is the month in which all end."""
    months: list[Row] = panel.to_dict("records")
    happened: list[Row] = events.to_dict("records")
    first = months[0]
    lines: list[tuple[str, str]] = []
    pay_changes: list[Row] = []
    if not any(event["event"] == "arrives" for event in happened):
        # What happened in the first month has led to how it ends, which is told.
        lines.append((first["month"], f"{person(first).she} {situation(first)}."))
        happened = [event for event in happened if event["month"] > first["month"]]
    for event in happened:
        if event["event"] == "pay_changes":
            pay_changes.append(event)
            continue
        told = _sentence(event, first, _month_before(months, event["month"]))
        if told:
            lines += [*_pay(pay_changes, first), (event["month"], told)]
            pay_changes = []
    lines += _pay(pay_changes, first)
    if months[-1]["month"] == last:
        lines.append((last, f"{person(first).she} {situation(months[-1])}, and the run ends."))
    return Story(first["uid"], person(first).title, tuple(lines))


def _sentence(event: Row, who: Row, before: Row | None) -> str:
    """What happened, as a sentence; nothing for what is told by what follows from it."""
    kind = event["event"]
    if kind == "leaves_care":
        text = leaving(event)
    elif kind in TOLD:
        text = TOLD[kind](event)
    else:
        text = ""
    if not text:
        return ""
    why = at_the_time(event, before)
    return f"{person(who).she} {text}.{f' At the time {why}.' if why else ''}"


def _month_before(months: list[Row], month: str) -> Row | None:
    """The last month of the panel before another one."""
    earlier = [row for row in months if row["month"] < month]
    return earlier[-1] if earlier else None


def _pay(changes: list[Row], who: Row) -> list[tuple[str, str]]:
    """One line for all changes of pay since something else was told."""
    if not changes:
        return []
    was, now, count = changes[0]["pay_before"], changes[-1]["pay_after"], len(changes)
    steps = "" if count == 1 else f"in {count} steps "
    text = (
        f"{person(who).her} pay has {'risen' if now > was else 'changed'} {steps}from \u00a3{was:.2f} to {pounds(now)}."
    )
    return [(changes[-1]["month"], text)]


def tell_stories(results: Results, number: int) -> str:
    """Stories of so many people as one text, which says what it is."""
    found = stories(results, number)
    title = f"{len(found)} {'life' if len(found) == 1 else 'lives'} under {results.scenarios[0]!r}"
    return "\n\n".join([f"{title}. {LABEL}", *(str(story) for story in found), LABEL])
