"""Property 2: after closing, nothing in the database joins a response to a person, a link or a comment.

Everybody's answers carry a number of their own, which a real questionnaire has not, so that a test can tell a right
guess from a wrong one. Each attack is first tried on a table that a careless service would have kept, where it must
succeed completely; then on ours, where it must do no better than chance.
"""

import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from math import sqrt

import msgspec
import pytest
import pytest_asyncio
from scipy.stats import spearmanr

from survey import sealing
from survey.config import Config
from survey.core import answers as packing
from survey.core.questionnaire.reading import read
from survey.db import Database, Db
from survey.operations import closing, publishing
from survey.sealing import KeyRing
from survey.store import organisations
from survey.store.organisations import Organisation
from tests import cast
from tests.conftest import SECRET, Cluster

PEOPLE = 200
QUESTIONNAIRE = read(cast.QUESTIONNAIRE)

_WHOSE = Organisation(sealing.random_id(), "TST", "Test Trust", "{}")
NAMING = dict.fromkeys(("invitation", "draft", "sealed", "answered"), "token_hash") | {
    "frame_member": "person_id",
    "person": "person_id",
}
"""Tables whose rows name a person or a link, and the column that does."""

Order = Sequence[int]
"""Everybody's number, in some order that an attacker can see or knows."""


class Seen(msgspec.Struct, frozen=True):
    """What an attacker has: the order in which answers were sent (from a proxy's log, say), orders of rows that name
    people, and the orders and transaction ids of rows that hold answers. `careless` as a careless service keeps it."""

    sent: Order
    named: dict[str, Order]
    stored: dict[str, Order]
    careless: Order
    transactions: dict[str, set[int]]


def rank_correlation(one: Order, other: Order) -> float:
    """Near 0 for orders that know nothing of each other: its standard deviation is 1/sqrt(n - 1)."""
    where = {number: place for place, number in enumerate(other)}
    return float(spearmanr(range(len(one)), [where[number] for number in one]).statistic)


def neighbours(one: Order, other: Order) -> int:
    """How many neighbours in one order are neighbours in the other: about 2 by chance, whatever the length."""
    pairs = {frozenset(pair) for pair in itertools.pairwise(other)}
    return sum(frozenset(pair) in pairs for pair in itertools.pairwise(one))


def in_place(one: Order, other: Order) -> int:
    """How many stand in the same place: about 1 by chance, whatever the length."""
    return sum(a == b for a, b in zip(one, other, strict=True))


ATTACKS: dict[str, tuple[Callable[[Order, Order], float], float, float]] = {
    "rank correlation": (rank_correlation, 5 / sqrt(PEOPLE - 1), 1),
    "neighbours": (neighbours, 14, PEOPLE - 1),
    "places": (in_place, 10, PEOPLE),
}
"""Each with what chance stays under but once in a million runs or so, and with what complete success is."""


@pytest_asyncio.fixture(scope="module")
async def seen(cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Seen]:
    name = await cluster.create(template)
    database = Database(cluster.url_of(name))
    keys = KeyRing(tmp_path_factory.mktemp("keys"), SECRET)
    yield await _look(database, keys)
    await database.close()
    await cluster.drop(name)


async def _look(database: Database, keys: KeyRing) -> Seen:
    async with database.connection() as db:
        await organisations.add(db, _WHOSE.organisation_id, _WHOSE.ods_code, _WHOSE.name)
        await db.execute("create table careless (number integer)")
        round_ = await cast.launched(db, keys, _WHOSE, people=PEOPLE)
        sent = await cast.submit_all(db, round_, round_.tokens)
        for number in sent:
            await db.execute("insert into careless values ($1)", number)
        numbers = {sealing.lookup_hash(token, round_.round_id): 1000 + n for n, token in enumerate(round_.tokens)}
        numbers |= {row[0]: numbers[row[1]] for row in await db.fetch("select person_id, token_hash from invitation")}
        named = {
            table: [numbers[row[0]] for row in await db.fetch(f"select {whose} from {table} order by ctid")]
            for table, whose in NAMING.items()
        }
        await closing.end_now(db, _WHOSE.organisation_id, round_.round_id)
        await closing.open_answers(db, keys, _WHOSE.organisation_id, round_.round_id)
        await publishing.publish(db, _WHOSE.organisation_id, round_.round_id)
        careless = [row[0] for row in await db.fetch("select number from careless order by ctid")]
        return Seen(sent, named, await _stored(db), careless, await _transactions(db))


async def _transactions(db: Db) -> dict[str, set[int]]:
    return {
        table: {row[0] for row in await db.fetch(f"select distinct xmin::text::bigint from {table}")}
        for table in ("response", "comment", "frame_member", "careless")
    }


async def _stored(db: Db) -> dict[str, Order]:
    """Responses and comments in each order that is to be had: their place in the file, and their ids."""
    orders: dict[str, Order] = {}
    for by in ("ctid", "response_id"):
        rows = await db.fetch(f"select answers from response order by {by}")
        orders[f"responses by {by}"] = [int(packing.unpack(QUESTIONNAIRE, row[0])["COUNT"][0]) for row in rows]
    for by in ("ctid", "comment_id"):
        rows = await db.fetch(f"select body from comment order by {by}")
        orders[f"comments by {by}"] = [int(row[0].split()[-1].rstrip(".")) for row in rows]
    return orders


