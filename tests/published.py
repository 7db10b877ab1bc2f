"""A published round whose hidden values are known, for tests of the faces that show it.

North: Alpha (60 people, 40 answered), Beta (50, 30). South: Delta (30, of whom 4 answered), Gamma (50, 35), Lab (10).
Delta's four gave the highest answers there are and everybody else middling ones, so that Delta's score, its margin and
its band of answers are numbers that no shown cell has. One unit's name is an attack on whoever prints it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import numpy as np

from survey.app import create_app
from survey.config import Config, Secret
from survey.core import answers as packed
from survey.core import disclosure
from survey.core.disclosure.release import Release
from survey.core.frame import Atom, Frame, FrameUnit, ReportingUnit
from survey.core.questionnaire.model import Item, Level, Page, Questionnaire, Vision
from survey.core.rounds import Plan
from survey.db import Database, Db
from survey.operations import granting, reviewing, signing_in
from survey.store import comments, organisations, questionnaires, releases, rounds
from tests.conftest import SECRET, STANDING, Cluster

ATTACK = 'Beta <script>alert(1)</script> "{{7*7}}" & sons'
OTHER = UUID("7e57ab1e-0000-4000-8000-000000000002")
ROUND, THEIRS, UNPUBLISHED = "mine0001", "their001", "open0001"
WHEN = (datetime(2025, 9, 29, 8, tzinfo=UTC), datetime(2025, 10, 24, 16, tzinfo=UTC))
VISIONS = ("Digital services", "Empowering staff")
UNITS = {
    "Alpha": ("north", 60, 40, 3),
    ATTACK: ("north", 50, 30, 2),
    "Delta": ("south", 30, 4, 5),
    "Gamma": ("south", 50, 35, 3),
    "Lab": ("south", 10, 10, 2),
}
"""Name: division, eligible, answered, the answer (1 to 5) about which its people's answers lie."""


