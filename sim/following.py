"""People who are followed: what happened to them, and how they stood at the end of every month.

The log compares the same people before and after each verb in which people change place, where each does so at most
once: so it misses nothing, and its events are those that the books of the month count. Changes within a job are told
from the day on which people start to the end of the month.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.events import BETTER, WORSE, Event, EventLog, Side, side
from sim.month.moves import GONE, OVERSEAS_OTHER, OVERSEAS_SPONSORED, POOL, RECRUIT
from sim.panel import PeoplePanel
from sim.sample import Sample
from sim.seen import UNKNOWN, Seen, see
from sim.units import NEVER, LeaveReason, Status
from sim.watching import BAN, HIRE, LEAVE, MOVING, START, TRANSFER

if TYPE_CHECKING:
    from sim.model import CareLabourModel

Mask = NDArray[np.bool_]


class FollowedPeople:
    """Watches a keyed sample of people: so many of those in the model now, and the same share of newcomers.

    Args:
        model: the model to watch from its next month on.
        number: people followed at first.
        first: first month written down; earlier months are looked at only to know who is there.
    """

    def __init__(self, model: CareLabourModel, number: int, first: int) -> None:
        self.sample = Sample.of(model.draw_seed, model.workers.uid, number)
        self.first, self.log, self.panel = first, EventLog(), PeoplePanel()
        self._rows = self.sample.rows(model.workers.uid)
        self._base = see(model, self._rows, model.month - 1)
        self._before = self._base

    def fork(self) -> FollowedPeople:
        """A watcher that has seen the same and goes on by itself."""
        twin = FollowedPeople.__new__(FollowedPeople)
        twin.__dict__.update(self.__dict__, log=self.log.fork(), panel=self.panel.fork())
        return twin

    def before(self, verb: str, model: CareLabourModel) -> None:
        """Remember everybody as they are."""
        if verb in MOVING:
            self._before = see(model, self._rows, model.month - 1)

    def after(self, verb: str, model: CareLabourModel) -> None:
        """Enter what the verb did to them; those who ceased to be agents are let go."""
        if verb not in MOVING:
            return
        now = see(model, self._rows, model.month - 1)
        tell = {
            START: self._tell_starts,
            TRANSFER: self._tell_transfers,
            BAN: self._tell_leaving,
            LEAVE: self._tell_leaving,
            HIRE: self._tell_hiring,
        }.get(verb)
        if tell is not None and model.month >= self.first:
            tell(model.month, self._before, now)
        still_there = now.uid == self._before.uid
        self._rows = self._rows[still_there]
        if verb in (START, TRANSFER):
            self._base = now.at(still_there)

    def month_over(self, model: CareLabourModel) -> None:
        """Newcomers, changes within jobs, and the month's rows of the panel."""
        month = model.month - 1
        self._rows = self.sample.rows(model.workers.uid)
        now = see(model, self._rows, month)
        if month >= self.first:
            place = np.minimum(np.searchsorted(self._base.uid, now.uid), max(self._base.uid.size - 1, 0))
            known = self._base.uid[place] == now.uid if self._base.uid.size else np.zeros(now.uid.size, bool)
            self._tell_arrivals(month, now.at(~known))
            self._tell_changes(month, self._base.at(place[known]), now.at(known))
            self.panel.add(model, month, self._rows, now)
        self._base = now

    def tables(self, model: CareLabourModel) -> dict[str, Any]:
        """The log and the panel."""
        return {"events": self.log.table(model), "panel": self.panel.table(model)}

    def _enter(self, month: int, what: Event, which: Mask, before: Seen, after: Seen, reason: Any = UNKNOWN) -> None:
        reasons = reason[which] if isinstance(reason, np.ndarray) else reason
        self.log.add(month, what, before.uid[which], side(before.at(which)), side(after.at(which)), reasons)

    def _tell_starts(self, month: int, before: Seen, now: Seen) -> None:
        due = before.next_start == month
        gone = now.uid != before.uid
        in_care, was = ~gone & (now.status == Status.CARE), before.status == Status.CARE
        moved = due & in_care & (now.job_start == month) & (now.employer != before.employer)
        promoted = due & in_care & was & (now.employer == before.employer) & (now.role != before.role)
        self._enter(month, Event.CHANGES_EMPLOYER, moved & was, before, now, int(LeaveReason.CARE_JOB))
        self._enter(month, Event.STARTS_JOB, moved & ~was, before, now)
        self._enter(month, Event.CHANGES_ROLE, promoted, before, now)
        off = due & ~gone & ~moved & ~promoted
        self.log.add(month, Event.OFFER_FALLS_THROUGH, now.uid[off], side(before.at(off)), _promised(before.at(off)))
        self._enter(month, Event.LEAVES_MODEL, gone, before, now)

    def _tell_transfers(self, month: int, before: Seen, now: Seen) -> None:
        with_contract = (before.status == Status.CARE) & (now.employer != before.employer)
        self._enter(month, Event.GOES_WITH_CONTRACT, with_contract, before, now)

    def _tell_leaving(self, month: int, before: Seen, now: Seen) -> None:
        gone = now.uid != before.uid
        was = before.status == Status.CARE
        left = was & (gone | (now.status != Status.CARE))
        # Somebody tied to a sponsor who gives up work leaves the country with it, as does whoever's permission ends.
        ended = (before.leave_until > NEVER) & (before.leave_until <= month) & (before.next_employer < 0)
        abroad = gone & (now.place == GONE + int(LeaveReason.VISA)) & ~ended
        reason = np.where(abroad, int(LeaveReason.NO_WORK), now.leave_reason)
        self._enter(month, Event.LEAVES_CARE, left, before, now, reason)
        self._enter(month, Event.LEAVES_MODEL, gone & ~was, before, now)
        again = ~gone & (before.status == Status.NOT_WORKING) & (now.status == Status.SEEKING)
        self._enter(month, Event.SEEKS_AGAIN, again, before, now)
        stopped = ~gone & (before.status == Status.AGENCY) & (now.status == Status.NOT_WORKING)
        self._enter(month, Event.GIVES_UP_AGENCY_WORK, stopped, before, now)

    def _tell_hiring(self, month: int, before: Seen, now: Seen) -> None:
        was = before.status == Status.CARE
        self._enter(month, Event.LEAVES_CARE, was & (now.status != Status.CARE), before, now, now.leave_reason)
        other = ~was & (now.status != before.status) & (now.status == Status.OTHER_WORK)
        self._enter(month, Event.TAKES_OTHER_WORK, other, before, now)
        agency = ~was & (now.status != before.status) & (now.status == Status.AGENCY)
        self._enter(month, Event.TAKES_AGENCY_WORK, agency, before, now)
        hired = (before.next_employer < 0) & (now.next_employer >= 0)
        self.log.add(month, Event.ACCEPTS_JOB, now.uid[hired], side(before.at(hired)), _promised(now.at(hired)))

    def _tell_arrivals(self, month: int, new: Seen) -> None:
        sponsored = new.tied
        origin = np.where(sponsored, OVERSEAS_SPONSORED, np.where(new.place == RECRUIT, POOL, OVERSEAS_OTHER))
        self.log.add(month, Event.ARRIVES, new.uid, Side(place=origin), _promised(new))

    def _tell_changes(self, month: int, before: Seen, now: Seen) -> None:
        """What changed in a job that somebody had at the end of the month before and still has."""
        same = (before.status == Status.CARE) & (now.status == Status.CARE)
        same &= (before.employer == now.employer) & (before.job_start == now.job_start)
        paid = same & (before.pay != now.pay) & (before.role == now.role)
        self._enter(month, Event.PAY_CHANGES, paid, before, now)
        hours = same & ((before.contract != now.contract) | (before.hours != now.hours))
        self._enter(month, Event.CONTRACT_CHANGES, hours, before, now)
        fit = np.where(now.match > before.match, BETTER, WORSE)
        self._enter(month, Event.FIT_CHANGES, same & (before.match != now.match), before, now, fit)
        self._enter(month, Event.SETTLES, before.tied & ~now.tied, before, now)


def _promised(people: Seen) -> Side:
    """People with the job they have accepted; what it pays is settled when it starts."""
    here = side(people)
    return here._replace(
        role=people.next_role, employer=people.next_employer, employer_uid=people.next_uid, pay=UNKNOWN,
        contract=UNKNOWN, hours=UNKNOWN, distance=float(UNKNOWN),
    )  # fmt: skip
