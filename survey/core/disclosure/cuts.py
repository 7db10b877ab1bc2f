"""The smallest cut that leaves a graph in two pieces (Stoer & Wagner, 1997)."""

import numpy as np

from survey.core.scoring.persons import Ints


def smallest_cut(rows: Ints, columns: Ints, weights: Ints, enough: int) -> int:
    """The least total weight whose removal disconnects two vertices that the edges connect, or `enough` if none is
    smaller.

    Edge e joins rows[e] and columns[e] (vertices, any integers, in one numbering) and weighs weights[e]; edges
    between the same two vertices add up. Edges of `enough` or more cannot lie in a smaller cut, so their ends are
    made one first.
    """
    matrix = _adjacency(rows, columns, weights)
    for component in _components(matrix > 0):
        inner = _contracted(matrix[np.ix_(component, component)], enough)
        enough = min(enough, _stoer_wagner(inner, enough))
    return enough


def _adjacency(rows: Ints, columns: Ints, weights: Ints) -> Ints:
    names, ends = np.unique(np.concatenate([rows, columns]), return_inverse=True)
    matrix = np.zeros((len(names), len(names)), np.int64)
    first, second = ends[: len(rows)], ends[len(rows) :]
    np.add.at(matrix, (first, second), weights)
    np.add.at(matrix, (second, first), weights)
    np.fill_diagonal(matrix, 0)
    return matrix


def _components(linked: np.ndarray) -> list[Ints]:
    left = np.ones(len(linked), bool)
    found = []
    while left.any():
        inside = np.zeros(len(linked), bool)
        edge = np.zeros(len(linked), bool)
        edge[np.argmax(left)] = True
        while edge.any():
            inside |= edge
            edge = linked[edge].any(axis=0) & ~inside
        found.append(np.flatnonzero(inside))
        left &= ~inside
    return found


def _contracted(matrix: Ints, enough: int) -> Ints:
    """The graph with every edge of `enough` or more shrunk to a point, until there is none."""
    while (matrix >= enough).any():
        pieces = _components(matrix >= enough)
        joined = np.zeros((len(pieces), len(matrix)), np.int64)
        for number, piece in enumerate(pieces):
            joined[number, piece] = 1
        matrix = joined @ matrix @ joined.T
        np.fill_diagonal(matrix, 0)
    return matrix


def _stoer_wagner(matrix: Ints, best: int) -> int:
    while len(matrix) > 1:
        order, weight = _search(matrix)
        best = min(best, weight)
        last, before = order[-1], order[-2]
        matrix[before] += matrix[last]
        matrix[:, before] += matrix[:, last]
        matrix[before, before] = 0
        keep = np.arange(len(matrix)) != last
        matrix = matrix[np.ix_(keep, keep)]
    return best


def _search(matrix: Ints) -> tuple[list[int], int]:
    """One phase: vertices in order of how tightly each is tied to those before it, and the last one's cut."""
    tied = matrix[0].copy()
    tied[0] = -1
    order, weight = [0], 0
    for _ in range(len(matrix) - 1):
        nearest = int(np.argmax(tied))
        weight = int(tied[nearest])
        order.append(nearest)
        tied[nearest] = -1
        tied = np.where(tied >= 0, tied + matrix[nearest], -1)
    return order, weight
