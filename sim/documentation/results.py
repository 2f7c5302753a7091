"""``docs/results.md``: every file of results with its columns, and what indicators, places and events are."""

from __future__ import annotations

from sim.assessment_indicators import BY_GROUP, CLIENT_GROUP, OF_ALL, WHERE
from sim.crossings import bands
from sim.detail import DIMENSIONS, MOST_DIMENSIONS, PLACE_DIMENSIONS
from sim.documentation.layout import COMMON, FILES, Columns, File
from sim.documentation.markdown import number, table
from sim.events import MEANINGS, REASONS, Event
from sim.indicators import INDICATORS
from sim.measures import ALL, ENGLAND, REGION, ROLE
from sim.money import ITEMS
from sim.money_report import NET, NET_LINES
from sim.moves import OTHER_PLACES
from sim.results import definitions, unit_of
from sim.settings import setting
from sim.special_indicators import CONTRACT, DESTINATION, ORIGIN, PER_PERSON_GROUPS

LISTED = 12
"""Bands that are listed; of more, their number is told."""

REPORTED = "scenarios are compared, unless `--no-report`"

OPENING = """# Results

Written by `python -m sim.documentation` from the code that writes the files; do not edit by hand.

`caresim run` and `caresim compare` write a folder of results, whole or not at all. Counts, hours and money are for
England's size: what the model counts, divided by the scale. A month's value is that at its end, or the month's sum for
what flows. Intervals over replicates are for their mean and hold luck only; intervals over draws of the fitted
parameters (`--draws`) are for what another draw would show, and hold how uncertain the parameters are as well. From 19
draws on these lie between the draws themselves, whatever their shape; below, and for means, they are Student's t.

Earlier results in the folder are replaced, and whatever cuts that short, they are put back: at once, or after a killed
process by the next command that writes there (until then a folder `.caresim_unfinished` holds them). Files of your own
stay, those that you changed among them: one that is in the way gets a name with `.kept` in it, which is told.

`manifest.json` says what made the results: scenarios as resolved, seeds, versions, hashes of code and data, and size
and hash of every file. `report.html`, `report.xlsx` and `figures/` (of a comparison) show them.

From Python, `sim.run` and `sim.compare` give the same tables: `results.monthly` and `results.yearly()`,
`results.moves`, `results.places` and `results.money`, and if asked for `results.events`, `results.panel`,
`results.provider_panel` and `results.crossings`. `sim.folders.load_results(folder)` reads a folder back.
"""

MOVES = """## Places

`moves` counts who went from where to where: for each month one row for every pair of places between which anybody
moved. The books close: for every place of the model and every role, people at the end of a month are those at its
start and those who came, less those who went. A move between two employers of one place counts as coming and as going.
Jobs outside care are not told apart, so a move between two of them is none. Staff whose employer closed go as others
do; the indicators of leavers and turnover leave them out, as nobody is left to tell of them. So filled posts grow by
starters less leavers less staff of closed employers.

A care job is named by service and sector, such as `home_care independent` or `community council`; its role stands
beside it. The other places are:
"""

MONEY = """## Whose money

Both sides of the account are sums of the month's books and equal to the penny: what payers pay is what is received.
Budgets split by source as in 2024/25, alike in all councils, which is a weak assumption; totals do not depend on it.
Taxes are those on wages in care at basic rates, National Insurance of employers included; taxes on profits and on what
suppliers and agencies pay their own staff are not counted.

Money that policies bring councils from government is new money, whether it comes in the price of care, in grants or
through the NHS (`council_new_money`, and `new_money` on balance); precept, savings and reserves are councils' own. A
council that does not spend all of it on care keeps a small reserve and returns the rest to the council at large in
April; `council_reserves` falls by what is not spent.

A comparison adds lines on balance (side `net`). Of a change in taxes only what nobody would have paid otherwise counts.
"""

FOLLOWING = """## People and providers who are followed

`--people 200` follows 200 people, `--providers 50` 50 establishments. Every identity has a lot, drawn for life from
seed and identity, and whoever's lot lies below a threshold is followed. The threshold is set where the followed stretch
begins, so that the number asked for is among those there at that moment; newcomers and new establishments are held
against the same threshold. So the sample remains the same share of everybody at any time, the same people are followed
in every scenario of a study, and a larger sample holds the smaller one. People employed through direct payments are
followed; their employers, of which a row of the model stands for many, are not.

The log of events compares people before and after each step of the month in which people change place, so it misses
nothing: with everybody followed, its events add up to the leavers, starters and role changes of the books. Pay,
contract and fit are told as they change within a job. Establishments are compared from one month's end to the next, and
contracts for home care at the moment they are let, as purchases move the same hours later in the month: what is won
adds up to the hours that the books say change hands. Months of the window are simulated again for it, as for
[crossings](#crossings).

The files say in their names that the people in them are simulated: **nobody in them exists, and single lives are no
evidence.** `caresim story SCENARIO` tells a few as plain sentences.

## Events
"""

