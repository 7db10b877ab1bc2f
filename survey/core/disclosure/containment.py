"""Whether everybody who is not shown stays hidden: what must remain uncertain, and how it is checked (METHOD 2.3 R6).

A person's score must stay uncertain over 50 points, the sum of a withheld group of 2 to k-1 over 100. The ranges come
from the attack, searched first near the people meant with all else held at its true value, which is proof where it
suffices, and then everywhere.
"""

from collections.abc import Iterable, Iterator

import msgspec
import numpy as np

from survey.core.disclosure.attack import System, Target, positions
from survey.core.disclosure.classes import Classes
from survey.core.disclosure.groups import Layout
from survey.core.scoring.method import METHOD
from survey.core.scoring.persons import Bools, Ints
from survey.core.steps import Step, silent, tenths

_SLACK = 1e-6


class Hidden(msgspec.Struct, frozen=True, eq=False):
    """`n` people whose scores must stay uncertain; `total` is the sum of their scores. Of a group the sum counts, of a
    class each person in it. `near` are atoms to search in, the nearest first."""

    name: str
    n: int
    target: Target
    total: float
    near: tuple[Bools, ...]
    is_group: bool

    def stays(self, low: float, high: float) -> bool:
        """Whether a range of the sum's deviation leaves enough uncertainty. Within a class any two people can differ
        as long as their sum does not."""
        if self.is_group and self.n > 1:
            return high - low >= METHOD.hidden_width - _SLACK
        least = max(0.0, self.total + low - 100 * (self.n - 1))
        return min(100.0, self.total + high) - least >= METHOD.person_width - _SLACK


def exposed(found: System, everybody: Iterable[Hidden]) -> Iterator[Hidden]:
    """Those whom the published cells leave too little uncertain."""
    for hidden in everybody:
        if is_exposed(found, hidden):
            yield hidden


def is_exposed(found: System, hidden: Hidden) -> bool:
    """Whoever stays uncertain while all others far away are known stays so: the near are asked first, for little."""
    return not any(hidden.stays(*found.range(hidden.target, free)) for free in _regions(hidden, found))


def _regions(hidden: Hidden, found: System) -> Iterator[Bools]:
    yield np.zeros(len(found.total), bool)
    for atoms in hidden.near:
        yield np.repeat(atoms, len(found.total) // len(atoms))
    yield np.ones(len(found.total), bool)


def persons(layout: Layout, found: Classes, step: Step = silent) -> Iterator[Hidden]:
    """Every class of people on one vision, and the complete of each atom on all of them together."""
    visions = found.n.shape[2]
    unit = np.array([place.unit for place in layout.places])
    for atom, place in enumerate(positions(found, np.arange(len(unit)))):
        tenths(step, "Attacking: what can be worked out of single people", atom, len(unit))
        near = (unit == unit[atom], _branch(layout, atom))
        for part, vision in zip(*np.nonzero(found.n[atom]), strict=True):
            yield _hidden(found, f"atom {atom}, measure {vision}", Target(place[part, [vision]]), near)
        if found.n[atom, 0, 0]:
            yield _hidden(found, f"atom {atom}, measure {visions}", Target(place[0], 1 / visions), near)


def withheld(layout: Layout, found: Classes, is_withheld: Bools, k: int, step: Step = silent) -> Iterator[Hidden]:
    """Withheld cells (groups, measures) of fewer than k people. How far it is is told by all groups, shown or not."""
    visions = found.n.shape[2]
    for group, cells in enumerate(is_withheld):
        tenths(step, "Attacking: what can be worked out of groups", group, len(layout.groups))
        atoms = np.flatnonzero(layout.members[group])
        for measure in np.flatnonzero(cells):
            name = f"{layout.groups[group].name}, measure {measure}"
            places = positions(found, atoms)
            if measure < visions:
                target = Target(places[:, :, measure].ravel())
            else:
                target = Target(places[:, 0].ravel(), 1 / visions)
            hidden = _hidden(found, name, target, (_branch(layout, int(atoms[0])),), is_group=True)
            if 0 < hidden.n < k:
                yield hidden


def _hidden(found: Classes, name: str, target: Target, near: tuple[Bools, ...], *, is_group: bool = False) -> Hidden:
    n = round(target.share * float(found.n.ravel()[target.unknowns].sum()))
    total = target.share * float(found.total.ravel()[target.unknowns].sum())
    return Hidden(name, n, target, total, near, is_group)


def _branch(layout: Layout, atom: int) -> Bools:
    """The atoms under the lowest division above one."""
    above: Ints = np.flatnonzero(layout.members[:, atom])
    holding = [layout.members[g] for g in above if layout.groups[g].kind in {"organisation", "division"}]
    return min(holding, key=lambda members: int(members.sum()), default=np.ones(layout.members.shape[1], bool))
