"""How closely a published cell tells its mean: to the last digit.

Value, margin and level narrow a mean between them, and a change since another round narrows it again, by how much
depends on what somebody knows of that round's answers. So none of this is worked out. A reader is taken to know every
shown mean exactly, and what is shown must stand even then: a change, which is the difference of two means, can add
nothing to that. Only beyond 95 and 5, of which nothing else says anything, is a mean as open as its value.
"""

from collections.abc import Sequence

import numpy as np

from survey.core.disclosure.release import Cell
from survey.core.scoring.method import METHOD, Method
from survey.core.scoring.persons import Floats


def means(cells: Sequence[Cell], true: Sequence[float], method: Method = METHOD) -> tuple[Floats, Floats]:
    """Lowest and highest mean (cells,) that a reader must hold possible; the true ones always are."""
    exact: Floats = np.array(true, float)
    more = np.array([cell.bound == "or_more" for cell in cells], bool)
    less = np.array([cell.bound == "or_less" for cell in cells], bool)
    low = np.where(more, method.highest, np.where(less, 0.0, exact))
    high = np.where(less, method.lowest, np.where(more, 100.0, exact))
    return low, high
