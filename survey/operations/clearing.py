"""Clearing away what a closed round's deleted rows leave in the files of the database.

VACUUM frees a deleted row's place and does not write over it: a token's hash and a draft stay readable there until
another row needs the place. So the tables are rewritten. What is in the write-ahead log and in backups stays until
they go; the keys that would open it are destroyed before this begins.
"""

import asyncio

import asyncpg

from survey.db import Db
from survey.store import remains

LARGEST = 256 * 2**20
"""Bytes that are rewritten while others may be answering: about a second during which their saves wait."""
PATIENCE = 2.0
"""Seconds to wait for other sessions' transactions to end."""
_STEP = 0.05


async def clear(db: Db, *, at_any_size: bool = False) -> bool:
    """Whether it is done. Not while another session, a backup for example, can still see the deleted rows, nor where
    tables are so large that respondents of other rounds would notice, unless `at_any_size`."""
    if not at_any_size and await remains.size(db) > LARGEST:
        return False
    if not await _unseen(db):
        return False
    try:
        await remains.rewrite(db)
    except asyncpg.LockNotAvailableError:
        return False
    return True


async def _unseen(db: Db) -> bool:
    """Whether nobody can see the deleted rows any more: a rewriting would keep them for who can."""
    horizon = await remains.horizon(db)
    for _ in range(int(PATIENCE / _STEP)):
        if not await remains.held_back(db, horizon):
            return True
        await asyncio.sleep(_STEP)
    return False
