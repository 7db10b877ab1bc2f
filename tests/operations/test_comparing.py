"""Change since an earlier round: which one, named by its release's digest, and computed again with it."""

import random
from datetime import timedelta

import msgspec
import pytest

from survey.config import Config
from survey.core import disclosure
from survey.core.disclosure.release import Release
from survey.db import Db
from survey.errors import Refused
from survey.operations import arranging, comparing, publishing, recomputing
from survey.sealing import KeyRing
from survey.store import releases, rounds
from survey.store.organisations import Organisation
from tests import cast
from tests.conftest import SECRET
from tests.opened import Opened, add, opened


@pytest.fixture
def keys(config: Config) -> KeyRing:
    return KeyRing(config.key_directory(), SECRET)


async def _in_order(db: Db, *given: Opened) -> None:
    """The rounds' windows, a year apart."""
    for years, one in enumerate(reversed(given)):
        now = await rounds.find(db, *one.scope)
        window = (now.opens_at, now.closes_at)
        await rounds.reschedule(db, *one.scope, *(end - timedelta(days=364 * years) for end in window))


async def _two(db: Db, keys: KeyRing, organisation: Organisation) -> tuple[Opened, Opened, Release]:
    first, second = [await opened(db, keys, organisation, seed) for seed in (1, 2)]
    await _in_order(db, first, second)
    return first, second, (await publishing.publish(db, *first.scope)).release


async def test_a_round_is_compared_with_the_last_before_it(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    _, second, before = await _two(db, keys, organisation)
    done = await publishing.publish(db, *second.scope)
    compared = done.release.compared
    assert compared is not None
    assert (compared.round, compared.number, compared.digest) == (before.round, 1, disclosure.digest(before))
    assert any(change.difference is not None for change in done.release.changes)
    again = await recomputing.recompute(db, second.scope[0], done.release)
    assert again.is_same, again.differences


async def test_nothing_is_compared_with_a_later_round_or_when_published_alone(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    first, second, before = await _two(db, keys, organisation)
    assert before.compared is None and before.changes == ()
    alone = await publishing.publish(db, *second.scope, alone=True)
    assert alone.release.compared is None
    assert (await recomputing.recompute(db, second.scope[0], alone.release)).is_same
    with pytest.raises(Refused, match="no published round by that name that opened before this one"):
        await publishing.publish(db, *first.scope, correction=True, compare=second.scope[1])


async def test_of_two_earlier_rounds_one_can_be_named(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    three = [await opened(db, keys, organisation, seed) for seed in (1, 2, 3)]
    await _in_order(db, *three)
    for one in three[:2]:
        await publishing.publish(db, *one.scope)
    before = await cast.tables(db)
    with pytest.raises(Refused, match="Change since round elsewhere cannot be told"):
        await publishing.publish(db, *three[2].scope, compare="elsewhere")
    assert await cast.tables(db) == before
    done = await publishing.publish(db, *three[2].scope, compare=three[0].scope[1])
    assert done.release.compared is not None
    assert done.release.compared.round == three[0].scope[1]
    with pytest.raises(Refused, match="tells its changes since round"):
        await publishing.publish(db, *three[2].scope, correction=True, compare=three[1].scope[1])


async def test_a_unit_that_was_merged_between_two_launches_is_compared_as_the_one_it_is_now(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    whose = organisation.organisation_id
    first = await opened(db, keys, organisation, 1)
    gone, heir, *_ = [place.id for place in (await arranging.forest(db, whose)).places if place.parent is not None]
    await arranging.change(db, whose, gone, arranging.Change("merge", target=heir), None, "Europe/London")
    second = await opened(db, keys, organisation, 2)
    await _in_order(db, first, second)
    await publishing.publish(db, *first.scope)
    before = await comparing.choose(db, await rounds.find(db, *second.scope), None, ())
    assert before is not None and before.heirs == {gone: heir}
    release = (await publishing.publish(db, *second.scope)).release
    assert (await recomputing.recompute(db, whose, release)).is_same


async def test_an_earlier_round_that_changed_since_is_not_compared_with(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    first, second, _ = await _two(db, keys, organisation)
    await add(db, first, [0, 0, 1, 1], random.Random(4))
    before = await cast.tables(db)
    with pytest.raises(Refused, match=r"cannot be told.* have changed since"):
        await publishing.publish(db, *second.scope)
    assert await cast.tables(db) == before
    assert (await publishing.publish(db, *second.scope, alone=True)).release.compared is None


async def test_a_release_that_names_another_digest_is_not_computed_again(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    _, second, _ = await _two(db, keys, organisation)
    release = (await publishing.publish(db, *second.scope)).release
    assert release.compared is not None
    forged = msgspec.structs.replace(release, compared=msgspec.structs.replace(release.compared, digest="0" * 64))
    with pytest.raises(Refused, match="is not the one that it names by its digest"):
        await recomputing.recompute(db, second.scope[0], forged)


async def test_a_correction_of_the_earlier_round_leaves_the_later_one_as_it_was(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    """The later release goes on naming the release that it was compared with."""
    first, second, before = await _two(db, keys, organisation)
    done = await publishing.publish(db, *second.scope)
    corrected = msgspec.structs.replace(before, number=2)
    await releases.add(db, *first.scope, 2, disclosure.digest(corrected), disclosure.encode(corrected).decode())
    assert (await recomputing.recompute(db, second.scope[0], done.release)).is_same
