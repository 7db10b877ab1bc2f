"""Slips: who gets one, what its code opens, for how long, and that it is nobody's second seat."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from survey import errors, sealing
from survey.core import slips
from survey.db import Db
from survey.operations import closing, launching, printing, redeeming, responding, staffing
from survey.operations.redeeming import UnknownCode
from survey.sealing import KeyRing
from survey.store.organisations import Organisation
from tests import cast
from tests.cast import Cast
from tests.conftest import SECRET


@pytest.fixture
def keys(tmp_path: Path) -> KeyRing:
    return KeyRing(tmp_path / "keys", SECRET)


NOBODYS = slips.spelt(12345)


async def _launched(db: Db, keys: KeyRing, organisation: Organisation, without: int = 12, **dates: timedelta) -> Cast:
    """The standing cast, of whom the first ones have neither e-mail nor mobile."""
    questionnaire = await cast.trust(db, organisation)
    rows = cast.staff_list().splitlines()
    rows[1 : without + 1] = [row.rpartition(",")[0] + "," for row in rows[1 : without + 1]]
    wishes = staffing.Wishes(allow_unreachable=True)
    await staffing.apply(db, organisation.organisation_id, "\n".join(rows).encode(), wishes)
    round_id = await cast.drafted(db, organisation, questionnaire, **dates)
    await launching.launch(db, keys, organisation.organisation_id, round_id)
    return await cast.cast_of(db, keys, organisation, round_id)


async def _codes(db: Db, round_: Cast) -> list[str]:
    _, units = await printing.units(db, round_.organisation_id, round_.round_id)
    sheets = [
        await printing.sheet(db, round_.keys, round_.organisation_id, round_.round_id, unit.number) for unit in units
    ]
    return [slip.code for sheet in sheets for slip in sheet.slips]


async def _send(db: Db, round_: Cast, code: str, words: str = "Words.") -> str:
    seat = await redeeming.redeem(db, SECRET, code)
    assert seat.round_id == round_.round_id
    await cast.submit(db, round_, seat.token, cast.answers(words=words))
    return seat.token


async def test_there_is_a_slip_for_each_person_without_a_channel_and_no_other(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await _launched(db, keys, organisation)
    _, units = await printing.units(db, organisation.organisation_id, round_.round_id)
    assert [(unit.name, unit.headcount, unit.slips) for unit in units] == [("Ward 1", 30, 12), ("Ward 2", 30, 0)]
    codes = await _codes(db, round_)
    assert len(set(codes)) == 12
    for code in codes:
        seat = await redeeming.redeem(db, SECRET, code.lower())
        visit = await responding.visit(db, round_.view, seat.token)
        assert visit.reporting_unit.name == "Ward 1" and seat.token in round_.tokens


async def test_printing_again_prints_the_same_and_changes_nothing(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await _launched(db, keys, organisation)
    codes, before = await _codes(db, round_), await cast.tables(db)
    assert await _codes(db, round_) == codes
    assert await cast.tables(db) == before


async def test_with_every_slip_and_every_link_used_twice_there_are_no_more_answers_than_people(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    """n never exceeds N: a slip takes the place of its person's link."""
    round_ = await _launched(db, keys, organisation)
    codes = await _codes(db, round_)
    seats = [(await redeeming.redeem(db, SECRET, code)).token for code in codes]
    for token in (*seats, *round_.tokens, *seats):
        await cast.submit(db, round_, token, cast.answers())
    await closing.end_now(db, organisation.organisation_id, round_.round_id)
    opened = await closing.open_answers(db, keys, organisation.organisation_id, round_.round_id)
    assert opened.responses == 60 == round_.view.frame.headcount


