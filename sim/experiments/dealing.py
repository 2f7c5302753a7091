"""Which task goes to which worker: an origin belongs to a worker, and those without one of their own help others."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, Protocol

HELD_BACK = 64
"""Most tasks that are drawn before it is their turn."""


class Dealt(Protocol):
    """What is handed out, as far as it matters here (`sim.experiments.work.Task`)."""

    @property
    def group(self) -> str:
        """Name of what tasks have in common."""

    @property
    def first(self) -> bool:
        """Whether it is the first of its group."""

    def apart(self) -> list[Any]:
        """Its smallest parts."""


class Dealer:
    """Tasks, those of a group one after another, and to whom each may be handed out.

    The worker that has the first task of a group has the history of its origin in memory, and is given the others as
    well. Once the first has come back the history is on disk, and a worker that finds no new group may help.
    """

    def __init__(self, tasks: Iterator[Any]) -> None:
        self._coming = tasks
        self._next: Any = next(tasks, None)
        self._again: deque[Any] = deque()
        """Tasks that were out and were lost."""
        self._held: dict[str, deque[Any]] = {}
        """Tasks drawn before their turn, by group."""
        self._first_out: set[str] = set()
        """Groups whose first task has not come back."""
        self._owner: dict[str, str] = {}
        """Group that a worker had last."""
        self.suspects: deque[Any] = deque()
        """Tasks at which workers died: to be tried one by one at the end."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to hand out, suspects aside."""
        return self._next is None and not self._again and not self._held

    def next_for(self, worker: str) -> Any | None:
        """A task for a worker; None if there is none that it may have now."""
        if self._again:
            return self._again.popleft()
        return self._of(self._owner.get(worker)) or self._new(worker) or self._help()

    def came_back(self, task: Any) -> None:
        """A task is settled."""
        if task.first:
            self._first_out.discard(task.group)

    def lost(self, tasks: list[Any]) -> None:
        """Tasks that were out and came to nothing through no fault of theirs: they go first."""
        self._again.extendleft(reversed(tasks))

    def suspect(self, task: Any) -> None:
        """A task at which workers died."""
        self.suspects.extend(task.apart())
        self.came_back(task)

    # -- whence

    def _of(self, group: str | None) -> Any | None:
        """The next task of a group: of those held, or the one that comes next."""
        if group is None:
            return None
        if group in self._held:
            task = self._held[group].popleft()
            if not self._held[group]:
                del self._held[group]
            return task
        return self._draw() if self._next is not None and self._next.group == group else None

    def _new(self, worker: str) -> Any | None:
        """The first task of the next group; tasks of groups that others have begun are held for them."""
        while self._next is not None and not self._next.first:
            if sum(map(len, self._held.values())) >= HELD_BACK:
                return None
            self._held.setdefault(self._next.group, deque()).append(self._draw())
        task = self._draw()
        if task is not None:
            self._owner[worker] = task.group
            self._first_out.add(task.group)
        return task

    def _help(self) -> Any | None:
        """A task of the group of which most are left, among those whose history is on disk."""
        groups = sorted(self._held, key=lambda group: len(self._held[group]), reverse=True)
        if self._next is not None and self._next.group not in self._held:
            groups.append(self._next.group)
        return self._of(next((group for group in groups if group not in self._first_out), None))

    def _draw(self) -> Any | None:
        task, self._next = self._next, next(self._coming, None) if self._next is not None else None
        return task
