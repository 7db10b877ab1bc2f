"""A draft as it stands: whom it would ask, how they would be counted, whom it would not reach, what else asks them."""

from collections.abc import Collection, Sequence

import msgspec

from survey import errors
from survey.core import population
from survey.core.merging import Unit
from survey.core.merging.preview import Preview
from survey.db import Db
from survey.operations import launching, reachability
from survey.operations.launching import Round
from survey.operations.reachability import Missing
from survey.store import rounds, units
from survey.store.rounds import Clash

__all__ = ["Clash", "Missing", "Preview", "Review", "Stranded", "grouped", "review"]


class Stranded(msgspec.Struct, frozen=True):
    """People who would be asked and are still in a closed unit."""

    unit: str
    people: int


class Review(msgspec.Struct, frozen=True):
    """`preview` is None where there is nobody to ask. `names` are those of the units, by id."""

    preview: Preview | None
    clashes: tuple[Clash, ...]
    missing: Missing
    names: dict[str, str]
    stranded: tuple[Stranded, ...]


async def review(db: Db, organisation: str, round_: Round) -> Review:
    """`organisation`: its name."""
    places = await units.arranged(db, round_.organisation_id)
    tree = [Unit(place.id, place.parent, place.name, place.site) for place in places]
    seen = await _preview(db, organisation, tree, round_)
    return Review(
        seen,
        tuple(await rounds.clashes(db, round_, population.asked_units(round_.asks, tree))),
        await reachability.missed(db, round_, 1, tree),
        {unit.id: unit.name for unit in tree},
        _stranded(seen, {place.id for place in places if place.closed}) if seen else (),
    )


def _stranded(seen: Preview, closed: Collection[str]) -> tuple[Stranded, ...]:
    return tuple(
        Stranded(name, people)
        for outlook in seen.outlooks
        for unit, (name, people) in zip(outlook.unit.teams, outlook.teams, strict=True)
        if unit in closed
    )


async def grouped(db: Db, organisation: str, round_: Round) -> Preview | None:
    """How those who would be asked would be counted; None where there is nobody."""
    return await _preview(db, organisation, await units.tree(db, round_.organisation_id), round_)


async def _preview(db: Db, organisation: str, tree: Sequence[Unit], round_: Round) -> Preview | None:
    try:
        return await launching.foresee(db, organisation, tree, round_)
    except errors.Refused:
        return None
