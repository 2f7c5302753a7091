"""The hand-out of a workshop: one sheet, the same each time, on which nothing runs into anything else."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from sim.app import answers, choices
from sim.app.handout import (
    COLUMNS,
    LOOK,
    MARGIN,
    MOST_LEVERS,
    Change,
    Charted,
    Handout,
    changed,
    drawn,
    handout,
    ranged,
)
from sim.app.sheet import ELLIPSIS, HEIGHT, PER_INCH, WIDTH, Sheet, Style, width_of, wrapped
from sim.app.span import HISTORY, START

MONTHS = answers.months()
FUTURE = START - HISTORY
TOUCH = 1.0
"""Points by which boxes of text, which are larger than their letters, may overlap."""
FINE = 10
"""Dots in a point: letters are set to whole dots."""
LONG_WORD = "Donaudampfschifffahrtsgesellschaft" * 4


def chart(**changes: Any) -> Charted:
    base = [None] * 11 + [120 + 30 * math.sin(month / 25) for month in range(11, len(MONTHS))]
    path = [value - month / 10 for month, value in enumerate(base[FUTURE:])]  # type: ignore[operator]
    dots = [(f"{year}-03", 130.0) for year in range(2016, 2026)]
    return Charted("Vacancies: \N{MINUS SIGN}6 thousand", "thousand", MONTHS, FUTURE, base, path, dots)._replace(
        **changes
    )


SURE = Change("Vacancies", "thousand", 0, 131.0, -12.2, -20.1, -4.4, clear=True)
UNSURE = Change("Turnover", "% of staff a year", 1, 24.6, -0.2, -1.1, 0.7, clear=False)
WIDE = Change(
    "Care by staff a year or more in post", "% of hours worked by everybody", 2, 1e6, -9e4, -1e5, -8e4, clear=True
)
LONG_LEVER = ("A lever with a long name of its own", "125% of the example, or so")
LEVER = ("Real living wage", "in full: as in Wales")
PLAIN = Handout("Pay parity", [LEVER], [SURE, UNSURE], chart(), "2030/31", 8, 0.01, "Fewer posts stand vacant.")
FULL = PLAIN._replace(title="Everything $at$ once", levers=[LEVER] * 14, figures=[SURE, UNSURE, SURE, SURE, SURE])
OVERFULL = Handout(
    "A long name of a package " * 9 + LONG_WORD, [LONG_LEVER] * 40,
    [WIDE] * 10, chart(title="A long finding " * 30), "2030/31", 20, 0.002, LONG_WORD * 9, "a_long_name" * 6 + ".yaml",
)  # fmt: skip
EMPTY = PLAIN._replace(title="None", levers=[], figures=[], chart=chart(path=[], dots=[], base=[None] * len(MONTHS)))
CAUTIOUS = OVERFULL._replace(caution="Fewer vacancies are no improvement here. " * 6)
CASES = {"cautious": CAUTIOUS, "plain": PLAIN, "full": FULL, "overfull": OVERFULL, "empty": EMPTY}


@pytest.fixture(autouse=True)
def look() -> Iterator[None]:
    with mpl.rc_context(LOOK):
        yield


def texts(sheet: Sheet) -> Sequence[Text]:
    return [one for one in sheet.figure.findobj(Text) if one.get_text() and one.get_visible()]


def words(sheet: Sheet) -> str:
    return " ".join(one.get_text() for one in texts(sheet))


def boxes_of(sheet: Sheet) -> dict[Text, Any]:
    """Where each text stands, points; tick labels beyond the ends of their axis are not drawn."""
    sheet.figure.set_dpi(FINE * PER_INCH)
    canvas = FigureCanvasAgg(sheet.figure)
    canvas.draw()
    beyond = {
        label
        for axes in sheet.figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for place, label in zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True)
        if not axis.get_view_interval()[0] <= place <= axis.get_view_interval()[1]
    }
    there = [one for one in texts(sheet) if one not in beyond]
    to_points = Affine2D().scale(1.0 / FINE)
    return {one: one.get_window_extent(canvas.get_renderer()).transformed(to_points) for one in there}


def test_what_must_be_said_beside_fewer_vacancies_is_on_the_sheet():
    caution = "In 2030/31: vacant posts fall by 8.1 thousand, with 36.8 thousand posts no longer sought."
    assert caution in words(drawn(PLAIN._replace(caution=caution)))
    assert "no longer sought" not in words(drawn(PLAIN))


@pytest.mark.parametrize("name", CASES)
def test_nothing_overlaps_or_leaves_the_sheet(name):
    boxes = boxes_of(drawn(CASES[name]))
    for text, box in boxes.items():
        assert box.x0 >= MARGIN - TOUCH, text
        assert box.x1 <= WIDTH - MARGIN + TOUCH, text
        assert 0 <= box.y0 < box.y1 <= HEIGHT, text
    for (one, first), (other, second) in combinations(boxes.items(), 2):
        wide = min(first.x1, second.x1) - max(first.x0, second.x0)
        high = min(first.y1, second.y1) - max(first.y0, second.y0)
        assert wide <= TOUCH or high <= TOUCH, (one, other)


@pytest.mark.parametrize("name", CASES)
def test_it_is_one_page_with_its_title_and_the_same_each_time(name):
    made = handout(CASES[name])
    assert made.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", made)) == 1
    assert b"/Author (caresim)" in made
    assert b"CreationDate" not in made
    assert f"/Title ({CASES[name].title[:9]}".encode() in made
    assert handout(CASES[name]) == made


def test_it_says_what_the_package_is_and_does_and_how_to_read_and_remake_it():
    said = words(drawn(PLAIN))
    for part in (
        "Pay parity", "Fewer posts stand vacant.", "Real living wage", "in full: as in Wales", "2030/31", "Vacancies",
        "119", "\N{MINUS SIGN}12", "90%: \N{MINUS SIGN}20 to \N{MINUS SIGN}4", "today's law: 131", "24.4",
        "may rise or fall", "Today's law", "This package", "future", "not evidence", "1% of it", "Ranges hold 90%",
        "caresim compare baseline my_package.yaml", "--draws 8 --scale 0.01", "hollow after March 2022",
    ):  # fmt: skip
        assert part in said, part


def test_fourteen_levers_are_named_and_the_others_counted():
    assert words(drawn(FULL)).count("Real living wage") == 14
    assert "more" not in words(drawn(FULL)).split("In 2030/31")[0]
    assert "... and 3 more" in words(drawn(FULL._replace(levers=[LEVER] * 17)))


def every_lever() -> list[tuple[str, str]]:
    """Levers of the page with their strength in words."""
    shown = [one for levers in choices.offered().values() for one in levers]
    return [(one.title, choices.in_words(choices.Choice(one.lever, one.lever, choices.FULL))) for one in shown]


@pytest.mark.parametrize("beside", [0, 1])
def test_who_pays_is_told_to_the_end(beside):
    """The last words of a lever's strength may turn it round, beside another lever and alone in its row."""
    paid_for = next(one for one in every_lever() if "paid for by" in one[1])
    said = words(drawn(PLAIN._replace(levers=[paid_for, *[LEVER] * beside])))
    assert paid_for[1] in said


