"""How long it takes to score a nation's responses: out of Postgres, person by person, into moments per unit."""

import struct
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np

from survey.cli.benching import cpu, layouts, staff_lists
from survey.cli.benching.progress import Progress
from survey.cli.benching.scratch import Scratch
from survey.core import answers as packing
from survey.core.items import NOT_APPLICABLE
from survey.core.questionnaire.model import Item, Questionnaire
from survey.core.rounds import Plan
from survey.core.scoring import persons
from survey.core.scoring.moments import Moments, moments
from survey.operations import authoring, closing, gathering, launching, staffing
from survey.operations.launching import Round

_COLUMNS = ["organisation_id", "round_id", "response_id", "atom", "answers"]
_HEAD, _TAIL = b"PGCOPY\n\xff\r\n\0" + bytes(8), struct.pack(">h", -1)
_AT_ONCE = 50_000
A_UNIT, MOST_UNITS = 100, 30_000
"""Responses a unit, and as many units as a response can tell apart."""
_LOOKED_AT = 25
"""Units whose moments are computed again, answer by answer."""


class Measured(msgspec.Struct, frozen=True):
    """Seconds: to read all responses, to score each person, to gather moments. `cpu` is what all three cost this
    process and Postgres."""

    responses: int
    units: int
    items: int
    size: int
    reading: float
    scoring: float
    gathering: float
    cpu: float
    amiss: list[str]


