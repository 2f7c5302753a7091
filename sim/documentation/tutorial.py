"""``python -m sim.documentation.tutorial`` writes ``docs/tutorial.ipynb`` anew and executes it; about a minute."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from sim.cache_root import cache_root
from sim.documentation.pages import ROOT

NOTEBOOK = ROOT / "docs" / "tutorial.ipynb"
TIME = 900
"""Seconds that a cell may take."""
USUAL_CACHE = "~/.cache/caresim"
"""Where `sim.cache_root` is unless told otherwise."""
TEXT, CODE = "markdown", "code"
CELLS = (
    (
        TEXT,
        """# A study from question to answer

This notebook asks one question of many small runs: **do guaranteed hours and a real living wage do more together than
the sum of each alone?** It simulates a hundredth of England, so its figures are a demonstration and no finding. It
takes a minute or two. `make tutorial` writes it anew.

You need the program with the libraries of studies: `pip install '.[experiments]'`.""",
    ),
    (
        CODE,
        """from pathlib import Path

import matplotlib.pyplot as plt

from sim.experiments.designs import points_of
from sim.experiments.files import study_from
from sim.experiments.study_results import read_study
from sim.experiments.sweep_command import dry_run, sweep""",
    ),
    (
        TEXT,
        """## The study

What is not known, what can be chosen, what is looked at. The same text could stand in a YAML file, which `caresim
sweep` would run. Here nothing is uncertain but luck: eight replicates, which have the same seeds at every point.""",
    ),
    (
        CODE,
        """study = study_from(
    {
        "name": "Hours and pay",
        "scale": 0.01,
        "window": {"from": "2026-04", "to": "2030-03"},
        "replicates": 8,
        "levers": [
            {"real_living_wage": {"include": {"vary": [False, True]}, "from": "2027-04"}},
            {"zero_hours_ban": {"include": {"vary": [False, True]}, "from": "2027-04", "minimum_hours": 16}},
        ],
        "outcomes": ["vacancy_rate", "turnover", "filled_posts", "unmet_share", "cost"],
        "design": {"kind": "grid"},
    }
)
points_of(study)""",
    ),
    (TEXT, """What it takes, before anything runs:"""),
    (CODE, """print(dry_run(study, workers=2))"""),
    (
        TEXT,
        """## The sweep

Runs go to worker processes and what comes back to a folder, run by run. Stop this cell and start it again: nothing that
was finished is run twice.""",
    ),
    (
        CODE,
        """folder = Path("outputs/studies/tutorial")
status = sweep(study, folder, resume=folder.exists(), workers=2, scheduler=None)""",
    ),
    (
        TEXT,
        """## What came out

`table()` has levels, `changes()` what differs from the reference with the same luck. A row is a run in a financial
year.""",
    ),
    (
        CODE,
        """results = read_study(folder)
changes = results.changes()
changes.query("year == '2029/30'").head(6)""",
    ),
    (
        TEXT,
        """Differences by replicate have the luck of both sides taken out. Compare how much changes spread with how much
levels do:""",
    ),
    (
        CODE,
        """last = changes.query("year == '2029/30' and real_living_wage and zero_hours_ban")
levels = results.table().query("year == '2029/30' and real_living_wage and zero_hours_ban and not reference")
print("standard deviation of the vacancy rate, points:")
print(f"  levels  {100 * levels['vacancy_rate'].std():.2f}")
print(f"  changes {100 * last['vacancy_rate'].std():.2f}")""",
    ),
    (
        TEXT,
        """## The question

What both do together, less what each does alone:""",
    ),
    (
        CODE,
        """wide = changes.query("year == '2029/30'").pivot_table(
    index="replicate", columns=["real_living_wage", "zero_hours_ban"], values="vacancy_rate"
)
together = 100 * (wide[True, True] - wide[True, False] - wide[False, True])
print(f"beyond the sum: {together.mean():+.2f} points, standard error {together.std() / len(together) ** 0.5:.2f}")""",
    ),
    (
        CODE,
        """fig, axes = plt.subplots(figsize=(7, 3.5))
by_year = changes.groupby(["year", "real_living_wage", "zero_hours_ban"])["vacancy_rate"].mean().mul(100)
names = {(True, False): "real living wage", (False, True): "guaranteed hours", (True, True): "both"}
for (wage, hours), colour in zip(names, ("#12436D", "#28A197", "#801650"), strict=True):
    line = by_year.xs((wage, hours), level=("real_living_wage", "zero_hours_ban"))
    axes.plot(line.index, line, color=colour, marker="o")
    axes.annotate(names[wage, hours], (len(line) - 1, line.iloc[-1]), (6, 0), textcoords="offset points", color=colour)
axes.axhline(0, color="#3D3D3D", linewidth=0.8)
axes.set_title("Change of the vacancy rate, points", loc="left")
axes.margins(x=0.25)
plt.show()""",
    ),
    (
        TEXT,
        """## Further

- `caresim analyse tutorial` writes a page on this study; `caresim results tutorial --csv hours.csv` a table for any
  program.
- Add `"draws": 20` in place of replicates, and every interval holds how uncertain the fitted parameters are, too.
- Add `"uncertainties": {"parameters": "all"}` with a `morris` design, and see which parameters matter at all.
- [experiments.md](experiments.md) has all that a study may say, [analysis.md](analysis.md) what analyses tell,
  [cluster.md](cluster.md) how to run one wide, [using_from_r.md](using_from_r.md) how to go on elsewhere.""",
    ),
)


def notebook() -> Any:
    """The notebook, not yet executed."""
    import nbformat as library

    nbformat: Any = library  # its functions have no types
    made = nbformat.v4.new_notebook()
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for number, (kind, text) in enumerate(CELLS):
        new = nbformat.v4.new_code_cell if kind == CODE else nbformat.v4.new_markdown_cell
        made.cells.append(new(text, id=f"cell-{number}"))
    return made


def at_anybodys(text: str) -> str:
    """Places of this machine as those of any: the cache, wherever it is here, and the home folder."""
    return text.replace(str(cache_root()), USUAL_CACHE).replace(str(Path.home()), "~")


def main() -> None:
    """Write and execute."""
    import nbformat as library
    from nbclient import NotebookClient

    nbformat: Any = library  # its functions have no types
    made = notebook()
    with tempfile.TemporaryDirectory() as folder:
        NotebookClient(made, timeout=TIME, resources={"metadata": {"path": folder}}).execute()
    for cell in made.cells:
        cell.metadata.pop("execution", None)  # when it ran is nobody's business
    NOTEBOOK.write_text(at_anybodys(nbformat.writes(made)) + "\n", encoding="utf-8")
    print(Path(NOTEBOOK).relative_to(ROOT))


if __name__ == "__main__":
    main()
