"""A formula of ours and what it stands beside: the same cases given to both, and the same said by both to 1e-9."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from tests.spec.draws import Chance

DRAWS = 60


class Pair(NamedTuple):
    """`ours` and `theirs` take what `draw` gives."""

    formula: str
    beside: str
    draw: Callable[[Chance], tuple[Any, ...]]
    ours: Callable[..., Any]
    theirs: Callable[..., Any]

    def __str__(self) -> str:
        return f"{self.formula} = {self.beside}"


def check(pair: Pair) -> None:
    chance = np.random.default_rng(len(pair.formula))
    for _ in range(DRAWS):
        drawn = pair.draw(chance)
        ours, theirs = pair.ours(*drawn), pair.theirs(*drawn)
        assert same(ours, theirs), f"{drawn}: {ours} and {theirs}"


def same(ours: Any, theirs: Any) -> bool:
    """Numbers to a thousand millionth, however deep they lie; all else exactly."""
    if isinstance(ours, str) or ours is None:
        return bool(ours == theirs)
    if isinstance(ours, list | tuple):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    return bool(np.allclose(np.array(ours, float), np.array(theirs, float), rtol=0, atol=1e-9, equal_nan=True))
