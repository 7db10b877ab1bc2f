"""Weights that bring several margins of the answers to those of the staff list at once.

No release uses them: a second weight for the same person would let what is published be taken apart (see
`disclosure.revealed`). `survey bench example` measures how far the organisation's scores would lie elsewhere with them.
"""

from collections.abc import Sequence

import numpy as np

from survey import errors
from survey.core.scoring.method import METHOD, Method
from survey.core.scoring.persons import Floats, Ints

PASSES = 5
"""How often weights are capped and raked again before it is given up."""
SWEEPS = 1000
SETTLED = 1e-12
"""A margin is met when no category is further off than this share of itself."""
LIGHTEST = 0.2
"""No weight is held below this; none above the method's heaviest."""
TOLERANCE = 1e-8
"""A weight this little beyond its limits is within them."""

Margin = tuple[Ints, Floats]
"""Each cell's category (cells,), and each category's people on the staff list (categories,)."""


def rake(n: Ints, margins: Sequence[Margin], method: Method = METHOD) -> Floats:
    """Relative weights (cells,) of the people in cells of n (cells,) each, averaging 1, under which every category of
    every margin has its share of the staff list.

    Iterative proportional fitting (Deming & Stephan 1940), weights held between 0.2 and 5 (the NHS Staff Survey's
    cap) and raked again. Raises Refused where no such weights exist: collapse categories first.
    """
    weights = np.ones(len(n))
    for _ in range(PASSES):
        weights = _fit(weights, n, margins)
        held = np.clip(weights, LIGHTEST, method.heaviest_weight)
        if np.allclose(held, weights, rtol=0, atol=TOLERANCE):
            return weights
        weights = held * (n.sum() / (held @ n))
    raise errors.Refused("Some groups answered too little to be weighted to the staff list, even after five attempts.")


def _fit(weights: Floats, n: Ints, margins: Sequence[Margin]) -> Floats:
    for _ in range(SWEEPS):
        for category, people in margins:
            weights = weights * _factors(weights * n, category, people)[category]
        if all(np.abs(_factors(weights * n, *margin) - 1).max() < SETTLED for margin in margins):
            return weights
    raise errors.Refused("The weights to the staff list do not settle. Collapse its categories first.")


def _factors(mass: Floats, category: Ints, people: Floats) -> Floats:
    """What each category's mass must be multiplied by; masses are scaled so that weights average 1."""
    found = np.bincount(category, weights=mass, minlength=len(people))
    if ((found == 0) & (people > 0)).any():
        raise errors.Refused("Nobody in one of the categories answered, so it cannot be weighted. Collapse it first.")
    target = people * mass.sum() / people.sum()
    factors: Floats = np.divide(target, found, out=np.ones(len(people)), where=found > 0)
    return factors
