"""Watchers: they look on while a model simulates, write down what they see, and change nothing.

``model.watchers.append(...)`` has a model watched from its next month on. A month without watchers costs nothing more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sim.model import CareLabourModel

START, TRANSFER, BAN, LEAVE, HIRE = "start_jobs", "let_contracts", "contract_law", "leave", "hire"
MOVING = (START, TRANSFER, BAN, LEAVE, HIRE, "arrive")
"""Verbs in which people change place; in each of them a person does so at most once."""
LEAVING = (START, BAN, LEAVE, HIRE)
"""Those of them in which people leave a job; whoever goes over with a contract does not."""


class Watcher(Protocol):
    """What a model tells whoever watches it."""

    def before(self, verb: str, model: CareLabourModel) -> None:
        """A verb of the month is about to begin; `model.month` is the month being simulated."""

    def after(self, verb: str, model: CareLabourModel) -> None:
        """It is done."""

    def month_over(self, model: CareLabourModel) -> None:
        """The month is over; `model.month` is the next one."""

    def fork(self) -> Watcher:
        """A watcher that has seen the same and goes on by itself, into another future."""

    def tables(self, model: CareLabourModel) -> dict[str, Any]:
        """What was seen, as Arrow tables by name."""
