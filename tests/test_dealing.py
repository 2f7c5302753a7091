"""Which task goes to which worker."""

from __future__ import annotations

from collections.abc import Iterator

from accidents import Toy

from sim.experiments.dealing import HELD_BACK, Dealer


def groups(*sizes: int) -> list[Toy]:
    return [
        Toy(number, f"group {which}", first=number == 0) for which, size in enumerate(sizes) for number in range(size)
    ]


def test_a_group_stays_with_the_worker_that_began_it() -> None:
    dealer = Dealer(iter(groups(3, 3)))
    dealt = [dealer.next_for(worker) for worker in ("a", "b", "a", "b", "a", "b")]
    assert [task.group for task in dealt if task] == ["group 0", "group 1"] * 3
    assert dealer.is_empty


def test_nobody_helps_with_a_group_before_its_history_is_there() -> None:
    dealer = Dealer(iter(groups(3)))
    first = dealer.next_for("a")
    assert dealer.next_for("b") is None
    dealer.came_back(first)
    assert dealer.next_for("b") == Toy(1, "group 0")


def test_few_tasks_are_drawn_before_their_turn() -> None:
    drawn = []

    def coming() -> Iterator[Toy]:
        for task in groups(1000, 1):
            drawn.append(task)
            yield task

    dealer = Dealer(coming())
    dealer.next_for("a")
    assert dealer.next_for("b") is None
    assert len(drawn) <= HELD_BACK + 2


def test_every_task_is_dealt_once_whatever_comes_back_when() -> None:
    tasks = groups(5, 1, 90, 2, 7)
    dealer, dealt, out = Dealer(iter(tasks)), [], []
    while not dealer.is_empty or out:
        for worker in ("a", "b", "c"):
            task = dealer.next_for(worker)
            if task is not None:
                dealt.append(task)
                out.append(task)
        dealer.came_back(out.pop())
    assert sorted(dealt) == sorted(tasks)


def test_lost_tasks_go_first_and_in_order() -> None:
    dealer = Dealer(iter(groups(4)))
    lost = [dealer.next_for("a"), dealer.next_for("a")]
    dealer.lost(lost)
    assert [dealer.next_for("b"), dealer.next_for("b")] == lost
