"""Generalising staff groups inside a reporting unit, so that nobody stands in a small group (METHOD R12)."""

from collections.abc import Iterable, Mapping

import msgspec

from survey.core.frame import Audience

Kind = tuple[str, bool]
"""A staff group, and whether its people are clinical. A group that has both is two kinds under one name."""


class Group(msgspec.Struct, frozen=True):
    """Kinds of staff that are stored as one."""

    label: str
    kinds: tuple[Kind, ...]
    headcount: int

    @property
    def audience(self) -> Audience:
        return _audience(self.kinds)


def _audience(kinds: Iterable[Kind]) -> Audience:
    clinical = {is_clinical for _, is_clinical in kinds}
    if len(clinical) == 2:
        return "everyone"
    return "clinical" if clinical == {True} else "non_clinical"


OTHERS: dict[Audience, str] = {
    "clinical": "Other clinical staff",
    "non_clinical": "Other non-clinical staff",
    "everyone": "Other staff",
}


def _merged(kinds: Iterable[Kind], counts: Mapping[Kind, int]) -> Group:
    together = tuple(sorted(kinds))
    label = "All staff" if len(together) == len(counts) else OTHERS[_audience(together)]
    return Group(label, together, sum(counts[kind] for kind in together))


def _grown(rest: Group, large: list[Kind], counts: Mapping[Kind, int], floor: int) -> Group:
    """`rest` with the smallest remaining kinds, one by one taken out of `large`, until it is no longer small."""
    while rest.headcount < floor and large:
        smallest = min(large, key=lambda kind: (counts[kind], kind))
        large.remove(smallest)
        rest = _merged((*rest.kinds, smallest), counts)
    return rest


def generalise(counts: Mapping[Kind, int], floor: int) -> list[Group]:
    """The groups of one reporting unit, each with at least `floor` people if the unit has as many.

    Small kinds become other clinical and other non-clinical staff; where either is still small the two become one,
    which takes in the smallest remaining kinds until it is not small, at last the whole unit.
    """
    large = [kind for kind, people in counts.items() if people >= floor]
    small = [kind for kind, people in counts.items() if people < floor]
    rests = [_merged(kinds, counts) for flag in (True, False) if (kinds := [kind for kind in small if kind[1] is flag])]
    if any(rest.headcount < floor for rest in rests):
        rests = [_grown(_merged(small, counts), large, counts, floor)]
    groups = [Group(kind[0], (kind,), counts[kind]) for kind in large] + rests
    return sorted(groups, key=lambda group: (group.label, group.kinds))
