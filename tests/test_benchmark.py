"""What `caresim benchmark` says, and that each piece of work it times runs."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from sim.benchmark import Figures, process_table, reference_table, remarks
from sim.yardstick import KernelRun, Stretch, in_process, kernel_run, reference_run

PEOPLE = 1000


def stretch(nanoseconds: float) -> Stretch:
    return Stretch(nanoseconds * PEOPLE * 12 / 1e9, nanoseconds * PEOPLE * 10 / 1e9, PEOPLE * 12)


def run(nanoseconds: float, months: float, people: int = PEOPLE) -> KernelRun:
    return KernelRun(1.0, 2.0, months, people, 500.0, stretch(nanoseconds), total=months + 5.0)


FIGURES = Figures(
    scale=1.0,
    runs={1: [run(100, 10.0), run(130, 13.0), run(90, 9.0)], 2: [run(50, 5.0), run(60, 6.0), run(70, 7.0)]},
    smaller=[run(80, 0.8, PEOPLE // 10)],
    plain=[stretch(20_000), stretch(30_000), stretch(25_000)],
    compiled=[stretch(90_000)],
)


def cells(table: Table) -> list[list[str]]:
    return [list(row) for row in zip(*(column.cells for column in table.columns), strict=True)]


def test_medians_are_held_against_the_reference_in_its_faster_mode():
    assert cells(reference_table(FIGURES)) == [
        ["kernels, 1 thread", "1,000", "3", "100", "83", "250.0"],
        ["kernels, 2 threads", "1,000", "3", "60", "50", "416.7"],
        ["reference, plain Python", "1,000", "3", "25,000", "20,833", "1.0"],
        ["reference, compiled rules", "1,000", "1", "90,000", "75,000", "0.3"],
    ]


def test_parts_of_a_process_add_up():
    rows = {name: values for name, *values in cells(process_table(FIGURES))}
    assert rows["start of Python, imports, end"] == ["2.0", "2.0"]
    assert rows["120 months"] == ["10.0", "6.0"]
    assert rows["whole process"] == ["15.0", "11.0"]


def test_growth_and_threads_are_put_in_words():
    said = " ".join(remarks(FIGURES))
    assert "1.67 times less" in said
    assert "grows 1.25 times as fast as the number of people" in said


def test_threads_that_make_it_slower_are_not_said_to_make_it_faster():
    small = FIGURES._replace(runs={1: FIGURES.runs[1], 2: [run(400, 40.0)] * 3})
    assert "the 120 months take 4.00 times as long as on one" in " ".join(remarks(small))


def test_tables_print():
    console = Console(record=True, width=160)
    console.print(reference_table(FIGURES), process_table(FIGURES))
    assert "plain Python" in console.export_text()


def test_each_piece_of_work_runs_in_a_process_of_its_own(tmp_path):
    whole = kernel_run(0.002, 1)
    assert whole.people > PEOPLE
    assert 0 < whole.start < whole.total
    market = tmp_path / "market"
    in_process("prepare", str(market), "0.003")
    year = reference_run(market, compiled=False)
    assert year.worker_months > 0
    assert year.nanoseconds > whole.stretch.nanoseconds
