"""Indicators that need more than sums by area and group: pay distributions, premiums, origins and destinations.

Each function takes a history and the scale and yields series: indicator, area type, area, group type, group, values by
month. Definitions stand beside the units in `SPECIAL`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np

from sim.assessment_indicators import BY_GROUP, OF_ALL, assessment_series
from sim.indicators import AT_END, MEAN, PAY, PEOPLE, PERCENT_SHARE, POUNDS, SUM
from sim.measures import AGENCY, ALL, COUNCIL, ENGLAND, REGION, ROLE, Base, Floats, Labour, areas, over_a_year, share
from sim.month.groups import BANDS, GroupKind
from sim.recording import PERCENTILES, STOCKS, Record
from sim.units import PENCE_PER_POUND, LeaveReason, Role, Sector, Source

PENCE = "pence/hour"
FRONTLINE = (Role.CARE_WORKER, Role.SENIOR_CARE_WORKER)
WITHIN_CARE = (LeaveReason.CARE_JOB, LeaveReason.AGENCY_WORK)
OUT_OF_CARE = (LeaveReason.NHS_JOB, LeaveReason.OTHER_JOB)
DESTINATION, ORIGIN, CONTRACT = "destination", "origin", "contract"
SPECIAL: dict[str, tuple[str, str, str]] = {
    **{
        f"pay_p{percent}": (PAY, AT_END, f"Contract pay that {percent}% of staff do not exceed, independent sector.")
        for percent in PERCENTILES
    },
    "national_living_wage": (PAY, AT_END, "Legal minimum wage for adults."),
    "experience_premium": (
        PENCE, AT_END,
        "Mean pay of independent care workers with 5 years in the sector less that of those in the first (SfC).",
    ),
    "senior_premium": (
        PENCE, AT_END, "Mean pay of senior care workers less that of care workers, independent sector.",
    ),
    "leavers_share": (
        PERCENT_SHARE, AT_END,
        "Share of leavers of the last 12 months by reason, closures included, council and independent sector.",
    ),
    "starters_share": (
        PERCENT_SHARE, AT_END,
        "Share of the starters of the last 12 months by where they came from, council and independent sector.",
    ),
    "moves_out_of_care": (
        PERCENT_SHARE, AT_END,
        "Share of job moves of care workers and seniors that led out of care, last 12 months; council and independent.",
    ),
    "nhs_from_care": (PEOPLE, SUM, "People hired from care jobs into NHS posts in the month."),
    "nhs_to_care": (PEOPLE, SUM, "People who left NHS posts for care jobs in the month."),
    "displaced": (PEOPLE, SUM, "Sponsored workers who lost their sponsor in the month."),
    "transferred": (
        PEOPLE, SUM,
        "Staff who went over to another provider with the home care they give, on their terms (TUPE): no leavers.",
    ),
    "agency_workers": (PEOPLE, AT_END, "People who work in care for agencies; they fill no post (SfC)."),
    "agency_hours_unused": (
        PERCENT_SHARE, MEAN, "Share of the time offered by agency staff, by residence, for which no employer asks.",
    ),
    "contract_share": (
        PERCENT_SHARE, AT_END, "Share of people in post by the hours their contract guarantees, all directly employed.",
    ),
    "sponsored_here": (
        PEOPLE, SUM, "People in the country by another route whom their employer sponsored in the month.",
    ),
    "visas_renewed": (PEOPLE, SUM, "Sponsored people whose visa was renewed in the month."),
    "left_at_end_of_visa": (PEOPLE, SUM, "People who left the country in the month because their visa ended."),
    "cost_programmes": (
        POUNDS, SUM, "Paid by government for programmes of policies that are not part of the price of care.",
    ),
    "people": (PEOPLE, AT_END, "People in post, all directly employed."),
    "pay_of_group": (PAY, AT_END, "Mean contract pay of an hour of people in post, all directly employed."),
    "turnover": (
        PERCENT_SHARE, AT_END, "Leavers of the last 12 months over people in post, all directly employed.",
    ),
    **BY_GROUP,
    **OF_ALL,
}  # fmt: skip
"""Unit, value of a financial year, and definition."""
FLOWS = (
    "nhs_from_care", "nhs_to_care", "displaced", "transferred", "sponsored_here", "visas_renewed",
    "left_at_end_of_visa", "agency_workers", "agency_hours_unused",
)  # fmt: skip
"""Flows over the edge of the market, and what is told of people who work for agencies."""
PER_PERSON_GROUPS = ("people", "turnover", "pay_of_group")
"""Indicators by groups of people, which results leave out unless detail is asked for."""


class Special(NamedTuple):
    """One series."""

    indicator: str
    area_type: str
    area: str
    group_type: str
    group: str
    values: Floats


def specials(
    history: Record,
    scale: float,
    councils_in_full: bool,
    names: Collection[str] | None = None,
    area_types: Collection[str] = (ENGLAND, REGION, COUNCIL),
) -> Iterator[Special]:
    """All of them; councils by client group only if in full.

    Where names are given, what none of these is part of is not worked out; neither is what people who draw on care get
    in areas of other types. What comes is for the caller to choose from.
    """

    def asked(*of_family: str) -> bool:
        return names is None or any(name in names for name in of_family)

    if asked("national_living_wage", *(f"pay_p{percent}" for percent in PERCENTILES)):
        yield from _pay(history)
    if asked("experience_premium", "senior_premium"):
        yield from _premiums(history)
    if asked("leavers_share", "starters_share"):
        yield from _routes(history, scale)
    if asked("moves_out_of_care"):
        yield from _moves_out_of_care(history, scale)
    if asked(*FLOWS):
        yield from _flows(history, scale)
    if asked("cost_programmes"):
        yield from _programmes(history, scale)
    if asked("contract_share", *PER_PERSON_GROUPS):
        yield from _groups(history, scale)
    if asked(*BY_GROUP, *OF_ALL):
        yield from (Special(*row) for row in assessment_series(history, scale, councils_in_full, area_types))


def _places() -> list[tuple[str, str]]:
    """Regions, then England: the order of recorded percentiles."""
    return [*((REGION, area) for area in areas(REGION)), (ENGLAND, areas(ENGLAND)[0])]


def _pay(history: Record) -> Iterator[Special]:
    paid = np.where(history.pay_percentiles > 0, history.pay_percentiles / PENCE_PER_POUND, np.nan)
    for place, (area_type, area) in enumerate(_places()):
        for role in Role:
            for rank, percent in enumerate(PERCENTILES):
                values = paid[:, place, role, rank]
                yield Special(f"pay_p{percent}", area_type, area, ROLE, role.name.lower(), values)
    lowest = history.adult_rate / PENCE_PER_POUND
    yield Special("national_living_wage", ENGLAND, areas(ENGLAND)[0], ALL, ALL, lowest)


def _premiums(history: Record) -> Iterator[Special]:
    people, paid = history.experience_pay[..., 0], history.experience_pay[..., 1]
    means = share(paid.astype(np.float64), people.astype(np.float64))
    yield Special("experience_premium", ENGLAND, areas(ENGLAND)[0], ALL, ALL, means[:, -1] - means[:, 0])
    sums = history.people[:, :, :, Sector.INDEPENDENT].sum(axis=2, dtype=np.int64)
    with_england = np.concatenate([sums, sums.sum(axis=1, keepdims=True)], axis=1).astype(np.float64)
    mean = share(with_england[..., STOCKS.index("pay")], with_england[..., STOCKS.index("heads")])
    premium = mean[:, :, Role.SENIOR_CARE_WORKER] - mean[:, :, Role.CARE_WORKER]
    for place, (area_type, area) in enumerate(_places()):
        yield Special("senior_premium", area_type, area, ALL, ALL, premium[:, place])


def _routes(history: Record, scale: float) -> Iterator[Special]:
    for area_type in (ENGLAND, REGION):
        labour = Labour(history, area_type, ALL, scale, Base.COUNCIL_INDEPENDENT)
        left, came = over_a_year(labour.leavers_by_reason()), over_a_year(labour.starters_by_source())
        of_leavers = share(left, left.sum(axis=2, keepdims=True))
        of_starters = share(came, came.sum(axis=2, keepdims=True))
        for place, area in enumerate(areas(area_type)):
            for reason in list(LeaveReason)[1:]:
                values = of_leavers[:, place, reason]
                yield Special("leavers_share", area_type, area, DESTINATION, reason.name.lower(), values)
            for source in Source:
                values = of_starters[:, place, source]
                yield Special("starters_share", area_type, area, ORIGIN, source.name.lower(), values)


def _moves_out_of_care(history: Record, scale: float) -> Iterator[Special]:
    """A move to an agency is one within care: people who work for agencies work there."""
    frontline = history._replace(leavers=history.leavers[..., FRONTLINE, :])
    for area_type in (ENGLAND, REGION):
        left = over_a_year(Labour(frontline, area_type, ALL, scale, Base.COUNCIL_INDEPENDENT).leavers_by_reason())
        out = left[:, :, OUT_OF_CARE].sum(axis=2)
        moved = share(out, out + left[:, :, WITHIN_CARE].sum(axis=2))
        for place, area in enumerate(areas(area_type)):
            yield Special("moves_out_of_care", area_type, area, ALL, ALL, moved[:, place])


def _flows(history: Record, scale: float) -> Iterator[Special]:
    england = areas(ENGLAND)[0]
    counts = {
        "nhs_from_care": history.nhs[:, 0],
        "nhs_to_care": history.nhs[:, 2],
        "displaced": history.displaced[:, 0],
        "transferred": history.contracts[:, 0],
        "sponsored_here": history.visas[:, 0],
        "visas_renewed": history.visas[:, 1],
        "left_at_end_of_visa": history.visas[:, 2],
    }
    for name, values in counts.items():
        yield Special(name, ENGLAND, england, ALL, ALL, values / scale)
    heads, offered = np.moveaxis(history.agency.sum(axis=1, dtype=np.int64), -1, 0)
    given = history.delivery[..., AGENCY].sum(axis=(1, 2), dtype=np.int64)
    yield Special("agency_workers", ENGLAND, england, ALL, ALL, heads / scale)
    unused = share((offered - given).astype(np.float64), offered.astype(np.float64))
    yield Special("agency_hours_unused", ENGLAND, england, ALL, ALL, unused)


def _programmes(history: Record, scale: float) -> Iterator[Special]:
    programmes = history.programmes / (PENCE_PER_POUND * scale)
    yield Special("cost_programmes", ENGLAND, areas(ENGLAND)[0], ALL, ALL, programmes)


def _groups(history: Record, scale: float) -> Iterator[Special]:
    england = areas(ENGLAND)[0]
    people = history.group_people.astype(np.float64)
    rate = share(over_a_year(history.group_leavers.astype(np.float64)), people)
    pay = share(history.group_pay.astype(np.float64), people) / PENCE_PER_POUND
    in_bands = people[:, GroupKind.CONTRACT]
    for band, name in enumerate(BANDS[GroupKind.CONTRACT]):
        values = share(in_bands[:, band], in_bands.sum(axis=1))
        yield Special("contract_share", ENGLAND, england, CONTRACT, name, values)
    for kind, bands in BANDS.items():
        for band, name in enumerate(bands):
            group_type = kind.name.lower()
            yield Special("people", ENGLAND, england, group_type, name, people[:, kind, band] / scale)
            yield Special("turnover", ENGLAND, england, group_type, name, rate[:, kind, band])
            yield Special("pay_of_group", ENGLAND, england, group_type, name, pay[:, kind, band])
