"""Crossings of groups that were asked for: heads, leavers, pay, contracts and vacancies, cell by cell.

They are counted while months are simulated, by a watcher, because what a stored history holds is fixed. People are
counted by the characteristics they have at the end of the month, and leavers by those they left with.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.detail import PLACE_DIMENSIONS, crossing_name
from sim.geography import load_places
from sim.measures import over_a_year, share
from sim.month import crossings as kernels
from sim.month.groups import BANDS, GroupKind
from sim.problems import COMMAND_LINE, Problem, ScenarioError
from sim.settings import setting
from sim.units import PENCE_PER_POUND, LeaveReason, Role, Sector, Service, month_name
from sim.watching import LEAVING

if TYPE_CHECKING:
    from sim.model import CareLabourModel

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
EVERYTHING = "all"
"""Stands in the columns of dimensions that other crossings have."""
CODES = {
    "region": kernels.REGION,
    "council": kernels.COUNCIL,
    "service": kernels.SERVICE,
    "sector": kernels.SECTOR,
    "role": kernels.ROLE,
    **{kind.name.lower(): kernels.GROUPS_FROM + int(kind) for kind in GroupKind},
}
"""Dimensions by the number under which kernels know them."""
HEADS, PAY, ZERO_HOURS = 0, 1, 2
SOUGHT, FILLED, VACANT = 0, 1, 2


def bands(dimension: str) -> tuple[str, ...]:
    """What a dimension is divided into, in the order of codes."""
    codes: dict[str, Any] = {"service": Service, "sector": Sector, "role": Role}
    if dimension in codes:
        return tuple(code.name.lower() for code in codes[dimension])
    if dimension in ("region", "council"):
        places = load_places()
        return places.regions if dimension == "region" else places.councils
    return BANDS[GroupKind[dimension.upper()]]


class Shape(NamedTuple):
    """A crossing laid out: the last dimension runs fastest."""

    dimensions: tuple[str, ...]
    sizes: tuple[int, ...]
    strides: Ints

    @classmethod
    def of(cls, dimensions: tuple[str, ...]) -> Shape:
        """Lay a crossing out."""
        sizes = tuple(len(bands(name)) for name in dimensions)
        strides = np.array([int(np.prod(sizes[place + 1 :])) for place in range(len(sizes))], dtype=np.int64)
        return cls(dimensions, sizes, strides)

    @property
    def cells(self) -> int:
        """Number of cells, empty ones included."""
        return int(np.prod(self.sizes))

    @property
    def of_places(self) -> bool:
        """Whether posts, and so vacancies, can be crossed like this."""
        return set(self.dimensions) <= set(PLACE_DIMENSIONS)

    def codes(self) -> Ints:
        """Numbers of the dimensions, for kernels."""
        return np.array([CODES[name] for name in self.dimensions], dtype=np.int64)


def check_size(crossings: tuple[tuple[str, ...], ...]) -> None:
    """Refuse crossings of more cells than can be kept by month."""
    most = int(setting("crossing_cells"))
    shapes = [Shape.of(dimensions) for dimensions in crossings]
    problems = [
        Problem(
            COMMAND_LINE, 0, "--detail", f"{crossing_name(shape.dimensions)!r} has {shape.cells:,} cells",
            f"a crossing of at most {most:,}",
        )
        for shape in shapes
        if shape.cells > most
    ]  # fmt: skip
    if problems:
        raise ScenarioError(problems)


class Count(NamedTuple):
    """One month of one crossing, people and posts of the model."""

    month: int
    people: Ints
    """[cell, 3] heads, pay in pence an hour and contracts of zero hours, summed over people in post."""
    leavers: Ints
    """[cell] people who left a care job."""
    posts: Ints
    """[cell, 3] posts sought, filled and vacant, council and independent; nothing where posts cannot be crossed."""


class CrossingWatch:
    """Counts one crossing from the model's next month on."""

    def __init__(self, model: CareLabourModel, dimensions: tuple[str, ...], first: int, shown: Sequence[str]) -> None:
        """Start counting.

        Args:
            model: the model to watch.
            dimensions: what people are crossed by.
            first: first month reported; turnover needs the eleven before it.
            shown: dimensions that get a column, because this or another crossing has them.
        """
        self.shape, self.shown = Shape.of(dimensions), tuple(shown)
        self.scale, self.first = model.world.scale, first
        self.counts: list[Count] = []
        self._leavers = np.zeros(self.shape.cells, dtype=np.int64)
        self._code = self._status = self._employer = np.empty(0, dtype=np.int32)

    def fork(self) -> CrossingWatch:
        """A watcher that has seen the same and goes on by itself."""
        twin = CrossingWatch.__new__(CrossingWatch)
        twin.__dict__.update(self.__dict__, counts=list(self.counts))
        return twin

    def before(self, verb: str, model: CareLabourModel) -> None:
        """Remember in which cell everybody in post is, and with whom."""
        if verb in LEAVING:
            self._code = self._coded(model, model.month)
            self._status, self._employer = model.workers.status.copy(), model.workers.employer.copy()

    def after(self, verb: str, model: CareLabourModel) -> None:
        """Count those who are no longer in the job they had, in the cell they left from, as employers tell of them."""
        if verb in LEAVING:
            rows = slice(len(self._code))
            left = (model.workers.status[rows] != self._status) | (model.workers.employer[rows] != self._employer)
            left &= model.workers.leave_reason[rows] != LeaveReason.CLOSURE
            self._leavers = self._leavers + self._summed(self._code[left & (self._code >= 0)])

    def month_over(self, model: CareLabourModel) -> None:
        """Count people in post and posts at the end of the month."""
        month = model.month - 1
        code = self._coded(model, month)
        rows = np.flatnonzero(code >= 0)
        cells, workers = code[rows], model.workers
        people = [
            self._summed(cells),
            self._summed(cells, workers.pay[rows]),
            self._summed(cells[workers.contract_minutes[rows] == 0]),
        ]
        self.counts.append(Count(month, np.stack(people, axis=1), self._leavers, self._posts(model)))
        self._leavers = np.zeros(self.shape.cells, dtype=np.int64)

    def tables(self, model: CareLabourModel) -> dict[str, Any]:
        """The months reported."""
        return {"crossings": _table(self.shape, self.shown, self.counts, self.scale, self.first)}

    def _coded(self, model: CareLabourModel, month: int) -> NDArray[np.int32]:
        code = np.empty(model.workers.capacity, dtype=np.int32)
        model.crew.over(
            model.workers.capacity, kernels.code_people, month, model.workers.columns, model.providers.columns,
            model.councils.columns, self.shape.codes(), self.shape.strides, code,
        )  # fmt: skip
        return code

    def _summed(self, cells: Any, values: Any = None) -> Ints:
        """Sums by cell. Whole numbers below 2^53 add up exactly as float64."""
        weights = None if values is None else values.astype(np.float64)
        return np.rint(np.bincount(cells, weights=weights, minlength=self.shape.cells)).astype(np.int64)

    def _posts(self, model: CareLabourModel) -> Ints:
        """[cell, 3] posts by the employer's dimensions and the role of the post."""
        if not self.shape.of_places:
            return np.zeros((0, 3), dtype=np.int64)
        columns = model.providers.columns
        rows = np.flatnonzero((columns.uid != 0) & (columns.sector != int(Sector.DIRECT_PAYMENT)))
        of_provider = {
            "region": model.councils.region[columns.council[rows]],
            "council": columns.council[rows],
            "service": columns.service[rows],
            "sector": columns.sector[rows],
            "size": columns.size_band[rows],
        }
        cell = np.zeros((rows.size, len(Role)), dtype=np.int64)
        for name, stride in zip(self.shape.dimensions, self.shape.strides, strict=True):
            cell += stride * (np.arange(len(Role)) if name == "role" else of_provider[name].astype(np.int64)[:, None])
        sought, filled = columns.posts_sought[rows].astype(np.int64), columns.posts_filled[rows].astype(np.int64)
        kinds = (sought, filled, np.maximum(sought - filled, 0))
        return np.stack([self._summed(cell.ravel(), values.ravel()) for values in kinds], axis=1)


