"""How closely a published cell tells its mean: the rounded value, narrowed by what margin and level let out.

A reader knows the method, the number in the band and the staff list, and not the variance. A mean is possible when
some variance gives exactly the value, the margin and the level that were published.
"""

from collections.abc import Callable, Sequence

import numpy as np

from survey.core.disclosure.cells import Basis
from survey.core.disclosure.release import Cell
from survey.core.scoring import intervals, levels
from survey.core.scoring.method import METHOD, Method
from survey.core.scoring.persons import Bools, Floats

_STEPS = 11
_HALVINGS = 30


def means(
    cells: Sequence[Cell], made_of: Sequence[Basis], true: Sequence[float], starts: Sequence[float]
) -> tuple[Floats, Floats]:
    """Lowest and highest mean (cells,) that a reader must hold possible; the true ones always are.

    Searched on a grid, so that the range can come out too narrow, as if the reader knew more, and never too wide.
    """
    first, last = _windows(cells)
    grid = np.linspace(first, last, _STEPS, axis=1)
    possible = _possible(cells, made_of, grid, starts)
    low = np.where(possible.any(axis=1), grid[np.arange(len(grid)), possible.argmax(axis=1)], np.inf)
    high = np.where(possible.any(axis=1), grid[np.arange(len(grid)), -1 - possible[:, ::-1].argmax(axis=1)], -np.inf)
    return np.minimum(low, true), np.maximum(high, true)


def _windows(cells: Sequence[Cell], method: Method = METHOD) -> tuple[Floats, Floats]:
    """What the value alone says. Beyond 95 and 5 nothing else says anything."""
    value = np.array([cell.value for cell in cells], float)
    more = np.array([cell.bound == "or_more" for cell in cells])
    less = np.array([cell.bound == "or_less" for cell in cells])
    first = np.where(more, method.highest, np.where(less, 0.0, np.maximum(value - 0.5, method.lowest)))
    last = np.where(less, method.lowest, np.where(more, 100.0, np.minimum(value + 0.5, method.highest)))
    return first, last


def _possible(cells: Sequence[Cell], made_of: Sequence[Basis], grid: Floats, starts: Sequence[float]) -> Bools:
    smallest, largest = _ratios(cells, made_of, grid)
    found = smallest < largest
    named = np.zeros_like(found)
    for share in (0.02, 0.25, 0.5, 0.75, 0.98):
        named |= _names(cells, made_of, grid, smallest + share * (largest - smallest), starts)
    beyond = np.array([cell.bound != "exact" for cell in cells])
    result: Bools = (found & named) | beyond[:, None]
    return result


def _ratios(cells: Sequence[Cell], made_of: Sequence[Basis], grid: Floats) -> tuple[Floats, Floats]:
    """The variance ratios (smallest, largest) that give the published margin, per cell and mean; none where the
    smallest is not below the largest."""
    low, high = (np.array([[getattr(cell, end)] for cell in cells], float) for end in ("low", "high"))
    least = np.array([[one.known.least] for one in made_of])
    q = np.array([[intervals.quantile(one.known.df)] for one in made_of])
    logical_low, logical_high = _logical(made_of, grid)

    def limit(end: int, ratio: Floats) -> Floats:
        return intervals.limits(grid / 100, least / ratio, q)[end]

    smallest = np.maximum(
        _bisect(lambda v: limit(0, v) < low + 1, grid.shape), _bisect(lambda v: limit(1, v) > high - 1, grid.shape)
    )
    top_low = np.where(logical_low == low, 1.0, _bisect(lambda v: limit(0, v) < low, grid.shape))
    top_high = np.where(logical_high == high, 1.0, _bisect(lambda v: limit(1, v) > high, grid.shape))
    impossible = (logical_low > low) | (logical_high < high)
    return smallest, np.where(impossible, 0.0, np.minimum(top_low, top_high))


def _logical(made_of: Sequence[Basis], grid: Floats) -> tuple[Floats, Floats]:
    n, eligible = (np.array([[(one.sample or (0, 1))[end]] for one in made_of], float) for end in (0, 1))
    low = np.floor(n * grid / eligible)
    high = np.ceil((n * grid + 100 * (eligible - n)) / eligible)
    return np.maximum(low, 0), np.minimum(high, 100)


def _bisect(holds: Callable[[Floats], Bools], shape: tuple[int, ...]) -> Floats:
    """The smallest ratio in (0, 1] from which `holds` is true; 1 where it never is."""
    below, above = np.full(shape, 1e-6), np.ones(shape)
    for _ in range(_HALVINGS):
        middle = (below + above) / 2
        true = holds(middle)
        above, below = np.where(true, middle, above), np.where(true, below, middle)
    return above


def _names(
    cells: Sequence[Cell], made_of: Sequence[Basis], grid: Floats, ratio: Floats, starts: Sequence[float]
) -> Bools:
    """Whether the level's wording would be the published one."""
    share = grid / 100
    least = np.array([[one.known.least] for one in made_of])
    scale = np.array([[one.error / np.sqrt(one.known.variance)] for one in made_of])
    df = np.array([[one.known.df] for one in made_of])
    error = scale * 100 * np.sqrt(np.maximum(ratio, 1e-6) * share * (1 - share) / least)
    chances = levels.probabilities(grid, error, df, starts)
    first, last = levels.named_many(chances)
    published = np.array([[cell.levels[0], cell.levels[-1]] if cell.levels else [0, 0] for cell in cells])
    result: Bools = (first == published[:, :1]) & (last == published[:, 1:])
    return result
