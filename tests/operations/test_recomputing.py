"""Property 9: a release follows from what is stored, to the same digit; where it does not, each digit is named."""

import random

import msgspec
import pytest

from survey.config import Config
from survey.db import Db
from survey.errors import NotFound
from survey.operations import auditing, publishing, recomputing
from survey.operations.recomputing import Difference
from survey.sealing import KeyRing
from survey.store.organisations import Organisation
from tests.conftest import SECRET
from tests.opened import add, opened


@pytest.fixture
def keys(config: Config) -> KeyRing:
    return KeyRing(config.key_directory(), SECRET)


async def test_a_release_is_computed_again_to_the_same_digit(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    round_ = await opened(db, keys, organisation)
    done = await publishing.publish(db, *round_.scope)
    again = await recomputing.recompute(db, round_.scope[0], auditing.read(publishing.document(done.release)))
    assert again.is_same
    assert again.differences == ()
    assert (again.published, again.recomputed) == (done.digest, done.digest)


async def test_the_rows_order_in_the_table_changes_nothing(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    round_ = await opened(db, keys, organisation)
    done = await publishing.publish(db, *round_.scope)
    await db.execute("create temp table kept as select * from response order by md5(response_id::text)")
    await db.execute("delete from response")
    await db.execute("insert into response select * from kept")
    assert (await recomputing.recompute(db, round_.scope[0], done.release)).is_same


async def test_each_digit_that_differs_is_named(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    round_ = await opened(db, keys, organisation)
    release = (await publishing.publish(db, *round_.scope)).release
    place = next(place for place, cell in enumerate(release.cells) if cell.reason is None)
    cell = release.cells[place]
    assert cell.value is not None
    cells = list(release.cells)
    cells[place] = msgspec.structs.replace(cell, value=cell.value + 1)
    forged = msgspec.structs.replace(release, cells=tuple(cells), method="0")
    again = await recomputing.recompute(db, round_.scope[0], forged)
    assert not again.is_same
    assert again.differences == (
        Difference("", "method", "0", "3"),
        Difference(f"{cell.group}, {cell.measure}", "value", str(cell.value + 1), str(cell.value)),
    )


async def test_responses_that_changed_since_show_in_the_cells(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await opened(db, keys, organisation)
    release = (await publishing.publish(db, *round_.scope)).release
    await add(db, round_, [0, 0, 0, 0, 1, 1], random.Random(3))
    again = await recomputing.recompute(db, round_.scope[0], release)
    assert not again.is_same
    assert {one.place.partition(",")[0] for one in again.differences} >= {"ru:0"}


async def test_a_cell_too_many_or_too_few_is_named(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    round_ = await opened(db, keys, organisation)
    release = (await publishing.publish(db, *round_.scope)).release
    extra = msgspec.structs.replace(release.cells[0], group="ru:77")
    forged = msgspec.structs.replace(release, cells=(*release.cells[1:], extra))
    again = await recomputing.recompute(db, round_.scope[0], forged)
    first = release.cells[0]
    assert again.differences == (
        Difference(f"ru:77, {first.measure}", "cell", "there", "not there"),
        Difference(f"{first.group}, {first.measure}", "cell", "not there", "there"),
    )


async def test_a_release_of_a_round_that_is_not_here_is_not_found(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await opened(db, keys, organisation)
    release = (await publishing.publish(db, *round_.scope)).release
    with pytest.raises(NotFound, match="There is no round elsewhere"):
        await recomputing.recompute(db, round_.scope[0], msgspec.structs.replace(release, round="elsewhere"))
