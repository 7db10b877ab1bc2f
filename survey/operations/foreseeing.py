"""A draft as it stands: whom it would ask, how they would be counted, whom it would not reach, what else asks them."""

from collections.abc import Sequence

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

__all__ = ["Clash", "Missing", "Preview", "Review", "grouped", "review"]


class Review(msgspec.Struct, frozen=True):
    """`preview` is None where there is nobody to ask. `names` are those of the units, by id."""

    preview: Preview | None
    clashes: tuple[Clash, ...]
    missing: Missing
    names: dict[str, str]


async def review(db: Db, organisation: str, round_: Round) -> Review:
    """`organisation`: its name."""
    tree = await units.tree(db, round_.organisation_id)
    return Review(
        await _preview(db, organisation, tree, round_),
        tuple(await rounds.clashes(db, round_, population.asked_units(round_.asks, tree))),
        await reachability.missed(db, round_, 1, tree),
        {unit.id: unit.name for unit in tree},
    )


async def grouped(db: Db, organisation: str, round_: Round) -> Preview | None:
    """How those who would be asked would be counted; None where there is nobody."""
    return await _preview(db, organisation, await units.tree(db, round_.organisation_id), round_)


async def _preview(db: Db, organisation: str, tree: Sequence[Unit], round_: Round) -> Preview | None:
    try:
        return await launching.foresee(db, organisation, tree, round_)
    except errors.Refused:
        return None
