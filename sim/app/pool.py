"""Questions of several people at once, shared out fairly among processes that hold branches.

A question is a set of policies. It is answered draw by draw, the draws nearest to hand first, and each person's newest
question takes the place of their last. Whoever was served longest ago is served next, so that neither somebody's long
question nor somebody's many keep the others waiting.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from itertools import count
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from sim.app.worker import Done, Job, Kind, Looked, Part, Ready, Stop, answer
from sim.measures import Floats

if TYPE_CHECKING:
    from sim.levers.base import Lever

JOIN = 5.0
"""Seconds in which a process has to end by itself."""
KEPT = {Kind.PATH: 200, Kind.LOOK: 40, Kind.LIVES: 40}
"""Questions whose answers are kept, for whoever asks the same again: closer looks take much more memory."""
REMEMBERED = 1000
"""People of whom it is known when they were served."""
Answers = dict[int, Any]


class GivenUp(Exception):
    """The same person has asked something newer: what is known by then is no answer."""


class WorkersGone(Exception):
    """A process ended that should not have: its draws are not answered for."""


class Question:
    """One person's policies, and the answers so far."""

    def __init__(
        self, number: int, person: str, levers: tuple[Lever, ...], kind: Kind, draws: tuple[int, ...], known: Answers
    ) -> None:
        self.number, self.person, self.levers, self.kind = number, person, levers, kind
        self.finished = set(known) & set(draws)
        self.answers: Answers = {draw: known[draw] for draw in self.finished}
        """By draw: [figure, month] of as many months as are known, or what a closer look showed."""
        self.draws = draws
        self.waiting = [draw for draw in draws if draw not in self.finished]
        self.running: set[int] = set()
        self.news: asyncio.Queue[str | None] = asyncio.Queue()
        """A word for each step: empty, or what went wrong; None when nobody asks any more."""
        self.given_up = False

    @property
    def key(self) -> str:
        """The same for everybody who asks the same."""
        return key_of(self.levers, self.kind)

    @property
    def over(self) -> bool:
        """Whether every draw is answered, or nobody asks any more."""
        return self.given_up or not (self.waiting or self.running)


def key_of(levers: tuple[Lever, ...], kind: Kind) -> str:
    """What tells questions apart, whoever asks them."""
    return " ".join([kind.value, *(f"{lever.name} {lever.model_dump_json()}" for lever in levers)])


class _Worker:
    """A process, and what it is doing."""

    def __init__(self, context: Any, draws: tuple[int, ...], scale: float) -> None:
        self.draws = draws
        self.link: Connection
        self.link, theirs = context.Pipe()
        self.process = context.Process(target=answer, args=(theirs, draws, scale), daemon=True)
        self.process.start()
        theirs.close()
        self.job: Job | None = None
        self.gone = False

    def tell(self, word: Any) -> None:
        """Send something; of a process that has just died, the thread that listens to it will say so."""
        with contextlib.suppress(OSError):
            self.link.send(word)


