"""The attack on a ranking: which options each group of the tree may be told of, so that nobody's order shows.

An option that nobody in a ward put among the first is told of each of them. So is one that is left over when all others
are told, for everybody's points add up to the same. To a reader who knows every shown mean exactly, people are in
pieces (see `pieces`), and of a piece the totals of those options are known that its owner tells, and so does everything
shown inside it. The other options of a piece share what is left. Each person's points for each option must stay open
over half of what can be given, and the sum of a withheld group over all that one person can give.
"""

from collections.abc import Sequence

import numpy as np

from survey.core.disclosure import pieces
from survey.core.disclosure.pieces import Piece, Tree
from survey.core.scoring.persons import Bools, Floats


def told(tree: Tree, shown: Sequence[bool], k: int) -> Bools:
    """Which options (groups, options) each shown group tells. What is too tight gives way at the smallest unit around
    it, and there to as few options as will do."""
    options = tree.total.shape[1]
    found = np.outer(np.array(shown, bool), np.ones(options, bool))
    inside = _children(tree, shown)
    parts = list(pieces.pieces(tree, shown, k))
    while (tight := _tight(tree, parts, inside, found)) is not None:
        _give_way(tree, inside, found, *tight)
    return found


def _children(tree: Tree, shown: Sequence[bool]) -> dict[int, list[int]]:
    """Per shown group of the tree, the largest ones shown inside it."""
    layout = tree.layout
    places = [place for place, group in enumerate(layout.groups) if shown[place] and group.kind in pieces.KINDS]
    found: dict[int, list[int]] = {place: [] for place in places}
    for place in places:
        outside = layout.members[place] & ~layout.members[places]
        around = [other for other, out in zip(places, outside, strict=True) if other < place and not out.any()]
        if around:
            found[max(around)].append(place)
    return found


def _tight(tree: Tree, parts: Sequence[Piece], inside: dict[int, list[int]], found: Bools) -> tuple[int, int] | None:
    """A piece's owner and an option that is too closely known in it."""
    owners = {part.owner for part in parts}
    for part in parts:
        known = found[part.owner] & _all_known(inside[part.owner], inside, owners, found)
        if known.sum() == len(known) - 1:
            known = np.ones(len(known), bool)
        for people, weight, largest in part.some:
            open_ = _open(tree, part, known, weight) / largest
            if (open_ < pieces.least(tree, people)).any():
                return part.owner, int(np.argmin(np.where(found[part.owner] | ~known, open_, np.inf)))
    return None


def _known(one: int, inside: dict[int, list[int]], owners: set[int], found: Bools) -> Bools:
    """The options (options,) whose totals a reader knows of a group: it tells them, or all that it consists of does."""
    here: Bools = found[one]
    return here if one in owners or not inside[one] else here | _all_known(inside[one], inside, owners, found)


def _all_known(some: Sequence[int], inside: dict[int, list[int]], owners: set[int], found: Bools) -> Bools:
    known = np.ones(found.shape[1], bool)
    for one in some:
        known &= _known(one, inside, owners, found)
    return known


def _open(tree: Tree, part: Piece, known: Bools, some: float) -> Floats:
    """Over how many weighted points (options,) the sum of people of so much weight can lie. Options that are not known
    count as one that holds all that is left of them."""
    others = int((~known).sum())
    total = np.append(part.total[known], part.total[~known].sum())
    weight = np.append(np.ones(int(known.sum())), others)
    low, high = tree.floor * weight, np.minimum(100.0 * weight, 50.0 * len(known) - tree.floor * (len(known) - weight))
    rest = part.mass - some
    least = np.maximum(low * some, total - high * rest)
    most = np.minimum(high * some, total - low * rest)
    whole = 50.0 * len(known) * some
    least, most = np.maximum(least, whole - (most.sum() - most)), np.minimum(most, whole - (least.sum() - least))
    found = np.empty(len(known))
    found[known] = (most - least)[:-1]
    spare = float(total[-1]) - tree.floor * others * part.mass
    found[~known] = min(tree.span * some, spare, float(most[-1]) - tree.floor * others * some)
    return found


def _give_way(tree: Tree, inside: dict[int, list[int]], found: Bools, owner: int, option: int) -> None:
    """Tell one option less at the smallest unit inside the owner that tells it, or at the owner itself; and never all
    but one."""
    leaves = [one for one in inside[owner] if not inside[one] and found[one, option]]
    place = min(leaves, key=lambda one: (tree.layout.groups[one].eligible, -one), default=owner)
    found[place, option if found[place, option] else _lowest(tree, found, place)] = False
    if (~found[place]).sum() == 1:
        found[place, _lowest(tree, found, place)] = False


def _lowest(tree: Tree, found: Bools, place: int) -> int:
    """Of the options that a group tells, the one with the fewest points."""
    total = tree.total[tree.layout.members[place]].sum(axis=0)
    return int(np.argmin(np.where(found[place], total, np.inf)))
