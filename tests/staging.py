"""A stage for whoever tests pages: one organisation, a questionnaire with every kind of item, three launched rounds."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from survey import db as databases
from survey.config import Config, Secret
from survey.core.questionnaire import reading
from survey.core.rounds import Plan
from survey.db import Database
from survey.operations import authoring, launching, staffing
from survey.operations.launching import Link
from survey.sealing import KeyRing
from survey.store import organisations, questionnaires
from tests.conftest import SECRET, STANDING, Cluster
from tests.languages import pseudo

QUESTIONNAIRE = (Path(__file__).parent / "pages" / "every_kind.toml").read_text(encoding="utf-8")
STAFF = "Employee Number,Division,Team,Staff Group,Email Address\n" + "".join(
    f"{n},Division,{'Ward' if n % 2 else 'Office'},"
    f"{'Nursing and Midwifery Registered' if n % 2 else 'Administrative and Clerical'},p{n}@trust.example\n"
    for n in range(600)
)
SMALL = "".join(
    f"s{n},Estates,{'Porters' if n < 16 else 'Post room'},Estates and Ancillary,s{n}@trust.example\n" for n in range(30)
)
"""Two teams too small to be reported on alone."""


class Stage(msgspec.Struct, frozen=True):
    """Three rounds of one organisation: open, still to open, and over. `links` by audience are not handed out yet;
    `merged` is that of somebody whose team is counted together with another."""

    database: Database
    config: Config
    url: str
    round_id: str
    early: Link
    over: Link
    merged: Link
    links: dict[str, Iterator[Link]]

    def link(self, audience: str = "clinical") -> str:
        return next(self.links[audience]).path


async def _round(db: Any, keys: KeyRing, hash_: str, opens: timedelta, closes: timedelta) -> list[Link]:
    whose, now = STANDING.organisation_id, datetime.now(UTC)
    drafted = await launching.draft(db, whose, "Round", hash_, now + opens, now + timedelta(days=21), Plan())
    await launching.launch(db, keys, whose, drafted.round_id)
    links = await launching.links(db, keys, whose, drafted.round_id)
    await db.execute("update round set closes_at = $2 where round_id = $1", drafted.round_id, now + closes)
    return links


@asynccontextmanager
async def staged(cluster: Cluster, template: str, keys: Path, *, mailboxes: bool = True) -> AsyncIterator[Stage]:
    """On a database of its own. `keys` is the folder for the rounds' keys. `mailboxes`: those of the two small teams
    have one, too."""
    name = await cluster.create(template)
    url = cluster.url_of(name)
    config = Config(database_url=url, secret=Secret(SECRET), keys=keys, base_url="https://survey.trust.example")
    async with databases.connect(url) as db:
        opened, early, over = await _furnish(db, KeyRing(config.key_directory(), config.secret_bytes()), mailboxes)
    database = Database(url)
    links = {kind: iter([one for one in opened if one.audience == kind]) for kind in ("clinical", "non_clinical")}
    merged = next(one for one in opened if one.team == "Porters")
    yield Stage(database, config, url, opened[0].path.split("/")[2], early[0], over[0], merged, links)
    await database.close()
    await cluster.drop(name)


async def _furnish(db: Any, keys: KeyRing, mailboxes: bool) -> list[list[Link]]:
    day = timedelta(days=1)
    await organisations.add(db, STANDING.organisation_id, STANDING.ods_code, STANDING.name)
    small = SMALL if mailboxes else "".join(f"{line.rpartition(',')[0]},\n" for line in SMALL.splitlines())
    wishes = staffing.Wishes(allow_unreachable=True)
    await staffing.apply(db, STANDING.organisation_id, (STAFF + small).encode(), wishes)
    hash_ = (await authoring.add(db, STANDING.organisation_id, QUESTIONNAIRE)).questionnaire_hash
    windows = ((-day, 20 * day), (day, 20 * day), (-2 * day, -day))
    return [await _round(db, keys, hash_, *window) for window in windows]


async def spoken_round(db: Any, keys: KeyRing, *, in_part: bool = False) -> list[Link]:
    """Links of an open round that can be answered in English, Welsh and a language from right to left. `in_part`: its
    questions have been translated into neither."""
    asked, whose, now = (
        pseudo.speaking(reading.read(QUESTIONNAIRE), in_part=in_part),
        STANDING.organisation_id,
        datetime.now(UTC),
    )
    await questionnaires.add(db, whose, asked.hash, "Spoken", content=asked.canonical.decode(), source="")
    window = (now - timedelta(days=1), now + timedelta(days=20))
    drafted = await launching.draft(db, whose, "Spoken", asked.hash, *window, Plan())
    await launching.launch(db, keys, whose, drafted.round_id)
    return [one for one in await launching.links(db, keys, whose, drafted.round_id) if one.audience == "clinical"]
