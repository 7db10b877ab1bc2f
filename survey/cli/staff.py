"""The staff list on the command line: look at what a file would change, then apply it."""

import os
import resource
import traceback
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import click
import msgspec

from survey import db as database
from survey import errors
from survey.cli import telling
from survey.cli.running import Deployment, deployment, organisation, organisation_option, run
from survey.core.staff import mapping as columns
from survey.core.staff.mapping import FIELDS, Field
from survey.core.staff.table import MOST_BYTES
from survey.core.steps import Step
from survey.errors import BadInput, Problem
from survey.operations import digesting, recording, staffing, uploading
from survey.operations.administering import Organisation
from survey.operations.staffing import Answer, Wishes
from survey.sealing import signer

MOST_SHOWN = 50
"""How many rejected rows and new units are listed; the rest are counted."""


@click.group()
def command() -> None:
    """Import the staff list."""


MOST_MEMORY = 3_000_000_000
"""Bytes of memory that working on an uploaded file may take: one that asks for more is refused, and harms nobody."""


@command.command("digest", hidden=True)
@run
async def digest() -> None:
    """Work on uploaded files until there is nothing left to do. The service starts this by itself."""
    os.nice(19)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    try:
        async with deployment() as d:
            side, sign = partial(database.connect, d.url), signer(d.config.secret_bytes())
            while await digesting.work(d.db, side, sign):
                pass
    except Exception as unforeseen:
        raise SystemExit(_where(unforeseen)) from None


def _where(error: BaseException) -> str:
    """What went wrong and where, without the error's words: those of a driver repeat what stands in a row."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"


def _told(pairs: Iterable[str]) -> dict[Field, str]:
    """`FIELD=COLUMN`, as often as given. Raises BadInput for what is not of that form."""
    told: dict[Field, str] = {}
    for pair in pairs:
        field, equals, column = pair.partition("=")
        if not equals:
            raise BadInput([Problem(f"--map {pair}", "it is not FIELD=COLUMN.", 'For example: --map site="Work base"')])
        told[columns.field_named(field)] = column
    return told


def _read(file: Path) -> bytes:
    if file.stat().st_size > MOST_BYTES:
        raise BadInput([Problem(file.name, f"it is larger than {MOST_BYTES // 1_000_000} MB.")])
    return file.read_bytes()


def _counts(answer: Answer, *, applied: bool) -> Iterator[str]:
    changes = answer.changes
    yield f"{'Applied' if applied else 'This file would give'}:"
    for number, what in (
        (len(changes.new), "new"),
        (len(changes.moved), "moved to another unit"),
        (len(changes.changed), "changed in other details"),
        (len(changes.returned), "back after having left"),
        (len(changes.left), "left"),
        (changes.unchanged, "unchanged"),
        (answer.rejected_rows, "rejected"),
    ):
        yield f"  {number:>7,}  {what}"
    if changes.missing:
        yield f"{changes.missing:,} known people are not in the file and stay. If they have left, say --leavers."


def _few(lines: Iterable[str], noun: str) -> Iterator[str]:
    every = list(lines)
    yield from every[:MOST_SHOWN]
    if len(every) > MOST_SHOWN:
        yield f"… and {len(every) - MOST_SHOWN:,} more {noun}."


def _report(answer: Answer, *, applied: bool) -> Iterator[str]:
    yield "Columns:"
    for field in FIELDS:
        if field in answer.mapping.columns:
            yield f"  {field:<16} {answer.mapping.columns[field]}"
    yield "Every other column is passed over and stored nowhere."
    if answer.units:
        yield f"New units ({len(answer.units):,}):"
        yield from _few(("  " + " > ".join(path) for path in answer.units), "units")
    yield from _counts(answer, applied=applied)
    yield from (f"Note: {note}" for note in answer.notes)
    yield from _few(map(str, answer.rejected), "mistakes")


def _next(answer: Answer, wishes: Wishes) -> str:
    if answer.rejected and not wishes.skip_rejected:
        return "Nothing is applied while rows are rejected: mend them, or say --skip-rejected."
    if answer.changes.nothing:
        return "There is nothing to apply."
    return "Nothing was changed. To apply it, run the same command with --apply."


async def _act(d: Deployment, whose: Organisation, file: Path, wishes: Wishes, *, applying: bool) -> Answer:
    """Preview or apply; of very many mistakes only the first are told."""
    try:
        with telling.shown() as step:
            if applying:
                return await _apply(d, whose, file, wishes, step)
            return await staffing.preview(d.db, whose.organisation_id, _read(file), wishes, step)
    except BadInput as bad:
        if len(bad.problems) <= MOST_SHOWN:
            raise
        rest = Problem(f"{len(bad.problems) - MOST_SHOWN:,} more", "are not shown here. Nothing was changed.")
        raise BadInput([*bad.problems[:MOST_SHOWN], rest]) from None


async def _apply(d: Deployment, whose: Organisation, file: Path, wishes: Wishes, step: Step) -> Answer:
    """With a line in the history of imports and one in the audit log."""
    data, actor = _read(file), d.actor(whose)
    async with recording.recorded(d.db, actor, "staff.import") as note:
        answer = await staffing.apply(d.db, whose.organisation_id, data, wishes, step)
        await uploading.note_applied(d.db, whose.organisation_id, actor.kind, file.name, data, answer)
        note.details.update(msgspec.structs.asdict(uploading.counted(answer)))
    return answer


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--apply/--dry-run", "applying", default=False, help="Apply the file, or (default) only tell what it would do."
)
@click.option("--map", "pairs", multiple=True, metavar="FIELD=COLUMN", help="Which column holds a field; remembered.")
@click.option("--separator", help="What divides the levels of a unit path in one column.  [default: >]")
@click.option("--sheet", help="Which sheet of a spreadsheet.  [default: the first with people in it]")
@click.option("--leavers", is_flag=True, help="People missing from the file have left.")
@click.option("--skip-rejected", is_flag=True, help="Apply the sound rows although others are rejected.")
@click.option("--allow-unreachable", is_flag=True, help="Take people with neither e-mail nor mobile.")
@organisation_option
@run
async def import_list(
    file: Path,
    applying: bool,
    pairs: tuple[str, ...],
    separator: str | None,
    sheet: str | None,
    leavers: bool,
    skip_rejected: bool,
    allow_unreachable: bool,
    code: str | None,
) -> None:
    """Import a staff list from a FILE, CSV or XLSX.

    Fields: employee_number, staff_group, and the unit as unit (a path in one column), as division and team, or as
    level_1, level_2 and so on to level_8. Optional: clinical (yes or no), site, email, mobile, language.
    Columns with the usual names are recognised; name others with --map, and leave a field out with --map FIELD=
    """
    wishes = Wishes(_told(pairs), separator, leavers, skip_rejected, allow_unreachable, sheet)
    async with deployment() as d:
        whose = await organisation(d, code)
        answer = await _act(d, whose, file, wishes, applying=applying)
    click.echo("\n".join(_report(answer, applied=applying)))
    if not applying:
        click.echo(_next(answer, wishes))
    if answer.rejected and not skip_rejected:
        raise errors.Refused("Some rows are rejected.")
