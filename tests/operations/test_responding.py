"""Answering: what a link shows, drafts and their merging, sending once or often, withdrawing, the window's edges."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from survey import db as databases
from survey import sealing
from survey.config import Config
from survey.core import answers as packing
from survey.core.answers import Answers
from survey.core.questionnaire.reading import read
from survey.db import Database, Db
from survey.errors import Refused, RoundClosed, RoundNotOpen, SurveyError, UnknownLink
from survey.operations import closing, rehearsing, responding, viewing
from survey.operations.responding import Visit
from survey.sealing import KeyRing
from survey.store import drafts
from survey.store.organisations import Organisation
from tests import cast
from tests.cast import DAY, HOUR, Cast
from tests.conftest import SECRET
from tests.core.makers import answers_to
from tests.dying import Dying, Killed

SECOND = timedelta(seconds=1)
STRANGERS = ["", "x", "A" * 43, "é" * 43, "../../etc/passwd", "x" * 5000, "\0"]
QUESTIONNAIRE = read(cast.QUESTIONNAIRE)


@pytest.fixture
def keys(config: Config) -> KeyRing:
    return KeyRing(config.key_directory(), SECRET)


async def _opened(db: Db, round_: Cast) -> list[responding.Sealed]:
    """What is inside the sealed answers, by the round's private key: only a test may do this while it is open."""
    rows = await db.fetch("select ciphertext from sealed where round_id = $1", round_.round_id)
    plain, unreadable = sealing.unseal_all(round_.keys.private(round_.round_id), [row[0] for row in rows])
    assert unreadable == 0
    return [closing._INNER.decode(one) for one in plain]


# The journey


