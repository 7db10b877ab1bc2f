"""What a worker does with uploaded staff lists: reads them, says what they would change, applies them.

One step of one file at a time, in a process of its own. A worker that dies leaves its step to the next one; applying
and saying so are one transaction, so that it happens once.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator

import msgspec

from survey import errors
from survey.core.access import Actor
from survey.core.staff import units as trees
from survey.core.steps import Step
from survey.db import Db
from survey.operations import recording, spreadsheets, staffing, telling, uploading
from survey.operations.spreadsheets import File
from survey.operations.staffing import Answer
from survey.operations.telling import LEASE, Side
from survey.operations.uploading import SHOWN, Described, Difference, Outcome
from survey.store import staff_imports
from survey.store.staff_imports import Task

Sign = Callable[[bytes], bytes]
MOST_ATTEMPTS = 2
SAMPLE = 3
_STUCK = (
    "The file could not be read: it needs more memory or time than an import may take. "
    "Save the sheet with the staff list by itself, or as CSV."
)


async def any_waiting(db: Db) -> bool:
    """Whether there is something to do. Sweeps up what was left lying for a day."""
    await staff_imports.expire(db, uploading.UNTOUCHED)
    return await staff_imports.any_waiting(db)


async def work(db: Db, side: Side, sign: Sign) -> bool:
    """Do one step of one file; False where there is none to do. How far it is is told by a second connection, `side`,
    which also says that somebody is at it."""
    task = await staff_imports.take(db, LEASE)
    if task is None:
        return False
    if task.attempts > MOST_ATTEMPTS:
        await _fail(db, task, _STUCK)
        return True

    async def note(other: Db, progress: str) -> None:
        await staff_imports.note_progress(other, task.organisation_id, task.import_id, task.state, progress, LEASE)

    async with telling.telling(side, note) as step:
        step("Starting", 0, 0)
        await _STEPS[task.state](db, task, step, sign)
    return True


async def _fail(db: Db, task: Task, why: str) -> None:
    await staff_imports.settle(db, task.organisation_id, task.import_id, [task.state], "failed", failure=why)


async def _describe(db: Db, task: Task, step: Step, sign: Sign) -> None:
    step("Reading the file", 0, 0)
    data = await staff_imports.content(db, task.organisation_id, task.import_id)
    last = await staffing.remembered(db, task.organisation_id)
    try:
        file = await asyncio.to_thread(staffing.read, data, task.sheet, last)
    except spreadsheets.Unusable as bad:
        told, sheet = Described(bad.sheets, (), (), 0, str(bad)), bad.sheet
    except errors.BadInput as bad:
        await _fail(db, task, str(bad))
        return
    else:
        told, sheet = _described(file), file.sheet or ""
    document = msgspec.json.encode(told).decode()
    await staff_imports.describe(db, task.organisation_id, task.import_id, document, sheet or None)


def _described(file: File) -> Described:
    sample = tuple(tuple(cell[:60] for cell in row.cells) for row in file.table.rows[:SAMPLE])
    return Described(file.sheets, file.table.header, sample, len(file.table.rows))


async def _check(db: Db, task: Task, step: Step, sign: Sign) -> None:
    data = await staff_imports.content(db, task.organisation_id, task.import_id)
    try:
        answer = await staffing.preview(db, task.organisation_id, data, uploading.wishes(task.wishes), step)
    except errors.SurveyError as refused:
        await _fail(db, task, str(refused))
        return
    told = await asyncio.to_thread(_told, answer)
    await staff_imports.answer(db, task.organisation_id, task.import_id, **told)


def _told(answer: Answer) -> dict[str, str]:
    """The documents that the page shows, and those that can be downloaded."""
    counts = uploading.counted(answer)
    outcome = Outcome(
        counts,
        answer.mapping,
        tuple(trees.written(path) for path in answer.units[:SHOWN]),
        answer.notes[:SHOWN],
        tuple(_first(answer.differences)),
        tuple(str(problem) for problem in answer.rejected[:SHOWN]),
        len(answer.rejected),
    )
    bad = [(problem.place, problem.what, problem.mend) for problem in answer.rejected]
    rows = [(one.kind, one.employee_number, one.unit, one.what) for one in answer.differences]
    return {
        "answer": msgspec.json.encode(outcome).decode(),
        "digest": staffing.digest(answer),
        "mistakes": uploading.written(("Where", "What is wrong", "How to mend it"), bad) if bad else "",
        "differences": uploading.written(("Change", "Employee number", "Unit", "Details"), rows) if rows else "",
        "counts": msgspec.json.encode(counts).decode(),
    }


def _first(differences: tuple[Difference, ...]) -> Iterator[Difference]:
    seen = Counter[str]()
    for one in differences:
        seen[one.kind] += 1
        if seen[one.kind] <= SHOWN:
            yield one


async def _apply(db: Db, task: Task, step: Step, sign: Sign) -> None:
    whose, import_id = task.organisation_id, task.import_id
    data, wishes = await staff_imports.content(db, whose, import_id), uploading.wishes(task.wishes)
    try:
        async with db.transaction():
            answer = await staffing.apply(db, whose, data, wishes, step, task.answer_digest)
            counts = uploading.counted(answer)
            document = msgspec.json.encode(counts).decode()
            await staff_imports.settle(db, whose, import_id, ["to_apply"], "applied", counts=document)
            actor = Actor("account" if task.account_id else "service", whose, task.account_id, sign)
            await recording.record(db, actor, "staff.import", str(import_id), msgspec.structs.asdict(counts))
    except staffing.OutOfDate as changed:
        await staff_imports.step(db, whose, import_id, "to_apply", "to_check", str(changed))
    except errors.SurveyError as refused:
        await staff_imports.step(db, whose, import_id, "to_apply", "checked", str(refused))


_STEPS: dict[str, Callable[[Db, Task, Step, Sign], Awaitable[None]]] = {
    "received": _describe,
    "to_check": _check,
    "to_apply": _apply,
}
