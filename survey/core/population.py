"""Who a round asks: everyone on the staff list, or some units of it, but for those left out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal
from uuid import UUID

import msgspec

from survey.core.merging.tree import Member, Unit

Scope = Literal["everyone", "only", "without"]


class Population(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`scope` says what `units` (ids) are: nothing, the only ones asked, or those left out; each with all below it.
    `groups` are staff groups left out, `people` persons left out by id."""

    scope: Scope = "everyone"
    units: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    people: tuple[UUID, ...] = ()


def asked(population: Population, units: Iterable[Unit], people: Iterable[Member]) -> list[Member]:
    """Those of `people` who are asked, in their order. A unit that is no longer in the tree names nobody."""
    places, left_out, groups = (
        asked_units(population, units),
        frozenset(population.people),
        frozenset(population.groups),
    )
    return [
        person
        for person in people
        if person.unit in places and person.staff_group not in groups and person.person_id not in left_out
    ]


def asked_units(population: Population, units: Iterable[Unit]) -> frozenset[str]:
    """The ids of the units whose own people are asked."""
    parents = {unit.id: unit.parent for unit in units}
    if population.scope == "everyone":
        return frozenset(parents)
    named = _with_all_below(population.units, parents)
    return named if population.scope == "only" else frozenset(parents) - named


def _with_all_below(chosen: Sequence[str], parents: Mapping[str, str | None]) -> frozenset[str]:
    named = set(chosen)
    known: dict[str, bool] = {}

    def is_named(unit: str) -> bool:
        if unit not in known:
            above = parents.get(unit)
            known[unit] = unit in named or (above is not None and is_named(above))
        return known[unit]

    return frozenset(unit for unit in parents if is_named(unit))
