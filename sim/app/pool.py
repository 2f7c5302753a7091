"""Questions of several people at once, shared out fairly among processes that hold branches.

A question is a set of policies. It is answered draw by draw, the draws nearest to hand first, and each person's newest
question takes the place of their last. Whoever was served longest ago is served next, so that neither somebody's long
question nor somebody's many keep the others waiting. What several people ask is simulated once for all of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import threading
from collections import OrderedDict
from collections.abc import AsyncGenerator, Sequence
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
        self.key = ""
        """Of the question that the job is part of."""
        self.leaving = False
        """Whether it was told that nobody asks for its job any more."""
        self.gone = False

    def begin(self, job: Job, key: str) -> None:
        """Have a job done."""
        self.job, self.key, self.leaving = job, key, False
        self.tell(job)

    def leave(self) -> None:
        """Have the job left."""
        if self.job is not None and not self.gone:
            self.leaving = True
            self.tell(self.job.number)

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
        self._news = asyncio.Event()
        """Set, and a new one put in its place, when a draw has become ready or a process has ended."""
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

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def grow(self) -> AsyncGenerator[int]:
        """How many baselines are ready, whenever there are more, until all are.

        Raises:
            WorkersGone: once all others are, where a process has died.
        """
        known = 0
        while True:
            news = self._news
            if len(self.baselines) > known:
                known = len(self.baselines)
                yield known
                continue  # more may have come meanwhile
            if known >= self.coming:
                break
            await news.wait()
        if known < self.draws:
            raise WorkersGone

    async def ask(
        self, person: str, levers: tuple[Lever, ...], kind: Kind = Kind.PATH, draws: Sequence[int] | None = None
    ) -> AsyncGenerator[Question]:
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
        there = sorted(draw for worker in self._workers if not worker.gone for draw in worker.draws)
        wanted = sorted(draws) if draws is not None else list(range(1, self.draws + 1))
        asked = tuple(draw for draw in wanted if draw in there)
        known = self._known[kind].get(key_of(levers, kind), {})
        question = Question(next(self._numbers), person, levers, kind, asked, known)
        last, self._questions[person] = self._questions.get(person), question
        self._join(question)  # before the last one is given up, which may have been the same
        self._give_up(last)
        self._share_out()
        try:
            if question.answers:
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
            self._tell()
        elif isinstance(told, Part | Looked):
            shown = self._shared(told, worker) if isinstance(told, Looked) else told.values
            for question in self._askers(worker):
                question.answers[told.draw] = shown
                question.news.put_nowait("")
        else:
            askers = self._askers(worker)
            worker.job = None
            for question in askers:
                question.running.discard(told.draw)
                if told.finished:
                    question.finished.add(told.draw)
                    self._keep(question, told.draw)
                question.news.put_nowait(told.error)
        self._share_out()

    def _shared(self, told: Looked, worker: _Worker) -> Looked:
        """The same with the one baseline of its draw, however often that was sent."""
        assert worker.job is not None
        return told._replace(baseline=self._own_looks.setdefault((worker.job.kind, told.draw), told.baseline))

    def _lose(self, worker: _Worker) -> None:
        """A process has ended: nobody answers for its draws any more."""
        worker.gone = True
        self._tell()
        for question in self._questions.values():
            question.waiting = [draw for draw in question.waiting if draw not in worker.draws]
            question.running -= set(worker.draws)
            question.news.put_nowait("")

    def _askers(self, worker: _Worker) -> list[Question]:
        """The questions that the job of a process is part of."""
        job = worker.job
        return [one for one in self._questions.values() if job and one.key == worker.key and job.draw in one.running]

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
                worker.begin(Job(next(self._numbers), draw, question.levers, question.kind), question.key)
                for one in self._questions.values():
                    self._join(one)

    def _join(self, question: Question) -> None:
        """Have a question answered by what is being simulated already."""
        for worker in self._workers:
            job = worker.job
            if job and not worker.leaving and worker.key == question.key and job.draw in question.waiting:
                known = next((one.answers[job.draw] for one in self._askers(worker) if job.draw in one.answers), None)
                if known is not None:
                    question.answers[job.draw] = known
                question.waiting.remove(job.draw)
                question.running.add(job.draw)

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
        question.running.clear()
        question.news.put_nowait(None)
        for worker in self._workers:
            if worker.key == question.key and not worker.leaving and not self._askers(worker):
                worker.leave()