def _table(shape: Shape, shown: Sequence[str], counts: list[Count], scale: float, first: int) -> Any:
    """One row for each month, cell and indicator that is known, of cells in which there was ever anybody."""
    import pyarrow as pa

    from sim.arrow import coded, named

    people = np.stack([count.people for count in counts])
    leavers = np.stack([count.leavers for count in counts])
    posts = np.stack([count.posts for count in counts]) if shape.of_places else None
    ever = people[:, :, HEADS].any(axis=0) | leavers.any(axis=0)
    if posts is not None:
        ever |= posts.any(axis=(0, 2))
    cells = np.flatnonzero(ever)
    values = indicators(people[:, cells], leavers[:, cells], None if posts is None else posts[:, cells], scale)
    reported = np.array([count.month >= first for count in counts])
    stacked = np.stack([one[reported] for one in values.values()], axis=-1)
    month, cell, indicator = np.nonzero(~np.isnan(stacked))
    months = [month_name(count.month) for count in counts if count.month >= first]
    columns: dict[str, Any] = {
        "month": named(months, month),
        "crossing": coded([crossing_name(shape.dimensions)], np.zeros(month.size)),
    }
    for name in shown:
        if name in shape.dimensions:
            place = shape.dimensions.index(name)
            band = cells[cell] // shape.strides[place] % shape.sizes[place]
            columns[name] = coded(bands(name), band)
        else:
            columns[name] = coded([EVERYTHING], np.zeros(month.size))
    columns["indicator"] = coded(list(values), indicator)
    columns["value"] = pa.array(stacked[month, cell, indicator])
    return pa.table(columns)


def indicators(people: Ints, leavers: Ints, posts: Ints | None, scale: float) -> dict[str, Floats]:
    """[months, cells] each indicator, of counts by month, by the definitions of `sim.indicators`."""
    counted = people.astype(np.float64)
    heads = counted[..., HEADS]
    found = {
        "people": heads / scale,
        "leavers": leavers / scale,
        "turnover": share(over_a_year(leavers.astype(np.float64)), heads),
        "mean_pay": share(counted[..., PAY], heads) / PENCE_PER_POUND,
        "zero_hours_share": share(counted[..., ZERO_HOURS], heads),
    }
    if posts is not None:
        vacant, filled = posts[..., VACANT].astype(np.float64), posts[..., FILLED].astype(np.float64)
        # Cells of personal assistants alone have no posts of this base, rather than none vacant.
        with_posts = posts.any(axis=(0, 2))
        found |= {
            "vacancies": np.where(with_posts, vacant / scale, np.nan),
            "vacancy_rate": share(vacant, filled + vacant),
        }
    return found
