"""Origins and destinations: who went from where to where, month by month, and how many stood where.

The books of moves close: for each place of the model and each role, people at the end of a month are those at its
start and those who came, less those who went.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.month import moves as place
from sim.month.moves import GONE, OUT_OF_CARE, PLACES
from sim.units import NEVER, LeaveReason, Role, Sector, Service, Status, Visa, month_name

if TYPE_CHECKING:
    from sim.model import CareLabourModel
    from sim.recording import Record

Ints = NDArray[np.int64]
SAME_EMPLOYER = ("no", "yes")
OTHER_PLACES: dict[int, tuple[str, str]] = {
    OUT_OF_CARE: ("nhs", "in an NHS post, within three years of leaving care"),
    OUT_OF_CARE + 1: ("other_work", "in a job outside care and the NHS, within three years of leaving care"),
    OUT_OF_CARE + 2: ("seeking", "out of work and looking for it, within three years of leaving care"),
    OUT_OF_CARE + 3: ("not_working", "neither in work nor looking for it, within three years of leaving care"),
    OUT_OF_CARE + 4: ("agency", "works in care for an agency, in no post of a provider"),
    place.RECRUIT: ("recruit_local", "hired out of the local pool and waiting for the first day in care"),
    place.RECRUIT_FROM_ABROAD: (
        "recruit_from_abroad",
        "hired from overseas, sponsored or here by another route, and waiting for the first day in care",
    ),
    place.POOL: (
        "local_pool",
        "low-paid labour outside care, counted and not followed; people return to it after three years out of care",
    ),
    GONE + LeaveReason.NHS_JOB: (
        "nhs_staff", "NHS staff who are no longer followed, as it is three years since they left care",
    ),
    GONE + LeaveReason.RETIREMENT: ("retired", "left care for retirement"),
    GONE + LeaveReason.ILL_HEALTH: ("ill_health", "left care for ill health"),
    GONE + LeaveReason.VISA: (
        "abroad",
        "left the country, as the right to work ended or a sponsored job was given up; or never came, the sponsor lost",
    ),
    place.OVERSEAS_OTHER: ("overseas_other", "came to England by a route other than sponsorship"),
    place.OVERSEAS_SPONSORED: ("overseas_sponsored", "came from overseas to a sponsor"),
}  # fmt: skip
"""Places that are no care job: name and meaning. Other reasons for leaving never end in leaving the model."""


class Place(NamedTuple):
    """A place as tables name it."""

    name: str
    role: str
    """Role in care jobs; empty elsewhere."""


def places() -> tuple[Place, ...]:
    """All places in the order of their codes; of those that nobody can be in, the name is empty."""
    care = [
        Place(work_name(service, sector), role.name.lower())
        for service in Service
        for sector in Sector
        for role in Role
    ]
    others = [Place(OTHER_PLACES.get(code, ("", ""))[0], "") for code in range(OUT_OF_CARE, PLACES)]
    return (*care, *others)


def work_name(service: Service, sector: Sector) -> str:
    """Service and sector as one word each."""
    return f"{service.name.lower()} {sector.name.lower()}"


def places_of(model: CareLabourModel, rows: Ints) -> Ints:
    """Places of the people in these rows: `sim.month.moves.place_of` for several people at once."""
    workers, providers = model.workers, model.providers
    status = workers.status[rows].astype(np.int64)
    employer = np.where(status == Status.CARE, workers.employer[rows], 0)
    work = (providers.service[employer].astype(np.int64) * len(Sector) + providers.sector[employer]) * len(Role)
    found = np.where(status == Status.CARE, work + workers.role[rows], OUT_OF_CARE + status - Status.NHS)
    waiting = (status == Status.SEEKING) & (workers.sector_start[rows] <= NEVER)
    recruit = np.where(workers.visa[rows] != Visa.UNRESTRICTED, place.RECRUIT_FROM_ABROAD, place.RECRUIT)
    found = np.where(waiting, recruit, found)
    return np.where(status == Status.EMPTY, GONE + workers.leave_reason[rows].astype(np.int64), found)


def people_by_place(model: CareLabourModel) -> Ints:
    """[place] agents by where they stand now; the places beyond are left out."""
    rows = np.flatnonzero(model.workers.status != Status.EMPTY)
    return np.bincount(places_of(model, rows), minlength=GONE)


def people_out_of_care(model: CareLabourModel) -> Ints:
    """[7] agents in the NHS, in other work, seeking, not working, with agencies, and recruits yet to start in care.

    Comparisons with plain numbers over whole columns, which take a twentieth of the time of counting codes.
    """
    status = model.workers.status
    counts = [int(np.count_nonzero(status == code)) for code in range(int(Status.NHS), len(Status))]
    waiting = (status == int(Status.SEEKING)) & (model.workers.sector_start <= NEVER)
    recruits = int(np.count_nonzero(waiting))
    from_abroad = int(np.count_nonzero(waiting & (model.workers.visa != int(Visa.UNRESTRICTED))))
    counts[Status.SEEKING - Status.NHS] -= recruits
    return np.array([*counts, recruits - from_abroad, from_abroad], dtype=np.int64)


def move_tables(history: Record, scale: float, first: int, last: int, goes_on: bool = False) -> dict[str, Any]:
    """Arrow tables of the moves of the months `first` to `last`, and of people by place at their ends and before.

    Where the tables go on from others, `before` is at the end of those.
    """
    begin, end = (int(np.searchsorted(history.month, month)) for month in (first, last + 1))
    from_end_of = begin if goes_on else max(begin - 1, 0)
    return {"moves": _moves(history, scale, begin, end), "places": _places(history, scale, from_end_of, end)}


def _moves(history: Record, scale: float, begin: int, end: int) -> Any:
    """One row for each month, origin and destination between which anybody moved."""
    import pyarrow as pa

    from sim.arrow import named

    parts = [*_changes(history.moves[begin:end], same=0), *_changes(_role_changes(history)[begin:end], same=1)]
    months, origin, destination, same, people = (np.concatenate(values) for values in zip(*parts, strict=True))
    order = np.lexsort((same, destination, origin, months))
    names, roles = [each.name for each in places()], [each.role for each in places()]
    return pa.table(
        {
            "month": named(_months(history, begin, end), months[order]),
            "from": named(names, origin[order]),
            "from_role": named(roles, origin[order]),
            "to": named(names, destination[order]),
            "to_role": named(roles, destination[order]),
            "same_employer": named(SAME_EMPLOYER, same[order]),
            "people": pa.array(people[order] / scale),
        }
    )


def _changes(moves: NDArray[Any], same: int) -> Iterator[tuple[Ints, ...]]:
    """Months, origins, destinations, whether the employer stayed the same, and people, of what is not zero."""
    months, origin, destination = np.nonzero(moves)
    yield months, origin, destination, np.full(months.size, same), moves[months, origin, destination]


def _role_changes(history: Record) -> NDArray[Any]:
    """[month, place, place] changes of role with the same employer."""
    months, roles = len(history.month), len(Role)
    out = np.zeros((months, OUT_OF_CARE, OUT_OF_CARE), dtype=np.int32)
    by_work = history.role_changes.reshape(months, -1, roles, roles)
    for work in range(OUT_OF_CARE // roles):
        span = slice(work * roles, (work + 1) * roles)
        out[:, span, span] = by_work[:, work]
    return out


def _places(history: Record, scale: float, begin: int, end: int) -> Any:
    """One row for each month and place where anybody is at the end of the month, with the people there.

    Which places those are is told month by month, so that a run measured in parts leaves the rows of the whole.
    """
    import pyarrow as pa

    from sim.arrow import named
    from sim.recording import STOCKS

    in_post = [STOCKS.index("heads"), STOCKS.index("self_employed")]
    heads = history.people[begin:end, ..., in_post].sum(axis=(1, -1), dtype=np.int64)
    people = np.concatenate([heads.reshape(end - begin, OUT_OF_CARE), history.elsewhere[begin:end]], axis=1)
    months = np.repeat(np.arange(end - begin), GONE)
    here = np.tile(np.arange(GONE), end - begin)
    known = people.ravel() > 0
    return pa.table(
        {
            "month": named(_months(history, begin, end), months[known]),
            "place": named([each.name for each in places()], here[known]),
            "role": named([each.role for each in places()], here[known]),
            "people": pa.array(people.ravel()[known] / scale),
        }
    )


def _months(history: Record, begin: int, end: int) -> list[str]:
    return [month_name(int(month)) for month in history.month[begin:end]]
