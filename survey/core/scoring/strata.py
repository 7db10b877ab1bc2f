"""Strata: the groups within which people of a roll-up share one weight, N_h / n_h.

One set of strata, and so one weight per person, serves every roll-up of a measure: what is published of a division
and of the organisation then stays a tree, in which nothing appears by subtraction that was not summed there.
"""

from collections.abc import Sequence

import msgspec
import numpy as np

from survey.core.scoring.method import METHOD, Method
from survey.core.scoring.persons import Floats, Ints


class Place(msgspec.Struct, frozen=True):
    """Where an atom stands: its reporting unit, the units above that (the highest first), and its audience."""

    unit: int
    above: tuple[str, ...]
    audience: str


class Weights(msgspec.Struct, frozen=True, eq=False):
    """Per atom: its stratum's number, the weight N_h/n_h of each scored person, and the share n_h/N_h scored."""

    stratum: Ints
    weight: Floats
    fraction: Floats


def unweighted(atoms: int, fraction: float) -> Weights:
    """One stratum in which everybody counts the same."""
    return Weights(np.zeros(atoms, np.int64), np.ones(atoms), np.full(atoms, fraction))


class _Stratum(msgspec.Struct):
    atoms: list[int]
    n: int
    eligible: int
    above: tuple[str, ...]
    audience: str


def weights(places: Sequence[Place], eligible: Ints, n: Ints, smallest_part: int, method: Method = METHOD) -> Weights:
    """Strata of one measure: reporting unit x audience, collapsed.

    A unit is split by audience only where every part has `smallest_part` scored people: otherwise the unit's own mean,
    taken out of its division's, would leave a statement about the few. A stratum that is too small, or whose weight
    is too far from the average, is merged with a neighbour: in the same unit of the tree and of the same audience
    first, then of any audience, then a level up.
    """
    strata = _collapsed(_initial(places, eligible, n, smallest_part), method)
    found = Weights(np.zeros(len(places), np.int64), np.zeros(len(places)), np.zeros(len(places)))
    for number, stratum in enumerate(strata):
        found.stratum[stratum.atoms] = number
        found.weight[stratum.atoms] = stratum.eligible / stratum.n if stratum.n else 0.0
        found.fraction[stratum.atoms] = stratum.n / stratum.eligible
    return found


def _initial(places: Sequence[Place], eligible: Ints, n: Ints, smallest_part: int) -> list[_Stratum]:
    units: dict[int, dict[str, list[int]]] = {}
    for atom, place in enumerate(places):
        units.setdefault(place.unit, {}).setdefault(place.audience, []).append(atom)
    return [
        _Stratum(atoms, int(n[atoms].sum()), int(eligible[atoms].sum()), places[atoms[0]].above, audience)
        for parts in units.values()
        for audience, atoms in _split(parts, n, smallest_part).items()
    ]


def _split(parts: dict[str, list[int]], n: Ints, smallest_part: int) -> dict[str, list[int]]:
    if len(parts) == 1 or min(n[atoms].sum() for atoms in parts.values()) >= smallest_part:
        return parts
    return {"everyone": [atom for atoms in parts.values() for atom in atoms]}


def _collapsed(strata: list[_Stratum], method: Method) -> list[_Stratum]:
    n, eligible = sum(one.n for one in strata), sum(one.eligible for one in strata)

    def must_merge(one: _Stratum) -> bool:
        too_heavy = one.eligible * n > method.heaviest_weight * eligible * one.n
        return one.n < method.smallest_stratum or too_heavy

    while len(strata) > 1 and any(map(must_merge, strata)):
        worst = min(filter(must_merge, strata), key=lambda one: (one.n, one.atoms[0]))
        others = [one for one in strata if one is not worst]
        partner = min(others, key=lambda other: _distance(worst, other))
        partner.above = _common(worst, partner)
        partner.audience = worst.audience if worst.audience == partner.audience else "everyone"
        partner.atoms = sorted(worst.atoms + partner.atoms)
        partner.n += worst.n
        partner.eligible += worst.eligible
        strata = others
    return strata


def _distance(one: _Stratum, other: _Stratum) -> tuple[int, bool, int, int]:
    """Nearest first: the lower the common unit the better, then the same audience, then the smaller."""
    return -len(_common(one, other)), one.audience != other.audience, other.n, other.atoms[0]


def _common(one: _Stratum, other: _Stratum) -> tuple[str, ...]:
    shared = 0
    while shared < min(len(one.above), len(other.above)) and one.above[shared] == other.above[shared]:
        shared += 1
    return one.above[:shared]
