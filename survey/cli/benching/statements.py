"""What Postgres was asked, counted by Postgres itself."""

import msgspec

from survey.db import Db

_COUNTS = """
select query, sum(calls)::bigint as calls, sum(total_exec_time) as milliseconds, sum(wal_bytes)::bigint as wal
from pg_stat_statements
where toplevel and query not like '%pg_stat_statements%'
group by query
order by calls desc, milliseconds desc
"""


class Statement(msgspec.Struct, frozen=True):
    """A statement: how often it ran, for how many milliseconds in all, how many bytes it wrote to the WAL."""

    text: str
    calls: int
    milliseconds: float
    wal: int

    @property
    def short(self) -> str:
        """The beginning, in one line."""
        return " ".join(self.text.split())[:60]


async def reset(db: Db) -> None:
    """Count from zero."""
    await db.execute("select pg_stat_statements_reset()")


async def counted(db: Db) -> list[Statement]:
    """Every statement since the reset, the most frequent first."""
    return [Statement(*row) for row in await db.fetch(_COUNTS)]
