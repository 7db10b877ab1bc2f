"""Publishing: one release that passes its own audit, corrections that pass together with it, nothing half-written."""

import random
from pathlib import Path

import msgspec
import pytest

from survey.config import Config
from survey.core import disclosure
from survey.core.disclosure.audits import Audit, Breach
from survey.core.disclosure.release import Cell, Release
from survey.db import Db
from survey.errors import Refused
from survey.operations import auditing, launching, publishing
from survey.sealing import KeyRing
from survey.store import releases
from survey.store.organisations import Organisation
from tests import cast
from tests.conftest import SECRET
from tests.opened import Opened, add, opened


@pytest.fixture
def keys(config: Config) -> KeyRing:
    return KeyRing(config.key_directory(), SECRET)


async def _stored(db: Db, round_: Opened) -> list[Release]:
    return await auditing.stored_all(db, *round_.scope)


async def test_a_release_is_stored_as_its_digest_says_and_is_numbered_one(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await opened(db, keys, organisation)
    done = await publishing.publish(db, *round_.scope)
    assert await _stored(db, round_) == [done.release]
    assert done.release.number == 1
    assert done.digest == disclosure.digest(done.release)
    reasons = {cell.reason for cell in done.release.cells}
    assert None in reasons, "something is shown"
    assert "few_answers" in reasons, "and something withheld"


async def test_a_release_that_fails_its_audit_is_refused_and_leaves_nothing(
    db: Db, keys: KeyRing, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = await opened(db, keys, organisation)
    breach = Breach("no_rest", "Ward 6, care: it is what remains of Care.")
    monkeypatch.setattr(auditing, "attack", lambda *_: Audit((breach,), ()))
    before = await cast.tables(db)
    with pytest.raises(
        Refused, match=r"^Nothing was published\. .* breaks one rule .* Ward 6, care: it is what remains"
    ):
        await publishing.publish(db, *round_.scope)
    assert await cast.tables(db) == before
    assert (await launching.find(db, *round_.scope)).published_at is None


async def test_publishing_twice_and_correcting_before_publishing_are_refused(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await opened(db, keys, organisation)
    with pytest.raises(Refused, match="You cannot correct this round: it has closed"):
        await publishing.publish(db, *round_.scope, correction=True)
    await publishing.publish(db, *round_.scope)
    with pytest.raises(Refused, match="You cannot publish this round: its results have been published"):
        await publishing.publish(db, *round_.scope)


async def test_a_correction_that_corrects_nothing_is_refused(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    round_ = await opened(db, keys, organisation)
    await publishing.publish(db, *round_.scope)
    with pytest.raises(Refused, match=r"^There is nothing to correct: this would be release 1 again"):
        await publishing.publish(db, *round_.scope, correction=True)
    assert len(await _stored(db, round_)) == 1


async def test_one_response_more_cannot_be_published_beside_the_first_release(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    """T5: the difference of the two would be one person's answers."""
    round_ = await opened(db, keys, organisation)
    await publishing.publish(db, *round_.scope)
    await add(db, round_, [0], random.Random(5))
    before = await cast.tables(db)
    with pytest.raises(Refused, match="have changed since"):
        await publishing.publish(db, *round_.scope, correction=True)
    assert await cast.tables(db) == before


async def _withhold_one(db: Db, round_: Opened) -> Cell:
    """As if release 1 had withheld a cell that it need not have: what it would have shown."""
    (first,) = await _stored(db, round_)
    place = next(p for p, cell in enumerate(first.cells) if cell.measure == "overall" and cell.group.startswith("ru:"))
    gone = first.cells[place]
    assert gone.reason is None
    cells = list(first.cells)
    cells[place] = Cell(gone.group, gone.measure, reason="overall_incomplete")
    less = msgspec.structs.replace(first, cells=tuple(cells))
    await db.execute("delete from release")
    await releases.add(db, *round_.scope, 1, disclosure.digest(less), disclosure.encode(less).decode())
    return gone


async def test_a_correction_is_a_release_of_its_own_beside_the_first(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await opened(db, keys, organisation)
    await publishing.publish(db, *round_.scope)
    missing = await _withhold_one(db, round_)
    done = await publishing.publish(db, *round_.scope, correction=True)
    first, second = await _stored(db, round_)
    assert (first.number, second.number) == (1, 2)
    assert missing in second.cells
    assert missing not in first.cells
    assert second == done.release


async def test_no_correction_follows_upon_a_release_that_was_changed_in_the_database(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    """The ledger is worth what the stored releases are worth."""
    round_ = await opened(db, keys, organisation)
    await publishing.publish(db, *round_.scope)
    await db.execute("""update release set document = replace(document, '"number":1', '"number":3')""")
    with pytest.raises(auditing.NotThatRelease, match="Somebody has changed release 3"):
        await publishing.publish(db, *round_.scope, correction=True)


def test_the_folder_of_tests_has_no_second_maker_of_releases() -> None:
    """What is stored goes through publishing; nothing else in the service calls the store's `add`."""
    service = Path(publishing.__file__).parents[1]
    makers = [path.name for path in service.rglob("*.py") if "releases.add(" in path.read_text(encoding="utf-8")]
    assert makers == ["publishing.py"]
