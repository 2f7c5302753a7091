"""The event log: what happened to those who are followed, with their job before and after."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.employers import NO_EMPLOYER, EmployerNames
from sim.month.moves import OUT_OF_CARE
from sim.moves import places
from sim.sample import identity
from sim.seen import UNKNOWN, Seen
from sim.units import MINUTES_PER_HOUR, PENCE_PER_POUND, LeaveReason, Role, month_name

if TYPE_CHECKING:
    from sim.model import CareLabourModel

Identities = NDArray[np.uint64]
WHO = ("person", "provider")


class Event(IntEnum):
    """What can happen, first to people, then to providers."""

    ARRIVES = 0
    ACCEPTS_JOB = 1
    OFFER_FALLS_THROUGH = 2
    STARTS_JOB = 3
    CHANGES_EMPLOYER = 4
    CHANGES_ROLE = 5
    LEAVES_CARE = 6
    TAKES_OTHER_WORK = 7
    SEEKS_AGAIN = 8
    LEAVES_MODEL = 9
    PAY_CHANGES = 10
    CONTRACT_CHANGES = 11
    FIT_CHANGES = 12
    SETTLES = 13
    GOES_WITH_CONTRACT = 14
    TAKES_AGENCY_WORK = 15
    GIVES_UP_AGENCY_WORK = 16
    OPENS = 20
    CLOSES = 21
    GAINS_LICENCE = 22
    LOSES_LICENCE = 23
    POSTED_PAY_CHANGES = 24
    HANDS_BACK_CARE = 25
    CLOSES_BEDS = 26
    REOPENS_BEDS = 27
    WINS_CONTRACT = 28
    LOSES_CONTRACT = 29
    KEEPS_CONTRACT = 30


MEANINGS = {
    Event.ARRIVES: "a newcomer becomes an agent: hired out of the local pool, or come from overseas",
    Event.ACCEPTS_JOB: "accepts a care job, which stands under `after` and starts once checks and notice are done",
    Event.OFFER_FALLS_THROUGH: "the job accepted, which stands under `after`, does not come about",
    Event.STARTS_JOB: "starts a care job, coming from something else",
    Event.CHANGES_EMPLOYER: "goes from one care job to another",
    Event.CHANGES_ROLE: "takes another role with the same employer",
    Event.LEAVES_CARE: "leaves a care job for something else, or for good",
    Event.TAKES_OTHER_WORK: "takes a job outside care, coming from the NHS, an agency or being out of work",
    Event.SEEKS_AGAIN: "looks for work again",
    Event.LEAVES_MODEL: "ceases to be an agent, coming from outside care",
    Event.PAY_CHANGES: "is paid another rate in the same job",
    Event.CONTRACT_CHANGES: "has other contracted or worked hours in the same job",
    Event.FIT_CHANGES: "finds the job to fit better or worse than before, as circumstances changed",
    Event.SETTLES: "may work for anybody from now on, as the years tied to a sponsor are over",
    Event.GOES_WITH_CONTRACT: "goes over to another provider with the care given, on the terms and tenure had",
    Event.TAKES_AGENCY_WORK: "works for an agency, coming from being out of work",
    Event.GIVES_UP_AGENCY_WORK: "works for an agency no more, and looks for no other work",
    Event.OPENS: "an establishment opens",
    Event.CLOSES: "an establishment closes; its staff leave next month",
    Event.GAINS_LICENCE: "is licensed to sponsor people from overseas",
    Event.LOSES_LICENCE: "loses the licence",
    Event.POSTED_PAY_CHANGES: "posts another rate for care workers",
    Event.HANDS_BACK_CARE: "hands care back to the council (a care home refuses it admissions); hours before and after",
    Event.CLOSES_BEDS: "a care home closes beds to admission, or more of them, for want of staff",
    Event.REOPENS_BEDS: "a care home opens some or all of its closed beds again",
    Event.WINS_CONTRACT: "wins council home care as contracts are let anew; the hours are those before and after it",
    Event.LOSES_CONTRACT: "loses council home care as contracts are let anew; staff who go with it are told, too",
    Event.KEEPS_CONTRACT: "holds as much council home care as before under a contract that guarantees other hours",
}
BETTER, WORSE = 100, 101
"""Codes of reasons beyond those for leaving: how a job fits now."""
REASONS = {
    UNKNOWN: "",
    **{int(each): each.name.lower() for each in LeaveReason if each},
    BETTER: "better",
    WORSE: "worse",
}


class Side(NamedTuple):
    """Those in an event before it or after, one value for all or one for each."""

    place: Any = UNKNOWN
    role: Any = UNKNOWN
    employer: Any = NO_EMPLOYER
    employer_uid: Any = np.uint64(0)
    pay: Any = UNKNOWN
    contract: Any = UNKNOWN
    hours: Any = UNKNOWN
    distance: Any = float(UNKNOWN)
    beds_closed: Any = float(UNKNOWN)


KINDS_OF_NUMBER = {
    name: {"employer_uid": np.uint64, "distance": np.float64, "beds_closed": np.float64}.get(name, np.int64)
    for name in Side._fields
}


def side(seen: Seen) -> Side:
    """People as one side of an event; outside care there is no role to speak of."""
    role = np.where(seen.place < OUT_OF_CARE, seen.role, UNKNOWN)
    return Side(seen.place, role, seen.employer, seen.employer_uid, seen.pay, seen.contract, seen.hours, seen.distance)


class EventLog:
    """Events in blocks of arrays: one block for those to whom the same happened at once."""

    def __init__(self, blocks: list[dict[str, NDArray[Any]]] | None = None) -> None:
        self.blocks = list(blocks or [])

    def fork(self) -> EventLog:
        """A log with the same past."""
        return EventLog(self.blocks)

    def add(self, month: int, what: Event, uid: Identities, before: Side, after: Side, reason: Any = UNKNOWN) -> None:
        """Enter an event of the people or providers with these identities."""
        if uid.size == 0:
            return
        block = {"month": month, "event": int(what), "uid": uid, "reason": reason}
        for when, values in (("before", before), ("after", after)):
            block |= {f"{name}_{when}": value for name, value in zip(Side._fields, values, strict=True)}
        self.blocks.append({name: np.broadcast_to(value, uid.shape) for name, value in block.items()})

    def table(self, model: CareLabourModel) -> Any:
        """The log as an Arrow table, by month, identity and the order in which things happened."""
        import pyarrow as pa

        from sim.arrow import coded, distinct, named

        taken = self._joined()
        order = np.lexsort((np.arange(taken["uid"].size), taken["uid"], taken["month"]))
        taken = {name: values[order] for name, values in taken.items()}
        names = EmployerNames(model)
        places_by_code = ("", *(each.name for each in places()))
        columns: dict[str, Any] = {
            "month": coded(*distinct([month_name(int(month)) for month in taken["month"]])),
            "who": coded(WHO, taken["event"] >= int(Event.OPENS)),
            "uid": pa.array([identity(int(uid)) for uid in taken["uid"]], pa.string()),
            "event": coded(*distinct([Event(int(code)).name.lower() for code in taken["event"]])),
            "reason": coded(*distinct([REASONS[int(code)] for code in taken["reason"]])),
            "from": named(places_by_code, taken["place_before"] + 1),
            "to": named(places_by_code, taken["place_after"] + 1),
        }
        for when in ("before", "after"):
            columns |= _job({name: taken[f"{name}_{when}"] for name in Side._fields}, when, names)
        return pa.table(columns)

    def _joined(self) -> dict[str, NDArray[Any]]:
        """All blocks one after the other."""
        kinds: dict[str, Any] = {"month": np.int64, "event": np.int64, "uid": np.uint64, "reason": np.int64}
        for when in ("before", "after"):
            kinds |= {f"{name}_{when}": kind for name, kind in KINDS_OF_NUMBER.items()}
        empty = {name: np.empty(0, dtype=kind) for name, kind in kinds.items()}
        parts = [empty, *self.blocks]
        return {name: np.concatenate([part[name] for part in parts]).astype(kind) for name, kind in kinds.items()}


def _job(job: dict[str, NDArray[Any]], when: str, names: EmployerNames) -> dict[str, Any]:
    """Columns of the job before or after."""
    from sim.arrow import coded, distinct, known, named

    roles = ("", *(role.name.lower() for role in Role))
    hours = {"contract_hours": job["contract"], "hours": job["hours"]}
    return {
        f"role_{when}": named(roles, job["role"] + 1),
        f"employer_{when}": coded(*distinct([names(int(employer)) for employer in job["employer"]])),
        f"employer_uid_{when}": coded(*distinct([identity(int(uid)) if uid else "" for uid in job["employer_uid"]])),
        f"pay_{when}": known(job["pay"] / PENCE_PER_POUND, job["pay"] != UNKNOWN),
        **{f"{name}_{when}": known(value / MINUTES_PER_HOUR, value != UNKNOWN) for name, value in hours.items()},
        **{f"{name}_{when}": known(job[name], job[name] != UNKNOWN) for name in ("distance", "beds_closed")},
    }
