"""How closely shown groups bound the mean of others, by linear programmes over as few unknowns as there are."""

from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog

from survey.core.scoring.persons import Bools, Floats, Ints

_SLACK = 1e-6


def of(members: Bools, eligible: Floats, told: Floats) -> "Knowing":
    """What follows from shown groups: `members` (groups, units), `eligible` people (units,), and `told` (groups, 2),
    the least and the greatest mean of each.

    Units that lie in the same shown groups are one class: within it they stand in the proportions of their headcounts
    in all that is shown, so that their mean is all there is to know of them.
    """
    patterns, classes = np.unique(members, axis=1, return_inverse=True)
    people: Floats = np.bincount(classes.ravel(), eligible, patterns.shape[1]).astype(float)
    rows = patterns * people / np.maximum(patterns @ people, 1)[:, None]
    low, high = told.reshape(-1, 2).T
    slack = _discrepancy(rows, low, high) + _SLACK
    return Knowing(eligible, classes.ravel(), people, rows, low - slack, high + slack, {})


class Knowing(NamedTuple):
    """What shown groups tell: the class of each unit (`classes`), the classes' `people`, and `rows` (shown, classes) of
    shares of classes whose means lie between `low` and `high`. `known`: the bounds of classes, once worked out."""

    eligible: Floats
    classes: Ints
    people: Floats
    rows: Floats
    low: Floats
    high: Floats
    known: dict[int, tuple[float, float]]

    def bounds(self, members: Bools) -> tuple[float, float]:
        """Of the mean of some units (units,). The rest of a class may lie anywhere, so that a part of it is bounded
        through the whole; units of several classes need a programme of their own."""
        inside: Floats = np.bincount(self.classes, self.eligible * members, len(self.people)).astype(float)
        touched = np.flatnonzero(inside)
        if len(touched) != 1:
            return self._split(inside)
        one = int(touched[0])
        if one not in self.known:
            self.known[one] = _range(np.eye(len(self.people))[one], self.rows, self.low, self.high)
        share = inside[one] / self.people[one]
        low, high = self.known[one]
        return max(0.0, (low - 100 * (1 - share)) / share), min(100.0, high / share)

    def _split(self, inside: Floats) -> tuple[float, float]:
        """Each class in two: those who are asked about, and the others."""
        share = np.divide(inside, self.people, out=np.zeros(len(inside)), where=self.people > 0)
        rows = np.hstack([self.rows * share, self.rows * (1 - share)])
        target = np.append(inside, np.zeros(len(inside))) / max(inside.sum(), 1)
        return _range(target, rows, self.low, self.high)


def _discrepancy(rows: Floats, low: Floats, high: Floats) -> float:
    """The least tolerance with which all published means agree."""
    if not len(rows):
        return 0.0
    matrix = np.vstack([np.column_stack([rows, -np.ones(len(rows))]), np.column_stack([-rows, -np.ones(len(rows))])])
    cost = np.append(np.zeros(rows.shape[1]), 1)
    within = [(0, 100)] * rows.shape[1] + [(0, None)]
    return float(linprog(cost, A_ub=matrix, b_ub=np.concatenate([high, -low]), bounds=within).fun)


def _range(target: Floats, rows: Floats, low: Floats, high: Floats) -> tuple[float, float]:
    matrix, limits = np.vstack([rows, -rows]), np.concatenate([high, -low])
    ends = [linprog(sign * target, A_ub=matrix, b_ub=limits, bounds=(0, 100)).fun for sign in (1, -1)]
    return float(ends[0]), -float(ends[1])
