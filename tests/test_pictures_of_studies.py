"""Pictures of studies hold whatever title a finding gives them."""

from __future__ import annotations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from sim.experiments.pictures import Words, _canvas

FINDING = (
    "The change of cost to payers: \u201cmonthly chance that someone of the low-paid pool looks at care jobs\u201d "
    "comes first, but shares of variance have not settled, and more points are needed"
)


@pytest.mark.parametrize("title", ["Short", FINDING, f"{FINDING}. {FINDING}"])
def test_title_subtitle_and_chart_lie_below_one_another(title: str) -> None:
    figure, axes = _canvas(4.0, (0.3, 0.2, 0.6, 0.55), Words(title, "A subtitle", "Source: a study"))
    drawn = FigureCanvasAgg(figure).get_renderer()
    heading, subtitle, source = (text.get_window_extent(drawn) for text in figure.texts)
    chart = axes.get_window_extent(drawn)
    assert figure.bbox.y1 >= heading.y1
    assert heading.y0 >= subtitle.y1
    assert subtitle.y0 >= chart.y1
    assert chart.y0 >= source.y1
    assert heading.x1 <= figure.bbox.x1