async def test_a_first_visit_shows_where_they_count_and_nothing_answered(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await cast.launched(db, keys, organisation)
    before = await cast.tables(db)
    visit = await responding.visit(db, round_.view, round_.tokens[0])
    assert (visit.reporting_unit.name, visit.atom.group, visit.atom.audience) == ("Ward 1", cast.NURSES, "clinical")
    assert (visit.answers, visit.version, visit.sent, visit.unsent) == ({}, 0, False, False)
    assert await cast.tables(db) == before, "a visit writes nothing"


async def test_from_the_first_answer_to_withdrawal(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    round_ = await cast.launched(db, keys, organisation)
    token, view = round_.tokens[0], round_.view
    first = {"AGREE": ("2",)}
    visit = await cast.save(db, round_, token, first)
    began = visit.version
    assert (visit.answers, began > 0, visit.sent, visit.unsent) == (first, True, False, False)
    visit = await cast.save(db, round_, token, cast.answers(1))
    assert (visit.answers, visit.version, visit.sent) == (cast.answers(1), began + 1, False)
    await responding.submit(db, view, token, visit)
    visit = await responding.visit(db, view, token)
    assert (visit.answers, visit.sent, visit.unsent) == (cast.answers(1), True, False)
    visit = await cast.save(db, round_, token, cast.answers(2))
    assert (visit.answers, visit.sent, visit.unsent) == (cast.answers(2), True, True)
    assert [one.answers for one in await _opened(db, round_)] == [_packed(cast.answers(1))], "not sent yet"
    await responding.submit(db, view, token, visit)
    visit = await responding.visit(db, view, token)
    assert (visit.sent, visit.unsent) == (True, False)
    assert [one.answers for one in await _opened(db, round_)] == [_packed(cast.answers(2))]
    await responding.withdraw(db, view, token)
    visit = await responding.visit(db, view, token)
    assert (visit.answers, visit.version, visit.sent, visit.unsent) == ({}, 0, False, False)
    assert await _opened(db, round_) == []


def _packed(given_: Answers) -> bytes:
    return packing.pack(QUESTIONNAIRE, "clinical", given_)


async def test_after_withdrawing_one_can_answer_afresh(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    round_ = await cast.launched(db, keys, organisation)
    token = round_.tokens[0]
    await cast.submit(db, round_, token, cast.answers(1))
    await responding.withdraw(db, round_.view, token)
    await responding.withdraw(db, round_.view, token)
    await cast.submit(db, round_, token, cast.answers(2))
    assert [one.answers for one in await _opened(db, round_)] == [_packed(cast.answers(2))]


async def test_sealed_answers_hold_the_atom_the_answers_and_the_words(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await cast.launched(db, keys, organisation)
    await cast.submit(db, round_, round_.tokens[0], cast.answers(4711, "Wi-Fi — überall"))
    visit = await responding.visit(db, round_.view, round_.tokens[0])
    (inner,) = await _opened(db, round_)
    assert inner == responding.Sealed(visit.position, _packed(cast.answers(4711)), [("WORDS", "Wi-Fi — überall")])


async def test_somebody_else_s_answers_are_untouched_by_all_this(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await cast.launched(db, keys, organisation)
    mine, theirs = round_.tokens[:2]
    await cast.submit(db, round_, theirs, cast.answers(7))
    await cast.submit(db, round_, mine, cast.answers(8))
    await responding.withdraw(db, round_.view, mine)
    visit = await responding.visit(db, round_.view, theirs)
    assert (visit.answers, visit.sent) == (cast.answers(7), True)


async def test_the_flag_for_reminders_is_set_by_sending_and_outlives_withdrawal(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    """Who withdrew said so; they need no reminder. A saved draft sets no flag."""
    round_ = await cast.launched(db, keys, organisation)
    mine, theirs = round_.tokens[:2]
    await cast.save(db, round_, theirs, cast.answers())
    await cast.submit(db, round_, mine, cast.answers())
    flags = "select token_hash from answered"
    flagged = [sealing.lookup_hash(mine, round_.round_id)]
    assert [row[0] for row in await db.fetch(flags)] == flagged
    await responding.withdraw(db, round_.view, mine)
    assert [row[0] for row in await db.fetch(flags)] == flagged


async def test_answers_that_a_later_answer_hides_are_not_sent(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    """They stay in the draft, in case the person goes back."""
    round_ = await cast.launched(db, keys, organisation)
    given_ = cast.answers() | {"WARD": ("2",)}
    await cast.submit(db, round_, round_.tokens[0], given_)
    (inner,) = await _opened(db, round_)
    assert "WHICH" not in packing.unpack(QUESTIONNAIRE, inner.answers)
    assert (await responding.visit(db, round_.view, round_.tokens[0])).answers == given_


async def test_nothing_answered_is_nothing_to_send(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    """S2: whoever presses every button without an answer takes nobody's place."""
    round_ = await cast.launched(db, keys, organisation)
    before = await cast.tables(db)
    visit = await responding.visit(db, round_.view, round_.tokens[0])
    with pytest.raises(Refused, match="no answer to send"):
        await responding.submit(db, round_.view, round_.tokens[0], visit)
    assert await cast.tables(db) == before


# Who may


@pytest.mark.parametrize("token", STRANGERS)
async def test_an_unknown_link_is_told_at_every_step_and_leaves_nothing(
    db: Db, keys: KeyRing, organisation: Organisation, token: str
) -> None:
    round_ = await cast.launched(db, keys, organisation)
    known = await responding.visit(db, round_.view, round_.tokens[0])
    answered = msgspec.structs.replace(known, answers=cast.answers())
    before = await cast.tables(db)
    for step in (
        lambda: responding.visit(db, round_.view, token),
        lambda: _in_savepoint(db, responding.save(db, round_.view, token, known, cast.answers())),
        lambda: _in_savepoint(db, responding.submit(db, round_.view, token, answered)),
    ):
        with pytest.raises(UnknownLink):
            await step()
    await responding.withdraw(db, round_.view, token)
    assert await cast.tables(db) == before


async def _in_savepoint(db: Db, step: object) -> None:
    """The test's own transaction must outlive a refused insert, which outside it is a transaction of its own."""
    async with db.transaction():
        await step  # type: ignore[misc]


async def test_a_link_works_in_its_own_round_alone(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    one = await cast.launched(db, keys, organisation)
    other = await cast.launched(db, keys, organisation)
    assert not set(one.tokens) & set(other.tokens)
    with pytest.raises(UnknownLink):
        await responding.visit(db, other.view, one.tokens[0])


@pytest.mark.parametrize(
    ("clock", "error"),
    [(-SECOND, RoundNotOpen), (DAY, RoundClosed), (DAY + SECOND, RoundClosed), (400 * DAY, RoundClosed)],
)
async def test_outside_the_window_nothing_is_shown_taken_or_changed(
    db: Db, keys: KeyRing, organisation: Organisation, clock: timedelta, error: type[SurveyError]
) -> None:
    """The edges belong outside at the end and inside at the beginning. The database's clock alone decides: the view
    still says what it said when it was loaded."""
    round_ = await cast.launched(db, keys, organisation, opens=-HOUR, closes=DAY - HOUR)
    token = round_.tokens[0]
    await cast.submit(db, round_, token, cast.answers(1))
    visit = await responding.visit(db, round_.view, token)
    await rehearsing.set_clock(db, round_.view.opens_at + clock)
    before = await cast.tables(db)
    for step in (
        responding.visit(db, round_.view, token),
        responding.save(db, round_.view, token, visit, cast.answers(2)),
        responding.submit(db, round_.view, token, visit),
        responding.withdraw(db, round_.view, token),
    ):
        with pytest.raises(error):
            await step
    assert await cast.tables(db) == before


@pytest.mark.parametrize("clock", [timedelta(0), HOUR, DAY - SECOND])
async def test_inside_the_window_everything_works(
    db: Db, keys: KeyRing, organisation: Organisation, clock: timedelta
) -> None:
    round_ = await cast.launched(db, keys, organisation, opens=-HOUR, closes=DAY - HOUR)
    await rehearsing.set_clock(db, round_.view.opens_at + clock)
    await cast.submit(db, round_, round_.tokens[0], cast.answers(1))
    await responding.withdraw(db, round_.view, round_.tokens[0])


async def test_a_closing_that_was_moved_is_minded_at_once(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    round_ = await cast.launched(db, keys, organisation)
    visit = await cast.save(db, round_, round_.tokens[0], cast.answers())
    await closing.end_now(db, organisation.organisation_id, round_.round_id)
    with pytest.raises(RoundClosed):
        await responding.submit(db, round_.view, round_.tokens[0], visit)


async def test_answers_wait_twenty_hours_for_their_owner_on_another_device(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    """Bar U10. Another process, which knows nothing of the first, is the other device."""
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation, closes=3 * DAY)
        half = {"AGREE": ("5",), "SURE": ("na",)}
        await cast.save(db, round_, round_.tokens[0], half)
        await rehearsing.set_clock(db, round_.view.opens_at + 21 * HOUR)
    async with database.connection() as db:
        view = await viewing.view(db, round_.round_id)
        visit = await responding.visit(db, view, round_.tokens[0])
        assert visit.answers == half
        await responding.save(db, view, round_.tokens[0], visit, half | {"STEP": ("dk",)})


# Two devices


async def _devices(db: Db, round_: Cast) -> tuple[Visit, Visit]:
    token = round_.tokens[0]
    await cast.save(db, round_, token, {"AGREE": ("1",), "SURE": ("1",), "STEP": ("1",)})
    return await responding.visit(db, round_.view, token), await responding.visit(db, round_.view, token)


MERGES: list[tuple[str, Answers, Answers, Answers]] = [
    # both began with AGREE, SURE and STEP answered "1"; what one saved, what the other saved after it, what is there
    (
        "different questions: both kept",
        {"AGREE": ("2",), "SURE": ("1",), "STEP": ("1",)},
        {"AGREE": ("1",), "SURE": ("3",), "STEP": ("1",)},
        {"AGREE": ("2",), "SURE": ("3",), "STEP": ("1",)},
    ),
    (
        "the same question: the later one",
        {"AGREE": ("2",), "SURE": ("1",), "STEP": ("1",)},
        {"AGREE": ("3",), "SURE": ("1",), "STEP": ("1",)},
        {"AGREE": ("3",), "SURE": ("1",), "STEP": ("1",)},
    ),
    (
        "one new, one new",
        {"AGREE": ("1",), "SURE": ("1",), "STEP": ("1",), "COUNT": ("5",)},
        {"AGREE": ("1",), "SURE": ("1",), "STEP": ("1",), "WORDS": ("hello",)},
        {"AGREE": ("1",), "SURE": ("1",), "STEP": ("1",), "COUNT": ("5",), "WORDS": ("hello",)},
    ),
    (
        "cleared here, changed elsewhere: stays cleared",
        {"AGREE": ("2",), "SURE": ("1",), "STEP": ("1",)},
        {"SURE": ("1",), "STEP": ("1",)},
        {"SURE": ("1",), "STEP": ("1",)},
    ),
    (
        "cleared elsewhere, untouched here: stays cleared",
        {"SURE": ("1",), "STEP": ("1",)},
        {"AGREE": ("1",), "SURE": ("4",), "STEP": ("1",)},
        {"SURE": ("4",), "STEP": ("1",)},
    ),
]


@pytest.mark.parametrize(("one", "other", "both"), [row[1:] for row in MERGES], ids=[row[0] for row in MERGES])
async def test_two_devices_lose_nothing_of_each_other(
    db: Db, keys: KeyRing, organisation: Organisation, one: Answers, other: Answers, both: Answers
) -> None:
    round_ = await cast.launched(db, keys, organisation)
    first, second = await _devices(db, round_)
    await responding.save(db, round_.view, round_.tokens[0], first, one)
    await responding.save(db, round_.view, round_.tokens[0], second, other)
    assert (await responding.visit(db, round_.view, round_.tokens[0])).answers == both


async def test_a_third_device_that_saves_between_two_attempts_is_not_undone(
    db: Db, keys: KeyRing, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = await cast.launched(db, keys, organisation)
    token = round_.tokens[0]
    first, second = await _devices(db, round_)
    await responding.save(db, round_.view, token, first, first.answers | {"AGREE": ("2",)})
    kept, meddled = drafts.save, []

    async def meddle(db: Db, round_id: str, lookup: bytes, version: int, ciphertext: bytes) -> int | None:
        """Before the second attempt lands, a third device changes what the first had changed."""
        if version == first.version + 1 and not meddled:
            meddled.append(True)
            third = await responding.visit(db, round_.view, token)
            await responding.save(db, round_.view, token, third, third.answers | {"AGREE": ("3",)})
        return await kept(db, round_id, lookup, version, ciphertext)

    monkeypatch.setattr(drafts, "save", meddle)
    await responding.save(db, round_.view, token, second, second.answers | {"SURE": ("9",)})
    merged = (await responding.visit(db, round_.view, token)).answers
    assert meddled
    assert merged == {"AGREE": ("3",), "SURE": ("9",), "STEP": ("1",)}


async def test_a_save_that_never_gets_its_turn_is_told_in_words(
    db: Db, keys: KeyRing, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = await cast.launched(db, keys, organisation)
    visit = await responding.visit(db, round_.view, round_.tokens[0])

    async def never(*_: object) -> None:
        return None

    monkeypatch.setattr(drafts, "save", never)
    with pytest.raises(Refused, match="being changed on another device"):
        await responding.save(db, round_.view, round_.tokens[0], visit, cast.answers())


async def test_a_save_upon_a_draft_that_was_withdrawn_meanwhile_brings_back_only_what_is_new(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    """Withdrawn on the phone, then Continue pressed on the computer: the withdrawn answers stay withdrawn."""
    round_ = await cast.launched(db, keys, organisation)
    first, second = await _devices(db, round_)
    await responding.withdraw(db, round_.view, round_.tokens[0])
    await responding.save(db, round_.view, round_.tokens[0], second, second.answers | {"COUNT": ("3",)})
    assert (await responding.visit(db, round_.view, round_.tokens[0])).answers == {"COUNT": ("3",)}
    assert first.answers


async def test_a_save_upon_a_withdrawn_draft_never_passes_for_one_upon_the_draft_begun_since(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    """Withdrawn and begun again, each with one save: an old page's Continue must not bring back what was withdrawn."""
    round_ = await cast.launched(db, keys, organisation)
    token = round_.tokens[0]
    old = await cast.save(db, round_, token, {"AGREE": ("1",), "SURE": ("1",)})
    await responding.withdraw(db, round_.view, token)
    await cast.save(db, round_, token, {"STEP": ("5",)})
    await responding.save(db, round_.view, token, old, old.answers | {"COUNT": ("3",)})
    assert (await responding.visit(db, round_.view, token)).answers == {"STEP": ("5",), "COUNT": ("3",)}


async def test_what_the_process_remembers_is_good_enough_to_save_upon(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    """Continue is one write: the save builds on what was read last, even when that is out of date."""
    round_ = await cast.launched(db, keys, organisation)
    token = round_.tokens[0]
    assert responding.recall(round_.view, token) is None
    await cast.save(db, round_, token, {"AGREE": ("1",)})
    recalled = responding.recall(round_.view, token)
    assert recalled == await responding.visit(db, round_.view, token)
    elsewhere = await viewing.view(db, round_.round_id)
    there = await responding.visit(db, elsewhere, token)
    await responding.save(db, elsewhere, token, there, {"AGREE": ("1",), "SURE": ("6",)})
    stale = responding.recall(round_.view, token)
    assert stale is not None
    assert "SURE" not in stale.answers
    await responding.save(db, round_.view, token, stale, stale.answers | {"STEP": ("2",)})
    assert (await responding.visit(db, round_.view, token)).answers == {"AGREE": ("1",), "SURE": ("6",), "STEP": ("2",)}
    await responding.withdraw(db, round_.view, token)
    assert responding.recall(round_.view, token) is None


async def test_the_memory_of_a_process_holds_no_answer_in_clear_and_forgets(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await cast.launched(db, keys, organisation)
    await cast.save(db, round_, round_.tokens[0], cast.answers(words="canary words"))
    small = viewing.Recent(most=2)
    row = round_.view.recent.get(sealing.lookup_hash(round_.tokens[0], round_.round_id))
    assert row is not None
    assert row.ciphertext is not None
    assert b"canary" not in row.ciphertext
    for name in (b"a", b"b", b"c"):
        small.keep(name, row)
    assert [small.get(name) is None for name in (b"a", b"b", b"c")] == [True, False, False]


# Sizes


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(answers_to(QUESTIONNAIRE))
async def test_no_pattern_of_answers_shows_in_a_length(given_: Answers) -> None:
    """Property 2. Drafts and sealed answers of a version are of one size each, answered in full, in part or not."""
    size = packing.sealed_size(QUESTIONNAIRE)
    draft = sealing.close_draft("token", "round", responding._PACK.encode(given_), size)
    inner = responding.Sealed(
        32767, packing.pack(QUESTIONNAIRE, "everyone", given_), packing.texts(QUESTIONNAIRE, given_)
    )
    envelope = sealing.seal(bytes([9]) + bytes(31), responding._PACK.encode(inner), size)
    assert (len(draft), len(envelope)) == (size + 40, size + 48)
    assert len(inner.answers) == packing.width(QUESTIONNAIRE)


async def test_stored_rows_are_of_one_size_however_much_was_answered(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    """Property 2, as the tables have it."""
    round_ = await cast.launched(db, keys, organisation)
    patterns: list[Answers] = [{"AGREE": ("1",)}, cast.answers(), cast.answers(99999, "é" * 300), {"WORDS": ("x",)}]
    for token, given_ in zip(round_.tokens, patterns, strict=False):
        await cast.submit(db, round_, token, given_)
    for table in ("draft", "sealed"):
        sizes = await db.fetch(f"select length(ciphertext), pg_column_size(ciphertext) from {table}")
        assert len(sizes) == 4
        assert len(set(sizes)) == 1


# At once


async def test_fifty_parallel_identical_submissions_are_fifty_good_answers_and_one_row(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    """Bar R3 and property 4: one invitation, at most one response."""
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation)
        token = round_.tokens[0]
        visit = await cast.save(db, round_, token, cast.answers())
    patient = Database(database.url, acquire_timeout=30)

    async def press() -> None:
        async with patient.connection() as db:
            await responding.submit(db, round_.view, token, visit)

    try:
        assert await asyncio.gather(*(press() for _ in range(50))) == [None] * 50
    finally:
        await patient.close()
    async with database.connection() as db:
        assert await db.fetchval("select count(*) from sealed") == 1
        assert await db.fetchval("select count(*) from answered") == 1
        assert [one.answers for one in await _opened(db, round_)] == [_packed(cast.answers())]


async def test_parallel_first_saves_of_one_link_keep_every_page(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation)
    pages: list[Answers] = [{"AGREE": ("1",)}, {"SURE": ("5",)}]

    async def save(page: Answers) -> None:
        view = round_.view
        async with database.connection() as db:
            visit = await responding.visit(db, view, round_.tokens[0])
            await responding.save(db, view, round_.tokens[0], visit, visit.answers | page)

    await asyncio.gather(*map(save, pages))
    async with database.connection() as db:
        assert (await responding.visit(db, round_.view, round_.tokens[0])).answers == pages[0] | pages[1]


async def test_every_submission_that_was_acknowledged_is_counted_and_none_is_accepted_after(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    """Property 4. Sixty people press Send while the round is being closed under them."""
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation)
        visits = [await cast.save(db, round_, token, cast.answers(n)) for n, token in enumerate(round_.tokens)]
    patient = Database(database.url, size=20, acquire_timeout=30)
    acknowledged: list[int] = []

    async def press(number: int) -> None:
        async with patient.connection() as db:
            try:
                await responding.submit(db, round_.view, round_.tokens[number], visits[number])
            except (RoundClosed, UnknownLink):
                return
            acknowledged.append(number)

    async def close() -> closing.Opened:
        async with databases.connect(database.url) as db:
            while len(acknowledged) < 10:  # noqa: ASYNC110  their answers are all there is to wait for
                await asyncio.sleep(0)
            await closing.end_now(db, organisation.organisation_id, round_.round_id)
            return await closing.open_answers(db, keys, organisation.organisation_id, round_.round_id)

    try:
        *_, done = await asyncio.gather(*(press(number) for number in range(60)), close())
    finally:
        await patient.close()
    async with database.connection() as db:
        stored = [packing.unpack(QUESTIONNAIRE, row[0]) for row in await db.fetch("select answers from response")]
        numbers = [int(one["COUNT"][0]) for one in stored]
        assert sorted(numbers) == sorted(acknowledged)
        assert done.responses == len(acknowledged) >= 10


@pytest.mark.parametrize("by_the_clock", [False, True], ids=["ended by hand", "ended by the clock"])
async def test_a_submission_that_waits_for_closing_is_refused_and_one_that_closing_waits_for_is_counted(
    database: Database, keys: KeyRing, organisation: Organisation, by_the_clock: bool
) -> None:
    """The same race, held still at its two crucial moments by the lock that both take."""
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation)
        early = await cast.save(db, round_, round_.tokens[0], cast.answers(1))
        late = await cast.save(db, round_, round_.tokens[1], cast.answers(2))
    whose = (organisation.organisation_id, round_.round_id)

    async def close() -> closing.Opened:
        async with database.connection() as db:
            if by_the_clock:
                await rehearsing.set_clock(db, round_.view.closes_at)
            else:
                await closing.end_now(db, *whose)
            return await closing.open_answers(db, keys, *whose)

    async def submit_late() -> None:
        async with database.connection() as db:
            await responding.submit(db, round_.view, round_.tokens[1], late)

    async with database.connection() as db:
        async with db.transaction():
            await responding.submit(db, round_.view, round_.tokens[0], early)
            closes = asyncio.create_task(close())
            await _until_waiting(database, 1)
            waits = asyncio.create_task(submit_late())
            await _until_waiting(database, 2)
            assert not closes.done()
        done = await closes
        with pytest.raises(RoundClosed):
            await waits
        assert done.responses == 1
        assert await db.fetchval("select count(*) from response") == 1


async def _until_waiting(database: Database, backends: int) -> None:
    async with database.connection() as db:
        query = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
        async with asyncio.timeout(5):
            while await db.fetchval(query) < backends:  # noqa: ASYNC110  the database tells of no such thing
                await asyncio.sleep(0.005)


# Cut off at any point


async def test_a_submission_cut_off_at_any_point_is_whole_or_not_there_and_sending_again_is_sending_once(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    """Property 4, bar R2: the phone lost the answer to its request and sends it again, also after the commit."""
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation)
        outcomes, finished = [], False
        for point, token in enumerate(round_.tokens, start=1):
            if finished:
                break
            visit = await cast.save(db, round_, token, cast.answers(point))
            with Dying(point) as dying:
                try:
                    await responding.submit(dying.db(db), round_.view, token, visit)
                    finished = True
                except Killed:
                    pass
            outcomes.append((await responding.visit(db, round_.view, token)).sent)
            await responding.submit(db, round_.view, token, visit)
        stored = [packing.unpack(QUESTIONNAIRE, one.answers)["COUNT"] for one in await _opened(db, round_)]
    assert finished
    assert sorted(stored) == sorted((str(n),) for n in range(1, len(outcomes) + 1)), "one for each, and all of them"
    assert outcomes == sorted(outcomes), "not there before the commit, there after it"
    assert sum(outcomes) == 2


async def test_a_save_cut_off_at_any_point_and_pressed_again_loses_nothing(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    """Bar U11. Pressed again, the same page saves upon what it was shown, which the first save may have changed."""
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation)
        for point, token in enumerate(round_.tokens[:6], start=1):
            visit = await cast.save(db, round_, token, {"AGREE": ("1",)})
            wanted = visit.answers | {"SURE": ("7",)}
            with Dying(point) as dying:
                try:
                    await responding.save(dying.db(db), round_.view, token, visit, wanted)
                except Killed:
                    await responding.save(db, round_.view, token, visit, wanted)
            assert (await responding.visit(db, round_.view, token)).answers == wanted


async def test_a_withdrawal_cut_off_at_any_point_takes_back_all_or_nothing(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation)
        outcomes, finished = [], False
        for point, token in enumerate(round_.tokens, start=1):
            if finished:
                break
            await cast.submit(db, round_, token, cast.answers(point))
            with Dying(point) as dying:
                try:
                    await responding.withdraw(dying.db(db), round_.view, token)
                    finished = True
                except Killed:
                    pass
            visit = await responding.visit(db, round_.view, token)
            outcomes.append(visit.sent)
            assert visit.answers == (cast.answers(point) if visit.sent else {})
            await responding.withdraw(db, round_.view, token)
            assert not (await responding.visit(db, round_.view, token)).sent
    assert finished
    assert outcomes == sorted(outcomes, reverse=True)
    assert outcomes.count(False) == 2
