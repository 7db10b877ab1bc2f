"""A funnel: every unit's score against how many answered, and where a unit like the organisation would lie.

Everything here is worked out from published cells, as any reader could. A unit is said to differ only where its own
margin, which is wider than it would have to be, leaves no room for chance; and so sparingly that, of all units said to
differ on a vision, few are expected not to (Benjamini and Hochberg).
"""

from collections.abc import Iterator, Sequence
from math import sqrt
from statistics import NormalDist, median

import msgspec

from survey.core.disclosure.release import Cell, Group, Measure
from survey.core.scoring.discovering import discoveries
from survey.core.scoring.method import METHOD
from survey.pages.reading.index import Index

FEWEST_UNITS = 5
"""Units below which a funnel has no shape."""
MOST = 8
"""Units that are named at once; more are folded away."""
HEIGHT = 340.0
_TOP, _BOTTOM = 24.0, 280.0
_STEPS = 24


class Dot(msgspec.Struct, frozen=True):
    """A unit: where it lies, and its name and score where it stands out."""

    x: float
    y: float
    differs: bool


class Tick(msgspec.Struct, frozen=True):
    x: float
    y: float
    text: str


class Drawing(msgspec.Struct, frozen=True):
    """A funnel laid out, wide or narrow. `upper` and `lower` are the points of its sides, as SVG writes them."""

    id: str
    layout: str
    title: str
    description: str
    width: float
    height: float
    left: float
    right: float
    bottom: float
    middle: float
    upper: str
    lower: str
    dots: tuple[Dot, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]


class Standing(msgspec.Struct, frozen=True):
    """A unit that differs from the organisation: how, in words."""

    name: str
    href: str
    said: str


class Funnel(msgspec.Struct, frozen=True):
    """`standing`: who differs, in the order of the tree, `folded` where they are many; the table of the page has every
    unit."""

    drawings: tuple[Drawing, ...]
    standing: tuple[Standing, ...]
    folded: bool
    share: str


class _Point(msgspec.Struct, frozen=True):
    group: Group
    answers: int
    value: int
    half: float


def funnel(index: Index, measure: Measure) -> Funnel | None:
    """None where the organisation's score is not told, or too few units' are."""
    whole = index.cell(index.whole, measure) if index.whole else None
    points = list(_points(index, measure))
    if whole is None or whole.value is None or len(points) < FEWEST_UNITS:
        return None
    differ = _differ(points, whole.value)
    standing = tuple(_standing(index, point, whole.value) for point in points if point.group.id in differ)
    title = f"{index.words(measure.name)}: units by score and by how many answered"
    told = "; ".join(f"{one.name}, {one.said}" for one in standing) or "no unit"
    if len(standing) > MOST:
        told = f"{len(standing)} units, named beneath"
    layouts = (("wide", 960.0), ("narrow", 360.0))
    return Funnel(
        tuple(_draw(name, width, title, f"Outside of what chance explains: {told}.", points, whole.value, differ)
              for name, width in layouts),
        standing,
        len(standing) > MOST,
        f"{100 * METHOD.false_discoveries:g}%",
    )  # fmt: skip


def _points(index: Index, measure: Measure) -> Iterator[_Point]:
    for group, _ in index.below_top():
        cell = index.cell(group, measure)
        if group.kind == "reporting_unit" and cell.value is not None and cell.bound == "exact":
            yield _Point(group, _fewest(cell), cell.value, _half(cell))


def _fewest(cell: Cell) -> int:
    """The lower end of a band of answers: "20" of "20 to 24"."""
    assert cell.answers is not None
    return int(cell.answers.split()[0])


def _half(cell: Cell) -> float:
    """Half of a margin, on its longer side."""
    assert cell.value is not None and cell.low is not None and cell.high is not None
    return max(cell.high - cell.value, cell.value - cell.low, 1)


def _differ(points: Sequence[_Point], whole: int) -> set[str]:
    normal = NormalDist()
    quantile = normal.inv_cdf((1 + METHOD.confidence) / 2)
    chances = [2 * normal.cdf(-abs(point.value - whole) * quantile / point.half) for point in points]
    return {point.group.id for point, found in zip(points, discoveries(chances), strict=True) if found}


def _standing(index: Index, point: _Point, whole: int) -> Standing:
    above = "above" if point.value > whole else "below"
    return Standing(
        point.group.name, index.unit_address(point.group), f"{point.value}, {above} the organisation’s {whole}"
    )


def _draw(
    layout: str, width: float, title: str, description: str, points: Sequence[_Point], whole: int, differ: set[str]
) -> Drawing:
    left, right, most = 40.0, width - 16, 10 * (1 + max(point.answers for point in points) // 10)
    wide = median(point.half * sqrt(point.answers) for point in points)

    def x(answers: float) -> float:
        return round(left + (right - left) * answers / most, 1)

    def y(score: float) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * min(max(score, 0), 100) / 100, 1)

    steps = [METHOD.band + (most - METHOD.band) * step / _STEPS for step in range(_STEPS + 1)]
    upper, lower = (" ".join(f"{x(n)},{y(whole + side * wide / sqrt(n))}" for n in steps) for side in (1, -1))
    return Drawing(
        id=f"funnel-{layout}",
        layout=layout,
        title=title,
        description=description,
        width=width,
        height=HEIGHT,
        left=left,
        right=right,
        bottom=_BOTTOM,
        middle=y(whole),
        upper=upper,
        lower=lower,
        dots=tuple(Dot(x(point.answers), y(point.value), point.group.id in differ) for point in points),
        across=tuple(Tick(x(n), _BOTTOM + 22, str(n)) for n in range(0, most + 1, _step(most))),
        up=tuple(Tick(left - 8, y(score) + 5, str(score)) for score in range(0, 101, 25)),
    )


def _step(most: int) -> int:
    """So that there are five to ten numbers under the scale."""
    return next(step for step in (10, 20, 50, 100, 200, 500, 1000, 5000) if most / step <= 8 or step == 5000)
