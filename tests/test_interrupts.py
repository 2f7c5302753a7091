"""Ctrl-C waits until code is compiled, and is not lost."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator

import pytest

from sim import jit
from sim.interrupts import interrupts_held


@pytest.fixture(autouse=True)
def as_in_a_terminal() -> Iterator[None]:
    """Shells have what they start in the background ignore Ctrl-C, and tests with it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interrupt_takes_effect_at_the_end_of_what_must_not_be_left_half_done():
    done = []

    def work():
        with interrupts_held():
            signal.raise_signal(signal.SIGINT)
            done.append("rest of the block")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["rest of the block"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_error_is_told_rather_than_hidden_where_nobody_interrupts():
    with pytest.raises(ZeroDivisionError), interrupts_held():
        _ = 1 / 0
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_other_threads_leave_the_handler_alone():
    seen = []

    def work():
        with interrupts_held():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]


def test_an_interrupted_compilation_is_finished_first(monkeypatch):
    monkeypatch.setattr(jit, "FUNCTIONS", [])

    def half(x):
        return x / 2

    compiled = jit.compiled(half)
    compiled._cache = interrupting = _Interrupting()
    with pytest.raises(KeyboardInterrupt):
        compiled(3.0)
    assert interrupting.saved
    assert compiled(3.0) == 1.5


class _Interrupting:
    """Stands in for kept code: finds nothing, and Ctrl-C comes before anything is compiled."""

    def __init__(self) -> None:
        self.saved = False

    def load_overload(self, signature: object, context: object) -> None:
        signal.raise_signal(signal.SIGINT)

    def save_overload(self, signature: object, compiled: object) -> None:
        self.saved = True