async def measure(on: Scratch, responses: int, progress: Progress) -> Measured:
    questionnaire, round_ = await _closed(on)
    units = min(MOST_UNITS, max(1, responses // A_UNIT))
    await _fill(on, round_, questionnaire, responses, units, progress)
    before, began = cpu.spent(0, on.postgres), time.perf_counter()
    given = await gathering.answers(on.db, round_, questionnaire)
    read = time.perf_counter()
    scores = persons.scores(questionnaire, given.answers)
    scored = time.perf_counter()
    found = moments(given.atoms, scores, units)
    done, spent = time.perf_counter(), cpu.spent(0, on.postgres) - before
    return Measured(
        responses=responses,
        units=units,
        items=len(questionnaire.items),
        size=int(await on.db.fetchval("select pg_table_size('response')")),
        reading=read - began,
        scoring=scored - read,
        gathering=done - scored,
        cpu=spent.client + spent.postgres,
        amiss=[said async for said in _amiss(on, round_, questionnaire, found, responses)],
    )


async def _closed(on: Scratch) -> tuple[Questionnaire, Round]:
    """A closed round of a small Trust, which nobody answered, with thirty items for everybody."""
    whose = on.organisation_id
    await staffing.apply(on.db, whose, staff_lists.make(500).encode(), staffing.Wishes())
    version = await authoring.add(on.db, whose, layouts.layout("three-pages"))
    now = datetime.now(UTC)
    window = (now - timedelta(hours=1), now + timedelta(hours=1))
    drafted = await launching.draft(on.db, whose, "Bench", version.questionnaire_hash, *window, Plan())
    await launching.launch(on.db, on.keys, whose, drafted.round_id)
    await closing.end_now(on.db, whose, drafted.round_id)
    await closing.open_answers(on.db, on.keys, whose, drafted.round_id)
    questionnaire = await authoring.load(on.db, whose, version.questionnaire_hash)
    return questionnaire, await launching.find(on.db, whose, drafted.round_id)


async def _fill(on: Scratch, round_: Round, asked: Questionnaire, count: int, units: int, progress: Progress) -> None:
    step = progress("Store responses", -(-count // _AT_ONCE))
    chance = np.random.default_rng(7)

    async def source() -> AsyncIterator[bytes]:
        yield _HEAD
        for start in range(0, count, _AT_ONCE):
            yield _rows(round_, asked, min(_AT_ONCE, count - start), units, chance)
            step()
        yield _TAIL

    await on.db.copy_to_table("response", source=source(), format="binary", columns=_COLUMNS)  # type: ignore[attr-defined]
    await on.db.execute("vacuum analyze response")


def _rows(round_: Round, asked: Questionnaire, count: int, units: int, chance: np.random.Generator) -> bytes:
    """Rows of a binary COPY: answers at random, some skipped, some not part of somebody's role."""
    width = packing.width(asked)
    layout = [("n", ">i2"), ("a", ">i4"), ("organisation", "V16"), ("b", ">i4"), ("round", "S8"), ("c", ">i4"),
              ("id", "V16"), ("d", ">i4"), ("atom", ">i2"), ("e", ">i4"), ("answers", np.uint8, width)]  # fmt: skip
    rows = np.zeros(count, np.dtype(layout))
    rows["n"], rows["a"], rows["b"], rows["c"], rows["d"], rows["e"] = 5, 16, 8, 16, 2, width
    rows["organisation"] = np.frombuffer(round_.organisation_id.bytes, "V16")
    rows["round"], rows["id"] = round_.round_id.encode(), np.frombuffer(chance.bytes(16 * count), "V16")
    rows["atom"] = chance.integers(0, units, count)
    answers = chance.integers(1, 6, (count, width), np.uint8)
    fate = chance.random((count, width))
    answers[fate < 0.07], answers[fate > 0.95] = 0, NOT_APPLICABLE
    rows["answers"] = answers
    return rows.tobytes()


async def _amiss(on: Scratch, round_: Round, asked: Questionnaire, found: Moments, count: int) -> AsyncIterator[str]:
    """What differs from counting everybody and from scoring some units' people one by one."""
    rows = await on.db.fetch("select atom, answers from response where atom < $1", _LOOKED_AT)
    for unit in range(min(_LOOKED_AT, len(found.n))):
        people = [dict(_by_hand(asked, row[1])) for row in rows if row[0] == unit]
        for place, vision in enumerate(asked.visions):
            scores = np.array([person[vision.id] for person in people if vision.id in person])
            mean, squares = (scores.mean(), ((scores - scores.mean()) ** 2).sum()) if len(scores) else (0.0, 0.0)
            there = (found.n[unit, place], found.mean[unit, place], found.squares[unit, place])
            if there[0] != len(scores) or not np.allclose(there[1:], (mean, squares), rtol=1e-9):
                yield f"Unit {unit}, {vision.id}: {there} instead of {(len(scores), mean, squares)}."
    if await on.db.fetchval("select count(*) from response where round_id = $1", round_.round_id) != count:
        yield "Not every response is in the table."


def _by_hand(asked: Questionnaire, packed: bytes) -> Iterator[tuple[str, float]]:
    """One person's scores by the rule itself: at least two answers, or all that apply, and three of five."""
    places = packing.columns(asked)
    for vision in asked.visions:
        given = [(item, packed[places[item.id].start]) for item in asked.items if item.vision == vision.id]
        applicable = [(item, state) for item, state in given if state != NOT_APPLICABLE]
        points = [_points(item, state) for item, state in applicable if state]
        if points and len(points) >= max(min(2, len(applicable)), -(-3 * len(applicable) // 5)):
            yield vision.id, sum(points) / len(points)


def _points(item: Item, state: int) -> float:
    most = 11 if item.kind == "zero_to_ten" else len(item.options)
    points = 100 * (state - 1) / (most - 1)
    return 100 - points if item.reverse else points


def report(measured: Measured) -> Iterator[str]:
    size = f"{measured.size / 1e6:,.0f} MB in the table"
    yield f"{measured.responses:,} responses to {measured.items} items in {measured.units:,} units; {size}"
    yield ""
    seconds = {
        "seconds to read them out of Postgres": measured.reading,
        "seconds to score each person on each vision": measured.scoring,
        "seconds for number, mean and variance of each unit": measured.gathering,
        "seconds in all": measured.reading + measured.scoring + measured.gathering,
        "    of CPU, this process and Postgres": measured.cpu,
    }
    yield from (f"  {name:<52}{value:>12,.2f}" for name, value in seconds.items())
