"""Split custody: no file, no row and no process holds a round's private key; any two of three people do (U5)."""

from datetime import UTC, datetime
from itertools import combinations

import pytest

from survey import sealing
from survey.config import Config
from survey.core.rounds import Plan
from survey.db import Database, Db
from survey.errors import BadInput, Misconfigured, Refused
from survey.operations import closing, custody, launching
from survey.sealing import KeyRing
from survey.store.organisations import Organisation
from tests import cast
from tests.cast import DAY, HOUR, Cast
from tests.conftest import SECRET


@pytest.fixture
def keys(config: Config) -> KeyRing:
    return KeyRing(config.key_directory(), SECRET)


async def _drafted(db: Db, organisation: Organisation) -> str:
    questionnaire, now = await cast.trust(db, organisation), datetime.now(UTC)
    window, plan = (now - HOUR, now + DAY), Plan(custody="split")
    return (await launching.draft(db, organisation.organisation_id, "Split", questionnaire, *window, plan)).round_id


async def _launched(db: Db, keys: KeyRing, organisation: Organisation) -> tuple[Cast, list[str]]:
    round_id = await _drafted(db, organisation)
    shares = await custody.split(db, organisation.organisation_id, round_id)
    await launching.launch(db, keys, organisation.organisation_id, round_id)
    return await cast.cast_of(db, keys, organisation, round_id), shares


async def _answered(db: Db, keys: KeyRing, organisation: Organisation) -> tuple[Cast, list[str]]:
    round_, shares = await _launched(db, keys, organisation)
    await cast.submit_all(db, round_, round_.tokens[:12])
    await closing.end_now(db, organisation.organisation_id, round_.round_id)
    return round_, shares


def test_any_two_shares_give_the_key_back_and_one_does_not() -> None:
    public_key, shares = sealing.split_key_pair()
    envelope = sealing.seal(public_key, b"an answer", 64)
    for pair in combinations(shares, 2):
        assert sealing.unseal_all(sealing.combine(pair, public_key), [envelope]) == ([b"an answer"], 0)
    for share in shares:
        with pytest.raises(BadInput, match="do not fit together"):
            sealing.combine([share], public_key)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda mine, other: [mine[0], mine[0]], "do not fit together"),
        (lambda mine, other: [mine[0], other[1]], "do not fit together"),
        (lambda mine, other: other[:2], "another round's key"),
        (lambda mine, other: [mine[0], "not a share"], "do not fit together"),
        (lambda mine, other: [mine[0], mine[1].rsplit(" ", 1)[0]], "do not fit together"),
        (lambda mine, other: [], "do not fit together"),
    ],
)
def test_what_is_wrong_with_shares_is_told(spoil: object, told: str) -> None:
    (public_key, mine), (_, other) = sealing.split_key_pair(), sealing.split_key_pair()
    with pytest.raises(BadInput, match=told):
        sealing.combine(spoil(mine, other), public_key)  # type: ignore[operator]


def test_shares_may_be_typed_in_capitals_and_over_several_lines() -> None:
    public_key, shares = sealing.split_key_pair()
    sealing.combine([shares[0].upper().replace(" ", "\n"), f"  {shares[2]} \n"], public_key)