CROSSINGS = """## Crossings

`--detail groups` adds the groups of people, each by itself, to the monthly and yearly tables. `--detail role,service`
counts a crossing of dimensions: up to {most} with commas between them, and `--detail` may be given several times. A
crossing may have at most {cells} cells.

What is asked for is counted while months are simulated, and stored histories do not hold it. So the months of the
window, and the eleven before it for turnover, are simulated again from the last state that is stored before them; all
other results are the same to the bit. Turnover is not known in months that lie less than a year after April 2016.
Small cells are mostly luck: `people` times the scale is the number of simulated people behind a value.

Heads, leavers, pay and contracts are of all directly employed, personal assistants included. Vacancies are of council
and independent sector, as in the other tables, and known in crossings of {places} only. Leavers are counted in the cell
they leave from, without those whose employer closed.
"""

INDICATORS_TEXT = """## Indicators

*Financial year* says what the value of a year is: that of its March, or mean or sum of its months. Bases differ as
those of the publishers do; each definition names its own.
"""


def results_page() -> str:
    """The page."""
    common = table(("column", "meaning"), _columns(COMMON))
    parts = [OPENING, "## Files\n", _files(), "", "### Columns that many files have\n", common, ""]
    parts += [_file(file) for file in FILES]
    parts += [MONEY, _money(), "", MOVES, _places(), "", FOLLOWING, _events(), "", _reasons(), ""]
    names = ", ".join(f"`{name}`" for name in PLACE_DIMENSIONS)
    cells = number(setting("crossing_cells"))
    parts += [CROSSINGS.format(most=MOST_DIMENSIONS, cells=cells, places=names), _dimensions(), "", _crossed(), ""]
    return "\n".join([*parts, INDICATORS_TEXT, _indicators(), ""])


def _title(file: File) -> str:
    return " and ".join(f"`{name}`" for name in file.names)


def _files() -> str:
    rows = [[_title(file), file.about, file.when or "always"] for file in FILES]
    rows += [
        ["`manifest.json`", "what made the results", "always"],
        ["`report.html`, `report.xlsx`", "the report, and its tables as a workbook", REPORTED],
        ["`figures/`", "charts, each with its text", REPORTED],
    ]
    return table(("file", "what", "written when"), rows)


def _columns(columns: Columns) -> list[list[str]]:
    return [[f"`{name}`", meaning] for name, meaning in columns.items()]


def _file(file: File) -> str:
    """Columns of a file; those that many files have are only named."""
    common = [f"`{name}`" for name, meaning in file.columns.items() if COMMON.get(name) == meaning]
    own = {name: meaning for name, meaning in file.columns.items() if COMMON.get(name) != meaning}
    lines = [f"### {_title(file)}\n"]
    if len(file.names) > 1:
        lines.append(f"CSV up to {number(setting('csv_rows'))} rows.\n")
    if common:
        lines.append(f"As above: {', '.join(common)}.\n")
    return "\n".join([*lines, table(("column", "meaning"), _columns(own)), ""] if own else lines)


def _places() -> str:
    return table(("place", "meaning"), [[f"`{name}`", meaning] for name, meaning in OTHER_PLACES.values()])


def _money() -> str:
    rows = [[f"`{one.item}`", one.side, one.party, one.meaning] for one in ITEMS]
    rows += [[f"`{item}`", NET, "all", told] for item, told in NET_LINES.items()]
    return table(("item", "side", "party", "meaning"), rows)


def _events() -> str:
    rows = [
        [f"`{event.name.lower()}`", "provider" if event >= Event.OPENS else "person", meaning]
        for event, meaning in MEANINGS.items()
    ]
    return table(("event", "of", "meaning"), rows)


def _reasons() -> str:
    names = ", ".join(f"`{name}`" for name in REASONS.values() if name)
    explained = "`no_work` family, study and the like, `caring` care for somebody close that nobody else gives"
    return f"Reasons: {names}. `other_job` is a job outside care and the NHS, {explained}."


def _dimensions() -> str:
    rows = []
    for name in DIMENSIONS:
        found = bands(name)
        rows.append([f"`{name}`", ", ".join(found) if len(found) <= LISTED else f"the {len(found)} by name"])
    return table(("dimension", "bands"), rows)


def _crossed() -> str:
    names = ("people", "leavers", "turnover", "mean_pay", "zero_hours_share", "vacancies", "vacancy_rate")
    return "Measured: " + ", ".join(f"`{name}` ({unit_of(name)})" for name in names) + "."


def _indicators() -> str:
    rows = []
    for row in definitions():
        name = row["indicator"]
        found = INDICATORS.get(name)
        where = found.areas if found else _areas(name)
        groups = ", ".join(found.groups) if found else _groups(name)
        rows.append([f"`{name}`", row["definition"], row["unit"], row["financial_year"], ", ".join(where), groups])
    return table(("indicator", "definition", "unit", "financial year", "areas", "groups"), rows)


REGIONAL = ("senior_premium", "leavers_share", "starters_share", "moves_out_of_care")


def _areas(name: str) -> tuple[str, ...]:
    """Areas of an indicator that is no formula over sums."""
    if name in BY_GROUP or name in OF_ALL:
        return WHERE
    return (ENGLAND, REGION) if name.startswith("pay_p") or name in REGIONAL else (ENGLAND,)


def _groups(name: str) -> str:
    """Groups of an indicator that is no formula over sums."""
    if name in PER_PERSON_GROUPS:
        return "groups of people, with `--detail groups`"
    known = {
        "leavers_share": DESTINATION,
        "starters_share": ORIGIN,
        "contract_share": CONTRACT,
        **dict.fromkeys(BY_GROUP, CLIENT_GROUP),
    }
    return ROLE if name.startswith("pay_p") else known.get(name, ALL)
