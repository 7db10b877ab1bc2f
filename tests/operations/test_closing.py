"""Closing: everything opened, shuffled, stored and destroyed, or nothing; whatever it is killed at."""

import asyncio
import os
import random
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
import structlog

from survey import db as databases
from survey import sealing
from survey.config import Config
from survey.core import answers as packing
from survey.core.questionnaire.reading import read
from survey.db import Database, Db
from survey.errors import Misconfigured, Refused, SurveyError, UnknownLink
from survey.operations import closing, launching, publishing, rehearsing, responding, viewing
from survey.operations.telling import Side
from survey.sealing import KeyRing
from survey.store import drafts, rounds
from survey.store.organisations import Organisation
from survey.workers import closing as worker
from tests import cast
from tests.cast import DAY, Cast
from tests.conftest import SECRET
from tests.dying import Dying, Killed

QUESTIONNAIRE = read(cast.QUESTIONNAIRE)
GONE = ("invitation", "draft", "sealed", "answered")
"""What belongs to an open round alone."""


@pytest.fixture
def keys(config: Config) -> KeyRing:
    return KeyRing(config.key_directory(), SECRET)


async def _answered(db: Db, keys: KeyRing, organisation: Organisation, people: int = 20) -> tuple[Cast, list[int]]:
    """A round whose window has ended; the numbers by which its sent answers are known."""
    round_ = await cast.launched(db, keys, organisation, people=people, teams=1)
    numbers = await cast.submit_all(db, round_, round_.tokens[: people * 2 // 3])
    await cast.save(db, round_, round_.tokens[-1], cast.answers(9999, "never sent"))
    await closing.end_now(db, organisation.organisation_id, round_.round_id)
    return round_, numbers


async def _count(db: Db, table: str, round_id: str) -> int:
    return int(await db.fetchval(f"select count(*) from {table} where round_id = $1", round_id))


async def _numbers(db: Db, round_id: str) -> list[int]:
    rows = await db.fetch("select answers from response where round_id = $1", round_id)
    return sorted(int(packing.unpack(QUESTIONNAIRE, row[0])["COUNT"][0]) for row in rows)


async def _is_closed(db: Db, round_: Cast, numbers: Sequence[int]) -> None:
    """All after: each answer once, what was open gone, the flagless draft nowhere."""
    assert await _numbers(db, round_.round_id) == sorted(numbers)
    rows = await db.fetch("select body from comment where round_id = $1", round_.round_id)
    assert sorted(row[0] for row in rows) == sorted(f"Words of {number}." for number in numbers)
    assert {table: await _count(db, table, round_.round_id) for table in GONE} == dict.fromkeys(GONE, 0)


# All of it


async def test_closing_opens_every_answer_once_and_leaves_no_way_back(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    async with database.connection() as db:
        round_, numbers = await _answered(db, keys, organisation, 60)
        whose = (organisation.organisation_id, round_.round_id)
        atoms = Counter((await viewing.view(db, round_.round_id)).frame.atoms)
        assert len(atoms) == 2
        assert await closing.open_answers(db, keys, *whose) == closing.Opened(len(numbers), 0, already=False)
        await _is_closed(db, round_, numbers)
        assert cast.files(keys) == {}
        assert (await launching.find(db, *whose)).opened_answers_at is not None


@pytest.mark.parametrize("answered", [0, 1, 7, 60])
async def test_how_far_closing_is_says_nothing_of_how_many_have_answered(
    database: Database, keys: KeyRing, organisation: Organisation, answered: int
) -> None:
    """The same is told whoever answered: which step of five, and of no number of anything (METHOD 2.3 R10)."""
    told: list[tuple[str, int, int]] = []
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation)
        whose = (organisation.organisation_id, round_.round_id)
        await cast.submit_all(db, round_, round_.tokens[:answered])
        await closing.end_now(db, *whose)
        opened = await closing.open_answers(db, keys, *whose, step=lambda *one: told.append(one))
        assert opened.responses == answered
        again = list(told)
        await closing.open_answers(db, keys, *whose, step=lambda *one: again.append(one))
    assert (
        told
        == again
        == [
            ("Reading the sealed answers", 0, 100),
            ("Opening the sealed answers", 20, 100),
            ("Checking what was opened", 40, 100),
            ("Shuffling and storing the answers", 60, 100),
            ("Deleting drafts, links and sealed answers", 80, 100),
        ]
    )


async def test_requests_are_answered_while_answers_are_opened(
    database: Database, keys: KeyRing, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening a large round takes a processor for seconds, and the process that closes it serves, too."""
    answered_meanwhile, sound = threading.Event(), sealing.unseal_all

    def slowly(private_key: bytes, ciphertexts: Iterable[bytes]) -> tuple[list[bytes], int]:
        assert answered_meanwhile.wait(10), "nothing else could run"
        return sound(private_key, ciphertexts)

    monkeypatch.setattr(sealing, "unseal_all", slowly)
    async with database.connection() as db:
        round_, numbers = await _answered(db, keys, organisation)
        closes = asyncio.create_task(closing.open_answers(db, keys, organisation.organisation_id, round_.round_id))
        asyncio.get_running_loop().call_later(0.2, answered_meanwhile.set)
        await closes
        await _is_closed(db, round_, numbers)


async def test_each_answer_keeps_its_atom(database: Database, keys: KeyRing, organisation: Organisation) -> None:
    """Nurses and office staff were given numbers apart: they must come out so."""
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation)
        sent: dict[int, int] = {}
        for number, token in enumerate(round_.tokens):
            await cast.submit(db, round_, token, cast.answers(number))
            sent[number] = (await responding.visit(db, round_.view, token)).position
        await closing.end_now(db, organisation.organisation_id, round_.round_id)
        await closing.open_answers(db, keys, organisation.organisation_id, round_.round_id)
        rows = await db.fetch("select atom, answers from response")
        got = {int(packing.unpack(QUESTIONNAIRE, answers)["COUNT"][0]): atom for atom, answers in rows}
        assert got == sent
        assert len(set(sent.values())) == 4


async def test_closing_again_changes_nothing(database: Database, keys: KeyRing, organisation: Organisation) -> None:
    async with database.connection() as db:
        round_, _ = await _answered(db, keys, organisation)
        whose = (organisation.organisation_id, round_.round_id)
        await closing.open_answers(db, keys, *whose)
        before = await cast.tables(db)
        assert await closing.open_answers(db, keys, *whose) == closing.Opened(0, 0, already=True)
        await publishing.publish(db, *whose)
        assert (await closing.open_answers(db, keys, *whose)).already
        assert (await cast.tables(db))["response"] == before["response"]


async def test_a_round_that_nobody_answered_closes_too(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation)
        whose = (organisation.organisation_id, round_.round_id)
        await closing.end_now(db, *whose)
        assert await closing.open_answers(db, keys, *whose) == closing.Opened(0, 0, already=False)
        await _is_closed(db, round_, [])
        assert cast.files(keys) == {}


async def test_another_round_s_answers_and_keys_are_left_alone(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    async with database.connection() as db:
        other = await cast.launched(db, keys, organisation)
        await cast.submit(db, other, other.tokens[0], cast.answers(1))
        kept = {name: content for name, content in cast.files(keys).items() if name.startswith(other.round_id)}
        round_, numbers = await _answered(db, keys, organisation, 60)
        await closing.open_answers(db, keys, organisation.organisation_id, round_.round_id)
        await _is_closed(db, round_, numbers)
        assert cast.files(keys) == kept
        assert [await _count(db, table, other.round_id) for table in GONE] == [60, 1, 1, 1]
        assert (await responding.visit(db, other.view, other.tokens[0])).answers == cast.answers(1)


async def test_nothing_stored_after_closing_leads_from_a_response_to_a_comment_or_a_person(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    """Property 2: no value of one table's rows stands in the other's but organisation and round, which all share."""
    async with database.connection() as db:
        round_, _ = await _answered(db, keys, organisation, 60)
        before = [row for table in GONE for row in await db.fetch(f"select * from {table}")]
        await closing.open_answers(db, keys, organisation.organisation_id, round_.round_id)
        told = {table: await _values(db, table) for table in ("response", "comment", "frame_member", "person")}
    earlier = {value for row in before for value in row.values() if isinstance(value, bytes)}
    earlier |= {row["invitation_id"] for row in before if "invitation_id" in row}
    shared = {organisation.organisation_id, round_.round_id}
    assert told["response"] & told["comment"] == shared
    for table in ("response", "comment"):
        assert told[table] & told["frame_member"] <= shared | set(range(4)), "the atom and no more"
        assert not (told[table] - shared) & {value for value in told["person"] if not isinstance(value, bool)}
        assert not told[table] & earlier


async def _values(db: Db, table: str) -> set[Any]:
    return {value for row in await db.fetch(f'select * from "{table}"') for value in row.values()}


async def test_publishing_waits_for_the_answers_to_be_open(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    async with database.connection() as db:
        round_, _ = await _answered(db, keys, organisation)
        whose = (organisation.organisation_id, round_.round_id)
        with pytest.raises(Refused, match="its answers are still sealed"):
            await publishing.publish(db, *whose)
        await closing.open_answers(db, keys, *whose)
        await publishing.publish(db, *whose)
        assert (await launching.find(db, *whose)).state == "published"


# Ending now


async def test_ending_now_ends_an_open_round_at_the_database_s_moment(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await cast.launched(db, keys, organisation)
    whose = (organisation.organisation_id, round_.round_id)
    await rehearsing.set_clock(db, round_.view.opens_at + DAY / 2)
    await closing.end_now(db, *whose)
    ended = await launching.find(db, *whose)
    assert ended.state == "closed"
    assert abs(ended.closes_at - (round_.view.opens_at + DAY / 2)).total_seconds() < 60
    before = await cast.tables(db)
    await closing.end_now(db, *whose)
    assert await cast.tables(db) == before, "an ended round's end is not moved"


@pytest.mark.parametrize("state", ["draft", "scheduled"])
async def test_ending_now_leaves_a_round_alone_that_is_not_open(
    db: Db, keys: KeyRing, organisation: Organisation, state: str
) -> None:
    round_id = await cast.drafted(db, organisation, await cast.trust(db, organisation), cast.HOUR)
    if state == "scheduled":
        await launching.launch(db, keys, organisation.organisation_id, round_id)
    before = await cast.tables(db)
    await closing.end_now(db, organisation.organisation_id, round_id)
    assert await cast.tables(db) == before


# What will not open


async def _break_two(db: Db, round_id: str) -> None:
    await db.execute(
        "update sealed set ciphertext = overlay(ciphertext placing '\\x00000000'::bytea from 60) "
        "where token_hash in (select token_hash from sealed where round_id = $1 order by token_hash limit 2)",
        round_id,
    )


async def test_envelopes_that_do_not_open_refuse_the_close_and_name_the_way_out(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    async with database.connection() as db:
        round_, numbers = await _answered(db, keys, organisation)
        await _break_two(db, round_.round_id)
        whose = (organisation.organisation_id, round_.round_id)
        before, held = await cast.tables(db), cast.files(keys)
        with pytest.raises(
            Refused, match=r"^2 of 13 sealed answers do not open .* round close \w+ --discard-unreadable$"
        ):
            await closing.open_answers(db, keys, *whose)
        assert (await cast.tables(db), cast.files(keys)) == (before, held)
        done = await closing.open_answers(db, keys, *whose, discard_unreadable=True)
        assert done == closing.Opened(11, 2, already=False)
        assert set(await _numbers(db, round_.round_id)) < set(numbers)
        assert cast.files(keys) == {}


MALFORMED = [
    b"",
    b"not MessagePack",
    msgspec.msgpack.encode({"atom": 0, "answers": b"", "texts": []}),
    msgspec.msgpack.encode({"atom": "first", "answers": b"1", "texts": []}),
    msgspec.msgpack.encode({"atom": 999, "answers": bytes(99), "texts": []}),
    msgspec.msgpack.encode([0, 1, 2]),
    b"\xc1",
]


@pytest.mark.parametrize("inner", MALFORMED)
async def test_envelopes_that_open_and_hold_no_answers_refuse_the_close_like_those_that_do_not(
    database: Database, keys: KeyRing, organisation: Organisation, inner: bytes
) -> None:
    async with database.connection() as db:
        round_, numbers = await _answered(db, keys, organisation)
        whose = (organisation.organisation_id, round_.round_id)
        public_key = await rounds.public_key(db, *whose)
        assert public_key is not None
        odd = sealing.seal(public_key, inner, round_.view.size)
        await db.execute(
            "update sealed set ciphertext = $2 "
            "where token_hash = (select token_hash from sealed where round_id = $1 order by token_hash limit 1)",
            round_.round_id,
            odd,
        )
        before, held = await cast.tables(db), cast.files(keys)
        with pytest.raises(
            Refused, match=r"^1 of 13 open, and do not hold answers to this round's questions\. Nothing was"
        ):
            await closing.open_answers(db, keys, *whose)
        assert (await cast.tables(db), cast.files(keys)) == (before, held)
        done = await closing.open_answers(db, keys, *whose, discard_unreadable=True)
        assert done == closing.Opened(12, 1, already=False)
        assert set(await _numbers(db, round_.round_id)) < set(numbers)
        assert cast.files(keys) == {}


async def test_a_frame_in_which_answers_would_be_of_few_people_is_not_opened(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    """METHOD 3.5 U11: whoever splits the frozen groups further learns nothing by it, and nothing is lost."""
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation)
        await cast.submit_all(db, round_, round_.tokens[:12])
        scope = (organisation.organisation_id, round_.round_id)
        await closing.end_now(db, *scope)
        await db.execute(
            """update round set frame = replace(frame::text, '"headcount": 20', '"headcount": 3')::jsonb"""
        )
        before = await cast.tables(db)
        with pytest.raises(Refused, match="answers would be of 3 people"):
            await closing.open_answers(db, keys, *scope)
        assert await cast.tables(db) == before
        await db.execute(
            """update round set frame = replace(frame::text, '"headcount": 3', '"headcount": 20')::jsonb"""
        )
        assert (await closing.open_answers(db, keys, *scope)).responses == 12


@pytest.mark.parametrize("secret", [SECRET, b"w" * 36])
async def test_without_the_right_key_directory_nothing_happens(
    database: Database, keys: KeyRing, organisation: Organisation, tmp_path: Path, secret: bytes
) -> None:
    """Restored elsewhere, or with another secret: the answers stay sealed and the keys stay where they are."""
    async with database.connection() as db:
        round_, numbers = await _answered(db, keys, organisation)
        whose = (organisation.organisation_id, round_.round_id)
        before, held = await cast.tables(db), cast.files(keys)
        wrong = KeyRing(tmp_path / "elsewhere" if secret == SECRET else keys.directory, secret)
        with pytest.raises(Misconfigured, match="private key of round"):
            await closing.open_answers(db, wrong, *whose, discard_unreadable=True)
        assert (await cast.tables(db), cast.files(keys)) == (before, held)
        await closing.open_answers(db, keys, *whose)
        await _is_closed(db, round_, numbers)


# Killed


async def test_a_close_killed_at_any_point_is_all_before_or_all_after_and_completes_when_called_again(
    database: Database, config: Config, organisation: Organisation
) -> None:
    """Property 4: every statement, the commit, every touch of the key directory, before and after each."""
    async with database.connection() as db:
        outcomes, point, finished, made = [], 0, False, None
        while not finished:
            point += 1
            if made is None:
                keys = KeyRing(config.key_directory() / str(point), SECRET)
                made = await _answered(db, keys, organisation, 12)
            (round_, numbers), before = made, (await cast.tables(db), cast.files(keys))
            with Dying(point) as dying:
                try:
                    await closing.open_answers(dying.db(db), keys, organisation.organisation_id, round_.round_id)
                    finished = True
                except Killed:
                    pass
            opened = (await launching.find(db, organisation.organisation_id, round_.round_id)).opened_answers_at
            outcomes.append("after" if opened else "before")
            if opened is None:
                assert (await cast.tables(db), cast.files(keys)) == before, dying.where
                continue
            await _is_closed(db, round_, numbers)
            await _finish(db, keys, organisation, round_, point)
            await _is_closed(db, round_, numbers)
            assert cast.files(keys) == {}, dying.where
            made = None
    turn = outcomes.index("after")
    assert outcomes == ["before"] * turn + ["after"] * (len(outcomes) - turn)
    assert turn > 20
    assert len(outcomes) - turn > 6, "after the commit, around each key's end and the clean-up, and not killed at all"


async def _finish(db: Db, keys: KeyRing, organisation: Organisation, round_: Cast, point: int) -> None:
    """By calling again, or by what the worker does at its next look: either completes the work."""
    if point % 2:
        assert (await closing.open_answers(db, keys, organisation.organisation_id, round_.round_id)).already
    else:
        await worker.tick(db, cast.unheard, keys)


async def test_a_close_killed_at_any_point_can_simply_be_done_again(
    database: Database, config: Config, organisation: Organisation
) -> None:
    """The same kills, each followed by a close, so that every half-done state is also one that a close begins from."""
    async with database.connection() as db:
        for point in (2, 9, 14, 19, 23):
            keys = KeyRing(config.key_directory() / str(point), SECRET)
            round_, numbers = await _answered(db, keys, organisation, 12)
            with Dying(point) as dying, pytest.raises(Killed):
                await closing.open_answers(dying.db(db), keys, organisation.organisation_id, round_.round_id)
            await closing.open_answers(db, keys, organisation.organisation_id, round_.round_id)
            await _is_closed(db, round_, numbers)
            assert cast.files(keys) == {}, dying.where


CLOSE = """
import asyncio, sys
from pathlib import Path
from uuid import UUID
from survey import db as databases
from survey.operations import closing
from survey.sealing import KeyRing

async def main(url, keys, secret, organisation, round_id):
    async with databases.connect(url) as db:
        print("ready", flush=True)
        sys.stdin.readline()
        await closing.open_answers(db, KeyRing(Path(keys), secret.encode()), UUID(organisation), round_id)

asyncio.run(main(*sys.argv[1:]))
"""


async def _killed_close(url: str, keys: KeyRing, round_: Cast, after: float) -> int:
    """A process that closes, shot `after` seconds from when it began; its exit status."""
    arguments = [url, str(keys.directory), SECRET.decode(), str(round_.organisation_id), round_.round_id]
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CLOSE, *arguments, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdin is not None
    assert child.stdout is not None
    await child.stdout.readline()
    child.stdin.write(b"\n")
    await child.stdin.drain()
    await asyncio.sleep(after)
    if child.returncode is None:
        os.kill(child.pid, signal.SIGKILL)
    return await child.wait()


async def _survives_kills(database: Database, config: Config, organisation: Organisation, times: int) -> None:
    chance = random.Random(times)
    async with database.connection() as db:
        for number in range(times):
            keys = KeyRing(config.key_directory() / str(number), SECRET)
            round_, numbers = await _answered(db, keys, organisation, 20)
            await _killed_close(database.url, keys, round_, chance.uniform(0, 0.03))
            whose = (organisation.organisation_id, round_.round_id)
            opened = (await launching.find(db, *whose)).opened_answers_at
            if opened is None:
                assert await _count(db, "response", round_.round_id) == 0
                assert await _count(db, "sealed", round_.round_id) == len(numbers)
                assert len(cast.files(keys)) == 2
            await closing.open_answers(db, keys, *whose)
            await _is_closed(db, round_, numbers)
            assert cast.files(keys) == {}


async def test_a_closing_process_that_is_shot_loses_and_doubles_nothing(
    database: Database, config: Config, organisation: Organisation
) -> None:
    await _survives_kills(database, config, organisation, 3)


@pytest.mark.long
async def test_a_closing_process_that_is_shot_again_and_again_loses_and_doubles_nothing(
    database: Database, config: Config, organisation: Organisation
) -> None:
    await _survives_kills(database, config, organisation, 100)


async def test_two_closes_at_once_open_each_answer_once(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    async with database.connection() as db:
        round_, numbers = await _answered(db, keys, organisation)

    async def close() -> closing.Opened:
        async with database.connection() as db:
            return await closing.open_answers(db, keys, organisation.organisation_id, round_.round_id)

    done = await asyncio.gather(*(close() for _ in range(4)))
    assert sorted(one.already for one in done) == [False, True, True, True]
    async with database.connection() as db:
        await _is_closed(db, round_, numbers)


# A draft that is saved at that very moment


@pytest.mark.parametrize("begun", [False, True], ids=["its first save", "a later save"])
async def test_a_draft_saved_while_the_round_is_closed_does_not_survive(
    database: Database, keys: KeyRing, organisation: Organisation, begun: bool
) -> None:
    """The save passed its check of the window, and its commit comes after closing has begun to delete."""
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation, people=20, teams=1)
        token = round_.tokens[0]
        version = (await cast.save(db, round_, token, cast.answers())).version if begun else 0
    whose = (organisation.organisation_id, round_.round_id)
    lookup = sealing.lookup_hash(token, round_.round_id)

    async def close() -> closing.Opened:
        async with database.connection() as db:
            await closing.end_now(db, *whose)
            return await closing.open_answers(db, keys, *whose)

    async with database.connection() as db:
        async with db.transaction():
            assert await drafts.save(db, round_.round_id, lookup, version, b"late ciphertext") is not None
            closes = asyncio.create_task(close())
            await _until_blocked(database)
        assert (await closes).responses == 0
        assert await db.fetchval("select count(*) from draft") == 0
        with pytest.raises(SurveyError):
            await responding.visit(db, round_.view, token)


async def _until_blocked(database: Database) -> None:
    async with database.connection() as db:
        async with asyncio.timeout(5):
            while not await db.fetchval("select count(*) from pg_locks where not granted"):  # noqa: ASYNC110
                await asyncio.sleep(0.005)


async def test_a_first_save_that_comes_after_the_invitation_went_is_refused(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    """Its check of the window and closing's deletion overlap: the row it needs is going."""
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation, people=20, teams=1)
        visit = await responding.visit(db, round_.view, round_.tokens[0])

    async def save() -> None:
        async with database.connection() as db:
            await responding.save(db, round_.view, round_.tokens[0], visit, cast.answers())

    async with database.connection() as db:
        async with db.transaction():
            await db.execute("delete from invitation where round_id = $1", round_.round_id)
            saves = asyncio.create_task(save())
            await _until_blocked(database)
        with pytest.raises(UnknownLink):
            await saves
        assert await db.fetchval("select count(*) from draft") == 0


# The worker


async def test_the_worker_closes_what_is_due_and_nothing_else(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    async with database.connection() as db:
        due, numbers = await _answered(db, keys, organisation)
        still_open = await cast.launched(db, keys, organisation)
        await worker.tick(db, database.connection, keys)
        await _is_closed(db, due, numbers)
        assert await _count(db, "invitation", still_open.round_id) == 60
        assert keys.rounds() == {still_open.round_id}
        before = await cast.tables(db)
        await worker.tick(db, database.connection, keys)
        assert await cast.tables(db) == before


async def test_a_round_that_cannot_be_closed_does_not_keep_others_from_it(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    async with database.connection() as db:
        lost, _ = await _answered(db, keys, organisation)
        keys.destroy(lost.round_id)
        broken, _ = await _answered(db, keys, organisation)
        await _break_two(db, broken.round_id)
        sound, numbers = await _answered(db, keys, organisation)
        with structlog.testing.capture_logs() as logged:
            await worker.tick(db, database.connection, keys)
        await _is_closed(db, sound, numbers)
        for round_ in (lost, broken):
            assert await _count(db, "response", round_.round_id) == 0
        warned = {entry.get("round") for entry in logged if entry["log_level"] in {"warning", "error"}}
        assert warned == {lost.round_id, broken.round_id}


async def test_the_worker_outlives_the_database_s_absence(
    database: Database, keys: KeyRing, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Away at first, then cut off in mid work, then back: the round is closed in the end."""
    async with database.connection() as db:
        round_, numbers = await _answered(db, keys, organisation)
    sound, looks, limits = worker.tick, [], set()

    async def tick(db: Db, side: Side, keys: KeyRing) -> None:
        looks.append(len(looks))
        limits.add(await db.fetchval("show idle_in_transaction_session_timeout"))
        if len(looks) == 1:
            raise SurveyError("away")
        if len(looks) == 2:
            await db.execute("select pg_terminate_backend(pg_backend_pid())")
        await sound(db, side, keys)

    monkeypatch.setattr(worker, "tick", tick)
    works = asyncio.create_task(worker.work(database.url, keys, every=0.01))
    try:
        async with asyncio.timeout(10), databases.connect(database.url) as db:
            while keys.rounds() and not works.done():  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert not works.done(), works
        async with database.connection() as db:
            await _is_closed(db, round_, numbers)
    finally:
        works.cancel()
        await asyncio.gather(works, return_exceptions=True)
    assert len(looks) >= 3
    assert limits == {"0"}, "while it reckons nothing is asked of the database, and a large round takes minutes"


async def test_keys_that_a_kill_left_behind_go_at_the_worker_s_next_look(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    async with database.connection() as db:
        round_, _ = await _answered(db, keys, organisation)
        left = cast.files(keys)
        await closing.open_answers(db, keys, organisation.organisation_id, round_.round_id)
        for name, content in left.items():
            (keys.directory / name).write_bytes(content)
        await worker.tick(db, database.connection, keys)
        assert cast.files(keys) == {}


async def test_keys_of_a_round_this_database_does_not_know_are_left_alone(db: Db, keys: KeyRing) -> None:
    """The directory may serve another database, too; a wrong guess cannot be undone."""
    keys.create("unknown1")
    assert await closing.finish_interrupted(db, keys) == 0
    assert keys.rounds() == {"unknown1"}
