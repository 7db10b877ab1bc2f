"""The smallest revealed group for any published weighted means, exactly (METHOD 2.3 R5).

Rows of W are published means as weights over atoms. A reader can form any z = W' lambda; it speaks about the people
in the atoms where z is not zero. The smallest such group is found by mixed-integer programming (HiGHS): scaled so
that its largest entry is 1 at atom j, z fits into |z_a| <= b_a with b_a in {0, 1}, for each j in turn.
"""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from survey.core.scoring.persons import Floats, Ints

_ZERO = 1e-9


def smallest_revealed(rows: Floats, n: Ints, enough: int) -> int:
    """Fewest people on whom a nonzero combination of `rows` (cells, atoms) can rest; `enough` if none has fewer.

    Atoms without people are dropped, atoms in the same cells with the same weights are taken together, and those of
    `enough` people or more must cancel out.
    """
    columns, people = _merged(rows[:, n > 0], n[n > 0])
    light = people < enough
    basis = _basis(columns, light)
    best = enough
    if not basis.size:
        return best
    for atom in np.argsort(people[light], kind="stable"):
        best = min(best, _smallest_with(basis, people[light], int(atom), best))
    return best


def _merged(rows: Floats, n: Ints) -> tuple[Floats, Ints]:
    columns, place = np.unique(rows, axis=1, return_inverse=True)
    people = np.bincount(place.ravel(), weights=n, minlength=columns.shape[1]).astype(np.int64)
    seen = np.abs(columns).max(axis=0, initial=0) > 0
    return columns[:, seen], people[seen]


def _basis(columns: Floats, light: np.ndarray) -> Floats:
    """Independent combinations (combinations, light atoms) that vanish on all heavy atoms."""
    scaled = columns / np.abs(columns).max(axis=1, keepdims=True, initial=_ZERO)
    left = _null_space(scaled[:, ~light].T)
    _, sizes, directions = np.linalg.svd(left.T @ scaled[:, light], full_matrices=False)
    found: Floats = directions[sizes > _ZERO * max(1.0, float(sizes.max(initial=0)))]
    return found


def _null_space(matrix: Floats) -> Floats:
    if not len(matrix):
        return np.eye(matrix.shape[1])
    _, sizes, directions = np.linalg.svd(matrix, full_matrices=True)
    rank = int((sizes > _ZERO * max(1.0, float(sizes.max(initial=0)))).sum())
    null: Floats = directions[rank:].T
    return null


def _smallest_with(basis: Floats, people: Ints, atom: int, enough: int) -> int:
    """The smallest group among combinations whose largest entry is at `atom`; `enough` if none has fewer people.

    The basis is orthonormal, so no coefficient is beyond the root of the number of atoms. HiGHS crashed on one of 2,000
    programmes when coefficients were free and it was left to simplify first.
    """
    free, atoms = basis.shape
    if people[atom] >= enough or np.abs(basis[:, atom]).max() < _ZERO:
        return enough
    flags = np.eye(atoms)
    constraints = [
        LinearConstraint(np.hstack([basis.T, -flags]), -np.inf, 0),
        LinearConstraint(np.hstack([basis.T, flags]), 0, np.inf),
        LinearConstraint(np.concatenate([basis[:, atom], np.zeros(atoms)]), 1, 1),
        LinearConstraint(np.concatenate([np.zeros(free), people]), 0, enough - 1),
    ]
    furthest = np.full(free, np.sqrt(atoms))
    lower, upper = np.concatenate([-furthest, np.zeros(atoms)]), np.concatenate([furthest, np.ones(atoms)])
    kinds = np.concatenate([np.zeros(free), np.ones(atoms)])
    cost = np.concatenate([np.zeros(free), people])
    within, plainly = Bounds(lower, upper), {"presolve": False}
    found = milp(cost, constraints=constraints, bounds=within, integrality=kinds, options=plainly)
    return round(found.fun) if found.success else enough