class Pool:
    """Processes that hold branches; to be started in, and used from, one event loop."""

    def __init__(self, draws: int, scale: float, processes: int) -> None:
        """Say what they hold.

        Args:
            draws: how many draws of the fitted parameters, the first ones.
            scale: share of England of every run.
            processes: how many of them, each with its part of the draws.
        """
        self.draws, self.scale, self.processes = draws, scale, processes
        self.baselines: dict[int, Floats] = {}
        """[figure, month] from April 2016 on, by draw, as they become ready."""
        self.changed = asyncio.Event()
        """Set whenever a draw has become ready."""
        self._numbers = count(1)
        self._questions: dict[str, Question] = {}
        self._known: dict[Kind, OrderedDict[str, Answers]] = {kind: OrderedDict() for kind in Kind}
        self._own_looks: dict[tuple[Kind, int], Any] = {}
        """Baselines looked at closely, which all looks at a draw share."""
        self._workers: list[_Worker] = []
        self._turns = count(1)
        self._served: OrderedDict[str, int] = OrderedDict()
        """By person, when they had their last turn, counted in turns."""

    def start(self) -> None:
        """Start the processes, which prepare their draws."""
        context = multiprocessing.get_context("spawn")
        every = range(1, self.draws + 1)
        loop = asyncio.get_running_loop()
        for place in range(self.processes):
            worker = _Worker(context, tuple(every[place :: self.processes]), self.scale)
            self._workers.append(worker)
            threading.Thread(target=self._listen, args=(loop, worker), daemon=True).start()

    def stop(self) -> None:
        """End the processes."""
        for worker in self._workers:
            worker.gone = True
            worker.tell(Stop)
        for worker in self._workers:
            worker.process.join(JOIN)
            if worker.process.is_alive():
                worker.process.terminate()

    @property
    def coming(self) -> int:
        """Draws that are ready or may yet become so."""
        living = {draw for worker in self._workers if not worker.gone for draw in worker.draws}
        return len(living | set(self.baselines))

    async def ask(
        self, person: str, levers: tuple[Lever, ...], kind: Kind = Kind.PATH, draws: Sequence[int] | None = None
    ) -> AsyncIterator[Question]:
        """Ask what policies do; the question is given back at every step of its answer, until all draws are in.

        Args:
            person: who asks; an earlier question of theirs is given up.
            levers: policies.
            kind: what is to be known of each future.
            draws: which; all of them if left out.

        Raises:
            GivenUp: the same person has asked something newer.
            WorkersGone: once all other draws are in, where a process has died.
            RuntimeError: a run went wrong, with what the program said.
        """
        self._give_up(self._questions.get(person))
        there = sorted(draw for worker in self._workers if not worker.gone for draw in worker.draws)
        wanted = sorted(draws) if draws is not None else list(range(1, self.draws + 1))
        asked = tuple(draw for draw in wanted if draw in there)
        known = self._known[kind].get(key_of(levers, kind), {})
        question = Question(next(self._numbers), person, levers, kind, asked, known)
        self._questions[person] = question
        self._share_out()
        try:
            if question.finished:
                yield question
            while not question.over or not question.news.empty():
                trouble = await question.news.get()
                if trouble:
                    raise RuntimeError(trouble)
                if trouble is None:
                    raise GivenUp
                yield question
            if len(question.finished) < len(wanted):
                raise WorkersGone
        finally:
            self._give_up(question)
            if self._questions.get(person) is question:
                del self._questions[person]

    def _keep(self, question: Question, draw: int) -> None:
        """Keep an answer that is whole."""
        known = self._known[question.kind]
        known.setdefault(question.key, {})[draw] = question.answers[draw]
        known.move_to_end(question.key)
        while len(known) > KEPT[question.kind]:
            known.popitem(last=False)

    # -- what the processes say

    def _listen(self, loop: asyncio.AbstractEventLoop, worker: _Worker) -> None:
        """Hand on what a process says, until it ends; in a thread of its own."""
        try:
            while True:
                told = worker.link.recv()
                loop.call_soon_threadsafe(self._take, worker, told)
        except (EOFError, OSError, RuntimeError):  # the last where the loop has ended first
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._lose, worker)

    def _take(self, worker: _Worker, told: Ready | Part | Looked | Done) -> None:
        if isinstance(told, Ready):
            self.baselines[told.draw] = told.baseline
            self.changed.set()
        elif isinstance(told, Part | Looked):
            question = self._asked(told.number)
            if question is not None:
                shown = self._shared(told, question.kind) if isinstance(told, Looked) else told.values
                question.answers[told.draw] = shown
                question.news.put_nowait("")
        else:
            worker.job = None
            question = self._asked(told.number)
            if question is not None:
                question.running.discard(told.draw)
                if told.finished:
                    question.finished.add(told.draw)
                    self._keep(question, told.draw)
                question.news.put_nowait(told.error)
        self._share_out()

    def _shared(self, told: Looked, kind: Kind) -> Looked:
        """The same with the one baseline of its draw, however often that was sent."""
        return told._replace(baseline=self._own_looks.setdefault((kind, told.draw), told.baseline))

    def _lose(self, worker: _Worker) -> None:
        """A process has ended: nobody answers for its draws any more."""
        worker.gone = True
        for question in self._questions.values():
            question.waiting = [draw for draw in question.waiting if draw not in worker.draws]
            question.running -= set(worker.draws)
            question.news.put_nowait("")

    def _asked(self, number: int) -> Question | None:
        """The question of a number, if it is still asked."""
        return next((one for one in self._questions.values() if one.number == number and not one.given_up), None)

    # -- who is served next

    def _share_out(self) -> None:
        """Give each idle process the next draw of whoever was served longest ago."""
        for worker in self._workers:
            ready = [draw for draw in worker.draws if draw in self.baselines]
            if worker.job is not None or worker.gone:
                continue
            fitting = [one for one in self._questions.values() if any(draw in ready for draw in one.waiting)]
            if fitting:
                question = min(fitting, key=lambda one: (self._served.get(one.person, 0), one.number))
                self._serve(question.person)
                draw = next(draw for draw in question.waiting if draw in ready)
                question.waiting.remove(draw)
                question.running.add(draw)
                worker.job = Job(question.number, draw, question.levers, question.kind)
                worker.tell(worker.job)

    def _serve(self, person: str) -> None:
        """Note whose turn it was; of people who have been away for long nothing is kept."""
        self._served[person] = next(self._turns)
        self._served.move_to_end(person)
        while len(self._served) > REMEMBERED:
            self._served.popitem(last=False)

    def _give_up(self, question: Question | None) -> None:
        """Nobody wants an answer any more: what is being simulated for it is left."""
        if question is None or question.given_up:
            return
        question.given_up = True
        question.waiting.clear()
        question.news.put_nowait(None)
        for worker in self._workers:
            if worker.job is not None and worker.job.number == question.number and not worker.gone:
                worker.tell(question.number)
