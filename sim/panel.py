"""The monthly panel of people who are followed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.employers import EmployerNames, council_names
from sim.moves import places
from sim.rules.job_value import match_belief
from sim.rules.pay import effective_wage
from sim.sample import identity
from sim.seen import UNKNOWN, Seen
from sim.units import (
    MINUTES_PER_HOUR,
    MONTHS_PER_YEAR,
    NEVER,
    PENCE_PER_POUND,
    Ethnicity,
    Gender,
    Nationality,
    Role,
    Status,
    Visa,
    month_name,
)

if TYPE_CHECKING:
    from sim.model import CareLabourModel

Ints = NDArray[np.int64]
CODES = {
    "status": Status, "role": Role, "visa": Visa, "gender": Gender, "ethnicity": Ethnicity, "nationality": Nationality,
}  # fmt: skip


class Blocks:
    """Arrays month by month, one block for each month."""

    def __init__(self) -> None:
        self.blocks: list[dict[str, NDArray[Any]]] = []

    def fork(self) -> Any:
        """The same past, and a future of its own."""
        twin = type(self)()
        twin.blocks = list(self.blocks)
        return twin

    def joined(self) -> dict[str, NDArray[Any]]:
        """All months one after the other; nothing at all before the first."""
        if not self.blocks:
            return {}
        return {name: np.concatenate([block[name] for block in self.blocks]) for name in self.blocks[0]}


class PeoplePanel(Blocks):
    """How people stood at the end of each month."""

    def add(self, model: CareLabourModel, month: int, rows: Ints, now: Seen) -> None:
        """Write a month down."""
        columns, providers = model.workers.columns, model.providers
        in_care = now.status == Status.CARE
        at = np.where(in_care, now.employer, 0)
        block = {name: getattr(columns, name)[rows] for name in CODES}
        block |= {
            "month": np.full(rows.size, month),
            "uid": now.uid,
            "place": now.place,
            "employer": now.employer,
            "employer_uid": now.employer_uid,
            "next_employer": now.next_employer,
            "council": columns.home_council[rows],
            "pay": now.pay,
            "effective_pay": _effective_pay(now, providers.paid_part),
            "contract_minutes": now.contract,
            "worked_minutes": now.hours,
            "wanted_minutes": columns.wanted_minutes[rows],
            "distance": now.distance,
            "belief": _beliefs(model, rows, now, month),
            "strain": np.where(in_care, providers.strain[at], np.nan),
            "value": model.value_of_jobs(rows),
            "months_in_job": month - now.job_start,
            "months_in_care": np.where(columns.sector_start[rows] > NEVER, month - columns.sector_start[rows], 0),
            "tied": now.tied,
            "sponsor_lost": np.where(in_care, NEVER, columns.clock_start[rows]),
            "age": (month - columns.birth_month[rows].astype(np.int64)) // MONTHS_PER_YEAR,
        }
        self.blocks.append(block)

    def table(self, model: CareLabourModel) -> Any:
        """The panel as an Arrow table."""
        import pyarrow as pa

        from sim.arrow import coded, distinct, named

        taken = self.joined()
        if not taken:
            return pa.table({})
        names, councils = EmployerNames(model), council_names(model)
        texts: dict[str, Any] = {
            "month": coded(*distinct([month_name(int(month)) for month in taken["month"]])),
            "uid": pa.array([identity(int(uid)) for uid in taken["uid"]], pa.string()),
            "place": named([each.name for each in places()], taken["place"]),
            **{name: named([code.name.lower() for code in codes], taken[name]) for name, codes in CODES.items()},
            "employer": coded(*distinct([names(int(one)) for one in taken["employer"]])),
            "employer_uid": coded(*distinct([identity(int(one)) if one else "" for one in taken["employer_uid"]])),
            "next_employer": coded(*distinct([names(int(one)) for one in taken["next_employer"]])),
            "council": named(councils, taken["council"]),
        }
        return pa.table({**texts, **_numbers(taken)})


def _numbers(taken: dict[str, NDArray[Any]]) -> dict[str, Any]:
    """Columns of numbers; those of a job are missing for people without one."""
    import pyarrow as pa

    from sim.arrow import known

    in_care = taken["status"] == Status.CARE
    months_alone = (taken["month"] - taken["sponsor_lost"]).astype(np.int32)
    return {
        "pay": known(taken["pay"] / PENCE_PER_POUND, taken["pay"] != UNKNOWN),
        "effective_pay": known(taken["effective_pay"] / PENCE_PER_POUND, in_care),
        "contract_hours": known(taken["contract_minutes"] / MINUTES_PER_HOUR, in_care),
        "hours": known(taken["worked_minutes"] / MINUTES_PER_HOUR, in_care),
        "wanted_hours": pa.array(taken["wanted_minutes"] / MINUTES_PER_HOUR),
        "distance": known(taken["distance"], in_care),
        "belief_in_match": known(taken["belief"], in_care),
        "strain_of_team": known(taken["strain"], in_care),
        "value": pa.array(taken["value"]),
        "months_in_place": pa.array(taken["months_in_job"].astype(np.int32)),
        "months_in_care": pa.array(taken["months_in_care"].astype(np.int32)),
        "tied_to_sponsor": pa.array(taken["tied"]),
        "months_without_sponsor": known(months_alone, taken["tied"] & (taken["sponsor_lost"] > NEVER)),
        "age": pa.array(taken["age"].astype(np.int32)),
    }


def _effective_pay(now: Seen, paid_part: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pay of an hour with unpaid travel counted as work, pence; missing outside care."""
    out = np.full(now.uid.size, np.nan)
    for k in np.flatnonzero(now.status == Status.CARE):
        out[k] = effective_wage(int(now.pay[k]), float(paid_part[now.employer[k]]))
    return out


def _beliefs(model: CareLabourModel, rows: Ints, now: Seen, month: int) -> NDArray[np.float64]:
    """How good the match with the present care job looks by now, log pay; missing outside care."""
    impressions, out = model.workers.first_impression, np.full(rows.size, np.nan)
    for k in np.flatnonzero(now.status == Status.CARE):
        impression, months = float(impressions[rows[k]]), int(month - now.job_start[k])
        out[k] = match_belief(float(now.match[k]), impression, months, model.p)
    return out
