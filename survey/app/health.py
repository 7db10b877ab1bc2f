"""Two questions a load balancer asks: is the process alive, and can it serve?"""

import asyncpg
from litestar import Response, get
from litestar.di import NamedDependency

from survey import errors
from survey.db import Database

_PLAIN = {"cache-control": "no-store"}


@get("/livez", sync_to_thread=False, include_in_schema=False)
def live() -> Response[str]:
    """Alive: the process answers. Never asks the database."""
    return Response("ok\n", media_type="text/plain", headers=_PLAIN)


@get("/readyz", include_in_schema=False)
async def ready(database: NamedDependency[Database]) -> Response[str]:
    """Ready: the database answers, too."""
    try:
        async with database.connection() as db:
            await db.fetchval("select 1")
    except (errors.Unavailable, asyncpg.PostgresError):
        return Response("the database is away\n", status_code=503, media_type="text/plain", headers=_PLAIN)
    return Response("ok\n", media_type="text/plain", headers=_PLAIN)
