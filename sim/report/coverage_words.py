"""Whom a policy covers and who pays for it, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.coverage import SIZES
from sim.geography import council_rows
from sim.levers.base import GEOGRAPHY, PERCENT
from sim.levers.commissioning import FeeFunding
from sim.levers.funding import Funding, PublicCover, TermsFunding
from sim.units import Role, Sector

if TYPE_CHECKING:
    from enum import IntEnum

    from sim.coverage import AppliesTo
    from sim.levers.base import Lever

ENGLAND = "all of England"
SECTORS = {
    Sector.INDEPENDENT: "the independent sector",
    Sector.COUNCIL: "councils' own services",
    Sector.DIRECT_PAYMENT: "people who employ their assistants",
}
LONGEST = 90
"""Names of places that take more letters are counted instead."""
WHOLE = 1.0


def listed(parts: Sequence[str], last: str = "and") -> str:
    """``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def plain(code: IntEnum) -> str:
    """A code of the model in small letters, without underscores."""
    return code.name.lower().replace("_", " ")


def places_of(applies_to: AppliesTo) -> str:
    """The places that a coverage names; all of England where it names none."""
    if not set(GEOGRAPHY) & set(applies_to.used()):
        return ENGLAND
    kinds = [f"{listed(applies_to.area, 'or')} councils"] if applies_to.area else []
    kinds += [listed(names) for names in (applies_to.council, applies_to.ics, applies_to.region) if names]
    named = " in ".join(kinds)
    return named if len(named) <= LONGEST else f"{len(applies_to.council_codes())} councils"


def places_covered(levers: Sequence[Lever]) -> str:
    """The places that levers cover, taken together; nothing where they cover all of England or nobody."""
    codes = frozenset[str]().union(*(lever.applies_to.council_codes() for lever in levers))
    if not codes or len(codes) == len(council_rows()):
        return ""
    named = listed(list(dict.fromkeys(places_of(lever.applies_to) for lever in levers)))
    return named if len(named) <= LONGEST else f"{len(codes)} councils"


def covered(lever: Lever) -> str:
    """Whom a lever covers: places, sectors, services, sizes, roles."""
    if not lever.covers:
        return f"{ENGLAND}, as it holds for the whole country"
    narrowed = lever.applies_to
    kinds = {
        "sector": [SECTORS[one] for one in narrowed.sector],
        "service": [plain(one) for one in narrowed.service],
        "size": [f"establishments of {_posts(size)} posts" for size in narrowed.size],
        "role": ["other staff" if one is Role.OTHER else f"{plain(one)}s" for one in narrowed.role],
    }
    parts = [places_of(narrowed), *(listed(names) for names in kinds.values() if names)]
    open_to_all = [name for name, names in kinds.items() if name in lever.covers and not names]
    return "; ".join([*parts, *([f"every {listed(open_to_all)}"] if open_to_all else [])])


def _posts(size: str) -> str:
    least, most = SIZES[size]
    return f"{least} or more" if most is None else f"{least} to {most}"


def who_pays(lever: Lever) -> str:
    """Who meets what a lever costs, defaults in force included; nothing for a lever without a say over that."""
    funding = getattr(lever, "funding", None)
    if isinstance(funding, FeeFunding):
        new = funding.purse == "new_grant"
        if getattr(lever, "percent", 0.0) < 0.0:
            return "nobody, as fees fall; councils keep what they save, wherever the money was to come from"
        return "new money from government" if new else "councils' own budgets, which then buy fewer hours of care"
    if not isinstance(funding, TermsFunding):
        return ""
    parts = [_public(funding), _self_funders(funding.self_funder.pass_to_fees)]
    if isinstance(funding, Funding):
        parts += _counted(funding)
    if min(funding.shares()) < WHOLE:
        parts.append("what nobody meets comes out of employers' margins")
    return "; ".join(parts)


def _public(funding: TermsFunding) -> str:
    council, nhs = funding.council, funding.nhs
    if council == nhs or council.cover == nhs.cover == 0.0:
        return f"councils and the NHS meet {_met(council)} for the care they buy"
    return f"councils meet {_met(council)} and the NHS {_met(nhs)}, each for the care it buys"


def _met(cover: PublicCover) -> str:
    if cover.cover == 0.0:
        return "none of it"
    return f"{_part(cover.cover)} of it from {'new money' if cover.from_grant else 'their own budgets'}"


def _self_funders(share: float) -> str:
    return f"self-funders' fees carry {_part(share)} of it for their own care"


def _part(share: float) -> str:
    return {0.0: "none", WHOLE: "all"}.get(share, f"{PERCENT * share:g}%")


def _counted(funding: Funding) -> list[str]:
    """What is counted as the cost, and how public money is handed on."""
    names = {"on_costs": "employers' on-costs", "differentials": "differentials kept above the floor"}
    found = [f"counted as its cost: {listed(['wages', *(names[one] for one in funding.include)])}"]
    if not found[0].endswith("wages"):
        return found + _handed_on(funding)
    return [f"{found[0]} alone", *_handed_on(funding)]


def _handed_on(funding: Funding) -> list[str]:
    if not max(funding.council.cover, funding.nhs.cover):
        return []
    if funding.ring_fenced:
        return ["public money goes to each employer as the policy costs it, to be spent on staff"]
    return ["public money comes at one rate for all who give a service in a council, who keep what they don't need"]
