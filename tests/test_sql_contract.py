"""SQL and types hold together: each block is prepared on the migrated database and compared with the Struct its rows
become; a block or a query that nobody uses is found; nothing selects `*`."""

import ast
import importlib
import pkgutil
import re
import types
import typing
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args, get_origin
from uuid import UUID

import pytest

from survey import sql, store
from survey.db import Db

MODULES = [importlib.import_module(f"survey.store.{found.name}") for found in pkgutil.iter_modules(store.__path__)]
QUERIES = {query.name: query for query in sql.REGISTER}
FILES = sorted((sql.FOLDER / "queries").glob("*.sql"))
BLOCKS = {f"{path.stem}.{name}": text for path in FILES for name, text in sql.blocks(path.stem).items()}
PYTHON = {
    "uuid": UUID,
    "text": str,
    "jsonb": str,
    "bytea": bytes,
    "bool": bool,
    "int2": int,
    "int4": int,
    "int8": int,
    "timestamptz": datetime,
    "interval": timedelta,
}
SOURCES = Path(store.__path__[0]).parent
_STAR = re.compile(r"(?:\bselect|\breturning|,)\s+(?:all\s+|distinct\s+)?(?:\w+\.)?\*", re.IGNORECASE)


class Column(NamedTuple):
    """A column's name and type as they come, or a field's as they are awaited; whether there may be nothing in it."""

    name: str
    type: Any
    nullable: bool


def _python(kind: Any) -> Any:
    """The Python type that the driver makes of a Postgres type."""
    return list[PYTHON[kind.name.removesuffix("[]")]] if kind.kind == "array" else PYTHON[kind.name]


def _field(name: str, annotation: Any) -> Column:
    options = get_args(annotation) if isinstance(annotation, types.UnionType) else (annotation,)
    (kept,) = [option for option in options if option is not type(None)]
    if get_origin(kept) is Literal:
        kept = type(get_args(kept)[0])
    return Column(name, kept, type(None) in options)


def _fields(row: type) -> list[Column]:
    hints = typing.get_type_hints(row)
    return [_field(name, hints[name]) for name in row.__struct_fields__]


def test_every_block_is_used_by_exactly_one_query() -> None:
    assert Counter(query.name for query in sql.REGISTER) == Counter(BLOCKS.keys())


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_query_and_every_function_of_a_store_is_called(module: types.ModuleType) -> None:
    """A query in its own module; a function in an operation, by its module's name."""
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    noun = module.__name__.rpartition(".")[2]
    queries = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and "Query" in ast.unparse(node.value)
        for target in node.targets
    }
    asked = {ast.unparse(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert queries <= asked
    offered = {
        node.name
        for node in tree.body
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef) and not node.name.startswith("_")
    }
    callers = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py"))
    called = set(re.findall(rf"\b{noun}\.(\w+)\(", callers)) | {
        node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert offered <= called


@pytest.mark.parametrize("name", BLOCKS)
def test_no_block_selects_everything(name: str) -> None:
    assert not _STAR.search(BLOCKS[name])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("select * from a", True),
        ("select a.* from a", True),
        ("select a.b, a.* from a", True),
        ("delete from a returning *", True),
        ("select distinct * from a", True),
        ("select count(*) from a", False),
        ("select 2 * b from a", False),
    ],
)
def test_a_star_would_be_found(text: str, found: bool) -> None:
    assert bool(_STAR.search(text)) == found


async def _prepared(db: Db, name: str) -> Any:
    return await db.prepare(BLOCKS[name])  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", BLOCKS)
async def test_each_block_gives_the_columns_of_its_struct(db: Db, name: str) -> None:
    """By position: that is how rows become Structs."""
    given = [(column.name, column.type) for column in (await _prepared(db, name)).get_attributes()]
    row = QUERIES[name].row
    if row is None:
        assert all(kind.name == "void" for _, kind in given), "rows come that nobody receives"
        return
    assert [(name, _python(kind)) for name, kind in given] == [(field.name, field.type) for field in _fields(row)]


async def _nullable(db: Db) -> dict[tuple[str, str], bool]:
    """Whether a column of a table may be null."""
    rows = await db.fetch(
        "select c.relname, a.attname, not a.attnotnull as nullable"
        " from pg_attribute a join pg_class c on c.oid = attrelid"
        " where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and attnum > 0 and not attisdropped"
    )
    return {(row["relname"], row["attname"]): row["nullable"] for row in rows}


async def test_a_field_allows_for_nothing_where_its_column_does(db: Db) -> None:
    """Told by name: a column called like the field, in a table that the block reads. Outer joins only add to it."""
    columns = await _nullable(db)
    wrong = []
    for name, query in QUERIES.items():
        words = set(re.findall(r"\w+", query.sql))
        for field in _fields(query.row) if query.row else ():
            origins = [null for (table, column), null in columns.items() if column == field.name and table in words]
            computed = not origins or re.search(rf"\bas {field.name}\b|\bleft join\b", query.sql)
            too_strict, too_lax = all(origins) and not field.nullable, field.nullable and not any(origins)
            if not computed and (too_strict or too_lax):
                wrong.append(f"{name}: {field.name}")
    assert wrong == []
