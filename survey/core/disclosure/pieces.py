"""The attack along a tree, by hand: what a reader of exact means knows of the people in between.

To a reader who knows every shown mean of the organisation, divisions and reporting units exactly, people are in pieces:
each shown unit, and what remains of each group above it once all that is shown inside is taken away. Of a piece the
weighted total is known, and nothing of how it is made up. So the range of what any of its people can have given follows
from the total, and a programme would find no other. A unit whose people have different weights in the groups above is
taken as pieces of its own: as if the reader knew more.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec
import numpy as np

from survey.core.disclosure.groups import Layout
from survey.core.disclosure.release import GroupKind, Withheld
from survey.core.scoring.method import METHOD
from survey.core.scoring.persons import Bools, Floats, Ints
from survey.core.scoring.strata import Weights

KINDS: tuple[GroupKind, ...] = ("organisation", "division", "reporting_unit")
_SLACK = 1e-6


class Tree(msgspec.Struct, frozen=True, eq=False):
    """`n` (atoms,) people gave `total` (atoms, columns) points, each `floor` to 100 a column. `weights` are those of
    roll-ups."""

    layout: Layout
    n: Ints
    weights: Weights
    total: Floats
    floor: float = 0.0

    @property
    def span(self) -> float:
        return 100 - self.floor


class Piece(msgspec.Struct, frozen=True, eq=False):
    """People whom the reader cannot tell apart: their weight in all (`mass`), weighted `total` (columns,), and the
    finest shown group around them. `some`: who must stay hidden among them, as (people, weight in all, largest weight);
    each person's own weight first, then withheld groups of 2 to k - 1."""

    owner: int
    mass: float
    total: Floats
    some: tuple[tuple[int, float, float], ...]


def pieces(tree: Tree, shown: Sequence[bool], k: int) -> Iterator[Piece]:
    owner = owners(tree.layout, shown)
    for one in np.unique(owner[(owner >= 0) & (tree.n > 0)]):
        around = (owner == one) & (tree.n > 0)
        is_unit = tree.layout.groups[one].kind == "reporting_unit"
        weight = np.ones(len(owner)) if is_unit else tree.weights.weight
        strata = tree.weights.stratum if is_unit else np.zeros(len(owner), np.int64)
        for number in np.unique(strata[around]):
            yield _piece(tree, int(one), around & (strata == number), weight, hidden(tree, shown, around, k))


def _piece(tree: Tree, owner: int, part: Bools, weight: Floats, withheld: Iterable[Bools]) -> Piece:
    persons = [(1, float(one), float(one)) for one in np.unique(weight[part])]
    groups = []
    for members in withheld:
        inside = part & members
        people = int(tree.n[inside].sum())
        if people:
            groups.append((people, float(tree.n[inside] @ weight[inside]), float(weight[inside].max())))
    mass, total = float(tree.n[part] @ weight[part]), weight[part] @ tree.total[part]
    return Piece(owner, mass, total, (*persons, *groups))


def least(tree: Tree, people: int) -> float:
    """Over how many points the sum of one person, or of a withheld group, must stay open."""
    width = METHOD.person_width if people == 1 else METHOD.hidden_width
    return width / 100 * tree.span - _SLACK


def settled(tree: Tree, reasons: Sequence[Withheld | None], k: int) -> tuple[Withheld | None, ...]:
    """Reasons under which nobody is found out: to each piece that is too tight the finest group gives way that makes
    it. None, of a kind that is not of the tree, stays None."""
    found = list(reasons)
    while (gone := _too_tight(tree, [reason is None for reason in found], k)) is not None:
        found[gone] = "protects_others"
    return tuple(found)


def _too_tight(tree: Tree, shown: Sequence[bool], k: int) -> int | None:
    """A group to withdraw; None where nobody is found out."""
    for piece in pieces(tree, shown, k):
        for people, weight, largest in piece.some:
            if (_open(tree, piece, weight) / largest < least(tree, people)).any():
                return _finest(tree.layout, shown, piece.owner)
    return None


def owners(layout: Layout, shown: Sequence[bool]) -> Ints:
    """Per atom, the finest shown group of the tree that it is in; -1 for none."""
    found = np.full(len(layout.places), -1)
    for place, group in enumerate(layout.groups):
        if shown[place] and group.kind in KINDS:
            found[layout.members[place]] = place
    return found


def hidden(tree: Tree, shown: Sequence[bool], inside: Bools, k: int) -> Iterator[Bools]:
    """The withheld groups of 2 to k - 1 people in a piece."""
    for place, group in enumerate(tree.layout.groups):
        members = tree.layout.members[place]
        is_withheld = not shown[place] and group.kind in KINDS and bool((members & inside).any())
        if is_withheld and 2 <= int(tree.n[members].sum()) < k:
            yield members


def _finest(layout: Layout, shown: Sequence[bool], one: int) -> int:
    """The smallest group shown inside this one, or itself."""
    members = layout.members[one]
    inside = [
        place
        for place, group in enumerate(layout.groups)
        if shown[place] and group.kind in KINDS and place != one and not (layout.members[place] & ~members).any()
    ]
    return min(inside, key=lambda place: (layout.groups[place].eligible, -place), default=one)


def _open(tree: Tree, piece: Piece, weight: float) -> Floats:
    """Over how many weighted points (columns,) the sum of some people of a piece can lie: what is known of them all,
    less what the rest can have given."""
    rest = piece.mass - weight
    low = np.maximum(tree.floor * weight, piece.total - 100 * rest)
    high = np.minimum(100.0 * weight, piece.total - tree.floor * rest)
    found: Floats = high - low
    return found
