"""What the tables themselves promise: a scope everywhere, and nothing in an answer that leads to a person."""

from survey.db import Db
from tests.browser import fields

SCOPELESS = {"deployment", "migration", "provider"}
NAMELESS = {"response", "comment"}
"""Where answers stay for good. Property 2: no key, order or time in them joins anything of a person's."""


async def _columns(db: Db) -> dict[str, dict[str, str]]:
    """Each table's columns with their types."""
    tables: dict[str, dict[str, str]] = {}
    for row in await db.fetch(
        "select c.relname, a.attname, format_type(a.atttypid, a.atttypmod) as type from pg_attribute a"
        " join pg_class c on c.oid = attrelid"
        " where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and attnum > 0 and not attisdropped"
    ):
        tables.setdefault(row["relname"], {})[row["attname"]] = row["type"]
    return tables


async def test_every_table_carries_its_organisation(db: Db) -> None:
    tables = await _columns(db)
    assert set(tables) > SCOPELESS
    for name in set(tables) - SCOPELESS:
        assert tables[name].get("organisation_id") == "uuid", name


async def test_every_scope_is_held_by_a_foreign_key(db: Db) -> None:
    """Straight to the organisation, or over a table that has one: no row of one organisation hangs on another's."""
    held = await db.fetch(
        "select distinct c.relname as name from pg_constraint k join pg_class c on c.oid = k.conrelid"
        " where k.contype = 'f' and (select attnum from pg_attribute where attrelid = c.oid"
        " and attname = 'organisation_id') = any(k.conkey)"
    )
    by_link = {"draft", "sealed", "answered"}  # each hangs on its invitation, by the token's hash
    assert set(await _columns(db)) - SCOPELESS - {"organisation"} - by_link == {row["name"] for row in held} - {
        "organisation"
    }


async def test_property_2_what_stays_of_an_answer_has_no_time_no_order_and_no_person(db: Db) -> None:
    tables = await _columns(db)
    assert tables["response"] == {
        "organisation_id": "uuid",
        "round_id": "text",
        "response_id": "uuid",
        "atom": "smallint",
        "answers": "bytea",
    }
    assert tables["comment"] == {
        "organisation_id": "uuid",
        "round_id": "text",
        "comment_id": "uuid",
        "item_id": "text",
        "body": "text",
    }


async def test_property_2_answers_refer_to_their_round_and_nothing_else_and_nothing_to_them(db: Db) -> None:
    links = await db.fetch(
        "select conrelid::regclass::text as from_table, confrelid::regclass::text as to_table"
        " from pg_constraint where contype = 'f'"
    )
    assert {link["to_table"] for link in links if link["from_table"] in NAMELESS} == {"round"}
    assert not {link["from_table"] for link in links if link["to_table"] in NAMELESS}


async def test_property_2_nothing_counts_up(db: Db) -> None:
    """A sequence would tell the order in which things were written; so would a default that tells the time."""
    assert await db.fetchval("select count(*) from pg_sequences where schemaname = 'public'") == 0
    defaults = await db.fetch(
        "select table_name, column_default from information_schema.columns"
        " where table_schema = 'public' and column_default like '%clock%'"
    )
    assert {row["table_name"] for row in defaults} == {"migration"}


async def test_every_field_for_a_text_is_attacked_or_spared_for_a_reason(db: Db) -> None:
    """S7: a new column, or a new text in a document, is planted with attacks, or named with a reason why not."""
    every = await fields.every(db)
    assert {field for field in every if not fields.named(field, *fields.LISTS)} == set(), "say what becomes of these"
    assert {
        field for field in fields.SHOWN if fields.named(field, *fields.SPARED.values(), *fields.UNSHOWN.values())
    } == set()
    assert fields.stale(every) == set()
    assert await fields.unheld(db) == set()