async def test_somebody_who_has_an_address_since_has_one_seat_still(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await _launched(db, keys, organisation)
    codes = await _codes(db, round_)
    await staffing.apply(db, organisation.organisation_id, cast.staff_list().encode(), staffing.Wishes())
    links = await launching.links(db, keys, organisation.organisation_id, round_.round_id)
    assert all(link.email for link in links)
    tokens = [link.path.rpartition("/")[2] for link in links]
    assert {(await redeeming.redeem(db, SECRET, code)).token for code in codes} < set(tokens)
    assert len(set(tokens)) == 60


async def test_once_its_answers_are_sent_a_code_opens_nothing(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await _launched(db, keys, organisation)
    first, second, *_ = await _codes(db, round_)
    token = await _send(db, round_, first)
    with pytest.raises(UnknownCode):
        await redeeming.redeem(db, SECRET, first)
    assert await redeeming.redeem(db, SECRET, second)
    await responding.withdraw(db, round_.view, token)
    assert (await redeeming.redeem(db, SECRET, first)).token == token


async def test_a_wrong_code_another_secret_and_a_closed_round_open_nothing(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await _launched(db, keys, organisation)
    code = (await _codes(db, round_))[0]
    for secret, typed in ((SECRET, NOBODYS), (SECRET, ""), (SECRET, "x\0y"), (b"another secret " * 3, code)):
        with pytest.raises(UnknownCode):
            await redeeming.redeem(db, secret, typed)
    await closing.end_now(db, organisation.organisation_id, round_.round_id)
    await closing.open_answers(db, keys, organisation.organisation_id, round_.round_id)
    with pytest.raises(UnknownCode):
        await redeeming.redeem(db, SECRET, code)
    with pytest.raises(errors.Refused):
        await _codes(db, round_)


async def test_a_code_of_one_round_opens_that_round_among_several(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    rounds = [await _launched(db, keys, organisation), await _launched(db, keys, organisation)]
    for round_ in rounds:
        for code in await _codes(db, round_):
            assert (await redeeming.redeem(db, SECRET, code)).round_id == round_.round_id


async def test_whoever_has_left_or_was_erased_gets_no_slip(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    round_ = await _launched(db, keys, organisation)
    await db.execute("update person set left_at = survey_now() where employee_number = '10000'")
    assert len(await _codes(db, round_)) == 11


async def test_the_database_has_no_code_and_what_it_has_cannot_be_searched_without_the_secret(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await _launched(db, keys, organisation)
    codes = await _codes(db, round_)
    rows = await db.fetch("select token_hash, i::text as line from invitation i where slip")
    dump = "\n".join(row["line"] for row in rows)
    hashes = {row["token_hash"] for row in rows}
    for shown in codes:
        code = slips.read(shown)
        assert code and code not in dump and shown not in dump and code.encode().hex() not in dump
        for text in _guesses(code, round_.round_id):
            assert text not in hashes
        assert sealing.lookup_hash(sealing.token_of_code(SECRET, code), round_.round_id) in hashes


def _guesses(code: str, round_id: str) -> Sequence[bytes]:
    """What a thief of the database alone could try a code as."""
    return [sealing.lookup_hash(code, round_id), sealing.lookup_hash(sealing.token_of_code(b"", code), round_id)]


async def test_slips_need_the_key_directory(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    round_ = await _launched(db, keys, organisation)
    elsewhere = KeyRing(keys.directory / "elsewhere", SECRET)
    with pytest.raises(errors.Refused, match="cannot print slips"):
        await printing.sheet(db, elsewhere, organisation.organisation_id, round_.round_id, 0)


async def test_a_draft_of_a_slip_s_opens_with_its_code_alone(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    round_ = await _launched(db, keys, organisation)
    first, second, *_ = await _codes(db, round_)
    seat, other = [await redeeming.redeem(db, SECRET, code) for code in (first, second)]
    await cast.save(db, round_, seat.token, cast.answers())
    kept = await db.fetchval("select ciphertext from draft")
    assert sealing.open_draft(seat.token, round_.round_id, kept)
    for wrong in (other.token, first, slips.read(first) or ""):
        with pytest.raises(Exception, match="ecrypt"):
            sealing.open_draft(wrong, round_.round_id, kept)
