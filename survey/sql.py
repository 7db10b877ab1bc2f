"""SQL lives in files: `sql/queries/<noun>.sql` holds blocks headed `-- name: block`; a Query names one and its row.

Reading happens at import, so a missing block is found at start and not at two in the morning. Say the cardinality
where you ask: `one`, `maybe`, `all`, or `execute` for a change that returns nothing.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from survey import errors
from survey.db import Db

FOLDER = Path(__file__).parent.parent / "sql"
_HEAD = re.compile(r"^-- name: (\w+)$", re.MULTILINE)

Row = TypeVar("Row", bound=msgspec.Struct)
REGISTER: list["Query[Any]"] = []
"""Every Query made, for the test that holds SQL and types together."""


@cache
def blocks(noun: str) -> dict[str, str]:
    """The blocks of one file by name, without their heading."""
    parts = _HEAD.split((FOLDER / "queries" / f"{noun}.sql").read_text(encoding="utf-8"))
    return {name: body.strip().rstrip(";") for name, body in zip(parts[1::2], parts[2::2], strict=True)}


class Query(Generic[Row]):
    """One block of SQL and the Struct its rows become (column names are field names, in the same order)."""

    def __init__(self, name: str, row: type[Row] | None = None) -> None:
        noun, _, block = name.partition(".")
        self.name, self.sql, self.row = name, blocks(noun)[block], row
        REGISTER.append(self)

    def _make(self, record: Any) -> Row:
        assert self.row is not None, f"{self.name} was given no row type"
        return self.row(*record)

    async def one(self, db: Db, *args: object) -> Row:
        """The one row there must be; NotFound when there is none."""
        found = await self.maybe(db, *args)
        if found is None:
            raise errors.NotFound
        return found

    async def maybe(self, db: Db, *args: object) -> Row | None:
        record = await db.fetchrow(self.sql, *args)
        return None if record is None else self._make(record)

    async def all(self, db: Db, *args: object) -> list[Row]:
        return [self._make(record) for record in await db.fetch(self.sql, *args)]

    async def execute(self, db: Db, *args: object) -> int:
        """Run a change; how many rows it touched."""
        status = await db.execute(self.sql, *args)
        tail = status.rpartition(" ")[2]
        return int(tail) if tail.isdigit() else 0
