"""Who gains and who pays: groups of staff, services, sizes of provider, regions, and people who draw on care."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.assessment_indicators import CLIENT_GROUP
from sim.comparison import END, FIRST, Comparison
from sim.headline import changed, last_year
from sim.intervals import Interval, interval
from sim.measures import ALL, SERVICE, areas
from sim.month.groups import BANDS, GroupKind
from sim.report.blocks import Block, Line, line
from sim.results import year_value
from sim.units import ClientGroup, Service

if TYPE_CHECKING:
    from sim.measures import Floats


class Shown(NamedTuple):
    """An indicator of a table."""

    label: str
    indicator: str
    kind: str


class Cut(NamedTuple):
    """A way of telling people or places apart."""

    title: str
    note: str
    group_type: str
    groups: tuple[str, ...]
    shown: tuple[Shown, ...]
    by_area: bool = False


STAFF = (
    Shown("people in post", "people", "thousand"),
    Shown("turnover", "turnover", "percent"),
    Shown("mean pay", "pay_of_group", "pounds"),
)
WORKPLACES = (
    Shown("filled posts", "filled_posts", "thousand"),
    Shown("vacancy rate", "vacancy_rate", "percent"),
    Shown("turnover", "turnover_all", "percent"),
    Shown("mean pay", "mean_pay", "pounds"),
)
EQUALITY = (GroupKind.AGE, GroupKind.GENDER, GroupKind.ETHNICITY, GroupKind.NATIONALITY)
FURTHER = (GroupKind.VISA, GroupKind.CONTRACT, GroupKind.EXPERIENCE, GroupKind.HOUSEHOLD, GroupKind.SIZE)
HEADINGS = {
    GroupKind.AGE: "Age", GroupKind.GENDER: "Gender", GroupKind.ETHNICITY: "Ethnicity",
    GroupKind.NATIONALITY: "Nationality", GroupKind.VISA: "Right to work", GroupKind.CONTRACT: "Guaranteed hours",
    GroupKind.EXPERIENCE: "Time in the sector", GroupKind.HOUSEHOLD: "Benefits of the household",
    GroupKind.SIZE: "Size of the provider",
}  # fmt: skip
COMPOSITION = (
    "A group's mean pay and turnover also move with who is in it: a group that recruits more has more newcomers, "
    "who earn less and leave sooner. People are employees; leavers count the self-employed too, so that under a ban on "
    "contracts turnover moves more here than in the headline."
)


NOTES = {
    GroupKind.VISA: "Sponsored: came on a sponsored visa, settled since or not; the headline counts those still tied. "
}


def _cut(kind: GroupKind) -> Cut:
    return Cut(HEADINGS[kind], NOTES.get(kind, "") + COMPOSITION, kind.name.lower(), BANDS[kind], STAFF)


def _names(codes: type[Service] | type[ClientGroup]) -> tuple[str, ...]:
    return tuple(code.name.lower() for code in codes)


SERVICES = Cut("Services", "", SERVICE, _names(Service), (*WORKPLACES, Shown("care missed", "missed_share", "percent")))
REGIONS = Cut(
    "Regions", "", ALL, areas("region"), (*WORKPLACES, Shown("care not met", "unmet_share", "percent")), by_area=True
)
CLIENTS = Cut(
    "People who draw on council care", "hours are a week's", CLIENT_GROUP, _names(ClientGroup),
    (
        Shown("wait for assessment", "people_awaiting_assessment", "thousand"),
        Shown("need assessed, hours", "hours_assessed", "thousand"),
        Shown("care bought, hours", "hours_commissioned", "thousand"),
    ),
)  # fmt: skip
WAITING = Cut(
    "Care by service", "", SERVICE, _names(Service),
    (Shown("care waited for", "waiting_share", "percent"), Shown("care missed", "missed_share", "percent")),
)  # fmt: skip


def cuts() -> dict[str, tuple[Cut, ...]]:
    """Tables by the heading under which they stand."""
    return {
        "Staff: who they are": tuple(_cut(kind) for kind in EQUALITY),
        "Staff: what they do and where": tuple(_cut(kind) for kind in FURTHER),
        "Services and regions": (SERVICES, REGIONS),
        "People who draw on care": (CLIENTS, WAITING),
    }


def block(comparison: Comparison, cut: Cut, when: str) -> Block:
    """Table of one way of telling people or places apart, at one of the times compared."""
    lines: list[Line] = []
    for group in cut.groups:
        for shown in cut.shown:
            before = group_values(comparison, comparison.base, cut, group, shown, when)
            after = [group_values(comparison, name, cut, group, shown, when) for name in comparison.others]
            if before is None or np.isnan(before).any():
                continue
            known = [before * np.nan if one is None else one for one in after]
            lines.append(line(f"{_capital(group)}: {shown.label}", shown.kind, before, known, comparison.drawn))
    return Block(cut.title, cut.note, comparison.base, comparison.others, tuple(lines))


def group_values(comparison: Comparison, scenario: str, cut: Cut, group: str, shown: Shown, when: str) -> Floats | None:
    """[replicate] an indicator of one group at one of the times compared; None where it isn't measured."""
    where = {"area": group} if cut.by_area else {"group": group, "group_type": cut.group_type}
    try:
        values = comparison.results.values(scenario, shown.indicator, **where)
    except KeyError:
        return None
    return at_time(comparison, shown.indicator, values, when)


