"""The standing cast: a small Trust, a short questionnaire with every kind of item, and a round with people in it.

Everything comes about through the operations a Trust would use. `launched` is where most tests begin.
"""

import random
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from survey.core.access import Actor
from survey.core.answers import Answers
from survey.core.rounds import Plan
from survey.db import Db
from survey.operations import authoring, launching, responding, staffing, viewing
from survey.operations.responding import Visit
from survey.operations.viewing import View
from survey.sealing import KeyRing, signer
from survey.store.organisations import Organisation
from tests.conftest import SECRET

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NURSES, OFFICE = "Nursing and Midwifery Registered", "Administrative and Clerical"
QUESTIONNAIRE = """
title = "How digital is work?"
mission = "To find out"

[visions]
care = "Digital care"
data = "Useful data"

[levels]
names = ["Beginning", "Growing", "Leading"]
cuts = [33, 66]

[scales]
agreement = ["Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"]
frequency = ["Never", "Rarely", "Sometimes", "Often", "Always"]
confidence = ["0 – Not at all", "10 – Completely"]

[[items]]
id = "AGREE"
kind = "agreement"
vision = "care"
text = "My systems help me."

[[items]]
id = "OFTEN"
kind = "frequency"
vision = "care"
reverse = true
text = "How often do you type things twice?"

[[items]]
id = "SURE"
kind = "zero_to_ten"
vision = "data"
scale = "confidence"
text = "How confident are you with data?"
not_applicable = true

[[items]]
id = "STEP"
kind = "ladder"
vision = "data"
text = "How is data used?"
options = ["Not", "A little", "Somewhat", "Mostly", "Wholly"]
dont_know = true

[[items]]
id = "WARD"
kind = "single"
audience = "clinical"
text = "Do you carry a device?"
options = ["Yes", "No"]

[[items]]
id = "WHICH"
kind = "several"
audience = "clinical"
text = "Which?"
options = ["Phone", "Tablet", "Laptop"]
show_if = { item = "WARD", answers = [1] }

[[items]]
id = "COUNT"
kind = "number"
text = "How many log-ins do you have?"
minimum = 0
maximum = 99999

[[items]]
id = "FIRST"
kind = "ranking"
text = "What first?"
options = ["Log-in", "Wi-Fi", "Devices", "Training"]
top = 2

[[items]]
id = "WORDS"
kind = "text"
text = "What else?"
max_length = 300
"""


class Cast(msgspec.Struct, frozen=True):
    """A launched round. `tokens` are everybody's, in the order of the staff list: first the clinical, then the others,
    team by team."""

    organisation_id: UUID
    round_id: str
    keys: KeyRing
    view: View
    tokens: tuple[str, ...]


def staff_list(people: int = 60, teams: int = 2) -> str:
    """CSV text: as many people a team, two of three of them nurses, the others in the office."""
    rows = ["Employee Number,Division,Team,Site,Staff Group,Email Address"]
    for number in range(people):
        team, group = number * teams // people, NURSES if number % 3 < 2 else OFFICE
        rows.append(f"{10_000 + number},Care,Ward {team + 1},Main,{group},person{number}@trust.example")
    return "\n".join(rows)


async def trust(db: Db, organisation: Organisation, *, people: int = 60, teams: int = 2) -> str:
    """The staff list and the questionnaire, imported; the questionnaire's hash."""
    whose = organisation.organisation_id
    await staffing.apply(db, whose, staff_list(people, teams).encode(), staffing.Wishes())
    return (await authoring.add(db, whose, QUESTIONNAIRE)).questionnaire_hash


async def drafted(
    db: Db, organisation: Organisation, questionnaire: str, opens: timedelta = -HOUR, closes: timedelta = DAY
) -> str:
    """A draft whose window is told from now; the round's id."""
    now = datetime.now(UTC)
    made = await launching.draft(
        db, organisation.organisation_id, "Autumn", questionnaire, now + opens, now + closes, Plan()
    )
    return made.round_id


async def launched(
    db: Db,
    keys: KeyRing,
    organisation: Organisation,
    *,
    opens: timedelta = -HOUR,
    closes: timedelta = DAY,
    people: int = 60,
    teams: int = 2,
) -> Cast:
    """A round with its people, open unless told otherwise. Again in the same database: another round of the same."""
    questionnaire = await trust(db, organisation, people=people, teams=teams)
    round_id = await drafted(db, organisation, questionnaire, opens, closes)
    await launching.launch(db, keys, organisation.organisation_id, round_id)
    return await cast_of(db, keys, organisation, round_id)


async def cast_of(db: Db, keys: KeyRing, organisation: Organisation, round_id: str) -> Cast:
    whose = organisation.organisation_id
    links = await launching.links(db, keys, whose, round_id)
    view = await viewing.view(db, round_id)
    return Cast(whose, round_id, keys, view, tuple(link.path.rpartition("/")[2] for link in links))


def answers(number: int = 17, words: str = "Fewer log-ins, please.") -> Answers:
    """An answer to every item; `number` and `words` tell one person's from another's."""
    return {
        "AGREE": ("4",),
        "OFTEN": ("2",),
        "SURE": ("8",),
        "STEP": ("3",),
        "WARD": ("1",),
        "WHICH": ("1", "3"),
        "COUNT": (str(number),),
        "FIRST": ("2", "4"),
        "WORDS": (words,),
    }


async def save(db: Db, cast: Cast, token: str, given: Answers) -> Visit:
    """Save answers over whatever was there; how the link stands then."""
    await responding.save(db, cast.view, token, await responding.visit(db, cast.view, token), given)
    return await responding.visit(db, cast.view, token)


async def submit(db: Db, cast: Cast, token: str, given: Answers) -> None:
    """Save answers and send them."""
    await responding.submit(db, cast.view, token, await save(db, cast, token, given))


async def submit_all(db: Db, cast: Cast, tokens: Sequence[str], seed: int = 1) -> list[int]:
    """One submission a token, in an order of its own, each with its own number; the numbers in the order sent."""
    order = list(enumerate(tokens))
    random.Random(seed).shuffle(order)
    for number, token in order:
        await submit(db, cast, token, answers(1000 + number, f"Words of {1000 + number}."))
    return [1000 + number for number, _ in order]


async def tables(db: Db) -> dict[str, tuple[int, str]]:
    """Every table's number of rows and a digest of them: two of these are equal when nothing changed."""
    names = await db.fetch("select tablename from pg_tables where schemaname = 'public' order by 1")
    return {name: await _digest(db, name) for (name,) in names}


async def _digest(db: Db, table: str) -> tuple[int, str]:
    text = f"select count(*), coalesce(md5(string_agg(t::text, chr(10) order by t::text)), '') from \"{table}\" t"
    return tuple(await db.fetchrow(text))  # type: ignore[return-value]


def files(keys: KeyRing) -> dict[str, bytes]:
    """The key directory: its files and what is in them."""
    return {path.name: path.read_bytes() for path in keys.directory.iterdir()} if keys.directory.exists() else {}


def actor(organisation_id: UUID) -> Actor:
    """Who the audit log says did what a test does."""
    return Actor("command line", organisation_id, None, signer(SECRET))


def unheard() -> AbstractAsyncContextManager[Db]:
    """A second connection, to tell by it how far work is, that cannot be had: nobody is told."""
    raise ConnectionRefusedError