def test_no_lever_of_the_page_is_cut_off():
    levers = every_lever()
    each = MOST_LEVERS - COLUMNS  # those with the longest words leave room for a row less
    for first in range(0, len(levers), each):
        chosen = levers[first : first + each]
        said = words(drawn(FULL._replace(levers=chosen, figures=[SURE] * 10)))
        assert all(part in said for lever in chosen for part in lever)
        assert ELLIPSIS not in said


def test_who_is_alone_in_a_row_has_all_of_it():
    long = (LEVER[0], f"{LEVER[1]}, with words that fill more than half of the sheet")
    assert long[1] in [one.get_text() for one in texts(drawn(PLAIN._replace(levers=[long])))]
    assert long[1] not in [one.get_text() for one in texts(drawn(PLAIN._replace(levers=[long, LEVER])))]


def test_where_names_are_long_the_chart_keeps_its_room():
    (axes,) = drawn(OVERFULL).figure.axes
    assert axes.get_position().height * HEIGHT > 50


def test_no_direction_is_told_where_the_range_holds_nothing():
    assert changed(SURE) == "\N{MINUS SIGN}12"
    assert changed(UNSURE) == "may rise or fall"
    alone = UNSURE._replace(low=None, high=None)
    assert (changed(alone), ranged(alone)) == ("\N{MINUS SIGN}0.2", "one draw: no range")
    assert changed(SURE._replace(mean=0.3)) == "0"
    assert changed(SURE._replace(mean=12345.0)) == "+12,345"


def test_the_chart_shows_history_future_and_published_figures():
    (axes,) = drawn(PLAIN).figure.axes
    today, package, *dots, _ = axes.lines
    assert (to_hex(today.get_color()), to_hex(package.get_color())) == ("#12436d", "#f46a25")
    assert len(today.get_xdata()) == len(MONTHS)
    assert package.get_xdata()[0] == today.get_xdata()[FUTURE]
    hollow = [dot.get_xdata()[0] > 2022.5 for dot in dots]
    # A dot of the month before the first one is not shown.
    assert hollow == [False] * 6 + [True] * 3
    assert [dot.get_markerfacecolor() == "white" for dot in dots] == hollow


def test_lines_are_as_wide_as_they_may_be_and_no_wider():
    style = Style(9.0)
    lines = wrapped(f"short words {LONG_WORD} and more of them", 100.0, style)
    assert all(width_of(line, style) <= 100.0 for line in lines)
    assert "".join(lines).replace(" ", "") == f"shortwords{LONG_WORD}andmoreofthem"
    assert wrapped("one two three " * 9, 100.0, style, 2)[-1].endswith("\N{HORIZONTAL ELLIPSIS}")
    assert len(wrapped("one two three " * 9, 100.0, style, 2)) == 2


def test_several_at_once_are_those_of_one_after_another():
    asked = [PLAIN, FULL, OVERFULL, EMPTY]
    with ThreadPoolExecutor(len(asked)) as pool:
        assert list(pool.map(handout, asked)) == [handout(one) for one in asked]


def test_drawing_is_imported_only_when_something_is_drawn():
    code = "import sys, sim.app.handout; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parent.parent, check=False).returncode == 0
