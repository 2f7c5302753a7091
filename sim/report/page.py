"""The report as one page: a single file that opens offline, prints, and reads on a phone."""

from __future__ import annotations

import base64
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cautions import cautions
from sim.companions import ALONE, companions_of
from sim.comparison import Comparison
from sim.comparison_tables import said_of_intervals, table_rows
from sim.inheritance import shipped_scenarios
from sim.local_check import shown, told
from sim.money_report import price_base
from sim.money_report import shown as shown_money
from sim.report.blocks import cell, level
from sim.report.grounds import FEWEST_DRAWS, standing_out, validated
from sim.report.ledger import more
from sim.report.outcomes import said_of_runs
from sim.scenario import scenario_from
from sim.templates import template
from sim.units import month_name

if TYPE_CHECKING:
    from sim.figures import Drawn
    from sim.report.contents import Contents

TEMPLATE = "report/report.html.j2"


def write_page(
    comparison: Comparison, contents: Contents, figures: Sequence[Drawn], tradeoff: Drawn | None, path: Path
) -> None:
    """Write the page."""
    manifest = comparison.results.manifest
    money_year, account = shown_money(comparison.results, comparison.others)
    moments = comparison.moments()
    tables = [
        {"when": when, "period": period, "rows": table_rows(comparison, when), "cautions": cautions(comparison, when)}
        for when, period in (moments[-1], *moments[:-1])
    ]
    page = template(TEMPLATE, {"level": level}, {}).render(
        account=account,
        account_year=money_year,
        assumptions=_assumptions(manifest, comparison),
        base=comparison.base,
        baselines=_baselines(manifest, comparison),
        cell=cell,
        command=command(comparison),
        contents=contents,
        drawn=comparison.drawn,
        fewest=FEWEST_DRAWS,
        figures=[_figure(drawn) for drawn in figures],
        files=files(comparison),
        intervals=said_of_intervals(comparison),
        more=more,
        local=manifest["local_data"],
        manifest=manifest,
        others=comparison.others,
        price_base=price_base(),
        replicates=comparison.replicates,
        runs=said_of_runs(comparison),
        shown=shown,
        standing_out=standing_out(),
        tables=tables,
        told=told,
        validated=validated(),
        tradeoff=None if tradeoff is None else _figure(tradeoff),
        window=f"{month_name(comparison.results.months[0])} to {month_name(comparison.results.months[-1])}",
    )
    path.write_text(page, encoding="utf-8")


def _figure(drawn: Drawn) -> dict[str, str]:
    return {
        "title": drawn.title,
        "text": drawn.text,
        "data": base64.b64encode(drawn.png.read_bytes()).decode("ascii"),
    }


def _told(manifest: Mapping[str, Any], comparison: Comparison) -> list[dict[str, Any]]:
    """What the manifest tells of the base and of the scenarios compared with it."""
    named = comparison.shown
    return [one for one in manifest["scenarios"] if one["scenario"]["name"] in named]


def _baselines(manifest: Mapping[str, Any], comparison: Comparison) -> list[dict[str, Any]]:
    """Each baseline with its contents and the scenarios that use it."""
    written = [one["scenario"] for one in _told(manifest, comparison)]
    return [
        {
            "name": name,
            "scenarios": [one["name"] for one in written if one["baseline"] == name],
            "entries": entries,
        }
        for name, entries in manifest["baselines"].items()
    ]


def _assumptions(manifest: Mapping[str, Any], comparison: Comparison) -> list[dict[str, Any]]:
    """Tables of assumptions; scenarios that assume the same share one."""
    blocks: list[dict[str, Any]] = []
    for name, rows in manifest["assumptions"].items():
        if name not in comparison.shown:
            continue
        same = next((block for block in blocks if block["rows"] == rows), None)
        if same is None:
            years = list(rows[0]["by_year"])
            blocks.append({"scenarios": [name], "rows": rows, "years": years})
        else:
            same["scenarios"].append(name)
    return blocks


def files(comparison: Comparison) -> list[tuple[str, str]]:
    """Each scenario as a file would write it, with every default in force."""
    import yaml

    return [
        (one["scenario"]["name"], yaml.safe_dump(one["scenario"], sort_keys=False, allow_unicode=True, width=100))
        for one in _told(comparison.results.manifest, comparison)
    ]


def command(comparison: Comparison) -> str:
    """The command that makes the report again; files of one's own must lie in the folder it is run in."""
    manifest = comparison.results.manifest
    told_of = _told(manifest, comparison)
    names = [_named(one) for one in told_of]
    first = told_of[0]["scenario"]
    window = manifest["window"]
    options = ["--scale", _in_full(manifest["scale"]), "--seed", str(first["seed"])]
    options += ["--from", window["from"], "--to", window["to"]]
    options += ["--draws" if comparison.drawn else "--replicates", str(comparison.replicates)]
    options += [*_records(manifest["asked_for"]), *_companions(comparison, [one["scenario"] for one in told_of])]
    return shlex.join(["caresim", "compare", *names, *options])


def _in_full(number: float) -> str:
    """A number in so many digits that the command line reads back the same one."""
    short = f"{number:g}"
    return short if float(short) == number else repr(number)


def _records(asked: Mapping[str, Any]) -> list[str]:
    """Options that ask for further records."""
    options = [part for name in asked["detail"] for part in ("--detail", name)]
    for name in ("people", "providers"):
        options += [f"--{name}", str(asked[name])] if asked[name] else []
    return options


def _companions(comparison: Comparison, shown: Sequence[Mapping[str, Any]]) -> list[str]:
    """Options that decide which scenarios go along with those that are shown."""
    usual, _ = companions_of([scenario_from(one) for one in shown], unfunded=True, parts=False)
    left_out = any(one.name not in comparison.results.scenarios for one in usual)
    parts = any(one.kind == ALONE for one in comparison.companions)
    return [*(["--no-unfunded"] if left_out else []), *(["--parts"] if parts else [])]


def _named(one: Mapping[str, Any]) -> str:
    """A scenario as the command line names it."""
    if not one["files"]:
        return f"{one['scenario']['name']}.yaml"
    file = Path(one["files"][0])
    return file.stem if file.stem in shipped_scenarios() else file.name