@pytest.mark.parametrize("attack", ATTACKS)
def test_each_attack_succeeds_on_a_careless_table(seen: Seen, attack: str) -> None:
    guess, _, everything = ATTACKS[attack]
    assert guess(seen.careless, seen.sent) == pytest.approx(everything)
    assert len(seen.transactions["careless"]) == PEOPLE


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_order_of_responses_or_comments_follows_the_order_of_sending_or_of_anybody_s_rows(
    seen: Seen, attack: str
) -> None:
    """METHOD 3.5 U1, and U8 for the rows a release is made from."""
    guess, chance, _ = ATTACKS[attack]
    known = {"the order of sending": seen.sent, "the staff list": sorted(seen.sent)} | seen.named
    for name, order in known.items():
        for what, stored in seen.stored.items():
            assert abs(guess(stored, order)) <= chance, f"{what} after {name}"


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_order_of_responses_follows_any_order_of_comments(seen: Seen, attack: str) -> None:
    guess, chance, _ = ATTACKS[attack]
    for one, other in itertools.combinations(seen.stored, 2):
        assert abs(guess(seen.stored[one], seen.stored[other])) <= chance, (one, other)


def test_every_response_and_comment_has_the_same_transaction_id(seen: Seen) -> None:
    """METHOD 3.2: two tables without a key were joined on xmin, 100 % of them."""
    assert seen.transactions["response"] == seen.transactions["comment"]
    assert len(seen.transactions["response"]) == 1
    assert not seen.transactions["response"] & seen.transactions["frame_member"]


async def test_all_are_there_and_none_has_a_length_of_its_own(
    database: Database, config: Config, organisation: Organisation
) -> None:
    keys = KeyRing(config.key_directory(), SECRET)
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation)
        patterns = [{"AGREE": ("1",)}, cast.answers(99999), cast.answers(1) | {"WARD": ("2",)}, {"WORDS": ("x",)}]
        for token, given in zip(round_.tokens, patterns, strict=False):
            await cast.submit(db, round_, token, given)
        await closing.end_now(db, organisation.organisation_id, round_.round_id)
        await closing.open_answers(db, keys, organisation.organisation_id, round_.round_id)
        sizes = await db.fetch("select length(answers), pg_column_size(answers) from response")
    assert len(sizes) == 4
    assert len(set(sizes)) == 1


# The schema itself

REACHABLE = {"response": {"round"}, "comment": {"round"}}
"""What each may point to."""


@pytest.mark.parametrize("table", REACHABLE)
async def test_no_column_of_responses_or_comments_can_hold_a_time_an_order_or_a_person(
    database: Database, table: str
) -> None:
    """METHOD 3.5 U2. Only these types, no default that counts or tells the time, no trigger, no way to a person."""
    async with database.connection() as db:
        columns = await db.fetch(
            "select column_name, data_type, column_default, is_identity, is_generated "
            "from information_schema.columns where table_name = $1",
            table,
        )
        points = await db.fetch(
            "select confrelid::regclass::text from pg_constraint where conrelid = $1::regclass and contype = 'f'", table
        )
        triggers = await db.fetchval(
            "select count(*) from pg_trigger where tgrelid = $1::regclass and not tgisinternal", table
        )
    assert {row["data_type"] for row in columns} <= {"uuid", "text", "smallint", "bytea"}
    assert {(row["column_default"], row["is_identity"], row["is_generated"]) for row in columns} == {
        (None, "NO", "NEVER")
    }
    assert {row[0] for row in points} == REACHABLE[table]
    assert triggers == 0
    assert not {row["column_name"] for row in columns} & {"person_id", "token_hash", "invitation_id", "employee_number"}


async def test_comments_carry_no_response_and_responses_no_comment(database: Database) -> None:
    async with database.connection() as db:
        names = {
            table: {row[0] for row in await db.fetch(
                "select column_name from information_schema.columns where table_name = $1", table)}
            for table in REACHABLE
        }  # fmt: skip
    assert names["response"] & names["comment"] == {"organisation_id", "round_id"}


async def test_ids_of_responses_are_random_and_not_of_a_kind_that_tells_the_time(
    database: Database, config: Config, organisation: Organisation
) -> None:
    """Versions 1, 6 and 7 of UUIDs hold the moment at which they were made."""
    keys = KeyRing(config.key_directory(), SECRET)
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation)
        await cast.submit_all(db, round_, round_.tokens[:10])
        await closing.end_now(db, organisation.organisation_id, round_.round_id)
        await closing.open_answers(db, keys, organisation.organisation_id, round_.round_id)
        rows = await db.fetch("select response_id from response union all select comment_id from comment")
    assert {row[0].version for row in rows} == {4}
    assert len({row[0] for row in rows}) == 20
