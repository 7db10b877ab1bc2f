"""The attack along a tree, by hand: what a reader of exact means knows of the people in between.

To a reader who knows every shown mean of the organisation, divisions and reporting units exactly, people are in pieces:
each shown unit, and what remains of each group above it once all that is shown inside is taken away. Of a piece the
totals are known, and nothing of how they are made up. So the range of what any of its people can have given follows
from the totals, and a programme would find no other. People of a piece who have different weights are taken as pieces
of their own: as if the reader knew more.
"""

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from survey.core.disclosure.groups import Layout
from survey.core.disclosure.release import GroupKind, Withheld
from survey.core.scoring.method import METHOD
from survey.core.scoring.persons import Bools, Floats, Ints

KINDS: tuple[GroupKind, ...] = ("organisation", "division", "reporting_unit")
_SLACK = 1e-6


class Tree(msgspec.Struct, frozen=True, eq=False):
    """`n` (atoms,) people gave `total` (atoms, columns) points, each `floor` to 100 a column. People of one `stratum`
    (atoms,) have one weight."""

    layout: Layout
    n: Ints
    stratum: Ints
    total: Floats
    floor: float = 0.0

    @property
    def span(self) -> float:
        return 100 - self.floor


def settled(tree: Tree, reasons: Sequence[Withheld | None], k: int) -> tuple[Withheld | None, ...]:
    """Reasons under which nobody is found out: to each piece that is too tight the finest group gives way that makes
    it. None, of a kind that is not of the tree, stays None."""
    found = list(reasons)
    while (gone := _too_tight(tree, [reason is None for reason in found], k)) is not None:
        found[gone] = "protects_others"
    return tuple(found)


def _too_tight(tree: Tree, shown: Sequence[bool], k: int) -> int | None:
    """A group to withdraw; None where nobody is found out."""
    owner = owners(tree.layout, shown)
    for one in np.unique(owner[(owner >= 0) & (tree.n > 0)]):
        inside = owner == one
        pieces = [inside & (tree.stratum == number) for number in np.unique(tree.stratum[inside & (tree.n > 0)])]
        withheld = hidden(tree, shown, inside, k)
        if not all(_is_loose(tree, piece) for piece in pieces):
            return _finest(tree.layout, shown, int(one))
        if not all(_stays_hidden(tree, pieces, members) for members in withheld):
            return _finest(tree.layout, shown, int(one))
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


def _is_loose(tree: Tree, piece: Bools) -> bool:
    """Whether each person of a piece may have given half of what can be given more, or less, on every column."""
    ranges = _ranges(tree, piece, 1)
    return bool((ranges >= METHOD.person_width / 100 * tree.span - _SLACK).all())


def _stays_hidden(tree: Tree, pieces: Sequence[Bools], members: Bools) -> bool:
    """Whether the sum of a withheld group stays open over what one person can give."""
    parts = [(piece, int(tree.n[piece & members].sum())) for piece in pieces]
    open_ = sum(_ranges(tree, piece, some) for piece, some in parts if some)
    return bool(np.all(open_ >= METHOD.hidden_width / 100 * tree.span - _SLACK))


def _ranges(tree: Tree, piece: Bools, some: int) -> Floats:
    """Over how many points (columns,) the sum of `some` people of a piece can lie: what is known of them all, less what
    the rest can have given."""
    total, rest = tree.total[piece].sum(axis=0), int(tree.n[piece].sum()) - some
    low = np.maximum(tree.floor * some, total - 100 * rest)
    high = np.minimum(100.0 * some, total - tree.floor * rest)
    found: Floats = high - low
    return found