async def test_launch_waits_for_holders(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    round_id = await _drafted(db, organisation)
    with pytest.raises(Refused, match="key split"):
        await launching.launch(db, keys, organisation.organisation_id, round_id)
    assert cast.files(keys) == {}


async def test_everything_but_opening_works_without_the_key(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    """U5: the private key is not in the key directory and not in the database; closing says whom it waits for."""
    async with database.connection() as db:
        round_, shares = await _answered(db, keys, organisation)
        assert set(cast.files(keys)) == {f"{round_.round_id}.mailing"}
        with pytest.raises(Misconfigured):
            keys.private(round_.round_id)
        with pytest.raises(Refused, match="waits for 2 of its 3 key holders"):
            await closing.open_answers(db, keys, organisation.organisation_id, round_.round_id)
        opened = await closing.open_answers(
            db, keys, organisation.organisation_id, round_.round_id, shares=[shares[1], shares[2]]
        )
        assert opened.responses == 12
        assert cast.files(keys) == {}


async def test_a_lost_share_is_survived_and_two_are_not(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    async with database.connection() as db:
        round_, shares = await _answered(db, keys, organisation)
        before = await cast.tables(db)
        with pytest.raises(BadInput, match="do not fit together"):
            await closing.open_answers(
                db, keys, organisation.organisation_id, round_.round_id, shares=[shares[0], "lost"]
            )
        assert await cast.tables(db) == before
        assert set(cast.files(keys)) == {f"{round_.round_id}.mailing"}
        done = await closing.open_answers(
            db, keys, organisation.organisation_id, round_.round_id, shares=[shares[0], shares[2]]
        )
        assert done.responses == 12


async def test_the_worker_leaves_split_rounds_to_their_holders(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    async with database.connection() as db:
        round_, _ = await _answered(db, keys, organisation)
        assert round_.round_id not in {key.round_id for key in await closing.due(db)}


async def test_a_rehearsal_tells_whether_shares_fit_and_opens_nothing(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_, shares = await _launched(db, keys, organisation)
    before = await cast.tables(db)
    await custody.combine(db, organisation.organisation_id, round_.round_id, shares[:2])
    with pytest.raises(BadInput):
        await custody.combine(db, organisation.organisation_id, round_.round_id, [shares[0], shares[0]])
    assert await cast.tables(db) == before


async def test_splitting_again_makes_earlier_shares_worthless_until_launch(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_id = await _drafted(db, organisation)
    first = await custody.split(db, organisation.organisation_id, round_id)
    second = await custody.split(db, organisation.organisation_id, round_id)
    with pytest.raises(BadInput, match="another round's key"):
        await custody.combine(db, organisation.organisation_id, round_id, first[:2])
    await custody.combine(db, organisation.organisation_id, round_id, second[1:])
    await launching.launch(db, keys, organisation.organisation_id, round_id)
    with pytest.raises(Refused):
        await custody.split(db, organisation.organisation_id, round_id)


async def test_a_round_in_the_services_keeping_has_nothing_to_split(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await cast.launched(db, keys, organisation)
    with pytest.raises(Refused, match="kept by the service"):
        await custody.split(db, organisation.organisation_id, round_.round_id)


# Handing the shares out on pages


async def test_shares_are_handed_out_one_at_a_time_and_none_is_shown_once_it_is_written_down(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_id = await _drafted(db, organisation)
    whose = (organisation.organisation_id, round_id)
    with pytest.raises(Refused, match="no holders"):
        await launching.launch(db, keys, *whose)
    carried = await custody.begin(db, SECRET, *whose)
    shares = []
    for number in (1, 2, 3):
        with pytest.raises(Refused, match="no holders"):
            await launching.launch(db, keys, *whose)
        share = await custody.show(db, SECRET, *whose, carried)
        assert share.number == number
        assert await custody.show(db, SECRET, *whose, carried) == share, "a button pressed twice"
        assert await custody.confirm(db, *whose, number) == (number == 3)
        shares.append(" ".join(share.words))
    assert await custody.confirm(db, *whose, 1), "said again"
    assert len(set(shares)) == 3
    for word in {word for share in shares for word in share.split()} | {carried}:
        assert f" {word} " not in str(await cast.tables(db))
    await custody.combine(db, *whose, shares[1:])
    with pytest.raises(Refused, match="All shares are handed out"):
        await custody.show(db, SECRET, *whose, carried)
    await launching.launch(db, keys, *whose)
    with pytest.raises(Refused, match="is still open"):
        await custody.begin(db, SECRET, *whose)


async def test_handing_out_again_makes_what_was_carried_before_worthless(db: Db, organisation: Organisation) -> None:
    whose = (organisation.organisation_id, await _drafted(db, organisation))
    first = await custody.begin(db, SECRET, *whose)
    await custody.show(db, SECRET, *whose, first)
    second = await custody.begin(db, SECRET, *whose)
    for carried, secret in ((first, SECRET), (second, b"another deployment's"), (second[:-4], SECRET), ("", SECRET)):
        with pytest.raises((Refused, BadInput)):
            await custody.show(db, secret, *whose, carried)


def test_a_share_that_waits_for_the_second_is_carried_unreadably() -> None:
    carried = custody.hold_back(SECRET, "abcd2345", "academic acid acne")
    assert "academic" not in carried
    assert custody.held_back(SECRET, "abcd2345", carried) == "academic acid acne"
    with pytest.raises(Refused):
        custody.held_back(SECRET, "other234", carried)