def at_time(comparison: Comparison, indicator: str, values: Floats, when: str) -> Floats:
    """[replicate] of [replicate, month], at one of the times compared."""
    if when == END:
        return np.asarray(values[:, -1])
    april = comparison.first_april if when == FIRST else last_year(comparison.results)
    assert april is not None
    return year_value(indicator, values, april - comparison.results.months[0])


def equality_words(comparison: Comparison, when: str, scenario: str) -> str:
    """One sentence: between which groups of staff turnover moves by different amounts, as far as that is clear."""
    found = []
    for kind in EQUALITY:
        cut = _cut(kind)
        turnover = STAFF[1]
        changes = {}
        for group in cut.groups:
            after, before = (
                group_values(comparison, name, cut, group, turnover, when) for name in (scenario, comparison.base)
            )
            if after is not None and before is not None and not np.isnan(after - before).any():
                changes[group] = after - before
        found += _apart(comparison, HEADINGS[kind], changes)
    if not found:
        return "No group's turnover can be told to change more than that of the others."
    return "; ".join(found) + "."


def _apart(comparison: Comparison, heading: str, changes: dict[str, Floats]) -> list[str]:
    """Words for the two groups whose turnover moves furthest apart, if the difference is clear of nothing."""
    if len(changes) < 2 or comparison.replicates < 2:
        return []
    ordered = sorted(changes, key=lambda group: float(changes[group].mean()))
    least, most = ordered[0], ordered[-1]
    # The two furthest apart are chosen among all pairs, of which luck alone would set some apart.
    pairs = len(changes) * (len(changes) - 1) // 2
    gap = interval(changes[most] - changes[least], comparison.drawn, choices=pairs)
    if gap is None or gap.low <= 0:
        return []
    words = [
        f"{_capital(group)} {changed(Interval(float(changes[group].mean()), 0.0, 0.0, 1), 'percent')}"
        for group in (least, most)
    ]
    return [f"{heading}: turnover moves by {words[0]} and {words[1]} points"]


def _capital(text: str) -> str:
    words = text.replace("_", " ")
    return words[:1].upper() + words[1:]


def all_blocks(comparison: Comparison, when: str) -> dict[str, list[Block]]:
    """Every table by the heading under which it stands."""
    return {heading: [block(comparison, cut, when) for cut in of_heading] for heading, of_heading in cuts().items()}


def council_changes(comparison: Comparison, scenario: str, indicator: str, when: str) -> list[Floats]:
    """[replicate] change of an indicator in every council, in the order of the councils."""
    found: list[Floats] = []
    for council in areas("council"):
        after, before = (
            at_time(comparison, indicator, comparison.results.values(name, indicator, area=council), when)
            for name in (scenario, comparison.base)
        )
        found.append(after - before)
    return found
