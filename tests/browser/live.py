"""A real server for browsers: uvicorn on loopback before the stage, with results to read and a database to unplug."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import uvicorn

from survey import db as databases
from survey import errors
from survey.app import create_app
from survey.cli.serve import listen
from survey.core.rounds import Plan
from survey.db import Database, Db
from survey.operations import administering, authoring, example, launching, signing_in, staffing
from survey.operations.launching import Link
from survey.sealing import KeyRing
from survey.store import questionnaires, rounds
from tests import findings, published
from tests.conftest import STANDING
from tests.staging import Stage, spoken_round

DEFAULT = Path(authoring.__file__).parents[1] / "data" / "questionnaires" / "default.toml"
NOTICES = {
    "privacy": "## Who is responsible\n\nThe Trust, ODS code NBR.\n\n- First point\n- Second point",
    "help": "Write to digital@trust.example\nor ring extension 4000.",
    "accessibility": "We also print the questions on paper.",
}


class Pluggable(Database):
    """A pool whose database can be away."""

    away = False

    def connection(self) -> AbstractAsyncContextManager[Db]:
        if self.away:
            raise errors.Unavailable
        return super().connection()


class Live(msgspec.Struct, frozen=True):
    """The stage, served at `base`. `neighbour` is another Trust: an open round of the shipped questionnaire, texts of
    its own, and no results yet; one of its links counts in a team of several, put together. `spoken`: links of a
    round in three languages."""

    stage: Stage
    database: Pluggable
    base: str
    neighbour: UUID
    merged: Link
    spoken: Iterator[Link]

    def link(self, audience: str = "clinical") -> str:
        """The address in an invitation that nobody has opened."""
        return self.base + self.stage.link(audience)

    async def sign_in(self, organisation_id: UUID = STANDING.organisation_id, role: str = "reader") -> str:
        """The address that signs somebody in once."""
        async with self.database.connection() as db:
            return f"{self.base}/sign-in/{await signing_in.invite(db, organisation_id, role)}"

    async def count(self, table: str) -> int:
        """Rows of a table."""
        async with self.database.connection() as db:
            return int(await db.fetchval(f"select count(*) from {table}"))

    @contextmanager
    def outage(self) -> Iterator[None]:
        self.database.away = True
        try:
            yield
        finally:
            self.database.away = False


async def _publish(db: Db) -> None:
    """The results whose every cell is known, withheld ones among them."""
    whose, asked = STANDING.organisation_id, published.QUESTIONNAIRE
    await questionnaires.add(db, whose, asked.hash, "Results", content=asked.canonical.decode(), source="")
    await rounds.add(db, whose, published.ROUND, "Autumn 2025", asked.hash, Plan(), *published.WHEN)
    await published.over(db, whose, published.ROUND)
    await published.republish(db, whose, published.ROUND, published.RELEASE)
    await findings.publish(db, whose)


async def _neighbour(db: Db, keys: KeyRing) -> tuple[UUID, Link]:
    trust, now = await administering.add(db, "NBR", "Neighbouring Hospitals NHS Foundation Trust"), datetime.now(UTC)
    whose, week = trust.organisation_id, timedelta(days=7)
    for name, text in NOTICES.items():
        await administering.set_notice(db, trust, name, "en", text)
    await staffing.apply(db, whose, example.staff_list(2026).encode(), staffing.Wishes())
    asked = await authoring.add(db, whose, DEFAULT.read_text(encoding="utf-8"))
    drafted = await launching.draft(db, whose, "Now", asked.questionnaire_hash, now - week, now + week, Plan())
    launched = await launching.launch(db, keys, whose, drafted.round_id)
    merged = {unit.name for unit in launched.frame.reporting_units if len(unit.teams) > 1}
    links = await launching.links(db, keys, whose, drafted.round_id)
    return whose, next(link for link in links if link.reporting_unit in merged)


@asynccontextmanager
async def served(stage: Stage) -> AsyncIterator[Live]:
    listening, database = listen("127.0.0.1", 0), Pluggable(stage.url)
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with databases.connect(stage.url) as db:
        await _publish(db)
        keys = KeyRing(stage.config.key_directory(), stage.config.secret_bytes())
        neighbour, merged = await _neighbour(db, keys)
        spoken = iter(await spoken_round(db, keys))
    app: Any = create_app(msgspec.structs.replace(stage.config, base_url=base), database)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    yield Live(stage, database, base, neighbour, merged, spoken)
    server.should_exit = True
    await serving
    await database.close()
