"""People who are followed, as they are at one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.employers import NO_EMPLOYER, nhs_employer
from sim.moves import places_of
from sim.rules.migration import tied_to_sponsor
from sim.units import Status, Visa

if TYPE_CHECKING:
    from sim.model import CareLabourModel

Ints = NDArray[np.int64]
UNKNOWN = -1
"""A number that means nothing, such as the contract of somebody without a job."""


class Seen(NamedTuple):
    """People as they were at one moment, one entry for each."""

    uid: NDArray[np.uint64]
    place: Ints
    status: Ints
    role: Ints
    employer: Ints
    """An employer by its whole number (`sim.employers`)."""
    employer_uid: NDArray[np.uint64]
    pay: Ints
    contract: Ints
    hours: Ints
    distance: NDArray[np.float64]
    match: NDArray[np.float64]
    job_start: Ints
    leave_reason: Ints
    next_employer: Ints
    next_uid: NDArray[np.uint64]
    next_role: Ints
    next_start: Ints
    tied: NDArray[np.bool_]
    """Who may work for licensed sponsors only."""
    leave_until: Ints
    """Month permission to stay ends."""

    def at(self, which: Any) -> Seen:
        """Some of them."""
        return Seen(*(values[which] for values in self))


def see(model: CareLabourModel, rows: Ints, month: int) -> Seen:
    """The people in these rows now; whether they are tied to a sponsor is that of the end of `month`."""
    columns = model.workers.columns

    def whole(name: str) -> Ints:
        return np.asarray(getattr(columns, name)[rows], dtype=np.int64)

    status, employer = whole("status"), whole("employer")
    in_care, in_nhs = status == Status.CARE, status == Status.NHS
    paid = in_care | in_nhs | (status == Status.OTHER_WORK) | (status == Status.AGENCY)
    next_employer = whole("next_employer")
    return Seen(
        uid=columns.uid[rows],
        place=places_of(model, rows),
        status=status,
        role=whole("role"),
        employer=np.where(in_nhs, nhs_employer(employer), np.where(in_care, employer, NO_EMPLOYER)),
        employer_uid=np.where(
            in_nhs, model.nhs_employers.uid[employer * in_nhs], _uids(model, np.where(in_care, employer, NO_EMPLOYER))
        ),
        pay=np.where(paid, whole("pay"), UNKNOWN),
        contract=np.where(in_care, whole("contract_minutes"), UNKNOWN),
        hours=np.where(in_care, whole("worked_minutes"), UNKNOWN),
        distance=np.where(in_care, columns.distance[rows], UNKNOWN),
        match=columns.match[rows],
        job_start=whole("job_start"),
        leave_reason=whole("leave_reason"),
        next_employer=next_employer,
        next_uid=_uids(model, next_employer),
        next_role=whole("next_role"),
        next_start=whole("next_start"),
        tied=_tied(model, rows, month),
        leave_until=whole("leave_until"),
    )


def _uids(model: CareLabourModel, providers: Ints) -> NDArray[np.uint64]:
    """Identities of providers by row; 0 for nobody."""
    return np.where(providers >= 0, model.providers.uid[np.maximum(providers, 0)], np.uint64(0))


def _tied(model: CareLabourModel, rows: Ints, month: int) -> NDArray[np.bool_]:
    workers, months = model.workers, model.law.settlement_months
    tied = np.zeros(rows.size, dtype=bool)
    for place in np.flatnonzero(workers.visa[rows] == Visa.SPONSORED):
        tied[place] = tied_to_sponsor(int(Visa.SPONSORED), int(workers.visa_month[rows[place]]), month, months)
    return tied