def _questionnaire() -> Questionnaire:
    labels = tuple({"en": label} for label in ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"))
    items = tuple(
        Item(f"{vision}{n}", "agreement", {"en": f"Question {n} of {vision}"}, vision=vision, options=labels)
        for vision in ("services", "staff")
        for n in (1, 2, 3)
    )
    items += (Item("remarks", "text", {"en": "What would help you most?"}),)
    names = ("Beginning", "Developing", "Established", "Advanced", "Leading")
    return Questionnaire(
        title={"en": "Digital maturity survey"},
        mission={"en": "To transform care"},
        visions=tuple(Vision(key, {"en": name}) for key, name in zip(("services", "staff"), VISIONS, strict=True)),
        items=items,
        pages=tuple(Page((item.id,)) for item in items),
        levels=tuple(Level({"en": name}, 20.0 * place) for place, name in enumerate(names)),
    )


def _frame() -> Frame:
    units = tuple(FrameUnit(key, None, key.title(), None, 0) for key in ("north", "south"))
    reporting = tuple(ReportingUnit(name, of, None, (name,), eligible) for name, (of, eligible, _, _) in UNITS.items())
    groups = ("Nursing", "Nursing", "Clerical", "Clerical", "Nursing")
    atoms = tuple(
        Atom(place, group, "everyone", unit.headcount)
        for place, (group, unit) in enumerate(zip(groups, reporting, strict=True))
    )
    return Frame("Test Hospital Trust", units, reporting, atoms)


def _responses(questionnaire: Questionnaire) -> disclosure.Responses:
    chance = np.random.default_rng(1)
    atoms, answers = [], []
    for place, (_, _, answered, about) in enumerate(UNITS.values()):
        spread = 0 if about == 5 else 1
        atoms += [place] * answered
        answers.append(chance.integers(about - spread, about + spread + 1, (answered, packed.width(questionnaire))))
    return disclosure.Responses(np.array(atoms), np.concatenate(answers).astype(np.uint8))


QUESTIONNAIRE = _questionnaire()
FRAME = _frame()
RELEASE: Release = disclosure.publish(FRAME, Plan(), QUESTIONNAIRE, _responses(QUESTIONNAIRE), round_id=ROUND, number=1)
HIDDEN = ("95 or more", "or_more", "0 to 4")
"""What only Delta's withheld cells would put on a page or into an answer."""
REMARKS = (
    "Ask Dr Zebedee Quux of Alpha, 07700 900123.",
    "Only I know of the CANARY in the basement.",
    '<script>alert(2)</script> & "{{7*7}}"',
    *(f"One log-in for all {number} systems." for number in range(2, 29)),
)
COMMENTS = {UUID(int=number * 0x1234567890ABCDEF % 2**128): text for number, text in enumerate(REMARKS, start=1)}
HIDDEN_WORDS = ("Zebedee", "Quux", "Alpha", "07700", "CANARY")
"""What comments say and nobody but a reviewer may read."""


class Stage(msgspec.Struct, frozen=True):
    """Two organisations with a published round each; of the first also one that is open. Keys and sessions by whose."""

    database: Database
    config: Config
    app: Any
    keys: dict[str, str]
    sessions: dict[str, str]


async def _publish(db: Db, whose: UUID, round_id: str, release: Release | None) -> None:
    content = QUESTIONNAIRE.canonical.decode()
    await questionnaires.add(db, whose, QUESTIONNAIRE.hash, "Digital maturity survey", content=content, source="")
    await rounds.add(db, whose, round_id, "Autumn 2025", QUESTIONNAIRE.hash, Plan(), *WHEN)
    if release is not None:
        await over(db, whose, round_id)
        await republish(db, whose, round_id, release)


async def over(db: Db, whose: UUID, round_id: str) -> None:
    """The round has been launched, closed and published."""
    await rounds.launch(db, whose, round_id, b"k" * 32, FRAME)
    await rounds.mark_opened(db, whose, round_id)
    await rounds.mark_published(db, whose, round_id)
    await comments.add_all(db, [(whose, round_id, id_, "remarks", body) for id_, body in COMMENTS.items()])


async def decide_all(db: Db, whose: UUID, round_id: str) -> None:
    """Read all comments, confirm what is suggested, and withhold what is only one person's."""
    for id_, body in COMMENTS.items():
        found = await reviewing.read(db, whose, round_id, id_)
        await reviewing.decide(db, whose, round_id, id_, None if "CANARY" in body else found.marked)


async def review(db: Db, whose: UUID, round_id: str) -> None:
    await decide_all(db, whose, round_id)
    await reviewing.release(db, whose, round_id)


async def republish(db: Db, whose: UUID, round_id: str, release: Release) -> None:
    """Store a release, or a correction of it, as publishing does."""
    document = disclosure.encode(release).decode()
    await releases.add(db, whose, round_id, release.number, disclosure.digest(release), document)


async def _session(db: Db, whose: UUID, role: str) -> str:
    return await signing_in.sign_in(db, await signing_in.invite(db, whose, role))


async def _furnish(db: Db) -> tuple[dict[str, str], dict[str, str]]:
    mine = STANDING.organisation_id
    await organisations.add(db, mine, STANDING.ods_code, STANDING.name)
    await organisations.add(db, OTHER, "OTH", "Another Trust")
    await _publish(db, mine, ROUND, RELEASE)
    await _publish(db, mine, UNPUBLISHED, None)
    await _publish(db, OTHER, THEIRS, msgspec.structs.replace(RELEASE, round=THEIRS, organisation="Another Trust"))
    keys = {name: (await granting.new_key(db, whose, name, 1)).secret for name, whose in _WHOSE.items()}
    people = {name: await _session(db, whose, _ROLES.get(name, "reader")) for name, whose in _WHOSE.items()}
    await db.execute("update api_key set expires_at = survey_now() where name = 'expired'")
    hashed = signing_in._hash(people["expired"], "session")
    await db.execute("update session set expires_at = survey_now() where session_hash = $1", hashed)
    return keys, people


_WHOSE = dict.fromkeys(("own", "owner", "expired"), STANDING.organisation_id) | {"other": OTHER}
_ROLES = {"owner": "owner"}


@asynccontextmanager
async def staged(cluster: Cluster, template: str, folder: Path) -> AsyncIterator[Stage]:
    name = await cluster.create(template)
    config = Config(secret=Secret(SECRET), keys=folder, base_url="https://survey.trust.example")
    database = Database(cluster.url_of(name))
    async with database.connection() as db:
        keys, people = await _furnish(db)
    yield Stage(database, config, create_app(config, database), keys, people)
    await database.close()
    await cluster.drop(name)
