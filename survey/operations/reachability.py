"""Who a round's channels do not reach, and why. It says nothing of who has answered."""

from collections.abc import Iterator, Sequence

import msgspec

from survey.core import population
from survey.core.merging import Unit
from survey.db import Db
from survey.operations import reaching
from survey.operations.reaching import Missed
from survey.store import people, units
from survey.store.people import Channels, Unreached
from survey.store.rounds import Round

__all__ = ["ORDERS", "Channels", "Missing", "Reachable", "missed", "reachable"]

ORDERS = ("number", "team", "why")
"""What they can be told in the order of; with a minus, the other way round."""


class Missing(msgspec.Struct, frozen=True):
    """Whom no channel reaches: how many, how many for each reason, and the first of them."""

    count: int = 0
    reasons: tuple[tuple[int, str], ...] = ()
    people: tuple[Missed, ...] = ()


class Reachable(msgspec.Struct, frozen=True):
    """Those who are asked: how many have each channel, and whom none of those that the round uses reaches."""

    channels: Channels
    missing: Missing


async def reachable(db: Db, round_: Round, most: int) -> Reachable:
    """As `missed` has it, and beside it all who are asked."""
    whose = round_.organisation_id
    if round_.launched_at is not None:
        return Reachable(await people.channels_of(db, whose, round_.round_id), await missed(db, round_, most))
    tree, asks = await units.tree(db, whose), round_.asks
    counted = await people.channels(db, whose, population.asked_units(asks, tree), asks.groups, asks.people)
    return Reachable(counted, await missed(db, round_, most, tree))


async def missed(db: Db, round_: Round, most: int, tree: Sequence[Unit] | None = None, order: str = "team") -> Missing:
    """Of a draft: of those it would ask (in this `tree`, where it is known already); afterwards, of those it asks. At
    most so many, one or more, are named, the first in the `order`. Nobody where the Trust sends the links by itself."""
    reach, whose, asks = round_.reaching, round_.organisation_id, round_.asks
    if not reach.channels:
        return Missing()
    by = ("email" in reach.channels, "sms" in reach.channels)
    if round_.launched_at is not None:
        return _missing(await people.unreached_of(db, whose, *by, most, round_.round_id, order))
    places = population.asked_units(asks, await units.tree(db, whose) if tree is None else tree)
    return _missing(await people.unreached(db, whose, *by, most, places, asks.groups, asks.people, order))


def _missing(found: Sequence[Unreached]) -> Missing:
    if not found:
        return Missing()
    named = tuple(Missed(one.employee_number, one.team, reaching.why(one.has_email, one.has_mobile)) for one in found)
    return Missing(found[0].people, tuple(_reasons(found[0])), named)


def _reasons(of: Unreached) -> Iterator[tuple[int, str]]:
    neither = of.people - of.with_email - of.with_mobile_only
    for count, has_email, has_mobile in (
        (of.with_email, True, False), (of.with_mobile_only, False, True), (neither, False, False)
    ):  # fmt: skip
        if count:
            yield count, reaching.why(has_email, has_mobile, count)
