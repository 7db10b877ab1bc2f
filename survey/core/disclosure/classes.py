"""People as the attack sees them: by atom, and by whether they have all visions, so that an overall mean and its
visions' means are statements about the same unknowns."""

import msgspec
import numpy as np

from survey.core.scoring.moments import moments
from survey.core.scoring.persons import Floats, Ints


class Classes(msgspec.Struct, frozen=True, eq=False):
    """Per atom, part (0: scored on every vision, 1: not) and vision: how many are scored, and their scores' total."""

    n: Ints
    total: Floats


def classes(atoms: Ints, scores: Floats, count: int) -> Classes:
    """From persons' scores (n, visions + 1) as `persons.scores` gives them."""
    whole = ~np.isnan(scores[:, -1])
    found = [moments(atoms[part], scores[part, :-1], count) for part in (whole, ~whole)]
    n = np.stack([part.n for part in found], axis=1)
    mean: Floats = np.stack([part.mean for part in found], axis=1)
    return Classes(n, n.astype(float) * mean)
